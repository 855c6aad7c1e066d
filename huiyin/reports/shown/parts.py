"""The parts of a report in one language, as a page, a PDF and a text document each set them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Card:
    """One large figure with its parts, and the same of the window before."""

    label: str
    value: str
    part: str = ""
    also: str = ""
    before: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `small` stands below in grey, such as the figure with exclusions."""

    text: str
    small: str = ""


@dataclass(frozen=True)
class Grid:
    """A table: the first column is words, the others are figures."""

    title: str
    heads: list[str]
    rows: list[list[Cell]]
    note: str = ""
    has_total: bool = False

    def labelled(self) -> list[list[tuple[str, Cell]]]:
        """The rows with the head of its column beside each cell, for narrow pages."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Issue:
    """What surrounds the contents: which issue this is, and whether it was corrected since."""

    number: int = 0
    issued: str = ""
    digest: str = ""
    reason: str = ""
    changed: list[list[Any]] = field(default_factory=list)
    changes: int = 0
    corrected_by: int | None = None


@dataclass(frozen=True)
class Document:
    """A whole report in one language."""

    language: str
    city: str
    title: str
    name: str
    window: str
    stand: str
    correction: list[str]
    cards: list[Card]
    sentences: list[str]
    grids: list[Grid]
    wide: list[Grid]
    notes: list[str]
    foot: str
