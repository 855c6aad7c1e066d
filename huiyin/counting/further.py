"""Further figures of a window: punctuality, dispatch, rounds done again, whistles, hours, volume.

    table = further(caliber, (span.start, span.end), city=city, as_of=now)

Every share stands with its numerator and its denominator; nothing is left out by an exclusion.
Facts are read as they were known at the moment; whistles, which are only ever added to, by what
had happened and was written down until then. `docs/reference/counting.md` explains each figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy

from huiyin.counting.belonging import Belonging, Register, sorted_in
from huiyin.counting.facts.folding import settle
from huiyin.counting.facts.reading import KNOWN, WHEN, Question, asked_of, voices_of_facts
from huiyin.counting.facts.rules import Moment
from huiyin.counting.models import Population
from huiyin.counting.rules import Basis, Caliber, Group, Half
from huiyin.counting.tally import rounded
from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of

CAVEAT = gettext_lazy(
    "How many people ask says as much about who speaks up as about what is wrong: some places "
    "report the same trouble sooner and more often than others. Do not rank by it."
)
SHARES = {
    "on_time": gettext_lazy("on time"),
    "first_right": gettext_lazy("first dispatch right"),
    "returned": gettext_lazy("returned"),
    "reopened": gettext_lazy("done again"),
    "problem": gettext_lazy("problem cases"),
    "whistled": gettext_lazy("whistled"),
    "reported": gettext_lazy("reported in time"),
}
RECEIVED, HOURS = "received", "hours"
PER = 10_000
_R, _A, _D = (f"({WHEN[moment]})" for moment in (Moment.RECEIVED, Moment.ANSWERED, Moment.DUE))
_SENT = f"{_R} AND round_number = 1 AND parent_id IS NULL AND first_unit_id IS NOT NULL"
_LAST = f"{_R} AND is_last"
BLOWN = """EXISTS (SELECT FROM replies_whistle AS blown WHERE blown.case_id = fact.case_id
            AND blown.unit_id = fact.unit_id AND blown.at <= %(as_of)s)"""
# For each figure: in whose row it stands, which facts it is divided by, and which it counts.
COUNTED = {
    RECEIVED: ("unit_id", _LAST, "true"),
    # A deadline that is still to come, and not yet kept, is neither kept nor missed.
    "on_time": (
        "unit_id",
        f"{_D} AND on_time IS NOT NULL AND (answered_at IS NOT NULL OR due_at <= %(as_of)s)",
        "on_time",
    ),
    # Whoever led the first round in the end was the right one, even after a detour.
    "first_right": ("first_unit_id", _SENT, "unit_id IS NOT DISTINCT FROM first_unit_id"),
    "returned": ("first_unit_id", _SENT, "returns > 0"),
    "reopened": ("unit_id", _A, "is_reopened"),
    "problem": ("unit_id", _LAST, "is_problem"),
    "whistled": (
        "unit_id",
        f"{_LAST} AND parent_id IS NULL",
        BLOWN,
    ),
    HOURS: ("unit_id", _A, "true"),
}
# A round begins when it is sent; the first one, for whoever waits, when it was received.
_TOOK = (
    "extract(epoch FROM answered_at - CASE WHEN round_number = 1 THEN received_at"
    " ELSE coalesce(sent_at, received_at) END)::float8 / 3600"
)
_LINES = ",\n        ".join(
    f"('{name}', {unit}, {n}, {k}, {_TOOK if name == HOURS else 'NULL'})"
    for name, (unit, n, k) in COUNTED.items()
)
FIGURES = """
WITH placed AS MATERIALIZED (
    SELECT * FROM unnest(%(units)s::bigint[], %(homes)s::bigint[], %(groups)s::text[])
        AS placed(unit_id, home_id, group_code)
), fact AS MATERIALIZED (
    SELECT * FROM counting_fact
    WHERE {known} AND city_id = %(city)s AND {voices}
        AND (%(kinds)s::text[] IS NULL OR request_kind = ANY(%(kinds)s::text[]))
        AND ({moments})
), counted AS (
    SELECT line.figure, line.unit_id, line.k, line.took
    FROM fact CROSS JOIN LATERAL (VALUES
        {lines}
    ) AS line(figure, unit_id, n, k, took)
    WHERE line.n
    UNION ALL
    SELECT 'reported', part.unit_id,
        coalesce(called.noted_at <= %(as_of)s AND called.arrived_at <= whistle.report_by, false),
        NULL
    FROM replies_calledunit AS called
    JOIN replies_whistle AS whistle ON whistle.id = called.whistle_id
    JOIN cases_assignment AS part ON part.id = called.part_id
    JOIN cases_case AS about ON about.id = whistle.case_id
    JOIN departments_unit AS intake ON intake.id = about.intake_unit_id
    CROSS JOIN LATERAL (SELECT coalesce(called.noted_at <= %(as_of)s, false) AS has_come) AS came
    WHERE whistle.report_by >= %(start)s AND whistle.report_by < %(end)s
        AND split_part(intake.path, '/', 2)::bigint = %(city)s
        AND about.kind = 'request'
        AND (%(kinds)s::text[] IS NULL OR about.request_kind = ANY(%(kinds)s::text[]))
        AND (came.has_come OR whistle.report_by <= %(as_of)s)
        -- Who was told in time that it need not come has missed nothing.
        AND (came.has_come OR NOT (part.state IN ('released', 'returned')
            AND coalesce(part.done_at <= least(whistle.report_by, %(as_of)s), false)))
)
SELECT grouping(home_id, group_code) AS level, home_id, group_code, figure,
    count(*), count(*) FILTER (WHERE k),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE took IS NOT NULL),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY took) FILTER (WHERE took IS NOT NULL)
