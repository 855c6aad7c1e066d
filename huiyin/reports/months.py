"""First figures of a month: for each unit, what became of the cases received in it.

All counts are of cases received in the month, in the time zone of their city, as the rows
tell at `as_of`: now, or a moment after the last step that matters. `docs/reference/figures.md`
explains every figure; the comments beside `JUDGED` say the same in short.
"""

import calendar
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.departments.models import Unit
from huiyin.departments.queries import cities, time_zone_of
from huiyin.office.problems import WrongInput

MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
# The verdict of a case, each received case exactly one:
#   overdue           a round was answered after its deadline, or waited beyond it
#   not_yet_due       no round is late, and one still waits within its time
#   on_time           every round that had a deadline was answered by it
#   withdrawn         withdrawn before an answer was due; a withdrawal that came after the
#                     deadline hides nothing: such a case is overdue
#   without_deadline  none of its rounds has a deadline (answered at once, not yet sent, or a
#                     source that gave none)
JUDGED = """
WITH lives AS (
    -- One pass over the cases with their rounds: joining intermediate results with each other
    -- takes minutes where the planner knows nothing of the rows yet, as after an import.
    SELECT found.id, found.unit_id, found.received_at, stand.closed_at, stand.withdrawn_at,
        bool_or(turn.answered_at <= %(as_of)s) AS answered,
        bool_or(turn.number > 1) AS reopened,
        bool_or(turn.due_at < wait.until) AS late,
        bool_or(turn.due_at >= wait.until AND turn.answered_at <= %(as_of)s) AS kept,
        bool_or(turn.due_at >= wait.until AND (turn.answered_at <= %(as_of)s) IS NOT TRUE
            AND stand.withdrawn_at IS NULL) AS running
    FROM cases_case AS found
    JOIN departments_unit AS intake ON intake.id = found.intake_unit_id
    LEFT JOIN departments_unit AS lead ON lead.id = found.unit_id
    CROSS JOIN LATERAL (SELECT
        CASE WHEN found.closed_at <= %(as_of)s THEN found.closed_at END AS closed_at,
        CASE WHEN found.status = 'withdrawn' AND found.moved_at <= %(as_of)s
            THEN found.moved_at END AS withdrawn_at) AS stand
    LEFT JOIN cases_round AS turn ON turn.case_id = found.id
        AND (turn.started_at IS NULL OR turn.started_at <= %(as_of)s)
    CROSS JOIN LATERAL (SELECT CASE WHEN turn.answered_at <= %(as_of)s THEN turn.answered_at
        ELSE coalesce(stand.withdrawn_at, %(as_of)s) END AS until) AS wait
    WHERE found.received_at >= %(start)s AND found.received_at < %(end)s
        AND found.received_at <= %(as_of)s
        AND intake.path LIKE %(city)s
        AND (%(within)s::text IS NULL OR lead.path LIKE %(within)s)
    GROUP BY found.id, stand.closed_at, stand.withdrawn_at
), judged AS (
    SELECT lives.*,
        CASE WHEN late THEN 'overdue'
            WHEN running THEN 'not_yet_due'
            WHEN kept THEN 'on_time'
            WHEN withdrawn_at IS NOT NULL THEN 'withdrawn'
            ELSE 'without_deadline' END AS verdict
    FROM lives
)
"""
# Which of the judged cases a figure counts: `behind` lists exactly these.
COUNTED = {
    "received": "true",
    "answered": "answered",
    "closed": "closed_at IS NOT NULL",
    "on_time": "verdict = 'on_time'",
    "overdue": "verdict = 'overdue'",
    "not_yet_due": "verdict = 'not_yet_due'",
    "withdrawn": "verdict = 'withdrawn'",
    "without_deadline": "verdict = 'without_deadline'",
    "reopened": "reopened",
}
COUNTS = tuple(COUNTED)
_COUNTS = ",\n        ".join(
    f"count(*) FILTER (WHERE {which}) AS {name}" for name, which in COUNTED.items()
)
FIGURES = f"""{JUDGED}, counted AS (
    SELECT unit_id, grouping(unit_id) AS is_total,
        {_COUNTS},
        percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(epoch FROM closed_at - received_at) / 3600.0
        ) FILTER (WHERE closed_at IS NOT NULL) AS median_hours
    FROM judged GROUP BY GROUPING SETS ((unit_id), ())
)
SELECT unit.code, unit.name, unit.name_en, {", ".join(COUNTS)}, median_hours
FROM counted LEFT JOIN departments_unit AS unit ON unit.id = counted.unit_id
ORDER BY is_total DESC, unit.id IS NULL, received DESC, unit.sort_key, unit.id
"""  # noqa: S608 - only our own words


