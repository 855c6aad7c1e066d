"""`huiyin report`: figures of a month, a unit's page, and issued reports as files."""

import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.office.problems import NotPossible, Problem, WrongInput
from huiyin.office.reasons import reason_of
from huiyin.reports.brief import brief_facts, find_unit
from huiyin.reports.months import COUNTS, Month, MonthRow, city_months, read_month
from huiyin.reports.rates_printed import add_rates, printed_rates
from huiyin.reports.shown import commanding as issued
from huiyin.reports.typesetting import brief_pdf
from huiyin.reports.wording import hours, padded, share, width_of

FOUND_WRONG, WRONG_USE = 1, 2


class Command(BaseCommand):
    """Prints the month of every unit, or makes one unit's page."""

    help = "Figures of a month: huiyin report month --month YYYY-MM [--json]"
    # Nothing of the pages is loaded to print a line.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand for each report."""
        kinds = parser.add_subparsers(dest="kind", required=True)
        month = kinds.add_parser("month", help="a table of all units")
        month.add_argument("--month", required=True, metavar="YYYY-MM")
        month.add_argument("--json", action="store_true", help="one JSON object for programs")
        brief = kinds.add_parser("brief", help="one unit's month as a PDF of exactly one page")
        brief.add_argument("--unit", required=True, help="name or code of the unit")
        brief.add_argument("--month", required=True, metavar="YYYY-MM")
        brief.add_argument("--out", type=Path, help="the PDF to write; else in HUIYIN_HOME/reports")
        brief.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")
        add_rates(kinds.add_parser("rates", help="the rates of a window by a caliber"))
        issued.add_kinds(kinds)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the report that was asked for."""
        try:
            if options["kind"] in issued.KINDS:
                issued.run(options, self.stdout.write, at=timezone.now())
                return
            if options["kind"] == "rates":
                self.stdout.write(printed_rates(options))
                return
            read_month(options["month"])
            if options["kind"] == "brief":
                self._brief(options)
            else:
                self._month(options["month"], as_json=options["json"])
        except Problem as problem:
            status = WRONG_USE if isinstance(problem, WrongInput) else FOUND_WRONG
            raise CommandError(str(problem), returncode=status) from problem

    def _month(self, month: str, *, as_json: bool) -> None:
        found = city_months(month, as_of=timezone.now())
        if as_json:
            rows = [row.as_json() for one in found for row in one.rows]
            told = {"month": month, "rows": rows}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        busy = [one for one in found if one.rows]
        if not busy:
            self.stdout.write(_("No cases were received in %(month)s.") % {"month": month})
        for one in busy:
            self.stdout.write(_table(one))

    def _brief(self, options: dict[str, Any]) -> None:
        unit, month = find_unit(options["unit"]), options["month"]
        with override(options["language"]):
            pdf = brief_pdf(brief_facts(unit, month, as_of=timezone.now()))
        own = settings.HUIYIN_HOME / "reports"
        out = options["out"] or own / f"brief-{slug(unit.code)}-{month}.pdf"
        if options["out"] and not out.parent.is_dir():
            raise NotPossible(
                _("There is no folder %(folder)s; make it first, or name another.")
                % {"folder": out.parent}
            )
        try:
            if not options["out"]:
                own.mkdir(parents=True, exist_ok=True)
            out.write_bytes(pdf)
        except OSError as reason:
            raise NotPossible(
                _("The page cannot be written to %(file)s: %(reason)s.")
                % {"file": out, "reason": reason_of(reason)}
            ) from reason
        self.stdout.write(str(out))


def slug(code: str) -> str:
    """A unit's code as part of a file name."""
    return re.sub(r"[^\w.-]+", "-", code).strip("-.") or "unit"


def _table(month: Month) -> str:
    heads = [
        _("unit"),
        _("received"),
        _("answered"),
        _("closed"),
        _("on time"),
        _("overdue"),
        _("not yet due"),
        _("withdrawn"),
        _("no deadline"),
        _("reopened"),
        _("share on time"),
        _("median hours"),
    ]
    lines = [heads, *map(_cells, month.rows), _cells(month.total)]
    widths = [max(width_of(line[at]) for line in lines) for at in range(len(heads))]
    return "\n".join(
        "  ".join(
            padded(cell, width, right=at > 0)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _cells(row: MonthRow) -> list[str]:
    counts = [str(getattr(row, name)) for name in COUNTS]
    return [row.label, *counts, share(row.on_time, row.decided), hours(row.median_hours)]
