"""What follows when a case moved: rooms above subscribe, in the same transaction.

`SUBSCRIBED` is filled in `apps.ready()` of the room that wants to know; see
docs/reference/events.md. A subscriber that fails undoes the step it follows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from huiyin.cases.access import Actor
from huiyin.cases.effects import Papers
from huiyin.cases.models import Case
from huiyin.cases.rules import Arrow


@dataclass(frozen=True)
class Happening:
    """A step that was taken: the case as it is now, the arrow, its papers, its entry."""

    case: Case
    arrow: Arrow
    papers: Papers
    by: Actor
    at: datetime
    position: int


Subscriber = Callable[[Happening], None]
SUBSCRIBED: list[Subscriber] = []


def subscribe(subscriber: Subscriber) -> None:
    """Be told of every step; the same subscriber is kept once."""
    if subscriber not in SUBSCRIBED:
        SUBSCRIBED.append(subscriber)


def happen(happening: Happening) -> None:
    """Tell those who subscribed, in the order in which they did."""
    for subscriber in SUBSCRIBED:
        subscriber(happening)
