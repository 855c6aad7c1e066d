"""What an issued report is: its kinds, its canonical text, what a correction changed.

Contents are plain JSON without floating-point numbers, so that the same contents have the same
text and the same digest on every machine and in every version of Python.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from huiyin.departments.rules import Post

# The form of the contents; a reader of an old report asks for the form that it was written in.
FORM = 1
FORMATS = ("pdf", "xlsx", "docx")
# Named in a sentence; a correction that changed more says how many there are in all.
MOST_NAMED = 200
LONGEST_REASON = 1_000


class Kind(StrEnum):
    """How long a report looks back."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Stage(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    QUEUED = "queued"
    # Handed to the mail server at this moment: whoever finds it so later does not know the end.
    LEAVING = "leaving"
    SENT = "sent"
    FAILED = "failed"
    UNCLEAR = "unclear"
    UNWANTED = "unwanted"


# Who reads issued reports, who issues and corrects them, and who keeps the list of readers.
READERS = frozenset({Post.ANALYST, Post.LEADER, Post.SUPERVISOR})
ISSUERS = frozenset({Post.ANALYST})
KEEPERS = frozenset({Post.ANALYST, Post.ADMINISTRATOR})
# A mail is tried so often; the pauses between grow.
TRIES = 6
# A mail that was being handed over for so long will not be heard of again.
LOST = timedelta(hours=1)


@dataclass(frozen=True)
class Change:
    """One place in which two contents differ; None where one of them has nothing there."""

    path: tuple[str, ...]
    old: str | None
    new: str | None

    def as_json(self) -> list[Any]:
        """The change as it is kept with a correction."""
        return [list(self.path), self.old, self.new]


def canonical(contents: Mapping[str, Any]) -> str:
    """The one text of contents: keys sorted, no spaces, no number with a point."""
    _refuse_floats(contents)
    return json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """The SHA-256 of a canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def differences(old: Any, new: Any) -> list[Change]:
    """Where two contents differ, place by place; rows are known by their code, not their place."""
    return list(_differences(old, new, ()))


def _differences(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Change]:
    if _is_rows(old) and _is_rows(new):
        old, new = _by_code(old), _by_code(new)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _differences(old.get(key), new.get(key), (*path, key))
    elif old != new:
        yield Change(path, _said(old), _said(new))


def _is_rows(value: Any) -> bool:
    """Whether a value is a list of rows that each have a code."""
    return isinstance(value, Sequence) and all(
        isinstance(row, Mapping) and "code" in row for row in value
    )


def _by_code(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {str(row["code"]): row for row in rows}


def _said(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value
    return canonical({"": value})[4:-1]


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("Write a number with a point as text: floats differ between machines.")
    if isinstance(value, Mapping):
        for each in value.values():
            _refuse_floats(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_floats(each)


def is_due(end: datetime, *, wait: timedelta, at: datetime) -> bool:
    """Whether a window that ended has rested long enough for its report."""
    return at >= end + wait
