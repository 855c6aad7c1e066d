"""漏巡: each morning a unit reads how many patrols of its beats were missed, once for each day."""

from collections import Counter
from datetime import date, datetime, timedelta

from huiyin.departments.models import Unit
from huiyin.neighbourhood.models import Beat
from huiyin.neighbourhood.queries import coverage
from huiyin.neighbourhood.rules import Span, State
from huiyin.notices.actions import for_unit, tell_many

# After a longer pause of the system nobody is told of what lies further back.
LOOK_BACK_DAYS = 7


def missed_by_unit(window: Span, *, on: date) -> Counter[tuple[int, date]]:
    """How many periods of a unit's beats ended on each day of a window, walked too seldom."""
    found: Counter[tuple[int, date]] = Counter()
    for one in coverage(Beat.objects.all(), window, on=on):
        for row in one.rows:
            if row.state == State.MISSED and window.holds(row.span.last):
                found[one.chief.beat.unit_id, row.span.last] += 1
    return found


def tell_missed(*, on: date, at: datetime) -> int:
    """Tell each unit of the patrols missed in the last days; doing it again tells nothing anew."""
    window = Span(on - timedelta(days=LOOK_BACK_DAYS), on - timedelta(days=1))
    found = missed_by_unit(window, on=on)
    units = Unit.objects.in_bulk({unit for unit, _day in found})
    notices = [
        for_unit(
            "patrol.missed",
            units[unit],
            about=f"patrols:{units[unit].code}",
            at=at,
            key=f"patrols/missed/{unit}/{day.isoformat()}",
            facts={"count": count, "day": day},
        )
        for (unit, day), count in sorted(found.items())
    ]
    tell_many(notices)
    return len(notices)
