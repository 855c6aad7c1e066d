"""Reading counts for a window: from the sums, from the facts known at a moment, or from nothing.

All three ways give the same counts for each unit. The sums know only what is known now, and only
windows of whole half days; the facts know everything that was known at any moment; and the rows
of the other rooms tell it anew, without anything that is kept here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from huiyin.counting.facts.rules import COUNTED, SPANS, Moment, slot_of
from huiyin.counting.facts.telling import TOLD
from huiyin.counting.rules import Caliber, Denominator, Merged, Rounds
from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of

BY = {
    Denominator.VALID_CALL_BACKS: Moment.CALLED,
    Denominator.CALL_BACKS: Moment.TRIED,
    Denominator.CLOSED: Moment.CLOSED,
    Denominator.ANSWERED: Moment.ANSWERED,
    Denominator.RECEIVED: Moment.RECEIVED,
}
# Every moment as a condition on a fact. A decisive call-back is always the last that counts, so
# one index serves both; see `telling`.
WHEN = {
    Moment.RECEIVED: "received_at >= %(start)s AND received_at < %(end)s",
    Moment.ANSWERED: "answered_at >= %(start)s AND answered_at < %(end)s",
    Moment.CALLED: "tried_at >= %(start)s AND tried_at < %(end)s AND word = 'said'",
    Moment.TRIED: (
        "tried_at >= %(start)s AND tried_at < %(end)s AND word IN ('said', 'not_reached')"
    ),
    Moment.CLOSED: "closed_at >= %(start)s AND closed_at < %(end)s",
    Moment.DUE: "due_at >= %(start)s AND due_at < %(end)s",
}
KNOWN = "known_from <= %(as_of)s AND (known_until IS NULL OR known_until > %(as_of)s)"
NOT_YET = {"waiting", "open"}
COUNTS = ("received", "closed", "not_yet", *(name for name in COUNTED if name not in NOT_YET))


class Source(StrEnum):
    """Where counts are read from."""

    SUMS = "sums"
    FACTS = "facts"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Question:
    """What is counted, when, where, and as it was known when."""

    caliber: Caliber
    start: datetime
    end: datetime
    city: Unit
    as_of: datetime


@dataclass(frozen=True)
class Counted:
    """The counts of one unit, without what is excluded and of that alone."""

    unit_id: int | None
    is_excluded: bool
    counts: Mapping[str, int]


def moment_of(caliber: Caliber) -> Moment:
    """The moment of a round that must lie in the window."""
    return BY[caliber.denominator]


def waits_by(caliber: Caliber) -> Moment:
    """By which moment rounds without a word of their resident belong to a window."""
    return Moment.RECEIVED if moment_of(caliber) == Moment.RECEIVED else Moment.ANSWERED


def rounds_of_facts(caliber: Caliber) -> str:
    """Which rounds count, as a condition on a fact."""
    return _rounds(caliber).replace("is_first", "round_number = 1")


def voices_of_facts(caliber: Caliber) -> str:
    """Whether each resident of a merged request counts, as a condition on a fact."""
    return "parent_id IS NULL" if caliber.merged == Merged.PER_PARENT else "true"


def not_yet_of_facts(caliber: Caliber) -> str:
    """What it means that a round has no word of its resident yet, as a condition on a fact."""
    if waits_by(caliber) == Moment.RECEIVED:
        return "word IN ('waiting', 'open')"
    return "word = 'waiting'"


def read(question: Question, source: Source) -> list[Counted]:
    """The counts of every unit of a city in a window, where there are any: one query."""
    query, asked = _from_sums(question) if source == Source.SUMS else _from_rows(question, source)
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return [
            Counted(unit, excluded, dict(zip(COUNTS, counts, strict=True)))
            for unit, excluded, *counts in cursor.fetchall()
            # Sums that came to nothing again say no more than rows that never were.
            if any(counts)
        ]


def has_slots(question: Question) -> bool:
    """Whether sums can answer: whole half days, and no choice that they do not keep."""
    return _slots(question) is not None and not question.caliber.request_kinds


def _slots(question: Question) -> tuple[int, int] | None:
    zone = time_zone_of(question.city)
    first = slot_of(question.start.astimezone(zone).replace(tzinfo=None))
    end = slot_of(question.end.astimezone(zone).replace(tzinfo=None))
    return None if first is None or end is None or end < first else (first, end)


def _from_sums(question: Question) -> tuple[str, dict[str, Any]]:
    caliber = question.caliber
    chosen, by, waits = _rounds(caliber), moment_of(caliber), waits_by(caliber)
    voices = "NOT is_child" if caliber.merged == Merged.PER_PARENT else "true"
    moments = sorted({Moment.RECEIVED, Moment.CLOSED, waits, by})
    columns = [
        _summed("n_volume", f"moment = '{Moment.RECEIVED}' AND is_last"),
        _summed("n_volume", f"moment = '{Moment.CLOSED}' AND is_last"),
        _summed(
            "n_waiting + n_open" if waits == Moment.RECEIVED else "n_waiting",
            f"moment = '{waits}' AND {chosen}",
        ),
        *(
            _summed(f"n_{name}", f"moment = '{by}' AND {chosen}")
            for name in COUNTED
            if name not in NOT_YET
        ),
    ]
    stretches, asked = _stretches(*(_slots(question) or (0, 0)))
    query = f"""
