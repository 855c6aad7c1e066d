"""Which lines of the catalogue fit a case, and which of several comes first. No database here.

The order is written once, in `ORDER`: the first difference between two lines decides, whatever
order they stand in. Lines that are equal in all of it are shown side by side, never guessed at.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from huiyin.places.rules import DEPTHS

# The deadline class of matters that may harm life or property.
EMERGENCY = "emergency"
# What makes a line come first, from the strongest to the weakest.
ORDER = (
    *("emergency", "category", "place", "level", "words"),
    *("kinds", "classes", "hours", "season", "channels"),
)
SETS = ("kinds", "channels", "classes")
HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
SEASON = re.compile(r"(\d{1,2})-(\d{1,2})~(\d{1,2})-(\d{1,2})")
WIDE = str.maketrans({"\uff1a": ":", "\uff0d": "-", "\u2013": "-", "\u2014": "-", "\uff5e": "~"})
LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
DAY = 24 * 60
Window = tuple[int, int]


class Stance(StrEnum):
    """What a list of duties lets a unit do."""

    LEAD = "lead"
    ASSIST_ONLY = "assist_only"


class BadCondition(ValueError):  # noqa: N818 - it names what is bad
    """A condition that cannot be read; `field` says which."""

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name)
        self.field = field_name


@dataclass(frozen=True, slots=True)
class Facts:
    """What the catalogue looks at in a case; paths are ids from the root down."""

    category: tuple[int, ...] = ()
    place: tuple[int, ...] = ()
    level: str = ""
    kind: str = ""
    channel: str = ""
    deadline_class: str = ""
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What narrows a line; `hours` are minutes of the day, `season` month × 100 + day."""

    kinds: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    hours: Window | None = None
    season: Window | None = None
    words: tuple[str, ...] = ()

    def is_empty(self) -> bool:
        """Whether nothing narrows the line."""
        return self == EVERYTHING


