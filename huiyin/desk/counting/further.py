"""The further figures at the desk: every share with what it was divided by."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huiyin.counting.calibers.models import Basis
from huiyin.counting.further import CAVEAT, SHARES, FurtherGroup, FurtherRow, further
from huiyin.counting.layout import NOTHING, named
from huiyin.departments.queries import time_zone_of
from huiyin.desk.counting.rates import asked_for, neighbours, query_of
from huiyin.desk.doors import READS_FIGURES, DeskRequest, at_desk, for_posts, page
from huiyin.desk.finding.figures import chosen_unit, units_with_figures

HEADS = {
    "received": gettext_lazy("received"),
    **SHARES,
    "median": gettext_lazy("median answer hours"),
    "ninetieth": gettext_lazy("9 of 10, hours"),
    "volume": gettext_lazy("per 10,000 people"),
}


@at_desk
@for_posts(READS_FIGURES)
@require_GET
def further_figures(request: DeskRequest) -> HttpResponse:
    """Show the further figures of a window for every unit in its group."""
    asked = asked_for(request, chosen_unit(request, units_with_figures(request)), timezone.now())
    span = (asked.span.start, asked.span.end)
    found = further(asked.caliber, span, city=asked.city, as_of=asked.as_of)
    city = str(asked.city)
    whole = {"name": city, "rows": [_row(found.city, city, is_total=True)]}
    facts = {
        "wanted": asked,
        "caliber": named(asked.caliber.name, asked.caliber.name_en),
        "as_of": asked.as_of.astimezone(time_zone_of(asked.city)),
        "is_behind": found.is_behind,
        "heads": list(HEADS.values()),
        "groups": [*map(_group, found.groups), whole],
        "caveat": CAVEAT,
        "typed": {"caliber": asked.caliber.code},
        "back": query_of(asked),
    } | neighbours(asked)
    return page(request, "counting/further", facts)


def _group(group: FurtherGroup) -> dict[str, Any]:
    rows = [_row(row, str(row.unit)) for row in group.rows]
    total = _row(group.total, _("all together"), is_total=True)
    return {"name": named(group.name, group.name_en), "rows": [*rows, total]}


def _row(row: FurtherRow, label: str, *, is_total: bool = False) -> dict[str, Any]:
    cells = zip(HEADS.values(), _cells(row), strict=True)
    return {
        "label": label,
        "is_total": is_total,
        "cells": [
            {"label": head, "text": text, "of": of, "is_nothing": text == NOTHING}
            for head, (text, of) in cells
        ],
    }


def _cells(row: FurtherRow) -> Iterator[tuple[str, str]]:
    yield f"{row.received:,}", ""
    for name in SHARES:
        share = row.shares[name]
        of = f"{share.k:,}/{share.n:,}"
        yield (NOTHING, "") if share.percent is None else (f"{share.percent}%", of)
    for hours in (row.hours.median, row.hours.ninetieth):
        yield (NOTHING, "") if hours is None else (f"{hours:,.1f}", f"n={row.hours.n:,}")
    if row.volume is None:
        yield NOTHING, ""
        return
    people = row.volume.people
    basis = Basis(people.basis).label
    yield str(row.volume.shown), f"{people.number:,} · {basis} · {people.counted_on}"