FROM counted LEFT JOIN placed USING (unit_id)
GROUP BY GROUPING SETS ((home_id, figure), (group_code, figure), (figure))
"""
# How many there are, how many of them count, and of hours the median and the 90th percentile.
Line = tuple[int, int, float | None, float | None]
Found = dict[tuple[int, Any], dict[str, Line]]
# What `grouping` says of a row: a unit's, a group's, or that of the whole city.
OF_UNIT, OF_GROUP, OF_CITY = 1, 2, 3


@dataclass(frozen=True)
class Share:
    """So many of so many; without any, no share."""

    k: int = 0
    n: int = 0

    @property
    def exact(self) -> Fraction | None:
        """The share from 0 to 1."""
        return Fraction(self.k, self.n) if self.n else None

    @property
    def percent(self) -> Decimal | None:
        """The share in per cent, to two digits."""
        return rounded(Fraction(100 * self.k, self.n), 2, half=Half.UP) if self.n else None

    def as_json(self) -> dict[str, Any]:
        """The share for other programs, never without what it was divided by."""
        percent = self.percent
        return {
            "numerator": self.k,
            "denominator": self.n,
            "percent": None if percent is None else str(percent),
        }


@dataclass(frozen=True)
class Hours:
    """How long answers took, in hours of the clock; of nothing there is no middle."""

    n: int = 0
    median: float | None = None
    ninetieth: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The hours for other programs, to hundredths."""
        shown = [each if each is None else round(each, 2) for each in (self.median, self.ninetieth)]
        return {"n": self.n, "median": shown[0], "ninetieth": shown[1]}


@dataclass(frozen=True)
class People:
    """How many people there are: which were counted, when, and by whom."""

    number: int
    basis: Basis
    # Of several units: the day of the oldest count among them.
    counted_on: date
    source: str


@dataclass(frozen=True)
class Volume:
    """Requests for each 10,000 people."""

    received: int
    people: People

    @property
    def exact(self) -> Fraction:
        """So many for each 10,000."""
        return Fraction(self.received * PER, self.people.number)

    @property
    def shown(self) -> Decimal:
        """The same, to two digits."""
        return rounded(self.exact, 2, half=Half.UP)

    def as_json(self) -> dict[str, Any]:
        """The volume for other programs, with everything that it rests on."""
        return {
            "numerator": self.received,
            "people": self.people.number,
            "basis": self.people.basis.value,
            "counted_on": self.people.counted_on.isoformat(),
            "source": self.people.source,
            "per_10000": str(self.shown),
        }


@dataclass(frozen=True)
class FurtherRow:
    """The further figures of a unit, of a group, or of the city."""

    unit: Unit | None
    received: int = 0
    shares: dict[str, Share] = field(default_factory=dict)
    hours: Hours = field(default_factory=Hours)
    # None where nobody entered how many people there are.
    volume: Volume | None = None

    def as_json(self) -> dict[str, Any]:
        """The row for other programs."""
        return {
            "unit": self.unit.code if self.unit else None,
            "name": self.unit.name if self.unit else None,
            "received": self.received,
            **{name: share.as_json() for name, share in self.shares.items()},
            "hours_to_answer": self.hours.as_json(),
            "per_10000": self.volume.as_json() if self.volume else None,
        }


@dataclass(frozen=True)
class FurtherGroup:
    """The units of a group in their order, and all of them together."""

    code: str
    name: str
    name_en: str
    rows: list[FurtherRow]
    total: FurtherRow