EVERYTHING = Conditions()


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: what it is for, and to whom it sends.

    It names a unit, or the level of the unit that answers for the place of the case.
    """

    number: int
    category: int | None = None
    place: int | None = None
    level: str = ""
    conditions: Conditions = field(default=EVERYTHING)
    unit: int | None = None
    unit_level: str = ""
    assist: tuple[str, ...] = ()
    basis: str = ""

    @property
    def aim(self) -> tuple[int | None, str]:
        """Where it sends to."""
        return self.unit, self.unit_level


# --- conditions, as they are kept and as they are typed -----------------------------------


def conditions_of(data: Mapping[str, Any]) -> Conditions:
    """Read kept conditions; raise `BadCondition` for what cannot be read."""
    unknown = set(data) - {*SETS, "hours", "season", "words"}
    if unknown:
        raise BadCondition(min(unknown))
    words = tuple(sorted({word.strip() for word in data.get("words", ()) if word.strip()}))
    return Conditions(
        **{name: frozenset(data.get(name, ())) for name in SETS},
        hours=hours_of(data.get("hours", "")),
        season=season_of(data.get("season", "")),
        words=words,
    )


def kept(conditions: Conditions) -> dict[str, Any]:
    """Conditions as they are kept: only those that narrow, each in one way of writing."""
    data: dict[str, Any] = {name: sorted(getattr(conditions, name)) for name in SETS}
    data["words"] = list(conditions.words)
    data["hours"] = hours_text(conditions.hours)
    data["season"] = season_text(conditions.season)
    return {name: value for name, value in data.items() if value}


def hours_of(text: str) -> Window | None:
    """Read “22:00-06:00”; the end is no longer in it."""
    tidy = text.translate(WIDE).replace(" ", "")
    if not tidy:
        return None
    found = HOURS.fullmatch(tidy)
    if found is None:
        raise BadCondition("hours")
    first, last = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    minutes_fit = int(found[2]) < 60 and int(found[4]) < 60
    if not minutes_fit or first >= DAY or last > DAY or first == last:
        raise BadCondition("hours")
    return first, last


def hours_text(window: Window | None) -> str:
    """A time of day as it is typed."""
    if window is None:
        return ""
    first, last = (f"{at // 60:02}:{at % 60:02}" for at in window)
    return f"{first}-{last}"


def season_of(text: str) -> Window | None:
    """Read “11-15~03-15”; both days are in it."""
    tidy = text.translate(WIDE).replace(" ", "")
    if not tidy:
        return None
    found = SEASON.fullmatch(tidy)
    if found is None:
        raise BadCondition("season")
    days = [(int(found[at]), int(found[at + 1])) for at in (1, 3)]
    if any(not 1 <= month <= 12 or not 1 <= day <= LAST_DAYS[month - 1] for month, day in days):
        raise BadCondition("season")
    return days[0][0] * 100 + days[0][1], days[1][0] * 100 + days[1][1]


def season_text(window: Window | None) -> str:
    """A season as it is typed."""
    if window is None:
        return ""
    first, last = (f"{day // 100:02}-{day % 100:02}" for day in window)
    return f"{first}~{last}"


# --- does a line fit, and which comes first -----------------------------------------------


def fits(rule: Rule, facts: Facts) -> bool:
    """Whether a line is for such a case."""
    if rule.category is not None and rule.category not in facts.category:
        return False
    if rule.place is not None and rule.place not in facts.place:
        return False
    return known_to(facts.level, rule.level) and holds_for(rule.conditions, facts)


def known_to(level: str, wanted: str) -> bool:
    """Whether a place of one level is known at least as finely as another level."""
    return not wanted or (bool(level) and DEPTHS[level] >= DEPTHS[wanted])


def holds_for(conditions: Conditions, facts: Facts) -> bool:
    """Whether every condition is met."""
    if conditions is EVERYTHING:
        return True
    chosen = (
        (conditions.kinds, facts.kind),
        (conditions.channels, facts.channel),
        (conditions.classes, facts.deadline_class),
    )
    return (
        all(not wanted or word in wanted for wanted, word in chosen)
        and is_within_hours(conditions.hours, facts.at)
        and is_within_season(conditions.season, facts.at)
        and says(conditions.words, facts.text)
    )


def is_within_hours(window: Window | None, at: datetime | None) -> bool:
    """Whether a moment lies in a time of day, which may run over midnight."""
    if window is None:
        return True
    if at is None:
        return False
    minute, (first, last) = at.hour * 60 + at.minute, window
    return first <= minute < last if first < last else minute >= first or minute < last


def is_within_season(window: Window | None, at: datetime | None) -> bool:
    """Whether a moment lies in a season, which may run over the turn of the year."""
    if window is None:
        return True
    if at is None:
        return False
    day, (first, last) = at.month * 100 + at.day, window
    return first <= day <= last if first <= last else day >= first or day <= last


def says(words: tuple[str, ...], text: str) -> bool:
    """Whether a text holds one of these words, if any are wanted."""
    return not words or any(word in text for word in words)


def rank(rule: Rule, facts: Facts) -> tuple[int, ...]:
    """How closely a fitting line is about a case; the greater comes first (see `ORDER`)."""
    return (
        int(EMERGENCY in rule.conditions.classes),
        0 if rule.category is None else facts.category.index(rule.category) + 1,
        0 if rule.place is None else facts.place.index(rule.place) + 1,
        DEPTHS[rule.level] + 1 if rule.level else 0,
        *narrowed(rule.conditions),
    )


def narrowed(conditions: Conditions) -> tuple[int, ...]:
    """Which conditions narrow a line, in the order in which they count."""
    parts = (
        conditions.words,
        conditions.kinds,
        conditions.classes,
        conditions.hours,
        conditions.season,
        conditions.channels,
    )
    return tuple(int(bool(part)) for part in parts)


def in_order(rules: Iterable[Rule], facts: Facts) -> list[list[Rule]]:
    """The lines for a case, the closest first; equal ones together, by their number."""
    ranked: dict[tuple[int, ...], list[Rule]] = {}
    for rule in rules:
        if fits(rule, facts):
            ranked.setdefault(rank(rule, facts), []).append(rule)
    return [
        sorted(ranked[key], key=lambda rule: rule.number) for key in sorted(ranked, reverse=True)
    ]


# --- what contradicts ----------------------------------------------------------------------


def conflicts(rules: Iterable[Rule]) -> list[tuple[Rule, Rule]]:
    """Pairs of lines that one case can meet, of which neither comes first, with two aims."""
    alike: dict[tuple[Any, ...], list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: rule.number):
        sort = (rule.category, rule.place, rule.level, narrowed(rule.conditions))
        alike.setdefault((*sort, EMERGENCY in rule.conditions.classes), []).append(rule)
    return [
        (first, second)
        for group in alike.values()
        for at, first in enumerate(group)
        for second in group[at + 1 :]
        if first.aim != second.aim and can_both_hold(first.conditions, second.conditions)
    ]


def can_both_hold(one: Conditions, other: Conditions) -> bool:
    """Whether some case meets both; of words this is always possible."""
    sets = [(getattr(one, name), getattr(other, name)) for name in SETS]
    if any(first and second and not first & second for first, second in sets):
        return False
    return _meet(one.hours, other.hours, end=DAY, closed=0) and _meet(
        one.season, other.season, end=1232, closed=1
    )


def _meet(one: Window | None, other: Window | None, *, end: int, closed: int) -> bool:
    if one is None or other is None:
        return True
    pieces = [_pieces(window, end, closed) for window in (one, other)]
    return any(a < d and c < b for a, b in pieces[0] for c, d in pieces[1])


def _pieces(window: Window, end: int, closed: int) -> list[Window]:
    first, last = window
    if first < last or (closed and first == last):
        return [(first, last + closed)]
    return [(first, end), (0, last + closed)]
