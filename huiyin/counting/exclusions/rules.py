"""Words and pure decisions of papers on what counts: until when one asks, who rules.

No law that we found gives a number of days or hours: each is a setting of the city.
"""

from datetime import datetime, timedelta
from enum import StrEnum


class PaperKind(StrEnum):
    """A call-back that is not to count (剔除), or a count that is wrong (申诉)."""

    EXCLUSION = "exclusion"
    APPEAL = "appeal"


class State(StrEnum):
    """How a paper stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    TAKEN_BACK = "taken_back"


class Count(StrEnum):
    """What an appeal says was counted wrongly."""

    UNIT = "unit"
    CONTACTED = "contacted"
    ON_TIME = "on_time"
    REASONABLE = "reasonable"


class Found(StrEnum):
    """What the re-check (查否) of a granted paper found."""

    STANDS = "stands"
    ANNULLED = "annulled"


# A second paper on the same thing is taken only where nobody has ruled on the first.
UNRULED = frozenset({State.LAPSED, State.TAKEN_BACK})


def ask_until(counted_at: datetime, *, days: int) -> datetime:
    """Until when a unit may ask, from the moment at which the call-back counted."""
    return counted_at + timedelta(days=days)


def state_at(state: str, rule_by: datetime, *, at: datetime) -> State:
    """How a paper stands at a moment: what nobody ruled on in time has lapsed by itself."""
    if state == State.OPEN and at > rule_by:
        return State.LAPSED
    return State(state)


def sits_outside(unit_path: str, seats: frozenset[str]) -> bool:
    """Whether somebody who sits at these units rules on a unit from outside.

    Nobody does who sits at the unit, at one below it, or at one above it: its own head. Only
    the city itself, which stands above all units alike, is nobody's own head.
    """
    return not any(
        seat.startswith(unit_path) or (unit_path.startswith(seat) and not _is_root(seat))
        for seat in seats
    )


def _is_root(path: str) -> bool:
    return path.count("/") == 2
