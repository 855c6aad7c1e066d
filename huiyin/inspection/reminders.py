"""Reminding before, at and after what is due: one walk from the last walk's end until now.

Told once each: the key names the row, its moment and the reminder. After a pause of any
length the latest reminder of each row is told, and what it has overtaken is not.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from huiyin.deadlines.queries import work_calendar
from huiyin.deadlines.rules import WorkCalendar
from huiyin.inspection.models import Walk
from huiyin.inspection.preset_files import shipped_clocks
from huiyin.inspection.rules import Clock, point_reached
from huiyin.inspection.waits import WAITS, Told, Wait
from huiyin.notices.actions import tell_many
from huiyin.notices.models import Notice

AT_ONCE = 1000
# A step that was committed while a walk ran may lie shortly before its end.
OVERLAP = timedelta(minutes=10)
LOOK_BACK_DAYS = 30


def remind(*, at: datetime) -> int:
    """Tell every reminder whose moment has come since the last walk; say how many were looked at.

    The very first walk of a city tells nothing of the time before it.
    """
    morning = last_morning(at, work_calendar())
    return sum(_walk(wait, at=at, morning=morning) for wait in WAITS)


def last_morning(at: datetime, calendar: WorkCalendar) -> datetime | None:
    """The latest opening of a working day that lies at or before a moment."""
    day = at.astimezone(calendar.zone).date()
    for back in range(LOOK_BACK_DAYS):
        on = day - timedelta(days=back)
        periods = calendar.periods_on(on)
        if periods:
            opens = datetime.combine(on, min(p.opens for p in periods), calendar.zone)
            if opens <= at:
                return opens
    return None


@transaction.atomic
def _walk(wait: Wait, *, at: datetime, morning: datetime | None) -> int:
    Walk.objects.get_or_create(name=wait.name, defaults={"upto": at})
    # Two workers may walk at once: the second waits here, and then finds the way walked.
    walk = Walk.objects.select_for_update().get(name=wait.name)
    if walk.upto >= at:
        return 0
    clock, seen = shipped_clocks()[wait.name], 0
    for rows in _reached(wait, clock, since=walk.upto, at=at, morning=morning):
        tellings = partial(_tellings, wait, clock, at=at, morning=morning)
        batch: list[Notice] = []
        for row in rows.iterator(chunk_size=AT_ONCE):
            seen += 1
            batch.extend(tellings(row))
            if len(batch) >= AT_ONCE:
                tell_many(batch)
                batch = []
        tell_many(batch)
    walk.upto = at
    walk.save(update_fields=["upto"])
    return seen


def _reached(
    wait: Wait, clock: Clock, *, since: datetime, at: datetime, morning: datetime | None
) -> Iterator[QuerySet[Any]]:
    """The rows of which some reminder lies between the last walk and now: ranges of an index."""
    since -= OVERLAP
    spans = [timedelta(hours=hours) for hours in clock.hours_before]
    if clock.at:
        spans.append(timedelta())
    for span in spans:
        yield wait.rows().filter(
            **{f"{wait.until}__gt": since + span, f"{wait.until}__lte": at + span}
        )
    if clock.each_morning and morning is not None and morning > since:
        yield wait.rows().filter(**{f"{wait.until}__lt": morning})


def _tellings(
    wait: Wait, clock: Clock, row: Any, *, at: datetime, morning: datetime | None
) -> list[Notice]:
    due = wait.due_of(row)
    point = point_reached(clock, due, since=wait.since_of(row), at=at, morning=morning)
    if point is None:
        return []
    key = f"{wait.name}/{wait.number(row)}/{row.pk}/{due.astimezone(UTC):%Y%m%d%H%M%S}/{point.word}"
    return list(wait.tells(Told(row, due, point.tone, key, point.moment)))
