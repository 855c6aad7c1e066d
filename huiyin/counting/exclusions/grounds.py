"""The dated list of grounds for exclusions and appeals: shipped as data, or a city's own file.

A file that says something unknown is refused by name, so that a typing error cannot become a
ground.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from huiyin.counting.exclusions.rules import Count, PaperKind

SHIPPED = Path(__file__).resolve().with_name("grounds.toml")
LISTS = {PaperKind.EXCLUSION: "exclusion", PaperKind.APPEAL: "appeal"}
HEAD = {"name", "name_en", "source", "source_en"}
LONGEST_CODE = 40


@dataclass(frozen=True)
class Ground:
    """One ground: in words, from which day until which, and whether a file must prove it."""

    code: str
    name: str
    valid_from: date
    needs_evidence: bool
    source: str
    name_en: str = ""
    source_en: str = ""
    valid_to: date | None = None

    def __str__(self) -> str:
        return _said(self.name, self.name_en)

    @property
    def from_where(self) -> str:
        """The source in the reader's language."""
        return _said(self.source, self.source_en)

    def holds_on(self, day: date) -> bool:
        """Whether it may be invoked on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class GroundList:
    """All grounds that ever held, and where the list is from."""

    name: str
    name_en: str
    source: str
    source_en: str
    grounds: dict[PaperKind, dict[str, Ground]]

    @property
    def from_where(self) -> str:
        """The source in the reader's language."""
        return _said(self.source, self.source_en)


def grounds_on(kind: PaperKind, day: date) -> list[Ground]:
    """The grounds that may be invoked on a day, in the order of the list."""
    return [ground for ground in city_list().grounds[kind].values() if ground.holds_on(day)]


def ground_label(kind: PaperKind, code: str) -> str:
    """How a ground is said; its code where the list no longer knows it."""
    return str(city_list().grounds[kind].get(code, code))


def city_list() -> GroundList:
    """The city's own list, or the shipped one."""
    return _read(Path(settings.EXCLUSION_GROUNDS) if settings.EXCLUSION_GROUNDS else SHIPPED)


@lru_cache(maxsize=8)
def _read(path: Path) -> GroundList:
    return read_grounds(path.read_text(encoding="utf-8"))


def read_grounds(text: str) -> GroundList:
    """Read a list; raises ValueError in a sentence that names what is wrong."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise ValueError(f"The list of grounds is not TOML: {broken}.") from None
    unknown = sorted(set(said) - HEAD - set(LISTS.values()))
    if unknown:
        raise ValueError(f"The list of grounds says “{unknown[0]}”, which no list knows.")
    missing = sorted(word for word in ("name", "source") if not said.get(word))
    if missing:
        raise ValueError(f"The list of grounds does not say “{missing[0]}”.")
    grounds = {kind: _grounds(said.get(word, [])) for kind, word in LISTS.items()}
    strange = sorted(set(grounds[PaperKind.APPEAL]) - set(Count))
    if strange:
        known = ", ".join(Count)
        raise ValueError(f"No appeal is about “{strange[0]}”; write one of: {known}.")
    head = {word: str(said.get(word, "")) for word in HEAD}
    return GroundList(**head, grounds=grounds)


def _grounds(rows: list[dict[str, Any]]) -> dict[str, Ground]:
    found: dict[str, Ground] = {}
    for row in rows:
        try:
            ground = Ground(**row)
        except TypeError as wrong:
            raise ValueError(f"A ground cannot be read: {wrong}.") from None
        dates = [ground.valid_from, *([ground.valid_to] if ground.valid_to else [])]
        if not all(type(day) is date for day in dates):
            raise ValueError(f"The days of ground “{ground.code}” are written as 2026-01-31.")
        if type(ground.needs_evidence) is not bool or not ground.name or not ground.source:
            raise ValueError(f"Ground “{ground.code}” needs a name, a source, and true or false.")
        if ground.code in found or not 0 < len(ground.code) <= LONGEST_CODE:
            raise ValueError(f"The code “{ground.code}” is empty, too long or stands twice.")
        found[ground.code] = ground
    return found


def _said(words: str, in_english: str) -> str:
    if in_english and (get_language() or "").startswith("en"):
        return in_english
    return words
