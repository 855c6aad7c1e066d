"""What is published of exclusions and appeals: for every unit, as known at a moment.

Counted are the papers on what came to count within a window. Shares are of the call-backs of the
same window, so a unit that asks for much is seen beside one that has many call-backs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from huiyin.counting.exclusions.models import Appeal, Exclusion
from huiyin.counting.exclusions.rules import PaperKind
from huiyin.departments.models import Unit

TABLES = {PaperKind.EXCLUSION: Exclusion, PaperKind.APPEAL: Appeal}
# Which papers each number counts, as they stood at a moment.
COUNTED = {
    "asked": "true",
    "granted": "granted_at <= %(as_of)s",
    "refused": "state = 'refused' AND ruled_at <= %(as_of)s",
    "lapsed": "rule_by < %(as_of)s AND state IN ('open', 'lapsed')",
    "taken_back": "state = 'taken_back' AND ended_at <= %(as_of)s",
    "drawn": "granted_at <= %(as_of)s AND recheck_by IS NOT NULL",
    "rechecked": "rechecked_at <= %(as_of)s",
    "annulled": "annulled_at <= %(as_of)s",
}
COUNTS = tuple(COUNTED)
_COUNTS = ", ".join(f"count(*) FILTER (WHERE {which})" for which in COUNTED.values())
PAPERS = """
SELECT paper.unit_id, paper.ground, {counts}
FROM {table} AS paper JOIN departments_unit AS judged ON judged.id = paper.unit_id
WHERE paper.counted_at >= %(start)s AND paper.counted_at < %(end)s
    AND paper.asked_at <= %(as_of)s AND judged.path LIKE %(within)s
GROUP BY paper.unit_id, paper.ground
"""
# Every call-back that counted in the window by the facts known then, and those left out of it.
CALLS = """
SELECT fact.unit_id, count(*), count(*) FILTER (WHERE fact.is_excluded)
FROM counting_fact AS fact JOIN departments_unit AS judged ON judged.id = fact.unit_id
WHERE fact.tried_at >= %(start)s AND fact.tried_at < %(end)s AND fact.word = 'said'
    AND fact.known_from <= %(as_of)s
    AND (fact.known_until IS NULL OR fact.known_until > %(as_of)s)
    AND judged.path LIKE %(within)s
GROUP BY fact.unit_id
"""


@dataclass
class Row:
    """The papers of one unit, or of one ground, or of all; and the call-backs they are among."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    calls: int = 0
    excluded: int = 0
    unit: Unit | None = None
    ground: str = ""
    grounds: dict[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """How many wait for a ruling."""
        ended = ("granted", "refused", "lapsed", "taken_back")
        return self.counts["asked"] - sum(self.counts[name] for name in ended)

    @property
    def share(self) -> float | None:
        """The share of the call-backs that is left out; None where there was none."""
        return self.excluded / self.calls if self.calls else None

    def add(self, counts: Iterable[int]) -> None:
        """Count further papers in."""
        for name, number in zip(COUNTS, counts, strict=True):
            self.counts[name] += number


@dataclass(frozen=True)
class Window:
    """Of which call-backs the papers are counted, below which unit, and as known when."""

    start: datetime
    end: datetime
    within: Unit
    as_of: datetime

    @property
    def asked(self) -> dict[str, Any]:
        """The values of the queries."""
        within = f"{self.within.path}%"
        return {"start": self.start, "end": self.end, "as_of": self.as_of, "within": within}


@dataclass(frozen=True)
class Published:
    """The papers of one kind: all together, by unit and by ground."""

    kind: str
    total: Row
    units: list[Row]
    grounds: list[Row]


def published(kind: str, window: Window) -> Published:
    """Count the papers of a kind within a window: three queries."""
    total = Row()
    units: dict[int, Row] = {}
    grounds: dict[str, Row] = {}
    with connection.cursor() as cursor:
        table = TABLES[PaperKind(kind)]._meta.db_table  # noqa: SLF001 - Django's Meta API
        cursor.execute(PAPERS.format(table=table, counts=_COUNTS), window.asked)
        for unit_id, ground, *counts in cursor.fetchall():
            by_unit = units.setdefault(unit_id, Row())
            by_unit.grounds[ground] = counts[0]
            for row in (total, by_unit, grounds.setdefault(ground, Row(ground=ground))):
                row.add(counts)
        cursor.execute(CALLS, window.asked)
        for unit_id, calls, excluded in cursor.fetchall():
            for row in (total, units.setdefault(unit_id, Row())):
                row.calls += calls
                row.excluded += excluded
    known = Unit.objects.in_bulk(units)
    for unit_id, row in units.items():
        row.unit = known[unit_id]
    return Published(
        str(kind),
        total,
        sorted(units.values(), key=lambda row: (-row.counts["asked"], _sort_key(row))),
        sorted(grounds.values(), key=lambda row: (-row.counts["asked"], row.ground)),
    )


def _sort_key(row: Row) -> str:
    return row.unit.sort_key if row.unit else ""
