"""What the guard counts, in SQL over the base tables: a row a case, and whether it shows the sign.

Each statement gives (unit_id, stratum, case_id, hit, together) for a window and for the units of
a city, as known at a moment. The figures sum these rows, the list of cases shows those that hit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from huiyin.cases.models import Case
from huiyin.departments.models import Unit
from huiyin.reports.guard.rules import RULES, Cell, Seen, Signal

NAMED = re.compile(r"%\((\w+)\)s")
# Rounds that a unit answered in the window; a merged voice was answered by its parent's unit.
ANSWERED = """
answered AS (
    SELECT coalesce(turn.unit_id, parent.unit_id) AS unit_id, turn.case_id, turn.number,
        turn.started_at, turn.answered_at, turn.due_at, turn.closed_at, turn.satisfied, turn.reply,
        one.channel, one.deadline_class, one.category_id, one.place_id, one.resident_id,
        one.parent_id IS NOT NULL AS is_merged
    FROM cases_round AS turn
    JOIN cases_case AS one ON one.id = turn.case_id AND one.kind = 'request'
    LEFT JOIN cases_case AS parent ON parent.id = one.parent_id
    WHERE turn.answered_at >= %(start)s AND turn.answered_at < %(end)s
        AND turn.answered_at <= %(as_of)s
)"""
SHOWN: Mapping[Signal, str] = {
    Signal.EXCLUDED: f"""
WITH {ANSWERED}
SELECT unit_id, '' AS stratum, case_id, EXISTS (
    SELECT 1 FROM counting_exclusion AS paper
    WHERE paper.case_id = answered.case_id AND paper.round_number = answered.number
        AND paper.granted_at <= %(as_of)s
        AND (paper.annulled_at IS NULL OR paper.annulled_at > %(as_of)s)) AS hit, 0 AS together
FROM answered""",  # noqa: S608
    # Asked and never reached, or no number was left; who is still being called is in neither.
    Signal.NO_CONTACT: f"""
WITH {ANSWERED}, asked AS (
    SELECT answered.*, (SELECT bool_or(call.reached) FROM followup_callback AS call
        WHERE call.case_id = answered.case_id AND call.round_number = answered.number
            AND call.at <= %(as_of)s) AS reached,
        EXISTS (SELECT 1 FROM followup_asking AS turn
            WHERE turn.case_id = answered.case_id AND turn.round_number = answered.number
                AND turn.wanted = 'no_contact') AS no_number
    FROM answered
)
SELECT unit_id, channel AS stratum, case_id, NOT coalesce(reached, false) AS hit, 0 AS together
FROM asked WHERE reached OR ((reached = false OR no_number) AND closed_at <= %(as_of)s)""",  # noqa: S608
    Signal.JUMP: f"""
WITH {ANSWERED}
SELECT unit_id, '' AS stratum, case_id, satisfied = 'satisfied' AS hit, 0 AS together
FROM answered WHERE satisfied <> ''""",  # noqa: S608
    # Reached twice, and the second person heard worse than the first.
    Signal.SECOND_ASKING: """
SELECT coalesce(turn.unit_id, parent.unit_id) AS unit_id, '' AS stratum, second.case_id,
    (first.solved AND second.solved = false)
        OR (first.satisfied IN ('satisfied', 'basically') AND second.satisfied = 'dissatisfied')
        AS hit, 0 AS together
FROM followup_secondasking AS second
JOIN followup_callback AS first ON first.id = second.first_id
JOIN cases_round AS turn ON turn.case_id = second.case_id AND turn.number = second.round_number
JOIN cases_case AS one ON one.id = second.case_id
LEFT JOIN cases_case AS parent ON parent.id = one.parent_id
WHERE second.reached AND second.ended_at >= %(start)s AND second.ended_at < %(end)s
    AND second.ended_at <= %(as_of)s""",
    # Cases closed so long before that each has had its days in which it could come back.
    Signal.REPEATED: """
SELECT coalesce(one.unit_id, parent.unit_id) AS unit_id, '' AS stratum, one.id AS case_id, EXISTS (
    SELECT 1 FROM cases_resident AS same JOIN cases_case AS again ON again.resident_id = same.id
    WHERE same.phone_index = who.phone_index AND again.id <> one.id
        AND again.category_id = one.category_id
        AND again.place_id IS NOT DISTINCT FROM one.place_id
        AND again.received_at > one.closed_at
        AND again.received_at <= one.closed_at + %(days)s) OR EXISTS (
    SELECT 1 FROM cases_link AS link JOIN cases_case AS again ON again.id = link.case_id
    WHERE link.other_id = one.id AND link.kind = 'repeat'
        AND again.received_at > one.closed_at
        AND again.received_at <= one.closed_at + %(days)s) AS hit, 0 AS together
FROM cases_case AS one
LEFT JOIN cases_case AS parent ON parent.id = one.parent_id
JOIN cases_resident AS who ON who.id = one.resident_id AND who.phone_index IS NOT NULL
WHERE one.kind = 'request' AND one.closed_at >= %(start)s - %(days)s
    AND one.closed_at < %(end)s - %(days)s AND one.closed_at + %(days)s <= %(as_of)s""",
    # On time, but at the very end of it. Where the whole time is short, more lies at its end: the
    # shortest are left out, a time is compared with times of about its length (steps double it).
    Signal.HEAPED: f"""
