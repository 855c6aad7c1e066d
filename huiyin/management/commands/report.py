"""`huiyin report month` and `huiyin report brief`: figures for people and for programs."""

import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.office.problems import NotPossible
from huiyin.reports.brief import brief_facts, find_unit
from huiyin.reports.months import COUNTS, MonthRow, month_rows, read_month
from huiyin.reports.typesetting import brief_pdf


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
        month.add_argument("--json", action="store_true")
        brief = kinds.add_parser("brief", help="one unit's month as a PDF of exactly one page")
        brief.add_argument("--unit", required=True, help="name or code of the unit")
        brief.add_argument("--month", required=True, metavar="YYYY-MM")
        brief.add_argument("--out", type=Path, help="the PDF to write")
        brief.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the report that was asked for."""
        read_month(options["month"])
        if options["kind"] == "brief":
            self._brief(options)
            return
        rows = month_rows(options["month"], as_of=timezone.now())
        if options["json"]:
            found = {"month": options["month"], "rows": [row.as_json() for row in rows]}
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        self.stdout.write(_table(options["month"], rows))

    def _brief(self, options: dict[str, Any]) -> None:
        unit, month = find_unit(options["unit"]), options["month"]
        with override(options["language"]):
            pdf = brief_pdf(brief_facts(unit, month, as_of=timezone.now()))
        folder = settings.HUIYIN_HOME / "reports"
        out = options["out"] or folder / f"brief-{slug(unit.code)}-{month}.pdf"
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(pdf)
        except OSError as reason:
            raise NotPossible(
                _("The page cannot be written to %(file)s: %(reason)s.")
                % {"file": out, "reason": reason.strerror}
            ) from reason
        self.stdout.write(str(out))


def slug(code: str) -> str:
    """A unit's code as part of a file name."""
    return re.sub(r"[^\w.-]+", "-", code).strip("-.") or "unit"


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
        counts = [str(getattr(row, name)) for name in COUNTS]
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
