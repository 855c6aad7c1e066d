"""`huiyin backup FILE`: the whole city in one file, while it goes on working."""

from argparse import ArgumentParser
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.office.problems import WrongInput
from huiyin.office.upkeep.database_state import applied_migrations
from huiyin.office.upkeep.packing import pack
from huiyin.office.upkeep.tools import Tools
from huiyin.office.upkeep.unpacking import ATTACHMENT, digest_of

KEYS = ("residents", "sign-in")


class Command(BaseCommand):
    """Writes database and attachments, and the keys when they are asked for."""

    help = "Write the whole city into one file; it may go on working meanwhile."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and whether with the keys."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help="put in the keys too: whoever has the file can then read all residents' data",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, and say what is not in it."""
        if options["with_keys"] and settings.IN_PRODUCTION:
            raise WrongInput(
                _("The keys of this city were given in its settings; keep those yourself.")
            )
        tools = Tools(settings.HUIYIN_HOME)
        facts = {
            "version": version("huiyin"),
            "city": settings.CITY_NAME,
            "made_at": timezone.now().isoformat(),
            "tables": applied_migrations(),
            "keys": {name: digest_of(key) for name, key in settings.DATA_KEYS.items()},
        }
        files = _files(with_keys=options["with_keys"])
        size = pack(options["file"], facts=facts, dump=tools.dumped(), files=files)
        self.stdout.write(
            _("The backup %(file)s is whole: %(megabytes).1f MB.")
            % {"file": options["file"], "megabytes": size / 1_000_000}
        )
        self.stdout.write(_about_keys(with_keys=options["with_keys"]))


def _files(*, with_keys: bool) -> Iterator[tuple[str, Path]]:
    """Keys first; then whatever the dump names is on the disk, as files are only ever added."""
    if with_keys:
        for name in KEYS:
            yield f"keys/{name}", settings.HUIYIN_HOME / "keys" / name
    folder = Path(settings.MEDIA_ROOT)
    for path in sorted(folder.glob("??/*")):
        name = f"attachments/{path.parent.name}/{path.name}"
        if ATTACHMENT.fullmatch(name):
            yield name, path


def _about_keys(*, with_keys: bool) -> str:
    if with_keys:
        return _("The keys are in it: whoever has the file can read all residents' data.")
    if settings.IN_PRODUCTION:
        return _("The keys are not in it; keep those of your settings in another place.")
    return _(
        "The keys are not in it. Keep %(folder)s in another place: without them nobody can "
        "read residents' data again."
    ) % {"folder": settings.HUIYIN_HOME / "keys"}
