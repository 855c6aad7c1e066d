"""Writing in the logbook: one entry within a step, or whole histories in bulk.

An entry is written in the transaction of the step it tells of, so that neither stands
without the other. Personal data goes into `words`, never into the details.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from huiyin.departments.models import Official
from huiyin.logbook import rules
from huiyin.logbook._copying import copy_rows
from huiyin.logbook.models import Access
from huiyin.logbook.rules import Step
from huiyin.office.problems import WrongInput

__all__ = ["Recorded", "Step", "record", "record_access", "record_many"]

CHAINS_AT_ONCE = 2_000

# One statement: the row of the chain is the lock on which a second recorder waits, and the
# hash is made where the head is known. The same formula as `rules.entry_hash`.
RECORD = """
WITH chain AS (
    INSERT INTO logbook_chain AS c (about, length, previous, head, sealed_length)
    VALUES (%(about)s, 1, %(start)s, %(first)s, 0)
    ON CONFLICT (about) DO UPDATE SET
        length = c.length + 1,
        previous = c.head,
        head = sha256(%(mark)s || c.head || int8send(c.length::bigint) || %(body_hash)s)
    RETURNING length - 1 AS position, previous, head
), entry AS (
    INSERT INTO logbook_entry (about, position, code, at, by_label, body, prev, hash)
    SELECT %(about)s, position, %(code)s, %(at)s, %(by_label)s, %(body)s, previous, head FROM chain
)"""
WITH_WORDS = """, words AS (
    INSERT INTO logbook_words (about, position, salt, text)
    SELECT %(about)s, position, %(salt)s, %(words)s FROM chain
)"""
RECORDED = " SELECT position, head FROM chain"
ENTRY_COLUMNS = {
    "about": "varchar",
    "position": "int4",
    "code": "varchar",
    "at": "timestamptz",
    "by_label": "varchar",
    "body": "text",
    "prev": "bytea",
    "hash": "bytea",
}
WORDS_COLUMNS = {"about": "varchar", "position": "int4", "salt": "bytea", "text": "text"}
MOVE_HEADS = """
INSERT INTO logbook_chain (about, length, previous, head, sealed_length)
SELECT *, 0 FROM unnest(%s::varchar[], %s::int[], %s::bytea[], %s::bytea[])
ON CONFLICT (about) DO UPDATE
SET length = EXCLUDED.length, previous = EXCLUDED.previous, head = EXCLUDED.head
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where an entry stands in the chain of a case, and its hash."""

    about: str
    position: int
    hash: bytes


class _Written(NamedTuple):
    body: str
    body_hash: bytes
    salt: bytes | None
    words: str | None


def record(
    code: str,
    *,
    about: str,
    by: Official | str,
    at: datetime,
    unit: int | None = None,
    words: dict[str, Any] | None = None,
    **details: Any,
) -> Recorded:
    """Write one entry in the transaction of the step it tells of.

    `unit` is where the official acts. `words` is whatever people wrote or may be personal:
    it is kept beside the chain and can be erased; the details are stable words and numbers.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An entry is written in the transaction of the step it tells of; open one first."
        )
    label = by if isinstance(by, str) else rules.official_label(by.pk, unit)
    step = Step(code, at, label, details, words or None)
    written, start = _written(about, step), rules.chain_start(about)
    values: dict[str, Any] = {
        "about": about,
        "start": start,
        "first": rules.entry_hash(start, 0, written.body_hash),
        "mark": rules.ENTRY,
        "body_hash": written.body_hash,
        "code": code,
        "at": at,
        "by_label": label,
        "body": written.body,
        "salt": written.salt,
        "words": written.words,
    }
    statement = RECORD + (WITH_WORDS if step.words else "") + RECORDED
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        position, head = cursor.fetchone()
    return Recorded(about, position, bytes(head))


def record_many(chains: Iterable[tuple[str, Iterable[Step]]]) -> int:
    """Write whole histories, new or going on, in one transaction; return how many entries.

    The histories may come from a generator: they are taken in portions, so memory stays flat.
    """
    histories, count = iter(chains), 0
    with transaction.atomic():
        while portion := list(islice(histories, CHAINS_AT_ONCE)):
            count += _record_portion(portion)
    return count


def record_access(
    about: str, *, by: Official, at: datetime, why: str, unit: int | None = None
) -> None:
    """Write down that an official looked at the data of a person, and for what."""
    Access.objects.create(
        about=about,
        at=at,
        by_label=rules.official_label(by.pk, unit),
        official_id=by.pk,
        unit_id=unit,
        why=why,
    )


def record_sending(about: str, *, at: datetime, why: str) -> None:
    """Write down that the system itself opened the data of a person, and for what."""
    Access.objects.create(about=about, at=at, by_label="system", why=why)


def record_accesses(
    seats: Mapping[str, int | None], *, by: Official, at: datetime, why: str
) -> None:
    """Write down one look at the data behind several cases: for each its number and the seat."""
    Access.objects.bulk_create(
        Access(
            about=about,
            at=at,
            by_label=rules.official_label(by.pk, unit),
            official_id=by.pk,
            unit_id=unit,
            why=why,
        )
        for about, unit in seats.items()
    )


def _written(about: str, step: Step) -> _Written:
    salt = words = committed = None
    # One question to the system for both salts: it is asked for each of a million entries.
    fresh = os.urandom(24)
    if step.words:
        salt = fresh[8:]
        try:
            words = rules.canonical(step.words)
        except rules.HalfCharacter as found:
            sentence = _("The text holds a broken character; write that place again.")
            raise WrongInput(sentence) from found
        committed = rules.commitment(salt, words)
    body = rules.entry_body(about, step, salt=fresh[:8].hex(), committed=committed)
    return _Written(body, rules.body_hash(body), salt, words)


def _record_portion(portion: list[tuple[str, Iterable[Step]]]) -> int:
    heads = _heads_locked(sorted({about for about, _steps in portion}))
    previous: dict[str, bytes] = {}
    entries: list[tuple[Any, ...]] = []
    words: list[tuple[Any, ...]] = []
    for about, steps in portion:
        length, head = heads.get(about) or (0, rules.chain_start(about))
        for step in steps:
            written = _written(about, step)
            prev, head = head, rules.entry_hash(head, length, written.body_hash)
            row = (about, length, step.code, step.at, step.by_label, written.body, prev, head)
            entries.append(row)
            if written.words is not None:
                words.append((about, length, written.salt, written.words))
            length += 1
            previous[about], heads[about] = prev, (length, head)
    copy_rows("logbook_entry", ENTRY_COLUMNS, entries)
    copy_rows("logbook_words", WORDS_COLUMNS, words)
    abouts = sorted(previous)
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE_HEADS,
            [
                abouts,
                [heads[about][0] for about in abouts],
                [previous[about] for about in abouts],
                [heads[about][1] for about in abouts],
            ],
        )
    return len(entries)


def _heads_locked(abouts: list[str]) -> dict[str, tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT about, length, head FROM logbook_chain WHERE about = ANY(%s)"
            " ORDER BY about FOR UPDATE",
            [abouts],
        )
        return {about: (length, bytes(head)) for about, length, head in cursor.fetchall()}
