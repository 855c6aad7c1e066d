"""Folding what changed into the facts and their sums, so that every figure stands for ever.

A figure is read as of a moment that is settled: whatever is learned afterwards is written down
as known from later. So the same question as of the same moment has the same answer always.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from huiyin.counting.facts.models import Standing, Touched
from huiyin.counting.facts.summing import GAINED
from huiyin.counting.facts.telling import COLUMNS, TOLD

AT_ONCE = 5_000
# So many portions before a figure is read; what is left is counted by the job.
PORTIONS = 20
AFTER = timedelta(microseconds=1)
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
_NAMES = ", ".join(COLUMNS)
_FRESH = ", ".join(f"fresh.{name}" for name in COLUMNS)
_KNOWN = ", ".join(f"known.{name}" for name in COLUMNS)
_FACT = ", ".join(f"fact.{name}" for name in COLUMNS)
FOLD = f"""
WITH taken AS (
    DELETE FROM counting_touched
    WHERE id IN (SELECT id FROM counting_touched ORDER BY id LIMIT %(most)s)
    RETURNING case_id
), wanted AS MATERIALIZED (
    SELECT case_id AS id FROM taken WHERE case_id IS NOT NULL
    -- The lead of a merged request is that of its parent.
    UNION SELECT child.id FROM taken JOIN cases_case AS child ON child.parent_id = taken.case_id
), {TOLD}, known AS MATERIALIZED (
    SELECT {_FACT} FROM counting_fact AS fact JOIN wanted ON wanted.id = fact.case_id
    WHERE fact.known_until IS NULL
), changed AS MATERIALIZED (
    SELECT case_id, round_number FROM known FULL JOIN fresh USING (case_id, round_number)
    WHERE ({_KNOWN}) IS DISTINCT FROM ({_FRESH})
), gone AS (
    UPDATE counting_fact AS fact SET known_until = %(at)s FROM changed
    WHERE fact.case_id = changed.case_id AND fact.round_number = changed.round_number
        AND fact.known_until IS NULL
    RETURNING {_FACT}
), come AS (
    INSERT INTO counting_fact ({_NAMES}, known_from)
    SELECT {_FRESH}, %(at)s FROM fresh JOIN changed USING (case_id, round_number)
    -- Only when what it supersedes is gone.
    WHERE (SELECT count(*) FROM gone) >= 0
    RETURNING {_NAMES}
), turned AS (
    SELECT -1 AS sign, gone.* FROM gone UNION ALL SELECT 1, come.* FROM come
), {GAINED}
SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM changed),
    EXISTS (SELECT FROM taken WHERE case_id IS NULL)
"""  # noqa: S608 - only our own words
_OF_UNIT = ("code", "name", "name_en", "level", "path", "sort_key", "dissolved_on")
_UNIT, _THEN = (", ".join(f"{row}.{name}" for name in _OF_UNIT) for row in ("unit", "known"))
UNITS = f"""
WITH changed AS MATERIALIZED (
    SELECT coalesce(unit.id, known.unit_id) AS id, unit.id IS NOT NULL AS is_there
    FROM departments_unit AS unit
    FULL JOIN (SELECT * FROM counting_knownunit WHERE known_until IS NULL) AS known
        ON known.unit_id = unit.id
    WHERE unit.id IS NULL OR known.unit_id IS NULL OR ({_UNIT}) IS DISTINCT FROM ({_THEN})
), gone AS (
    UPDATE counting_knownunit AS known SET known_until = %(at)s FROM changed
    WHERE known.unit_id = changed.id AND known.known_until IS NULL RETURNING known.unit_id
)
INSERT INTO counting_knownunit (unit_id, {", ".join(_OF_UNIT)}, known_from)
SELECT unit.id, {_UNIT}, %(at)s FROM departments_unit AS unit JOIN changed USING (id)
WHERE (SELECT count(*) FROM gone) >= 0
"""  # noqa: S608 - only our own words


def fold(*, at: datetime) -> int:
    """Count in all cases that changed, portion by portion; gives how many were looked at."""
    looked_at = 0
    while taken := _fold_portion(at):
        looked_at += taken
    return looked_at


@dataclass(frozen=True)
class Settled:
    """When facts changed last: the sums answer as of no earlier moment.

    `is_behind` where so much changed at once that some of it is left to the job.
    """

    folded_at: datetime
    is_behind: bool


@transaction.atomic
def settle(as_of: datetime) -> Settled:
    """Make a moment one as of which figures can be read, and never change any more."""
    standing = _held()
    if as_of <= standing.settled_at:
        return Settled(standing.folded_at, is_behind=False)
    portions = PORTIONS
    while (is_behind := Touched.objects.exists()) and portions:
        _take(standing, as_of)
        portions -= 1
    standing.settled_at = as_of
    standing.save()
    return Settled(standing.folded_at, is_behind=is_behind)


def is_changed_since(moment: datetime) -> bool:
    """Whether the sums know of more than was known at a moment."""
    return Standing.objects.filter(folded_at__gt=moment).exists()


@transaction.atomic
def _fold_portion(at: datetime) -> int:
    standing = _held()
    # What is learned now must not change what was read before.
    at = max(at, standing.settled_at + AFTER)
    taken = _take(standing, at)
    if taken:
        standing.settled_at = at
        standing.save()
    return taken


def _held() -> Standing:
    """The one row, held until the end of the transaction."""
    rows = Standing.objects.select_for_update()
    found = rows.filter(pk=1).first()
    if found is None:
        first = Standing(pk=1, folded_at=BEGINNING, settled_at=BEGINNING)
        Standing.objects.bulk_create([first], ignore_conflicts=True)
        found = rows.get(pk=1)
    return found


def _take(standing: Standing, at: datetime) -> int:
    asked: dict[str, Any] = {"most": AT_ONCE, "at": at, "zone": settings.TIME_ZONE}
    with connection.cursor() as cursor:
        cursor.execute(FOLD, asked)
        taken, changed, has_units = cursor.fetchone()
        if has_units:
            cursor.execute(UNITS, asked)
    if changed:
        standing.folded_at = at
    return int(taken)
