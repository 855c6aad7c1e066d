"""Marks on a caller's number as data: grounds, states, and whether a mark speaks now."""

from datetime import date
from enum import StrEnum


class MarkGround(StrEnum):
    """Why calls from a number are marked."""

    INSULTS = "insults"
    BLOCKING = "blocking"
    FALSE_ALARMS = "false_alarms"


class MarkState(StrEnum):
    """How a mark stands."""

    FILED = "filed"
    GRANTED = "granted"
    REFUSED = "refused"
    OBJECTED = "objected"
    LIFTED = "lifted"


IN_FORCE = frozenset({MarkState.GRANTED, MarkState.OBJECTED})
# A second person decides in these.
TO_RULE = frozenset({MarkState.FILED, MarkState.OBJECTED})


def speaks(state: str, until: date, *, on: date) -> bool:
    """Whether operators are shown a mark on a day: ruled on, and not expired."""
    return state in IN_FORCE and on <= until