WITH {ANSWERED}
SELECT unit_id, case_id,
    deadline_class || ' ' || floor(log(2.0, greatest(
        0.5, extract(epoch FROM due_at - started_at) / 3600)::numeric)) AS stratum,
    due_at - answered_at <= %(last)s AS hit, 0 AS together
FROM answered WHERE due_at IS NOT NULL AND answered_at <= due_at
    AND due_at - started_at >= 12 * %(last)s""",  # noqa: S608
    # A question seldom has a spot. Counted are requests with a spot that were sent to a unit, and
    # those whose first entry in the logbook named another kind than they bear now.
    Signal.RETYPED: """
WITH sent AS (
    SELECT DISTINCT ON (part.case_id) part.unit_id, part.case_id
    FROM cases_assignment AS part
    WHERE part.role = 'lead' AND part.round_number = 1
        AND part.sent_at >= %(start)s AND part.sent_at < %(end)s AND part.sent_at <= %(as_of)s
    ORDER BY part.case_id, part.id DESC
), typed AS (
    SELECT sent.*, one.request_kind, one.address <> '' AS has_spot,
        one.request_kind = 'consultation' AND EXISTS (
            SELECT 1 FROM logbook_entry AS entry
            WHERE entry.about = one.number AND entry.position = 0
                AND entry.body::jsonb -> 'details' ->> 'kind' IN ('complaint', 'report')
        ) AS changed
    FROM sent JOIN cases_case AS one ON one.id = sent.case_id AND one.kind = 'request'
    WHERE one.request_kind <> 'thanks'
)
SELECT unit_id, '' AS stratum, case_id, request_kind = 'consultation' AS hit, 0 AS together
FROM typed WHERE has_spot OR changed""",
    Signal.MERGED: """
WITH voice AS (
    SELECT coalesce(parent.unit_id, one.unit_id) AS unit_id, one.id AS case_id,
        one.parent_id IS NOT NULL AS hit, coalesce(one.parent_id, one.id) AS family
    FROM cases_case AS one LEFT JOIN cases_case AS parent ON parent.id = one.parent_id
    WHERE one.kind = 'request' AND one.received_at >= %(start)s
        AND one.received_at < %(end)s AND one.received_at <= %(as_of)s
)
SELECT unit_id, '' AS stratum, case_id, hit, count(*) OVER (PARTITION BY family) AS together
FROM voice""",
    Signal.RETURNED: """
SELECT part.unit_id, '' AS stratum, part.case_id, EXISTS (
    SELECT 1 FROM cases_application AS filed
    WHERE filed.case_id = part.case_id AND filed.kind = 'objection'
        AND filed.unit_id = part.unit_id AND filed.asked_at >= part.sent_at
        AND filed.asked_at <= %(as_of)s) AS hit, 0 AS together
FROM cases_assignment AS part
WHERE part.role = 'lead' AND part.round_number = 1
    AND part.sent_at >= %(start)s AND part.sent_at < %(end)s AND part.sent_at <= %(as_of)s""",
    # The very same words were said to at least five in the window.
    Signal.SAME_WORDS: f"""
WITH {ANSWERED}
SELECT unit_id, '' AS stratum, case_id,
    count(*) OVER (PARTITION BY unit_id, md5(reply)) >= 5 AS hit, 0 AS together
FROM answered WHERE reply <> '' AND NOT is_merged""",  # noqa: S608
}


@dataclass(frozen=True)
class Window:
    """Which city, from when, until when, as known at which moment."""

    city: Unit
    start: datetime
    end: datetime
    as_of: datetime

    def before(self) -> "Window":
        """The window of the same length just before."""
        return replace(self, start=self.start - (self.end - self.start), end=self.start)


def seen_in(window: Window) -> dict[Signal, Seen]:
    """Count every signal in a window, by unit and sort of case; one query each."""
    return {
        signal: Seen(
            _cells(signal, window),
            _cells(signal, window.before()) if rule.against_before else (),
        )
        for signal, rule in RULES.items()
    }


def cases_of(signal: Signal, unit: Unit, window: Window) -> QuerySet[Case]:
    """Exactly the cases of a unit that show a sign."""
    query = f"SELECT case_id FROM ({SHOWN[signal]}) AS shown WHERE hit AND unit_id = %(unit)s"  # noqa: S608 - ours
    values = _values(window) | {"unit": unit.pk}
    places = [values[name] for name in NAMED.findall(query)]
    # Only our own words stand in the query; what was asked goes in as values.
    return Case.objects.filter(pk__in=RawSQL(NAMED.sub("%s", query), places))  # noqa: S611


def _cells(signal: Signal, window: Window) -> list[Cell]:
    query = f"""
SELECT shown.unit_id, stratum, count(*), count(*) FILTER (WHERE hit), sum(together)::bigint
FROM ({SHOWN[signal]}) AS shown JOIN departments_unit AS unit ON unit.id = shown.unit_id
WHERE unit.path LIKE %(within)s GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute(query, _values(window))
        return [Cell(*row) for row in cursor.fetchall()]


def _values(window: Window) -> dict[str, Any]:
    return {
        "start": window.start,
        "end": window.end,
        "as_of": window.as_of,
        "within": f"{window.city.path}%",
        "days": timedelta(days=settings.GUARD_REPEAT_DAYS),
        "last": timedelta(hours=settings.GUARD_LAST_HOURS),
    }
