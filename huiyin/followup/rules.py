"""Words and pure decisions of the call-back: who is in the sample, when nobody was reached.

A plan says these things as data, dated; what no city has adopted is our own neutral default.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

# Shares are whole parts of so many.
PARTS = 10_000
FIRST, SECOND = "first", "second"


class Via(StrEnum):
    """How the resident was asked."""

    PHONE = "phone"
    WEB = "web"
    SMS = "sms"


# What a resident says without an official.
OWN_WORDS = frozenset({Via.WEB, Via.SMS})


class Result(StrEnum):
    """What came of one attempt."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"
    LATER = "later"


class Wanted(StrEnum):
    """Whether the resident of a round is asked, and if not, why not."""

    ASK = "ask"
    NOT_SAMPLED = "not_sampled"
    NO_CONTACT = "no_contact"


class Ground(StrEnum):
    """Why it is not reasonable to send a unit again, though the resident calls it unsolved."""

    DONE_AS_OWED = "done_as_owed"
    NO_LEGAL_BASIS = "no_legal_basis"
    OUTSIDE_DUTY = "outside_duty"
    NOT_FEASIBLE = "not_feasible"
    OTHER_MATTER = "other_matter"
    FACTS_WRONG = "facts_wrong"


class Start(StrEnum):
    """From when on a resident is asked (《条例》第二十三条 says: after the deadline)."""

    ANSWER = "answer"
    DEADLINE = "deadline"


class Linking(StrEnum):
    """Whether a link to the three questions goes out by text message."""

    BY_HAND = "by_hand"
    FIRST = "first"
    OFF = "off"


@dataclass(frozen=True)
class Share:
    """What part of the cases of one sort is asked; an empty word means any."""

    parts: int = PARTS
    request_kind: str = ""
    category: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Script:
    """What a caller says, in one language."""

    greeting: str = ""
    contacted: str = ""
    solved: str = ""
    satisfied: str = ""
    reason: str = ""
    closing: str = ""


@dataclass(frozen=True)
class Plan:
    """How a city calls back, from a day on."""

    name: str
    source: str
    name_en: str = ""
    source_en: str = ""
    start: Start = Start.ANSWER
    link: Linking = Linking.BY_HAND
    link_hours: int = 72
    tries: int = 3
    days: int = 2
    hours_between: int = 2
    final: frozenset[str] = frozenset({Result.REFUSED})
    claim_minutes: int = 10
    later_days: int = 14
    second_parts: int = 500
    second_unit: str = ""
    shares: tuple[Share, ...] = ()
    scripts: Mapping[str, Script] = field(default_factory=dict)


@dataclass(frozen=True)
class Sort:
    """What a case is, as far as a sample looks at it; the categories from the top down."""

    request_kind: str
    channel: str
    categories: Sequence[str] = ()


@dataclass(frozen=True)
class Drawn:
    """What the draw gave for a round, and what was needed to be in the sample."""

    lot: int
    parts: int

    @property
    def is_in(self) -> bool:
        """Whether this round is in the sample."""
        return self.lot < self.parts


@dataclass(frozen=True)
class Try:
    """One attempt: when, on which day of the city, with what result."""

    at: datetime
    on: date
    result: str


def share_for(sort: Sort, shares: Iterable[Share]) -> int:
    """The share of the rule that fits best; all are asked where no rule fits.

    A rule for a category goes before one for a kind, and that before one for a channel; the
    nearer category goes first.
    """
    best, parts = (-1, -1, -1), PARTS
    for share in shares:
        if share.request_kind not in {"", sort.request_kind}:
            continue
        if share.channel not in {"", sort.channel}:
            continue
        if share.category and share.category not in sort.categories:
            continue
        depth = sort.categories.index(share.category) + 1 if share.category else 0
        weight = (depth, int(bool(share.request_kind)), int(bool(share.channel)))
        if weight > best:
            best, parts = weight, share.parts
    return parts


def lot(key: bytes, number: str, round_number: int, *, what: str = FIRST) -> int:
    """The lot of a round, from 0 to 9999: HMAC-SHA256 of “what/number/round” under the key.

    Nobody can steer it, since the number was given before; with the key anybody draws it again.
    """
    said = f"{what}/{number}/{round_number}".encode()
    return int.from_bytes(hmac.digest(key, said, "sha256")[:8]) * PARTS >> 64


def counted_tries(tries: Iterable[Try], plan: Plan) -> list[Try]:
    """The attempts that count: each some hours after the last that did.

    Three calls within a minute are one attempt. Whoever asked to be called later answered.
    """
    counted: list[Try] = []
    for one in sorted(tries, key=lambda each: each.at):
        if one.result in {Result.REACHED, Result.LATER}:
            continue
        gap = timedelta(hours=plan.hours_between)
        if not counted or one.at - counted[-1].at >= gap:
            counted.append(one)
    return counted


def may_give_up(tries: Sequence[Try], plan: Plan) -> bool:
    """Whether a case may be closed as not reached."""
    if any(one.result in plan.final for one in tries):
        return True
    counted = counted_tries(tries, plan)
    return len(counted) >= plan.tries and len({one.on for one in counted}) >= plan.days
