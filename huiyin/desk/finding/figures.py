"""The figures of a month at the desk: one table, each number leading to exactly its cases."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huiyin.cases.access import visible_cases
from huiyin.departments.access import reach_of
from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of
from huiyin.departments.rules import READS_CASES
from huiyin.desk.doors import READS_FIGURES, DeskRequest, at_desk, for_posts, page
from huiyin.desk.paging import BY_RECEIPT, page_of
from huiyin.office.problems import NotFound, WrongInput
from huiyin.reports.behind import LED_BY_NONE, Cell, cases_behind
from huiyin.reports.months import COUNTS, MonthRow, month_before, read_month, unit_month
from huiyin.reports.wording import hours, share

LABELS = {
    "received": gettext_lazy("received"),
    "answered": gettext_lazy("answered"),
    "closed": gettext_lazy("closed"),
    "on_time": gettext_lazy("on time"),
    "overdue": gettext_lazy("overdue"),
    "not_yet_due": gettext_lazy("not yet due"),
    "withdrawn": gettext_lazy("withdrawn"),
    "without_deadline": gettext_lazy("no deadline"),
    "reopened": gettext_lazy("reopened"),
}


@at_desk
@for_posts(READS_FIGURES)
@require_GET
def figures(request: DeskRequest) -> HttpResponse:
    """Show the month of a unit: counts for each unit that leads cases, and their sum."""
    units = units_with_figures(request)
    facts: dict[str, Any] = {"units": units, "heads": [LABELS[name] for name in COUNTS]}
    unit = chosen_unit(request, units)
    now = timezone.now()
    month, problem = month_asked(request, unit, now)
    found = unit_month(unit, month, as_of=now, city=city_of(unit))
    reads = reads_cases(request, unit)
    asked = {"unit": unit.code, "month": month, "as_of": now.isoformat()}
    rows = [_row(found.total, asked, row="", reads=reads)]
    rows += [_row(row, asked, row=row.unit_code or LED_BY_NONE, reads=reads) for row in found.rows]
    facts |= {"unit": unit, "month": month, "rows": rows, "reads": reads, "problem": problem}
    facts |= {"as_of": now, "before": month_before(month), "after": month_after(month, unit, now)}
    return page(request, "finding/figures", facts, status=400 if problem else 200)


@at_desk
@for_posts(READS_FIGURES & READS_CASES)
@require_GET
def figure_cases(request: DeskRequest) -> HttpResponse:
    """List exactly the cases that one number counts."""
    unit, now = chosen_unit(request, units_with_figures(request)), timezone.now()
    if not reads_cases(request, unit):
        raise NotFound(_("The cases of this unit are not yours to read."))
    month, row = request.GET.get("month", ""), request.GET.get("row", "")
    read_month(month)
    cell = Cell(request.GET.get("figure", ""), row)
    as_of = moment_of(request.GET.get("as_of", ""), now=now)
    counted = cases_behind(cell, unit, month, city=city_of(unit), as_of=as_of)
    # Who reads the unit's cases sees all of them; what is visible is asked again all the same.
    cases = visible_cases(request.user).filter(pk__in=counted.values("pk"))
    facts = {
        "unit": Unit.objects.filter(code=row).first() if row not in {"", LED_BY_NONE} else unit,
        "nobody": row == LED_BY_NONE,
        "month": month,
        "figure": LABELS[cell.figure],
        "found": page_of(cases, order=BY_RECEIPT, asked=request.GET, now=now),
        "back": urlencode({"unit": unit.code, "month": month}),
    }
    return page(request, "finding/figure_cases", facts)


def units_with_figures(request: DeskRequest) -> list[Unit]:
    """The units whose figures somebody may read."""
    paths = reach_of(request.user).paths(READS_FIGURES)
    return list(Unit.objects.filter(path__in=paths).order_by("sort_key", "pk"))


def chosen_unit(request: DeskRequest, units: list[Unit]) -> Unit:
    """The unit that was asked for, or the first one."""
    code = request.GET.get("unit", "")
    found = next((unit for unit in units if not code or unit.code == code), None)
    if found is None:
        raise NotFound(_("There are no figures of this unit for you."))
    return found


def city_of(unit: Unit) -> Unit:
    """The city in which a unit is."""
    root = int(unit.path.split("/")[1])
    return unit if unit.pk == root else Unit.objects.get(pk=root)


def reads_cases(request: DeskRequest, unit: Unit) -> bool:
    """Whether somebody may read the cases behind the figures of a unit."""
    # A post that reads figures must read cases itself: an officer elsewhere sees other cases.
    paths = reach_of(request.user).paths(READS_FIGURES & READS_CASES)
    return any(unit.path.startswith(path) for path in paths)


def month_asked(request: DeskRequest, unit: Unit, now: datetime) -> tuple[str, str]:
    """The month asked for, or this one with the sentence that says what was wrong."""
    this = now.astimezone(time_zone_of(unit)).strftime("%Y-%m")
    asked = request.GET.get("month", "").strip() or this
    try:
        read_month(asked)
    except WrongInput as problem:
        return this, str(problem)
    return asked, ""


def month_after(month: str, unit: Unit, now: datetime) -> str:
    """The month after a month, where it has begun."""
    year, number = read_month(month)
    after = f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02d}"
    return after if after <= now.astimezone(time_zone_of(unit)).strftime("%Y-%m") else ""


def moment_of(text: str, *, now: datetime) -> datetime:
    """The moment of which figures were shown."""
    try:
        moment = datetime.fromisoformat(text) if text else now
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise WrongInput(_("The moment of the figures cannot be read; open them again."))
    return min(moment, now)


def _row(of: MonthRow, asked: dict[str, str], *, row: str, reads: bool) -> dict[str, Any]:
    return {
        "label": of.label,
        "is_total": not row,
        "cells": list(_cells(of, asked, row=row, reads=reads)),
        "share": share(of.on_time, of.decided),
        "kept": of.on_time,
        "decided": of.decided,
        "hours": hours(of.median_hours),
    }


def _cells(
    of: MonthRow, asked: dict[str, str], *, row: str, reads: bool
) -> Iterator[dict[str, Any]]:
    for name in COUNTS:
        number = getattr(of, name)
        query = urlencode({**asked, "row": row, "figure": name}) if reads and number else ""
        yield {"number": number, "query": query, "label": LABELS[name]}
