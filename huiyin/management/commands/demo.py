"""`huiyin demo`: build 和安市, the city that does not exist."""

import time
from argparse import ArgumentParser
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.demo.accounts import ACCOUNTS, PASSWORD
from huiyin.office.ports import adopt_address, check_port
from huiyin.office.problems import NotPossible, WrongInput

MOST_CASES, MOST_YEARS = 50_000_000, 20


class Command(BaseCommand):
    """Builds the demo city, and prints who may sign in."""

    help = "Build the demo city 和安市: huiyin demo [--cases N] [--seed S]"
    # Nothing of the pages is loaded to print a line.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How large, which one, until when."""
        parser.add_argument("--cases", type=int, default=2_000, help="how many cases")
        parser.add_argument("--seed", type=int, default=12345, help="the same seed, the same city")
        parser.add_argument("--years", type=int, default=2, help="years of history")
        parser.add_argument("--until", help="last moment of the city, as 2026-11-01T12:00")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where cases are already kept"
        )
        parser.add_argument("--host", default="127.0.0.1", help="where it is served afterwards")
        parser.add_argument(
            "--port", type=int, help="where it is served afterwards; refuses one that is in use"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, then print the accounts."""
        if options["port"] is not None:
            check_port(options["host"], options["port"])
            adopt_address(options["host"], options["port"])
        if options["if_empty"] and Case.objects.exists():
            self._accounts()
            return
        wanted = _checked(options)
        # The map, its roads and the tables of pinyin take half a second to load; a city that
        # stands does not need them.
        building = import_module("huiyin.demo.building")
        began = time.monotonic()
        try:
            planted = building.build_city(building.Order(**wanted), self._progress)
        except KeyboardInterrupt:
            self._end_line()
            raise NotPossible(_("Stopped. Nothing of the demo city was kept.")) from None
        self._end_line()
        self.stdout.write(
            _("%(count)d cases in %(seconds).1f s. What was planted is told in %(file)s.")
            % {"count": wanted["cases"], "seconds": time.monotonic() - began, "file": planted}
        )
        self._accounts()

    def _progress(self, done: int, all_of_them: int) -> None:
        """Show on a screen how far it is; a file needs no such line."""
        if self.stdout.isatty():
            words = {"done": f"{done:,}", "all": f"{all_of_them:,}"}
            self.stdout.write("\r" + _("%(done)s of %(all)s cases") % words, ending="")
            self.stdout.flush()

    def _end_line(self) -> None:
        if self.stdout.isatty():
            self.stdout.write("")

    def _accounts(self) -> None:
        if not Case.objects.filter(source="demo").exists():
            self.stdout.write(_("This city holds cases of its own; it gets no demo cases."))
            return
        said = {"address": f"{settings.SITE_URL}/desk/", "password": PASSWORD}
        self.stdout.write(
            _("Sign in at %(address)s as one of these; the password of all is %(password)s:") % said
        )
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.sign_in_name:<14} {account.name}  {account.post.label}")


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    """What is wanted, if a city can be like that."""
    cases, years = options["cases"], options["years"]
    if not 1 <= cases <= MOST_CASES or not 1 <= years <= MOST_YEARS:
        raise WrongInput(
            _("Give --cases between 1 and %(cases)d and --years between 1 and %(years)d.")
            % {"cases": MOST_CASES, "years": MOST_YEARS}
        )
    until = _moment(options["until"])
    return {"cases": cases, "seed": options["seed"], "years": years, "until": until}


def _moment(text: str | None) -> datetime:
    now = timezone.now()
    if not text:
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise WrongInput(_("Write --until as 2026-11-01T12:00.")) from None
    at = at if at.tzinfo else timezone.make_aware(at)
    if at > now:
        raise WrongInput(_("--until lies in the future; the last moment of the city is the past."))
    return at
