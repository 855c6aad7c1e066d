"""One table of a caliber's text: what it says is taken word by word, and every fault is kept.

A fault is one sentence with its line and what to do. Taking goes on after a fault, with a value
that serves, so that an author sees all of them at once.
"""

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from huiyin.counting.calibers.lines import Lines, Path
from huiyin.office.problems import WrongInput

Word = TypeVar("Word", bound=StrEnum)
MOST_SIGNS = 1_000
MOST_DIGITS = 6


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong in one line, and what to do."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return _("Line %(line)d: %(sentence)s") % {"line": self.line, "sentence": self.sentence}


class WrongCaliber(WrongInput):
    """A text that is no caliber, with all that is wrong in it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__(" ".join(map(str, self.faults)))


@dataclass
class Sheet:
    """The lines of a text and the faults found in it so far."""

    lines: Lines
    faults: list[Fault] = field(default_factory=list)
    # The tables in which something is wrong: what follows from it is not told as well.
    areas: set[str | int] = field(default_factory=set)

    def wrong(self, path: Path, sentence: str) -> None:
        """Keep a fault."""
        self.areas.add(path[0])
        self.faults.append(Fault(self.lines.of(path), sentence))


class Table:
    """What one table says; whatever is not taken is unknown."""

    def __init__(self, sheet: Sheet, said: object, path: Path = ()) -> None:
        self.sheet, self.path = sheet, path
        self.said: dict[str, Any] = dict(said) if isinstance(said, dict) else {}
        self.known: list[str] = []

    @property
    def label(self) -> str:
        """The table as its heading names it."""
        return f"[{self.path[0]}]" if self.path else _("the head of the text")

    def wrong(self, key: str, sentence: str) -> None:
        """Keep a fault of one word."""
        self.sheet.wrong((*self.path, key), sentence)

    def take(self, key: str, example: str, *, owed: bool) -> Any:
        """The value of a word, None where it is left out."""
        self.known.append(key)
        if key not in self.said and owed:
            facts = {"key": key, "table": self.label, "example": example}
            self.wrong(key, _("“%(key)s” is missing in %(table)s; write %(example)s.") % facts)
        return self.said.get(key)

    def text(self, key: str, *, owed: bool = True) -> str:
        """A line of words."""
        value = self.take(key, f'{key} = "…"', owed=owed)
        if value is None:
            return ""
        if not is_words(value) or (owed and not value.strip()):
            facts = {"key": key, "most": MOST_SIGNS}
            sentence = _("“%(key)s” is a text in quotation marks of 1 to %(most)d signs.")
            self.wrong(key, sentence % facts)
            return ""
        return str(value).strip()

    def texts(self, key: str, *, owed: bool = True) -> tuple[str, ...]:
        """A list of texts."""
        value = self.take(key, f"{key} = []", owed=owed)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(
            is_words(each) and each.strip() for each in value
        ):
            sentence = _('“%(key)s” is a list of texts such as ["…", "…"].')
            self.wrong(key, sentence % {"key": key})
            return ()
        return tuple(each.strip() for each in value)

    def word(self, key: str, kind: type[Word]) -> Word:
        """One of the words that a decision knows."""
        value = self.take(key, _either(kind, key), owed=True)
        if value is not None and (not isinstance(value, str) or value not in set(kind)):
            facts = {"key": key, "said": short(value), "known": _either(kind)}
            self.wrong(key, _("“%(key)s” says %(said)s; write %(known)s.") % facts)
            value = None
        return next(iter(kind)) if value is None else kind(value)

    def words(self, key: str, kind: type[Word], *, owed: bool = True) -> tuple[Word, ...]:
        """Several of the words that a decision knows, each once."""
        found: list[Word] = []
        for value in self.texts(key, owed=owed):
            facts = {"key": key, "said": short(value), "known": ", ".join(kind)}
            if value not in set(kind):
                sentence = _("“%(key)s” says %(said)s; it may name: %(known)s.")
                self.wrong(key, sentence % facts)
            elif value in found:
                sentence = _("“%(key)s” says %(said)s twice; write it once.")
                self.wrong(key, sentence % facts)
            else:
                found.append(kind(value))
        return tuple(found)

    def number(self, key: str, least: int, most: int) -> int:
        """A whole number."""
        value = self.take(key, f"{key} = {least}", owed=True)
        if value is None:
            return least
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            facts = {"key": key, "least": least, "most": most, "said": short(value)}
            sentence = _(
                "“%(key)s” says %(said)s; write a whole number from %(least)d to %(most)d."
            )
            self.wrong(key, sentence % facts)
            return least
        return value

    def share(self, key: str) -> Decimal:
        """A number above 0 and at most 1."""
        value = self.take(key, f"{key} = 0.5", owed=True)
        if value is None:
            return Decimal(1)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            share = Decimal("nan")
        else:
            share = Decimal(value)
        if not share.is_finite() or not 0 < share <= 1 or _digits(share) > MOST_DIGITS:
            facts = {"key": key, "said": short(value), "digits": MOST_DIGITS}
            sentence = _(
                "“%(key)s” says %(said)s; write a number above 0 and at most 1, with at most "
                "%(digits)d digits after the point, such as 0.9."
            )
            self.wrong(key, sentence % facts)
            return Decimal(1)
        return share

    def day(self, key: str, *, owed: bool = True) -> date | None:
        """A day of the calendar."""
        value = self.take(key, f"{key} = 2026-01-31", owed=owed)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            facts = {"key": key, "said": short(value)}
            sentence = _(
                "“%(key)s” says %(said)s; write a day such as 2026-01-31, without quotation marks "
                "and without an hour."
            )
            self.wrong(key, sentence % facts)
            return None
        return value

    def hour(self, key: str) -> time:
        """A time of the day, as text."""
        value = self.take(key, f'{key} = "00:00"', owed=True)
        if isinstance(value, time):
            value = f"{value:%H:%M}" if not (value.second or value.microsecond) else str(value)
        try:
            return datetime.strptime(value or "00:00", "%H:%M").time()  # noqa: DTZ007 - no moment
        except (TypeError, ValueError):
            facts = {"key": key, "said": short(value)}
            self.wrong(key, _('“%(key)s” says %(said)s; write an hour such as "12:00".') % facts)
            return time()

    def table(self, key: str, *, owed: bool = True) -> "Table | None":
        """A table below this one."""
        value = self.take(key, f"[{key}]", owed=owed)
        if value is not None and not isinstance(value, dict):
            self.wrong(
                key, _("“%(key)s” is a table; write [%(key)s] above its words.") % {"key": key}
            )
            value = None
        return None if value is None else Table(self.sheet, value, (*self.path, key))

    def tables(self, key: str) -> list["Table"]:
        """Tables that stand one after the other."""
        value = self.take(key, f"[[{key}]]", owed=True)
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            if value is not None:
                sentence = _("“%(key)s” is a row of tables; write [[%(key)s]] above each.")
                self.wrong(key, sentence % {"key": key})
            return []
        return [Table(self.sheet, each, (*self.path, key, at)) for at, each in enumerate(value)]

    def finish(self) -> None:
        """Name every word that nobody took."""
        for key in self.said:
            if key in self.known:
                continue
            near = difflib.get_close_matches(key, self.known, n=1)
            facts = {"key": short(key), "table": self.label, "known": ", ".join(self.known)}
            sentence = _("%(key)s is no word of %(table)s; it knows: %(known)s.")
            if near:
                facts["near"] = near[0]
                sentence = _("%(key)s is no word of %(table)s; perhaps you mean “%(near)s”.")
            self.wrong(key, sentence % facts)


def is_words(value: object) -> bool:
    """Whether a value is text that can be kept and shown: no signs that nobody sees."""
    if not isinstance(value, str) or len(value) > MOST_SIGNS:
        return False
    return not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in value)


def short(value: object) -> str:
    """What somebody wrote, in quotation marks and not too long."""
    said = str(value)
    return f"“{said[:40]}…”" if len(said) > 40 else f"“{said}”"


def _either(kind: type[StrEnum], key: str = "") -> str:
    known = [f'"{word}"' for word in kind]
    said = _(" or ").join(known)
    return f"{key} = {said}" if key else said


def _digits(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
