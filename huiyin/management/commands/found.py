"""`huiyin found`: a real city in empty tables, ready for its administrator to sign in.

Exit status 0 done, or founded before by the same words; 1 when another city stands here,
2 for wrong use. The password is asked for, or read from a file, and never typed as an option.
"""

import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.deadlines.queries import DEFAULT_CALENDAR, years_without_calendar
from huiyin.management.commands.categories import rows_of
from huiyin.office.problems import NotFound, WrongInput
from huiyin.office.reasons import reason_of
from huiyin.organisation.appointments import NewAccount
from huiyin.organisation.categories import shipped_rows
from huiyin.organisation.category_rows import CategoryRow
from huiyin.organisation.founding import Charter, found_city, stands_already

SHIPPED, NONE = "shipped", "none"
WRONG_USE = 2
HOTLINE = ("市民热线服务中心", "Citizens' Hotline Centre")


class Command(BaseCommand):
    """Founds the city, once."""

    help = "Found a city of your own: its root, its hotline, its first administrator."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What the city is called, and who sets it up."""
        parser.add_argument("--city", required=True, metavar="NAME", help="such as 平川市")
        parser.add_argument("--city-en", default="", metavar="NAME", help="its English name")
        parser.add_argument("--time-zone", default=settings.TIME_ZONE, metavar="ZONE")
        parser.add_argument("--hotline", default=HOTLINE[0], metavar="NAME", help="its name")
        parser.add_argument("--admin", required=True, metavar="NAME", help="the person's name")
        parser.add_argument("--sign-in", required=True, metavar="NAME", help="the sign-in name")
        parser.add_argument(
            "--password-file", metavar="FILE", help="holds the password; - is standard input"
        )
        parser.add_argument("--preset", default="plain", help="of time limits")
        parser.add_argument(
            "--categories", default=SHIPPED, metavar="FILE", help="a table; or shipped, or none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Found the city, and say what comes next."""
        try:
            if stands_already(options["city"], options["sign_in"]):
                self.stdout.write(
                    _("%(city)s stands already; nothing was changed.") % {"city": options["city"]}
                )
                return
            rows = _categories(options["categories"])
            charter = _charter(options, _password(options["password_file"]))
            found_city(charter, rows, at=timezone.now())
        except (WrongInput, NotFound) as problem:
            raise CommandError(str(problem), returncode=WRONG_USE) from problem
        self._tell(charter, len(rows))

    def _tell(self, charter: Charter, categories: int) -> None:
        name = {"city": charter.city, "hotline": charter.hotline, "count": categories}
        self.stdout.write(
            _("%(city)s is founded; “%(hotline)s” takes requests in. Categories: %(count)d.") % name
        )
        for setting, wanted, actual in (
            ("HUIYIN_CITY_NAME", charter.city, settings.CITY_NAME),
            ("HUIYIN_TIME_ZONE", charter.time_zone, settings.TIME_ZONE),
        ):
            if wanted != actual:
                self.stdout.write(
                    _("Set %(setting)s=%(wanted)s, or pages go by “%(actual)s”.")
                    % {"setting": setting, "wanted": wanted, "actual": actual}
                )
        for year in years_without_calendar(DEFAULT_CALENDAR, timezone.localdate()):
            self.stdout.write(
                _("Warning: the holidays of {year} are not loaded.").format(year=year)
            )
        self.stdout.write(
            _("Start it with huiyin serve, sign in at %(address)s as %(name)s, and set up units.")
            % {"address": f"{settings.SITE_URL}/desk/", "name": charter.administrator.sign_in_name}
        )


def _charter(options: dict[str, Any], password: str) -> Charter:
    return Charter(
        city=options["city"].strip(),
        city_en=options["city_en"].strip(),
        time_zone=options["time_zone"],
        hotline=options["hotline"].strip(),
        hotline_en=HOTLINE[1] if options["hotline"] == HOTLINE[0] else "",
        administrator=NewAccount(options["sign_in"].strip(), options["admin"].strip(), password),
        preset=options["preset"],
    )


def _categories(wanted: str) -> list[CategoryRow]:
    if wanted == NONE:
        return []
    return shipped_rows() if wanted == SHIPPED else rows_of(wanted)


def _password(file: str | None) -> str:
    if file == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as problem:
            raise WrongInput(
                _("The file %(file)s cannot be used: %(reason)s.")
                % {"file": file, "reason": reason_of(problem)}
            ) from None
        except UnicodeDecodeError:
            raise WrongInput(_("%(file)s is not text in UTF-8.") % {"file": file}) from None
    if not sys.stdin.isatty():
        raise WrongInput(
            _("There is no terminal to ask for the password; name a file with --password-file.")
        )
    password = getpass(_("Password of the administrator: "))
    if getpass(_("Once more: ")) != password:
        raise WrongInput(_("The two passwords differ; nothing was founded."))
    return password
