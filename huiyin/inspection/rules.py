"""The supervision ladder and the moments of reminders, as plain words and pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from huiyin.cases.rules import Status


class Rung(StrEnum):
    """提醒 → 督办 → 约谈 → 挂牌 → 会议, from the lightest to the heaviest."""

    REMIND = "remind"
    SUPERVISE = "supervise"
    INTERVIEW = "interview"
    LISTED = "listed"
    MEETING = "meeting"


class Trigger(StrEnum):
    """Why a unit is put under supervision."""

    REFUSED = "refused"
    OVERDUE = "overdue"
    UNSOLVED = "unsolved"
    REPEATED = "repeated"
    FALSE_CLOSING = "false_closing"
    PROBLEM = "problem"
    BY_HAND = "by_hand"


class Judged(StrEnum):
    """What a supervisor says of a unit's answer."""

    ACCEPTED = "accepted"
    INSUFFICIENT = "insufficient"


class Ending(StrEnum):
    """How a measure came to its end."""

    ACCEPTED = "accepted"
    CLIMBED = "climbed"
    LAPSED = "lapsed"


RUNGS = tuple(Rung)
# Statuses in which a unit stays answerable for how it handles a case.
ANSWERABLE = frozenset({Status.DISPATCHED, Status.IN_HAND, Status.ANSWERED, Status.PARKED})
# While the unit works and does not answer, the ladder climbs by itself.
CLIMBING = frozenset({Status.DISPATCHED, Status.IN_HAND})


def next_rung(rung: Rung | str) -> Rung:
    """The rung above; the last one stays the last."""
    return RUNGS[min(RUNGS.index(Rung(rung)) + 1, len(RUNGS) - 1)]


def is_higher(rung: Rung | str, than: Rung | str) -> bool:
    """Whether one rung weighs more than another."""
    return RUNGS.index(Rung(rung)) > RUNGS.index(Rung(than))


class Tone(StrEnum):
    """How urgent a reminder is: before, at, or after the moment."""

    SOON = "soon"
    NOW = "now"
    OVER = "over"


@dataclass(frozen=True)
class Clock:
    """When people are reminded of one kind of moment."""

    name: str
    hours_before: tuple[int, ...]
    at: bool
    each_morning: bool


@dataclass(frozen=True)
class Point:
    """One reminder: its moment, how urgent it is, and the word that names it in a key."""

    moment: datetime
    tone: Tone
    word: str


def points(
    clock: Clock, due: datetime, *, since: datetime, morning: datetime | None
) -> Iterator[Point]:
    """The reminders that a moment has; of the mornings after it only the given one.

    What lies before the wait began is no reminder: the reader has only just been told.
    """
    for hours in clock.hours_before:
        moment = due - timedelta(hours=hours)
        if moment > since:
            yield Point(moment, Tone.SOON, f"before-{hours}")
    if clock.at:
        yield Point(due, Tone.NOW, "at")
    if clock.each_morning and morning is not None and morning > due:
        yield Point(morning, Tone.OVER, f"after-{morning.astimezone(UTC):%Y%m%d%H%M}")


def point_reached(
    clock: Clock, due: datetime, *, since: datetime, at: datetime, morning: datetime | None
) -> Point | None:
    """The latest reminder whose moment has come: what came before it is stale."""
    reached = [
        point for point in points(clock, due, since=since, morning=morning) if point.moment <= at
    ]
    return max(reached, key=lambda point: point.moment, default=None)
