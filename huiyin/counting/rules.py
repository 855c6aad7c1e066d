"""What a caliber (口径) says: how a city counts, in words that no database is needed for.

A caliber is data, dated and never changed. Each word below is one decision that today's practice
takes silently; `docs/reference/calibers.md` says what each means and which faults it mends.
"""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from huiyin.counting.canonical import written

MIDNIGHT, NOON = time(0, 0), time(12, 0)
# A Monday: weeks are counted from it, as far as any day lies before or after.
A_MONDAY = date(2024, 1, 1)


class WindowKind(StrEnum):
    """How time is cut into windows."""

    MONTH = "month"
    MONTH_FROM_DAY = "month_from_day"
    DAYS = "days"
    LISTED = "listed"


class Denominator(StrEnum):
    """What brings a round of a voice into a window: the moment that must lie in it."""

    VALID_CALL_BACKS = "valid_call_backs"
    CALL_BACKS = "call_backs"
    CLOSED = "closed"
    ANSWERED = "answered"
    RECEIVED = "received"


class Event(StrEnum):
    """What may be credited to a counted round."""

    CONTACTED = "contacted"
    SOLVED = "solved"
    SATISFIED = "satisfied"
    BASICALLY = "basically"
    ON_TIME = "on_time"


# A resident says one of these, never two: their credits are not added.
SAYS_ONE_OF = frozenset({Event.SATISFIED, Event.BASICALLY})


class Merged(StrEnum):
    """Whether each resident of a merged request counts, or all of them as one."""

    PER_VOICE = "per_voice"
    PER_PARENT = "per_parent"


class Rounds(StrEnum):
    """Which rounds of a request that was done again count."""

    LAST = "last"
    FIRST = "first"
    EVERY = "every"


class Open(StrEnum):
    """What becomes of a round that belongs to the window but has no word of the resident."""

    LEAVE_OUT = "leave_out"
    COUNT_AS_OPEN = "count_as_open"


class RankedBy(StrEnum):
    """Which figure gives the places; the other is always shown beside it."""

    NET = "net"
    ALL = "all"


class ZeroN(StrEnum):
    """What a unit gets of which nothing was counted."""

    ZERO = "zero"
    NOT_RATED = "not_rated"


class Totals(StrEnum):
    """How the last row of a group is made."""

    SUM = "sum"
    UNWEIGHTED_MEAN = "unweighted_mean"


class RoundedWhen(StrEnum):
    """Whether places are given by the exact score or by the rounded one."""

    BEFORE_SORTING = "before_sorting"
    DISPLAY_ONLY = "display_only"


class Half(StrEnum):
    """Where a half goes: up, as clerks round, or to the even digit, as many programs do."""

    UP = "up"
    EVEN = "even"


class Tie(StrEnum):
    """What parts units of one score; where nothing parts them they share a place."""

    RECEIVED_DESC = "received_desc"
    RECEIVED_ASC = "received_asc"
    COUNTED_DESC = "counted_desc"
    CODE = "code"


class Compared(StrEnum):
    """How counts of two windows of unequal length are set side by side."""

    PER_DAY = "per_day"
    AS_IS = "as_is"


class Below(StrEnum):
    """Where the work of a unit counts that is in no group itself, as a community of a street."""

    COUNT_UP = "count_up"
    LEAVE_OUT = "leave_out"


class Basis(StrEnum):
    """Which people a figure per 10,000 is divided by."""

    RESIDENT = "resident"
    SERVED = "served"
    REGISTERED = "registered"


