"""Reading the neighbourhood: coverage, what was missed and for how long, what waits where."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet

from huiyin.cases.models import Case, Status
from huiyin.departments.models import Official
from huiyin.departments.queries import time_zone_of
from huiyin.neighbourhood.access import in_office
from huiyin.neighbourhood.models import Beat, Chief, Frequency, Patrol
from huiyin.neighbourhood.rules import Duty, Period, Span, Standing, State, standings
from huiyin.places.models import Place

MARGIN = timedelta(days=8)


@dataclass(frozen=True)
class Covered:
    """One chief of one beat in a window: the periods, and what there was to do and was done."""

    chief: Chief
    frequency: Frequency | None
    rows: list[Standing]
    last_at: datetime | None

    def count(self, state: State) -> int:
        """How many periods stand so."""
        return sum(row.state == state for row in self.rows)

    @property
    def done(self) -> int:
        """Periods walked as often as was owed."""
        return self.count(State.DONE)

    @property
    def missed(self) -> int:
        """Periods over and not walked."""
        return self.count(State.MISSED)

    @property
    def longest_missed(self) -> int:
        """For how many days the oldest missed period of the window has been over."""
        return max((row.missed_days for row in self.rows), default=0)


def coverage(beats: QuerySet[Beat], window: Span, *, on: date) -> list[Covered]:
    """How each chief of these beats walked in a window, the most missed first; four queries."""
    chiefs = list(
        Chief.objects.filter(Q(until=None) | Q(until__gte=window.first), beat__in=beats)
        .filter(since__lte=window.last)
        .select_related("beat__unit", "beat__place", "role", "official")
    )
    duties = _frequencies(chiefs)
    walked, last = _walked(chiefs, window)
    found = []
    for chief in chiefs:
        key = (chief.beat_id, chief.official_id)
        rows_of = duties.get(chief.role_id, [])
        rows = [
            row
            for frequency in rows_of
            for row in standings(_duty(chief, frequency), walked.get(key, ()), window=window, on=on)
        ]
        newest = rows_of[-1] if rows_of else None
        found.append(Covered(chief, newest, rows, last.get(key)))
    return sorted(
        found, key=lambda one: (-one.missed, -one.longest_missed, one.chief.beat.sort_key)
    )


def _duty(chief: Chief, frequency: Frequency) -> Duty:
    ends = [day for day in (chief.until, frequency.until_on, chief.beat.ended_on) if day]
    since = max(chief.since, frequency.from_on)
    return Duty(Period(frequency.period), frequency.times, since, min(ends, default=None))


def _frequencies(chiefs: Iterable[Chief]) -> dict[int, list[Frequency]]:
    rows = Frequency.objects.filter(role__in={chief.role_id for chief in chiefs})
    found: dict[int, list[Frequency]] = defaultdict(list)
    for row in rows.order_by("from_on"):
        found[row.role_id].append(row)
    return found


Days = dict[tuple[int, int], list[date]]
Moments = dict[tuple[int, int], datetime]


def _walked(chiefs: list[Chief], window: Span) -> tuple[Days, Moments]:
    """The days on which these chiefs walked, a little beyond the window, and when last."""
    days: Days = defaultdict(list)
    beats = {chief.beat_id: chief.beat for chief in chiefs}
    zones: dict[int, ZoneInfo] = {pk: time_zone_of(beat.unit) for pk, beat in beats.items()}
    patrols = Patrol.objects.filter(beat__in=list(beats))
    # A period at the border of the window is judged at its full length: a year at most, or a
    # week that begins in the year before.
    near = patrols.filter(
        began_at__date__gte=window.first.replace(month=1, day=1) - MARGIN,
        began_at__date__lte=window.last.replace(month=12, day=31) + MARGIN,
    )
    for beat, official, began_at in near.order_by().values_list("beat", "official", "began_at"):
        days[beat, official].append(began_at.astimezone(zones[beat]).date())
    newest = patrols.order_by().values("beat", "official").annotate(last=Max("began_at"))
    last = {(row["beat"], row["official"]): row["last"] for row in newest}
    return days, last


def chiefs_at(places: Iterable[Place], *, on: date) -> list[Chief]:
    """Who is in charge of the beats at these places on a day."""
    rows = Chief.objects.filter(in_office(on), beat__place__in=list(places), beat__ended_on=None)
    return list(
        rows.select_related("beat__unit", "beat__place", "role").order_by(
            "beat__sort_key", "role__position", "pk"
        )
    )


def waiting_for_site_check(by: Official) -> QuerySet[Case]:
    """The answered cases that an official found on patrol and must look at on site (待核实)."""
    rows = Case.objects.filter(found_by=by, status=Status.ANSWERED)
    return rows.select_related("unit", "place", "category").order_by("wait_until", "pk")
