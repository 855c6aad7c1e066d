"""`huiyin report month` and `huiyin report brief`: figures for people and for programs."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.reports.months import MonthRow, month_rows, read_month

COLUMNS = (
    "received",
    "answered",
    "closed",
    "on_time",
    "overdue",
    "not_yet_due",
    "without_deadline",
    "reopened",
)


class Command(BaseCommand):
    """Prints the month of every unit, or makes one unit's page."""

    help = "Figures of a month: huiyin report month --month YYYY-MM [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand for each report."""
        kinds = parser.add_subparsers(dest="kind", required=True)
        month = kinds.add_parser("month", help="a table of all units")
        month.add_argument("--month", required=True, metavar="YYYY-MM")
        month.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the report that was asked for."""
        read_month(options["month"])
        rows = month_rows(options["month"], as_of=timezone.now())
        if options["json"]:
            found = {"month": options["month"], "rows": [row.as_json() for row in rows]}
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        self.stdout.write(_table(options["month"], rows))


def _table(month: str, rows: list[MonthRow]) -> str:
    if not rows:
        return _("No cases were received in %(month)s.") % {"month": month}
    heads = [
        _("unit"),
        _("received"),
        _("answered"),
        _("closed"),
        _("on time"),
        _("overdue"),
        _("not yet due"),
        _("no deadline"),
        _("reopened"),
        _("median hours"),
    ]
    lines = [heads]
    for row in rows:
        counts = [str(getattr(row, name)) for name in COLUMNS]
        median = "–" if row.median_hours is None else f"{row.median_hours:.1f}"
        lines.append([row.unit, *counts, median])
    widths = [max(_width(line[at]) for line in lines) for at in range(len(heads))]
    return "\n".join(
        "  ".join(_padded(cell, width, left=at == 0) for at, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    )


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