@dataclass(frozen=True)
class Period:
    """One window of a list, both days included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Window:
    """How time is cut; see `windows.py` for the days and moments.

    `first_day` is of `month_from_day` (19: from the 19th to the 18th); `length` and `anchor` of
    `days` (so many days, counted from that one); `periods` of `listed`. A counting day begins at
    `starts_at`; one that begins at noon or later begins on the evening before, so that “noon to
    noon” of the 19th is from noon of the 18th to noon of the 19th.
    """

    kind: WindowKind = WindowKind.MONTH
    starts_at: time = MIDNIGHT
    first_day: int = 1
    length: int = 1
    anchor: date = A_MONDAY
    periods: tuple[Period, ...] = ()


DAILY = Window(WindowKind.DAYS, length=1)
WEEKLY = Window(WindowKind.DAYS, length=7)


@dataclass(frozen=True)
class Part:
    """One part of the score: its weight, and what each event adds to it (0 to 1 together)."""

    code: str
    name: str
    weight: Decimal
    credit_rows: tuple[tuple[Event, Decimal], ...]
    name_en: str = ""

    @functools.cached_property
    def credits(self) -> Mapping[Event, Decimal]:
        """What each event is worth in this part."""
        return MappingProxyType(dict(self.credit_rows))

    @property
    def best(self) -> Decimal:
        """The most that one round can get in this part."""
        one_of = [worth for event, worth in self.credit_rows if event in SAYS_ONE_OF]
        others = [worth for event, worth in self.credit_rows if event not in SAYS_ONE_OF]
        return max(one_of, default=Decimal(0)) + sum(others, Decimal(0))


@dataclass(frozen=True)
class Rounding:
    """How many digits the score and the rates have, and when they are rounded."""

    digits: int = 2
    rate_digits: int = 2
    when: RoundedWhen = RoundedWhen.DISPLAY_ONLY
    half: Half = Half.UP


@dataclass(frozen=True)
class Group:
    """Units that are ranked among each other: those of some levels, or those of a list."""

    code: str
    name: str
    name_en: str = ""
    levels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Caliber:
    """How a city counts."""

    code: str
    name: str
    source: str
    window: Window
    denominator: Denominator
    parts: tuple[Part, ...]
    groups: tuple[Group, ...]
    rounding: Rounding
    name_en: str = ""
    source_en: str = ""
    # The first day for which the text may be adopted, where it names one.
    valid_from: date | None = None
    # What the source leaves open, in sentences that the pages show.
    unknown: tuple[str, ...] = ()
    unknown_en: tuple[str, ...] = ()
    daily: Window = DAILY
    weekly: Window = WEEKLY
    # Empty: requests of every kind count.
    request_kinds: tuple[str, ...] = ()
    merged: Merged = Merged.PER_VOICE
    rounds: Rounds = Rounds.LAST
    # Answered in the window, and nobody has been asked yet.
    not_yet_callable: Open = Open.LEAVE_OUT
    # Asked in vain. Without meaning where only valid call-backs count.
    not_reached: Open = Open.LEAVE_OUT
    ranked_by: RankedBy = RankedBy.NET
    zero_n: ZeroN = ZeroN.NOT_RATED
    # Units with fewer counted rounds are shown and not ranked.
    min_n: int = 0
    ties: tuple[Tie, ...] = ()
    totals: Totals = Totals.SUM
    compared: Compared = Compared.PER_DAY
    below: Below = Below.COUNT_UP
    # Known not to be ranked; any other unit without a group is named aloud.
    outside_levels: tuple[str, ...] = ()
    outside_units: tuple[str, ...] = ()
    population: Basis = Basis.RESIDENT

    @functools.cached_property
    def digest(self) -> str:
        """The SHA-256 of the canonical text: it changes with every word, never with the layout."""
        return hashlib.sha256(written(self).encode()).hexdigest()

    def part(self, code: str) -> Part | None:
        """The part with this code, where the caliber has it."""
        return next((part for part in self.parts if part.code == code), None)

    def group_of(self, code: str, level: str) -> Group | None:
        """The group in which a unit is ranked: the one that names it, or else that of its level."""
        if code in self.outside_units:
            return None
        named = next((group for group in self.groups if code in group.units), None)
        return named or next((group for group in self.groups if level in group.levels), None)

    def is_outside(self, code: str, level: str) -> bool:
        """Whether a unit is knowingly not ranked."""
        if self.group_of(code, level) is not None:
            return False
        return code in self.outside_units or level in self.outside_levels

    def worth(self, event: Event) -> Decimal:
        """How much of the score one event adds, from 0 to 1 over all parts."""
        return sum(
            (part.weight * part.credits.get(event, Decimal(0)) for part in self.parts), Decimal(0)
        )
