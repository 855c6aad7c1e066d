"""First figures of a month: for each unit, what became of the cases received in it.

All counts are of cases received in the month, in the time zone of their city, as they
stand at `as_of`. A case is on time when every round with a deadline was answered by it,
overdue when one was answered later or still waits although its time is over. A case whose
rounds have no deadline (answered at once, or a source that gave none) is neither; nor is one
that was withdrawn before its answer.
"""

import calendar
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from huiyin.departments.models import Unit
from huiyin.departments.queries import cities, time_zone_of
from huiyin.office.problems import WrongInput

FIGURES = """
WITH month AS (
    SELECT id, unit_id, received_at, closed_at, round_number, status
    FROM cases_case
    WHERE received_at >= %(start)s AND received_at < %(end)s AND received_at <= %(as_of)s
        AND intake_unit_id IN (SELECT id FROM departments_unit WHERE path LIKE %(path)s)
        AND (%(unit)s::bigint IS NULL OR unit_id = %(unit)s)
), turns AS (
    SELECT case_id,
        bool_or(answered_at <= %(as_of)s) AS answered,
        bool_or(due_at IS NOT NULL) AS has_deadline,
        bool_or(coalesce(answered_at, %(as_of)s) > due_at) AS late,
        bool_or(answered_at IS NULL AND due_at >= %(as_of)s) AS running
    FROM cases_round JOIN month ON month.id = case_id
    -- A withdrawn case owes no answer any more.
    WHERE answered_at IS NOT NULL OR status <> 'withdrawn'
    GROUP BY case_id
)
SELECT unit.code, unit.name, unit.name_en, unit.sort_key,
    count(*) AS received,
    count(*) FILTER (WHERE turns.answered) AS answered,
    count(*) FILTER (WHERE month.closed_at <= %(as_of)s) AS closed,
    count(*) FILTER (WHERE has_deadline AND NOT late AND NOT running) AS on_time,
    count(*) FILTER (WHERE late) AS overdue,
    count(*) FILTER (WHERE running AND NOT late) AS not_yet_due,
    count(*) FILTER (WHERE has_deadline IS NOT TRUE) AS without_deadline,
    count(*) FILTER (WHERE month.round_number > 1) AS reopened,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM month.closed_at - month.received_at) / 3600.0
    ) FILTER (WHERE month.closed_at <= %(as_of)s) AS median_hours
FROM month
LEFT JOIN turns ON turns.case_id = month.id
LEFT JOIN departments_unit AS unit ON unit.id = month.unit_id
GROUP BY unit.id
ORDER BY received DESC, unit.sort_key, unit.id
"""


COUNTS = (
    "received",
    "answered",
    "closed",
    "on_time",
    "overdue",
    "not_yet_due",
    "without_deadline",
    "reopened",
)


@dataclass(frozen=True)
class MonthRow:
    """One unit's month: counts of cases, and the median hours from receipt to closing."""

    city: str
    unit: str
    unit_code: str
    received: int
    answered: int
    closed: int
    on_time: int
    overdue: int
    not_yet_due: int
    without_deadline: int
    reopened: int
    median_hours: float | None

    def as_json(self) -> dict[str, object]:
        """The row as an object for other programs."""
        return asdict(self)


def read_month(text: str) -> tuple[int, int]:
    """Read YYYY-MM."""
    year, dash, month = text.partition("-")
    if not (dash and year.isdigit() and month.isdigit() and len(year) == 4):
        raise WrongInput(_("Write the month as YYYY-MM, for example 2026-05."))
    if not (1900 <= int(year) <= 9998 and 1 <= int(month) <= 12):
        raise WrongInput(_("Write the month as YYYY-MM, for example 2026-05."))
    return int(year), int(month)


def month_bounds(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a month in a time zone, and the first after it."""
    year, number = read_month(month)
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone)


def days_in(month: str) -> int:
    """How many days a month has."""
    return calendar.monthrange(*read_month(month))[1]


def month_rows(month: str, *, as_of: datetime, unit: Unit | None = None) -> list[MonthRow]:
    """The month of every unit that leads cases received in it, the busiest first.

    Cases nobody leads (not yet sent, returned, answered at once) stand in a row of their own.
    """
    rows: list[MonthRow] = []
    for city in cities():
        if unit is not None and not unit.path.startswith(city.path):
            continue
        start, end = month_bounds(month, time_zone_of(city))
        values: dict[str, Any] = {
            "start": start,
            "end": end,
            "as_of": as_of,
            "path": city.path + "%",
            "unit": unit.pk if unit else None,
        }
        with connection.cursor() as cursor:
            cursor.execute(FIGURES, values)
            rows += [_row(city, found) for found in cursor.fetchall()]
    return rows


def _row(city: Unit, found: tuple[Any, ...]) -> MonthRow:
    code, name, _name_en, _sort_key, *figures, median = found
    row = dict(zip(COUNTS, figures, strict=True))
    row["median_hours"] = None if median is None else round(float(median), 2)
    unit = str(name) if name is not None else _("with no unit")
    return MonthRow(city=city.name, unit=unit, unit_code=str(code or ""), **row)