@dataclass(frozen=True)
class Further:
    """The further figures of a window, as they were known at a moment."""

    groups: list[FurtherGroup]
    # Everything, with what no unit leads and units in no group.
    city: FurtherRow
    is_behind: bool

    def row_of(self, code: str) -> FurtherRow | None:
        """The row of the unit with this code."""
        rows = [row for group in self.groups for row in group.rows]
        return next((row for row in rows if row.unit and row.unit.code == code), None)

    def as_json(self) -> dict[str, Any]:
        """The figures for other programs, with the caveat that belongs to the volume."""
        return {
            "groups": [
                {
                    "code": group.code,
                    "name": group.name,
                    "rows": [row.as_json() for row in group.rows],
                    "total": group.total.as_json(),
                }
                for group in self.groups
            ],
            "city": self.city.as_json(),
            "caveat": str(CAVEAT),
        }


def further(
    caliber: Caliber, window: tuple[datetime, datetime], *, city: Unit, as_of: datetime
) -> Further:
    """Count the further figures of a window; of the caliber its groups, voices and kinds hold."""
    question = Question(caliber, *window, city=city, as_of=as_of)
    settled = settle(as_of)
    register = Register(caliber, city, as_of)
    units = sorted_in(caliber, register.units(Q(path__startswith=city.path)))
    found = _read(question, units)
    people = _people(question, {*units.ranked, city.pk})
    groups = [_group(group, units.members[group.code], found, people) for group in caliber.groups]
    return Further(
        groups=groups,
        city=_row(city, found.get((OF_CITY, None), {}), people.get(city.pk)),
        is_behind=settled.is_behind,
    )


def _read(question: Question, units: Belonging) -> Found:
    caliber = question.caliber
    codes = {home.pk: caliber.group_of(home.code, home.level) for home in units.homes.values()}
    placed = [(pk, home.pk, codes[home.pk]) for pk, home in units.homes.items()]
    asked = asked_of(question) | {
        "units": [pk for pk, _home, _group in placed],
        "homes": [home for _pk, home, _group in placed],
        "groups": [group.code if group else None for _pk, _home, group in placed],
    }
    query = FIGURES.format(
        known=KNOWN,
        voices=voices_of_facts(caliber),
        moments=f"{_R} OR {_A} OR {_D}",
        lines=_LINES,
    )
    found: Found = {}
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        for level, home, code, figure, *numbers in cursor.fetchall():
            key = home if level == OF_UNIT else code
            found.setdefault((level, key), {})[figure] = tuple(numbers)
    return found


def _people(question: Question, units: Iterable[int]) -> dict[int, People]:
    """What was known then of how many there were when the window ended, at the latest."""
    zone = time_zone_of(question.city)
    last = (question.end - timedelta(microseconds=1)).astimezone(zone).date()
    rows = Population.objects.filter(
        unit__in=list(units),
        basis=question.caliber.population,
        counted_on__lte=last,
        added_at__lte=question.as_of,
    )
    latest = rows.order_by("unit", "-counted_on", "-pk").distinct("unit")
    return {
        row.unit_id: People(row.people, Basis(row.basis), row.counted_on, row.source)
        for row in latest
    }


def _group(
    group: Group, units: list[Unit], found: Found, people: dict[int, People]
) -> FurtherGroup:
    # A unit that was dissolved stands there only as long as something of it is counted.
    there = [unit for unit in units if not unit.dissolved_on or (OF_UNIT, unit.pk) in found]
    return FurtherGroup(
        code=group.code,
        name=group.name,
        name_en=group.name_en,
        rows=[_row(unit, found.get((OF_UNIT, unit.pk), {}), people.get(unit.pk)) for unit in there],
        total=_row(
            None,
            found.get((OF_GROUP, group.code), {}),
            _together([people.get(unit.pk) for unit in there]),
        ),
    )


def _together(each: list[People | None]) -> People | None:
    """The people of several units; of none, where of one of them nothing is known."""
    known = [people for people in each if people is not None]
    if not known or len(known) < len(each):
        return None
    return People(
        number=sum(people.number for people in known),
        basis=known[0].basis,
        counted_on=min(people.counted_on for people in known),
        source="; ".join(sorted({people.source for people in known})),
    )


def _row(unit: Unit | None, lines: dict[str, Line], people: People | None) -> FurtherRow:
    nothing: Line = (0, 0, None, None)
    received = lines.get(RECEIVED, nothing)[0]
    n, _k, median, ninetieth = lines.get(HOURS, nothing)
    shares = {name: lines.get(name, nothing) for name in SHARES}
    return FurtherRow(
        unit=unit,
        received=received,
        shares={name: Share(k=line[1], n=line[0]) for name, line in shares.items()},
        hours=Hours(n, median, ninetieth),
        volume=Volume(received, people) if people else None,
    )
