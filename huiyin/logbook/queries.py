"""Reading the logbook: what stands about a case, who looked at it, and the seals."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from huiyin.logbook import rules
from huiyin.logbook.models import Access, Entry
from huiyin.logbook.rules import Header

ENTRIES = """
SELECT e.about, e.position, e.code, e.at, e.by_label, e.body, e.hash, w.text
FROM logbook_entry e LEFT JOIN logbook_words w USING (about, position)
WHERE e.about = ANY(%s) ORDER BY e.about, e.position
"""
# As a moment stands in a body, made in the database: even a moment that Python cannot hold.
AS_MOMENT = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
SEALS = f"""
SELECT number, {AS_MOMENT}, leaves, encode(merkle_root, 'hex'), encode(prev_hash, 'hex'),
    encode(hash, 'hex')
FROM logbook_seal WHERE number >= %s AND number <= coalesce(%s, number)
"""  # noqa: S608 - only our own words


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a page shows it."""

    about: str
    position: int
    code: str
    at: datetime
    by_label: str
    details: dict[str, Any]
    words: dict[str, Any]
    # Something was written here once and has been erased since.
    words_erased: bool
    hash: str

    @property
    def official_id(self) -> int | None:
        """The official who acted, if one did."""
        return rules.author(self.by_label)[0]

    @property
    def unit_id(self) -> int | None:
        """The unit at which the official acted, if it is named."""
        return rules.author(self.by_label)[1]


def entries_about(*abouts: str) -> list[Line]:
    """The entries about these cases, in the order of number and position."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [list(abouts)])
        return [_line(row) for row in cursor.fetchall()]


def _line(row: Sequence[Any]) -> Line:
    about, position, code, at, by_label, body, hashed, text = row
    said = json.loads(body)
    return Line(
        about=about,
        position=position,
        code=code,
        at=at,
        by_label=by_label,
        details=said["details"],
        words=json.loads(text) if text else {},
        words_erased=said["words"] is not None and text is None,
        hash=bytes(hashed).hex(),
    )


def accesses_about(about: str) -> QuerySet[Access]:
    """Who looked at the data of the person behind a case, the latest first."""
    return Access.objects.filter(about=about).order_by("-at", "-pk")


def accesses_by(official_id: int) -> QuerySet[Access]:
    """What an official looked at, the latest first."""
    return Access.objects.filter(official_id=official_id).order_by("-at", "-pk")


def published_seals(first: int = 1, last: int | None = None) -> list[Header]:
    """The seals from the first to the last, as they are published."""
    with connection.cursor() as cursor:
        cursor.execute(f"{SEALS} ORDER BY number", [first, last])
        return [Header(*row) for row in cursor.fetchall()]


def last_seal() -> Header | None:
    """The newest seal."""
    with connection.cursor() as cursor:
        cursor.execute(f"{SEALS} ORDER BY number DESC LIMIT 1", [1, None])
        row = cursor.fetchone()
    return Header(*row) if row else None


def recorded(*abouts: str) -> set[str]:
    """Those of these names about which something stands in the logbook."""
    first = Entry.objects.filter(about__in=abouts, position=0)
    return set(first.values_list("about", flat=True))


def exported_entries(*abouts: str) -> Iterator[dict[str, Any]]:
    """Entries without anybody's words, for a verifier that is not ours; all, if none is named."""
    entries = Entry.objects.order_by("about", "position")
    if abouts:
        entries = entries.filter(about__in=abouts)
    for entry in entries.iterator(chunk_size=2000):
        yield {
            "about": entry.about,
            "position": entry.position,
            "body": entry.body,
            "hash": bytes(entry.hash).hex(),
        }