@dataclass(frozen=True)
class MonthRow:
    """Counts of cases, and the median hours from receipt to closing of those closed.

    `unit` is None for cases that no unit leads; in a total it is the city or unit summed up.
    """

    city: str
    unit: str | None
    unit_en: str
    unit_code: str
    as_of: datetime
    received: int
    answered: int
    closed: int
    on_time: int
    overdue: int
    not_yet_due: int
    withdrawn: int
    without_deadline: int
    reopened: int
    median_hours: float | None

    @property
    def decided(self) -> int:
        """The denominator of the share on time: cases whose deadline was kept or missed."""
        return self.on_time + self.overdue

    @property
    def label(self) -> str:
        """The unit's name for the reader."""
        if self.unit is None:
            return _("led by no unit")
        reads_english = (get_language() or "").startswith("en")
        return self.unit_en if self.unit_en and reads_english else self.unit

    def as_json(self) -> dict[str, object]:
        """The row as an object for other programs; the same in every language."""
        return asdict(self) | {"as_of": self.as_of.isoformat(timespec="seconds")}


@dataclass(frozen=True)
class Month:
    """The rows of a city's or a unit's month, the busiest first, and their sum."""

    total: MonthRow
    rows: list[MonthRow]


def read_month(text: str) -> tuple[int, int]:
    """Read YYYY-MM."""
    found = MONTH.fullmatch(text)
    year, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (1900 <= year <= 9998 and 1 <= month <= 12):
        raise WrongInput(
            _("“%(text)s” is not a month; write it as YYYY-MM, for example 2026-05.")
            % {"text": text}
        )
    return year, month


def month_bounds(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a month in a time zone, and the first after it."""
    year, number = read_month(month)
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone)


def month_before(month: str) -> str:
    """The month before a month."""
    year, number = read_month(month)
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"


def days_in(month: str) -> int:
    """How many days a month has."""
    return calendar.monthrange(*read_month(month))[1]


def city_months(month: str, *, as_of: datetime) -> list[Month]:
    """The month of each city of this installation: one query a city."""
    return [_month(city, month, as_of=as_of, unit=None) for city in cities()]


def month_rows(month: str, *, as_of: datetime) -> list[MonthRow]:
    """The month of every unit that leads cases received in it.

    Cases nobody leads (not yet sent, returned, answered at once) stand in a row of their own.
    """
    return [row for found in city_months(month, as_of=as_of) for row in found.rows]


def unit_month(unit: Unit, month: str, *, as_of: datetime, city: Unit) -> Month:
    """The month of a unit with those below it; of a city, with the cases nobody leads."""
    return _month(city, month, as_of=as_of, unit=None if unit.pk == city.pk else unit)


def asked_of(city: Unit, month: str, *, as_of: datetime, unit: Unit | None) -> dict[str, Any]:
    """What `JUDGED` asks for: of which month, city and unit, and as of when."""
    start, end = month_bounds(month, time_zone_of(city))
    return {
        "start": start,
        "end": end,
        "as_of": as_of,
        "city": f"{city.path}%",
        "within": f"{unit.path}%" if unit else None,
    }


def _month(city: Unit, month: str, *, as_of: datetime, unit: Unit | None) -> Month:
    zone = time_zone_of(city)
    values = asked_of(city, month, as_of=as_of, unit=unit)
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values)
        # The sum stands first, even where there is nothing to sum up.
        first, *others = cursor.fetchall()
    whole, at = unit or city, as_of.astimezone(zone)
    return Month(
        total=_row(city, (whole.code, whole.name, whole.name_en), first[3:], as_of=at),
        rows=[_row(city, found[:3], found[3:], as_of=at) for found in others],
    )


def _row(
    city: Unit, named: tuple[Any, ...], figures: tuple[Any, ...], *, as_of: datetime
) -> MonthRow:
    code, name, name_en = named
    *counts, median = figures
    return MonthRow(
        city=city.name,
        unit=name,
        unit_en=name_en or "",
        unit_code=code or "",
        as_of=as_of,
        median_hours=None if median is None else round(float(median), 2),
        **dict(zip(COUNTS, counts, strict=True)),
    )