SELECT unit_id, is_excluded, {", ".join(columns)} FROM counting_sum
WHERE city_id = %(city)s AND moment IN ({", ".join(f"'{moment}'" for moment in moments)})
    AND {voices} AND ({stretches})
GROUP BY unit_id, is_excluded
"""  # noqa: S608 - only our own words
    return query, asked | {"city": question.city.pk}


def _stretches(first: int, end: int) -> tuple[str, dict[str, int]]:
    """The fewest stretches that make up the half days from one until before another."""
    long = SPANS[-1]
    low, high = -(-first // long), end // long
    if low >= high:
        return "span = 1 AND slot >= %(first)s AND slot < %(end)s", {"first": first, "end": end}
    return (
        """(span = %(long)s AND slot >= %(low)s AND slot < %(high)s)
        OR (span = 1 AND slot >= %(first)s AND slot < %(inner)s)
        OR (span = 1 AND slot >= %(outer)s AND slot < %(end)s)""",
        {
            "long": long,
            "low": low,
            "high": high,
            "first": first,
            "inner": low * long,
            "outer": high * long,
            "end": end,
        },
    )


def _from_rows(question: Question, source: Source) -> tuple[str, dict[str, Any]]:
    caliber = question.caliber
    by, waits = WHEN[moment_of(caliber)], WHEN[waits_by(caliber)]
    chosen, not_yet = rounds_of_facts(caliber), not_yet_of_facts(caliber)
    conditions = [
        f"{WHEN[Moment.RECEIVED]} AND is_last",
        f"{WHEN[Moment.CLOSED]} AND is_last",
        f"{waits} AND {chosen} AND {not_yet}",
        *(
            f"{by} AND {chosen} AND {which}"
            for name, which in COUNTED.items()
            if name not in NOT_YET
        ),
    ]
    columns = ", ".join(f"count(*) FILTER (WHERE {each})" for each in conditions)
    begins, rows = _rows(source)
    query = f"""
{begins}
SELECT unit_id, is_excluded, {columns} FROM {rows}
WHERE city_id = %(city)s AND {voices_of_facts(caliber)}
    AND (%(kinds)s::text[] IS NULL OR request_kind = ANY(%(kinds)s::text[]))
    AND ({" OR ".join(f"({WHEN[moment]})" for moment in _moments(caliber))})
GROUP BY unit_id, is_excluded
"""  # noqa: S608 - only our own words
    return query, asked_of(question)


def asked_of(question: Question) -> dict[str, Any]:
    """The values of a question, by the names that its query uses."""
    return {
        "start": question.start,
        "end": question.end,
        "as_of": question.as_of,
        "city": question.city.pk,
        "kinds": sorted(question.caliber.request_kinds) or None,
    }


def _moments(caliber: Caliber) -> list[Moment]:
    return sorted({Moment.RECEIVED, Moment.CLOSED, waits_by(caliber), moment_of(caliber)})


def _rows(source: Source) -> tuple[str, str]:
    if source == Source.FACTS:
        return "", f"(SELECT * FROM counting_fact WHERE {KNOWN}) AS fact"  # noqa: S608 - ours
    # Which cases can have a moment in the window; everything about them is told anew.
    return (
        f"""
WITH wanted AS MATERIALIZED (
    SELECT id FROM cases_case WHERE received_at >= %(start)s AND received_at < %(end)s
    UNION SELECT id FROM cases_case WHERE closed_at >= %(start)s AND closed_at < %(end)s
    UNION SELECT case_id FROM cases_round WHERE answered_at >= %(start)s AND answered_at < %(end)s
    UNION SELECT case_id FROM cases_round WHERE closed_at >= %(start)s AND closed_at < %(end)s
    UNION SELECT case_id FROM followup_callback WHERE at >= %(start)s AND at < %(end)s
), {TOLD}""",  # noqa: S608 - only our own words
        "fresh",
    )


def _summed(what: str, which: str) -> str:
    return f"coalesce(sum({what}) FILTER (WHERE {which}), 0)"


def _rounds(caliber: Caliber) -> str:
    return {Rounds.LAST: "is_last", Rounds.FIRST: "is_first", Rounds.EVERY: "true"}[caliber.rounds]
