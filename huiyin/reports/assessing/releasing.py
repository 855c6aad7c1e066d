"""Making the figures of the two-way assessment, once for each unit and block of months."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings

from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of
from huiyin.replies.models import Assessment
from huiyin.reports.assessing.models import AssessedFigure
from huiyin.reports.assessing.rules import (
    THINGS,
    Block,
    Mark,
    Sheet,
    are_kin,
    blocks,
    month_after,
    months_between,
    sheet_of,
)

Key = tuple[Sheet, int]


def release_figures(city: Unit, *, at: datetime) -> list[AssessedFigure]:
    """Make the figures that are due: of months that are over, where enough units have marked.

    What was made before stays, and its months are not looked at again: a mark that arrives for
    them afterwards counts nowhere, because the difference would tell whose it is.
    """
    last = month_after(at.astimezone(time_zone_of(city)).date(), -1)
    marks = _marks(city, until=last)
    made_until = _made_until(city)
    rows = [
        _row(sheet, unit, block, at=at)
        for (sheet, unit), own in marks.items()
        for block in _due(sheet, own, after=made_until.get((sheet, unit)), last=last)
    ]
    return AssessedFigure.objects.bulk_create(rows, ignore_conflicts=True)


def _due(sheet: Sheet, own: list[Mark], *, after: date | None, last: date) -> Iterable[Block]:
    first = month_after(after) if after else min(mark.month for mark in own)
    if first > last:
        return ()
    months = months_between(first, last)
    return blocks(own, THINGS[sheet], months=months, least=settings.ASSESSMENT_RATERS)


def _marks(city: Unit, *, until: date) -> dict[Key, list[Mark]]:
    """The marks of a city that count, by sheet and by the unit that was marked."""
    zone, found = time_zone_of(city), defaultdict(list)
    rows = Assessment.objects.filter(about_unit__path__startswith=city.path)
    rows = rows.select_related("from_unit", "about_unit", "called__part").order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        giver, about = row.from_unit, row.about_unit
        was_called = row.called.part.unit_id == about.pk
        sheet = sheet_of(giver.level, about.level, was_called=was_called)
        month = row.at.astimezone(zone).date().replace(day=1)
        if sheet is None or month > until or are_kin(giver.path, about.path):
            continue
        found[sheet, about.pk].append(Mark(month, giver.pk, row.marks))
    return found


def _made_until(city: Unit) -> dict[Key, date]:
    rows = AssessedFigure.objects.filter(unit__path__startswith=city.path).order_by("last_month")
    keyed = rows.values_list("sheet", "unit_id", "last_month")
    return {(Sheet(sheet), unit): last for sheet, unit, last in keyed}


def _row(sheet: Sheet, unit: int, block: Block, *, at: datetime) -> AssessedFigure:
    return AssessedFigure(
        sheet=sheet,
        unit_id=unit,
        first_month=block.first,
        last_month=block.last,
        raters=block.raters,
        means={thing: str(mean) for thing, mean in block.means.items()},
        made_at=at,
    )
