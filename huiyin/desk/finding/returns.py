"""Objections in figures at the desk: by unit and by dispatcher, each number with its cases."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huiyin.cases.access import visible_cases
from huiyin.departments.rules import READS_CASES
from huiyin.desk.doors import READS_FIGURES, DeskRequest, at_desk, for_posts, page
from huiyin.desk.finding.figures import (
    chosen_unit,
    moment_of,
    month_after,
    month_asked,
    reads_cases,
    units_with_figures,
)
from huiyin.desk.paging import BY_RECEIPT, page_of
from huiyin.office.problems import NotFound
from huiyin.reports.months import month_before, read_month
from huiyin.reports.returns import COUNTS, ReturnsRow, cases_behind_returns, month_of_returns
from huiyin.reports.wording import hours, share

LABELS = {
    "sent": gettext_lazy("cases sent"),
    "objected": gettext_lazy("objected to"),
    "granted": gettext_lazy("sent on or taken back"),
    "upheld": gettext_lazy("dispatch upheld"),
    "designated": gettext_lazy("unit designated"),
}


@at_desk
@for_posts(READS_FIGURES)
@require_GET
def returns(request: DeskRequest) -> HttpResponse:
    """Show how often units objected to what they were sent in a month, and what was ruled."""
    units, now = units_with_figures(request), timezone.now()
    unit = chosen_unit(request, units)
    month, problem = month_asked(request, unit, now)
    found = month_of_returns(unit, month, as_of=now)
    reads = reads_cases(request, unit)
    asked = {"unit": unit.code, "month": month, "as_of": now.isoformat()} if reads else {}
    total = _row(found.total, asked)
    facts = {
        "units": units,
        "unit": unit,
        "month": month,
        "problem": problem,
        "reads": reads,
        "as_of": now,
        "before": month_before(month),
        "after": month_after(month, unit, now),
        "heads": [LABELS[name] for name in COUNTS],
        "tables": [
            (_("by unit"), [total, *(_row(row, asked) for row in found.units)]),
            (_("by dispatcher"), [total, *(_row(row, asked) for row in found.dispatchers)]),
        ],
    }
    return page(request, "finding/returns", facts, status=400 if problem else 200)


@at_desk
@for_posts(READS_FIGURES & READS_CASES)
@require_GET
def returned_cases(request: DeskRequest) -> HttpResponse:
    """List exactly the cases that one number of objections counts."""
    unit, now = chosen_unit(request, units_with_figures(request)), timezone.now()
    if not reads_cases(request, unit):
        raise NotFound(_("The cases of this unit are not yours to read."))
    month, row, figure = (request.GET.get(name, "") for name in ("month", "row", "figure"))
    read_month(month)
    as_of = moment_of(request.GET.get("as_of", ""), now=now)
    counted = cases_behind_returns(figure, row, unit, month, as_of=as_of)
    cases = visible_cases(request.user).filter(pk__in=counted.values("pk"))
    found = month_of_returns(unit, month, as_of=as_of)
    named = [one.label for one in (*found.units, *found.dispatchers) if one.key == row]
    facts = {
        "label": named[0] if named else unit,
        "month": month,
        "figure": LABELS[figure],
        "found": page_of(cases, order=BY_RECEIPT, asked=request.GET, now=now),
        "back": urlencode({"unit": unit.code, "month": month}),
    }
    return page(request, "finding/returned_cases", facts)


def _row(of: ReturnsRow, asked: dict[str, str]) -> dict[str, Any]:
    return {
        "label": of.label,
        "is_total": not of.key,
        "cells": list(_cells(of, asked)),
        "share": share(of.objected, of.sent),
        "granted": share(of.granted, of.sent),
        "hours": hours(of.median_hours),
    }


def _cells(of: ReturnsRow, asked: dict[str, str]) -> Iterator[dict[str, Any]]:
    for name in COUNTS:
        number = getattr(of, name)
        query = urlencode({**asked, "row": of.key, "figure": name}) if asked and number else ""
        yield {"number": number, "query": query, "label": LABELS[name]}
