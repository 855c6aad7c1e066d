"""Looking a version over: gaps and contradictions, what it would have changed, what differs."""

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huiyin.departments.queries import time_zone_of
from huiyin.desk.dispatch_desk.versions import ADMINISTRATORS, READERS, line_row
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page
from huiyin.dispatch import checking
from huiyin.dispatch.book import book_of, version_at
from huiyin.dispatch.catalogue import home_unit, version_numbered
from huiyin.dispatch.choosing import chooser_for
from huiyin.dispatch.line_sheet import COLUMNS
from huiyin.dispatch.lines import Line, lines_of
from huiyin.dispatch.models import PLACE_CHOICES
from huiyin.dispatch.preview import Span, preview
from huiyin.office.problems import NotFound

ROWS = 100
HEADINGS = {column.name: column.heading for column in COLUMNS} | {
    "conditions": gettext_lazy("Conditions")
}


@at_desk
@for_posts(READERS)
@require_GET
def check(request: DeskRequest, version: int) -> HttpResponse:
    """Show the gaps and contradictions of a version, and lines that lead nowhere."""
    row = version_numbered(version)
    chooser = chooser_for(book_of(row), ())
    found, levels = checking.findings_of(chooser), dict(PLACE_CHOICES)
    gaps = [
        {
            "category": gap.category,
            "levels": [str(levels.get(level, _("place unknown"))) for level in gap.levels],
            "sometimes": gap.sometimes,
        }
        for gap in found.gaps
    ]
    facts = {
        "version": row,
        "found": found,
        "gaps": Paginator(gaps, ROWS).get_page(request.GET.get("page")),
        "conflicts": [
            (line_row(chooser, one), line_row(chooser, other))
            for one, other in found.conflicts[:ROWS]
        ],
        "dead": [
            {"line": line_row(chooser, dead.rule), "dead": dead} for dead in found.dead[:ROWS]
        ],
        "orphans": [{"level": levels[orphan.level], "orphan": orphan} for orphan in found.orphans],
    }
    return page(request, "dispatch/check", facts)


@at_desk
@for_posts(ADMINISTRATORS)
@require_GET
def changes(request: DeskRequest, version: int) -> HttpResponse:
    """Show what a version would have changed for the cases of last month."""
    row, now = version_numbered(version), timezone.now()
    holding = version_at(now)
    old = None if holding is None or holding.pk == row.pk else holding
    span = last_month(now)
    facts = {
        "version": row,
        "holding": old,
        "span": span,
        "last_day": span.until - timedelta(days=1),
        "preview": preview(book_of(old) if old else None, book_of(row), span),
    }
    return page(request, "dispatch/changes", facts)


def last_month(now: datetime) -> Span:
    """The calendar month before this one, in the city's own time."""
    zone = time_zone_of(home_unit())
    first = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before = (first - timedelta(days=1)).replace(day=1)
    return Span(before, first, zone)


@at_desk
@for_posts(READERS)
@require_GET
def differences(request: DeskRequest, version: int) -> HttpResponse:
    """Show what differs between a version and an earlier one, line by line."""
    row = version_numbered(version)
    asked = request.GET.get("with", "")
    if not asked.isdecimal() or len(asked) > 9:
        raise NotFound(_("Name the version to compare with."))
    other = version_numbered(int(asked))
    found = checking.differences(lines_of(other), lines_of(row))
    shown = Paginator(found, ROWS).get_page(request.GET.get("page"))
    facts = {
        "version": row,
        "other": other,
        "shown": shown,
        "keep": f"&with={other.number}",
        "rows": [_told(one) for one in shown],
        "count": len(found),
    }
    return page(request, "dispatch/differences", facts)


def _told(one: checking.Difference) -> dict[str, Any]:
    """A difference as the page shows it: columns with what stood there before and after."""
    if one.before is None or one.after is None:
        line = one.after or one.before or Line()
        cells = [(name, _cell(line, name)) for name in HEADINGS if hasattr(line, name)]
        said = [(HEADINGS[name], "", text) for name, text in cells if text and name != "number"]
    else:
        said = [
            (HEADINGS[name], _cell(one.before, name), _cell(one.after, name))
            for name in one.columns
        ]
    return {
        "number": one.number,
        "added": one.before is None,
        "removed": one.after is None,
        "columns": said,
    }


def _cell(line: Line, name: str) -> str:
    value = getattr(line, name)
    if isinstance(value, dict):
        parts = (
            ", ".join(known) if isinstance(known, list) else str(known) for known in value.values()
        )
        return "; ".join(parts)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
