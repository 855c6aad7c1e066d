"""`huiyin migrate_city`: make or update the tables as their owner, then give out rights."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from huiyin.deadlines.actions import ensure_city_calendar, install_presets
from huiyin.office.database import connection_parameters, embedded_is_used
from huiyin.office.rights import grant_rights
from huiyin.office.schema import mark_current


class Command(BaseCommand):
    """Runs as the owner of the tables; the application never has these rights."""

    help = "Make or update the tables, install calendars and presets, give out rights."
    # Nothing of the pages is loaded to print a line.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, install what every city needs, grant."""
        call_command("migrate", verbosity=0, interactive=False)
        ensure_city_calendar()
        install_presets()
        app = connection_parameters(settings.HUIYIN_HOME, owner=False)
        grant_rights(str(app.get("user", "huiyin")))
        if embedded_is_used():
            mark_current(settings.HUIYIN_HOME)
        self.stdout.write(_("The tables are up to date."))
