"""`huiyin restore FILE`: bring a city back from its backup, into an empty home."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import gettext as _

from huiyin.office.database import embedded_is_used
from huiyin.office.embedded import Embedded
from huiyin.office.problems import NotPossible
from huiyin.office.schema import migrate_in_own_process
from huiyin.office.upkeep.database_state import unknown_migrations
from huiyin.office.upkeep.tools import Tools
from huiyin.office.upkeep.unpacking import bring_files, checked, digest_of, dump_of

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


class Command(BaseCommand):
    """Checks the whole file first, then fills the empty city."""

    help = "Bring a city back from its backup, into an empty home and an empty database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The backup."""
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, restore, and say what to look at; that the home is empty was seen before."""
        file, home = options["file"], settings.HUIYIN_HOME
        facts = checked(file)
        _check_version(file, facts)
        if embedded_is_used():
            Embedded(home).join()
        _check_no_tables()
        connection.close()
        Tools(home).restore(dump_of(file))
        attachments, keys = bring_files(file, home=home, attachments=Path(settings.MEDIA_ROOT))
        # Also tells the application's role what it may do, which no dump knows.
        migrate_in_own_process()
        self.stdout.write(
            _("%(city)s stands again as it was at %(moment)s, with %(count)d attachments.")
            % {"city": facts["city"], "moment": facts["made_at"], "count": attachments}
        )
        self.stdout.write(_("See that nothing was changed: huiyin logbook verify"))
        if not keys:
            _check_keys(facts["keys"])


def _check_version(file: Path, facts: dict[str, Any]) -> None:
    unknown = unknown_migrations(facts["tables"])
    if unknown:
        raise NotPossible(
            _(
                "%(file)s was written by a later huiyin (%(version)s), whose tables this one does "
                "not know (%(first)s); install that version. Nothing was done."
            )
            % {"file": file, "version": facts["version"], "first": unknown[0]}
        )


def _check_no_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        if cursor.fetchone()[0]:
            raise NotPossible(
                _("The database is not empty; name an empty one in DATABASE_URL. Nothing was done.")
            )


def _check_keys(needed: dict[str, str]) -> None:
    present = {name: digest_of(key) for name, key in settings.DATA_KEYS.items()}
    missing = [name for name, digest in needed.items() if present.get(name) != digest]
    if missing:
        raise NotPossible(
            _(
                "The key “%(name)s” that sealed residents' data is not the one here: put the right "
                "one back (%(folder)s, or HUIYIN_DATA_KEYS), or nobody can read that data."
            )
            % {"name": missing[0], "folder": settings.HUIYIN_HOME / "keys"}
        )
