"""派单异议 in figures: how often units object to what they were sent, and what was ruled.

For each unit, and for each dispatcher, what became of the cases that were sent in a month. A
case that begins a further round was not sent anew; nobody chose its unit again.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.departments.models import Official, Unit
from huiyin.departments.queries import time_zone_of
from huiyin.office.problems import WrongInput
from huiyin.reports.months import month_bounds

NAMED = re.compile(r"%\((\w+)\)s")
# One row for each sending and each objection to it; a sending without objection has one row.
JUDGED = """
WITH sent AS (
    SELECT part.id, part.case_id, part.unit_id, part.sent_by_id, part.sent_at
    FROM cases_assignment AS part
    JOIN departments_unit AS lead ON lead.id = part.unit_id
    WHERE part.role = 'lead'
        AND part.sent_at >= %(start)s AND part.sent_at < %(end)s AND part.sent_at <= %(as_of)s
        AND lead.path LIKE %(within)s
        AND (part.round_number = 1 OR EXISTS (
            SELECT 1 FROM cases_assignment AS before
            WHERE before.case_id = part.case_id AND before.role = 'lead'
                AND before.round_number = part.round_number AND before.id < part.id))
), judged AS (
    SELECT sent.*, paper.id AS paper, paper.ruling, paper.hours
    FROM sent LEFT JOIN LATERAL (
        SELECT filed.id,
            CASE WHEN filed.ruled_at <= %(as_of)s THEN filed.ruling ELSE '' END AS ruling,
            CASE WHEN filed.ruled_at <= %(as_of)s AND filed.ruling <> ''
                THEN extract(epoch FROM filed.ruled_at - filed.asked_at) / 3600.0 END AS hours
        FROM cases_application AS filed
        WHERE filed.case_id = sent.case_id AND filed.kind = 'objection'
            AND filed.unit_id = sent.unit_id
            AND filed.asked_at >= sent.sent_at AND filed.asked_at <= %(as_of)s
            -- An objection is against the last sending before it.
            AND NOT EXISTS (
                SELECT 1 FROM cases_assignment AS later
                WHERE later.case_id = sent.case_id AND later.role = 'lead'
                    AND later.id > sent.id AND later.sent_at <= filed.asked_at)
    ) AS paper ON true
)
"""
# Which cases a figure counts, each once: `cases_behind_returns` lists exactly these.
COUNTED = {
    "sent": "true",
    "objected": "paper IS NOT NULL",
    "granted": "ruling IN ('redispatch', 'return')",
    "upheld": "ruling = 'uphold'",
    "designated": "ruling = 'designate'",
}
COUNTS = tuple(COUNTED)
_COUNTS = ",\n    ".join(
    f"count(DISTINCT case_id) FILTER (WHERE {which}) AS {name}" for name, which in COUNTED.items()
)
FIGURES = f"""{JUDGED}
SELECT grouping(unit_id), grouping(sent_by_id), unit_id, sent_by_id,
    {_COUNTS},
    percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) FILTER (WHERE hours IS NOT NULL)
FROM judged GROUP BY GROUPING SETS ((unit_id), (sent_by_id), ())
"""  # noqa: S608 - only our own words


@dataclass(frozen=True)
class ReturnsRow:
    """Cases sent in a month, those objected to, and what was ruled; median hours to rulings.

    `key` names the row for the list of its cases: a unit's code, or `by:` and an official.
    """

    key: str
    label: str
    sent: int
    objected: int
    granted: int
    upheld: int
    designated: int
    median_hours: float | None


@dataclass(frozen=True)
class Returns:
    """A unit's month with those below it: the sum, and a row for each unit and dispatcher."""

    total: ReturnsRow
    units: list[ReturnsRow]
    dispatchers: list[ReturnsRow]


def month_of_returns(unit: Unit, month: str, *, as_of: datetime) -> Returns:
    """Count what was sent in a month to a unit and those below it."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, _asked(unit, month, as_of=as_of))
        found = cursor.fetchall()
    units = Unit.objects.in_bulk([row[2] for row in found if row[2]])
    people = Official.objects.in_bulk([row[3] for row in found if row[3]])
    total = ReturnsRow("", str(unit), 0, 0, 0, 0, 0, None)
    by_unit, by_dispatcher = [], []
    for is_not_unit, is_not_person, unit_id, sent_by, *counts in found:
        if is_not_unit and is_not_person:
            total = ReturnsRow("", str(unit), *counts)
        elif is_not_person:
            by_unit.append(ReturnsRow(units[unit_id].code, str(units[unit_id]), *counts))
        else:
            name = people[sent_by].name if sent_by else _("not known")
            by_dispatcher.append(ReturnsRow(f"by:{sent_by or ''}", name, *counts))
    return Returns(total, _sorted(by_unit), _sorted(by_dispatcher))


def cases_behind_returns(
    figure: str, row: str, unit: Unit, month: str, *, as_of: datetime
) -> QuerySet[Case]:
    """The cases that a number of the table counts, as it stood at a moment."""
    if figure not in COUNTED:
        raise WrongInput(_("There is no figure “%(name)s”.") % {"name": figure})
    values = _asked(unit, month, as_of=as_of)
    query = f"{JUDGED} SELECT case_id FROM judged WHERE ({COUNTED[figure]})"  # noqa: S608 - ours
    if row == "by:":
        query += " AND sent_by_id IS NULL"
    elif row.startswith("by:"):
        query += " AND sent_by_id::text = %(row)s"
        values["row"] = row.removeprefix("by:")
    elif row:
        query += " AND unit_id = (SELECT id FROM departments_unit WHERE code = %(row)s)"
        values["row"] = row
    places = [values[name] for name in NAMED.findall(query)]
    # Only our own words stand in the query; what was asked goes in as values.
    return Case.objects.filter(pk__in=RawSQL(NAMED.sub("%s", query), places))  # noqa: S611


def _asked(unit: Unit, month: str, *, as_of: datetime) -> dict[str, Any]:
    start, end = month_bounds(month, time_zone_of(unit))
    return {"start": start, "end": end, "as_of": as_of, "within": f"{unit.path}%"}


def _sorted(rows: list[ReturnsRow]) -> list[ReturnsRow]:
    return sorted(rows, key=lambda row: (-row.objected, -row.sent, row.key))
