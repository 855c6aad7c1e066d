"""A mapping: which column of a file is what, and by which rules contradictions are settled.

`mapping_files` reads it from TOML; here stand its parts, and whether a file has its columns.
"""

import re
from collections.abc import Callable
from collections.abc import Mapping as Rows
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from huiyin.cases.rules import Status
from huiyin.exchange.imports._tables import nearest
from huiyin.exchange.imports.templates import Alternatives
from huiyin.office.problems import WrongInput

RECEIVED, DUE = "received", "due"
CREATE, DEFAULT, REJECT = "create", "default", "reject"
Path = tuple[str, ...]


def first_group(match: re.Match[str]) -> str:
    """The part of a text that a pattern is after: its first group, or all it matched."""
    return str(match[1] if match.re.groups else match[0])


@dataclass(frozen=True, slots=True)
class ValueMap:
    """What the words of a column mean; without a column, always the default.

    With a `pattern` only the part it finds is the word. An `optional` map may say nothing: an
    empty cell then means an empty word.
    """

    column: str
    values: Rows[str, str]
    default: str
    unknown: str
    optional: bool = False
    pattern: re.Pattern[str] | None = None

    def meaning(self, texts: Rows[str, str]) -> str | None:
        """The meaning of this row's word; None where the row must be rejected for it."""
        said = self._word(texts)
        if said in self.values:
            return self.values[said]
        if said and self.unknown == REJECT:
            return None
        return self.default if self.default or self.optional else None

    def _word(self, texts: Rows[str, str]) -> str:
        said = texts.get(self.column, "") if self.column else ""
        if said and self.pattern is not None:
            match = self.pattern.search(said)
            said = first_group(match) if match else said
        return said.casefold()


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a moment stands and how it is written; ISO and year-first forms need no format."""

    column: str
    formats: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class PastStep:
    """One step of a life: the status it led to, and the name of its moment."""

    end: Status
    moment: str


@dataclass(frozen=True, slots=True)
class Lives:
    """Which steps the words of the status column stand for."""

    column: str
    steps: Rows[str, tuple[PastStep, ...]]
    default: tuple[PastStep, ...] | None
    unknown: str


@dataclass(frozen=True, slots=True)
class Names:
    """How units, places or categories are named: from the widest column to the finest."""

    columns: tuple[str, ...]
    levels: tuple[str, ...]
    split: tuple[str, ...]
    english_column: str
    english: Rows[str, str]
    missing: frozenset[str]
    default: str
    unknown: str

    def allowed(self, path: Path, known: Callable[[Path], bool]) -> Path:
        """A name that may be used; for a new one, what the mapping puts in its place."""
        if not path or self.unknown == CREATE or path == (self.default,) or known(path):
            return path
        if self.unknown == DEFAULT:
            return (self.default,) if self.default else ()
        sentence = _("“%(name)s” is not known here, and the mapping makes no new ones.")
        raise WrongInput(sentence % {"name": " / ".join(path)})


@dataclass(frozen=True, slots=True)
class Mapping:
    """Everything an import must know about the files of one source."""

    source: str
    id_column: str
    zone: ValueMap
    missing: frozenset[str]
    optional: frozenset[str]
    sheet: str
    city: Rows[str, str]
    moments: Rows[str, Moment]
    lives: Lives
    unit: Names
    place: Names
    place_by_point: bool
    category: Names
    deadline_class: str
    kind: ValueMap
    channel: ValueMap
    texts: Rows[str, Alternatives]
    point: tuple[str, str]
    default_point: ValueMap
    resident: Rows[str, str]
    solved: ValueMap
    satisfied: ValueMap
    rules: Rows[str, str]

    @property
    def columns(self) -> list[str]:
        """Every column that the mapping names, once, in a fixed order."""
        maps = (self.zone, self.kind, self.channel, self.default_point, self.solved, self.satisfied)
        named = [self.id_column, self.lives.column, *self.point, *self.resident.values()]
        named += [one.column for one in maps]
        named += [moment.column for moment in self.moments.values()]
        for names in (self.unit, self.place, self.category):
            named += [*names.columns, names.english_column]
        named += [column for text in self.texts.values() for column in text.columns]
        return [column for column in dict.fromkeys(named) if column]

    @property
    def label(self) -> str:
        """How the logbook names who wrote these entries."""
        return f"import:{self.source}"

    def check_columns(self, columns: list[str]) -> None:
        """Refuse a file that lacks a column the mapping names."""
        lacking = [one for one in self.columns if one not in columns and one not in self.optional]
        sentences = []
        for column in lacking:
            near = nearest(column, columns)
            sentence = (
                _("The mapping names the column “%(column)s”, which the file does not have; "
                  "the nearest in the file is “%(near)s”.")
                if near
                else _("The mapping names the column “%(column)s”, which the file does not have.")
            )  # fmt: skip
            sentences.append(sentence % {"column": column, "near": near})
        if sentences:
            raise WrongInput("\n".join(sentences))


def code_of(prefix: str, path: Path, *, most: int) -> str:
    """A readable code; where that is too long or not unique, it ends in a digest."""
    code = f"{prefix}:{'/'.join(path)}"
    if len(code) <= most and not any("/" in name for name in path):
        return code
    exact = "\x1f".join((prefix, *path))
    return f"{code[: most - 9]}~{sha256(exact.encode()).hexdigest()[:8]}"
