"""The rates at the desk: both ways of counting side by side, each figure with its cases."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.cases.access import visible_cases
from huiyin.counting.behind import FIGURES, Cell, behind
from huiyin.counting.layout import (
    BESIDE,
    SIDES,
    VOLUME,
    WORDS,
    columns_of,
    figure_of,
    label_of,
    named,
    place_of,
    volumes_of,
)
from huiyin.counting.rates import GroupTable, Row, Table
from huiyin.counting.wanted import Wanted, moment_wanted, wanted
from huiyin.counting.windows import window_after, window_before
from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of
from huiyin.departments.rules import READS_CASES
from huiyin.desk.doors import READS_FIGURES, DeskRequest, at_desk, for_posts, page
from huiyin.desk.finding.figures import chosen_unit, city_of, reads_cases, units_with_figures
from huiyin.desk.paging import BY_RECEIPT, page_of
from huiyin.office.problems import NotFound, Problem, WrongInput


@at_desk
@for_posts(READS_FIGURES)
@require_GET
def rates(request: DeskRequest) -> HttpResponse:
    """Show a window by a caliber: every unit in its group, without exclusions and with them."""
    unit = chosen_unit(request, units_with_figures(request))
    now, problem = timezone.now(), ""
    try:
        asked = asked_for(request, unit, now)
    except Problem as wrong:
        asked, problem = wanted(city_of(unit), as_of=now), str(wrong)
    table = asked.table()
    reads = reads_cases(request, asked.city)
    facts = {
        "wanted": asked,
        "caliber": named(asked.caliber.name, asked.caliber.name_en),
        "digest": asked.caliber.digest,
        "as_of": asked.as_of.astimezone(time_zone_of(asked.city)),
        "is_behind": table.is_behind,
        "groups": list(_groups(table, asked, reads=reads)),
        "heads": [str(column.heading) for column in columns_of(asked.caliber)],
        "volumes": [*VOLUME.values(), *BESIDE.values()],
        "query": query_of(asked),
        "sides": list(SIDES.values()),
        "problem": problem,
        "reads": reads,
        "typed": {name: request.GET.get(name, "") for name in ("caliber", "window", "as_of")},
    } | neighbours(asked)
    return page(request, "counting/rates", facts, status=400 if problem else 200)


@at_desk
@for_posts(READS_FIGURES & READS_CASES)
@require_GET
def rate_cases(request: DeskRequest) -> HttpResponse:
    """List exactly the cases that one figure counts."""
    unit, now = chosen_unit(request, units_with_figures(request)), timezone.now()
    asked = asked_for(request, unit, now)
    if not reads_cases(request, asked.city):
        raise NotFound(_("The cases of this unit are not yours to read."))
    cell, name = _cell(request)
    span = (asked.span.start, asked.span.end)
    counted = behind(asked.caliber, span, cell, city=asked.city, as_of=asked.as_of)
    cases = visible_cases(request.user).filter(pk__in=counted.values("pk"))
    words = {**VOLUME, **BESIDE, **WORDS}
    facts = {
        "figure": words.get(cell.figure, _("counted")),
        "side": SIDES[cell.which],
        "name": name,
        "window": asked.span.name,
        "found": page_of(cases, order=BY_RECEIPT, asked=request.GET, now=now),
        "back": query_of(asked),
    }
    return page(request, "counting/rate_cases", facts)


def asked_for(request: DeskRequest, unit: Unit, now: datetime) -> Wanted:
    """The caliber, the window and the moment that an address names."""
    city, given = city_of(unit), request.GET
    return wanted(
        city,
        caliber=given.get("caliber", "").strip(),
        window=given.get("window", ""),
        as_of=moment_wanted(given.get("as_of", ""), city=city, now=now),
    )


def _cell(request: DeskRequest) -> tuple[Cell, str]:
    given = request.GET
    figure, which = given.get("figure", ""), given.get("which", "net")
    if figure not in FIGURES or which not in SIDES:
        raise WrongInput(_("There is no figure “%(name)s”.") % {"name": figure})
    code, group = given.get("row", ""), given.get("group", "")
    unit = Unit.objects.filter(code=code).first()
    if code and unit is None:
        raise NotFound(_("There are no figures of this unit for you."))
    name = str(unit) if unit else _("all together") if group else _("led by no unit")
    return Cell(figure, unit=unit, group="" if unit else group, which=which), name


def query_of(asked: Wanted, **more: str) -> str:
    """The question again: the same caliber, window and moment, for ever."""
    told = {
        "caliber": asked.caliber.code,
        "window": asked.span.name,
        "as_of": asked.as_of.isoformat(),
    }
    return urlencode(told | more)


def neighbours(asked: Wanted) -> dict[str, str]:
    """The names of the windows before and after, where there are any."""
    zone = time_zone_of(asked.city)
    before = window_before(asked.caliber.window, asked.span, zone=zone)
    after = window_after(asked.caliber.window, asked.span, zone=zone)
    return {
        "before": before.name if before else "",
        "after": after.name if after and after.start <= asked.as_of else "",
    }


def _groups(table: Table, asked: Wanted, *, reads: bool) -> Iterator[dict[str, Any]]:
    for group in table.groups:
        rows = [_row(row, asked, group, reads=reads) for row in group.rows]
        total = _row(group.total, asked, group, reads=reads)
        yield {"name": named(group.name, group.name_en), "rows": [*rows, total]}
    rest = [*table.outside, *([table.unled] if table.unled else [])]
    if rest:
        rows = [_row(row, asked, None, reads=reads) for row in rest]
        yield {"name": _("in no group"), "rows": rows}


def _row(row: Row, asked: Wanted, group: GroupTable | None, *, reads: bool) -> dict[str, Any]:
    is_total = group is not None and row.unit is None
    where = {"row": row.unit.code} if row.unit else {}
    if is_total and group is not None:
        where = {"group": group.code}
    words = {**VOLUME, **BESIDE}
    volumes = [
        {
            "text": f"{count:,}",
            "label": words[name],
            "query": query_of(asked, figure=name, **where) if reads and count else "",
        }
        for name, count in volumes_of(row).items()
    ]
    return {
        "label": label_of(row, is_total=is_total),
        "is_total": is_total,
        "place": "" if is_total else place_of(row),
        "volumes": volumes,
        "sides": [list(_side(row, which, asked, where, reads=reads)) for which in SIDES],
    }


def _side(
    row: Row, which: str, asked: Wanted, where: dict[str, str], *, reads: bool
) -> Iterator[dict[str, Any]]:
    tally = row.net if which == "net" else row.all
    for column in columns_of(asked.caliber):
        figure = figure_of(tally, column)
        # A rate leads to what it was divided by; a count to what it counts.
        opens = "n" if column.is_rate else column.figure
        has_any = tally.n if column.is_rate else figure.number
        query = query_of(asked, figure=opens, which=which, **where) if reads and has_any else ""
        label = f"{column.heading} · {SIDES[which]}"
        yield {"text": figure.text, "of": figure.of, "label": label, "query": query}
