"""Words of the facts, and which of them a sum keeps."""

from datetime import date, datetime
from enum import StrEnum

HALF_DAY = 43_200
SPANS = (1, 8)
EPOCH = date(1970, 1, 1)


class Word(StrEnum):
    """What is known of the word of a round's resident."""

    SAID = "said"
    WAITING = "waiting"
    OPEN = "open"
    NOT_REACHED = "not_reached"
    NOT_ASKED = "not_asked"
    ENDED = "ended"


class Moment(StrEnum):
    """The moments of a round by which it belongs to a window."""

    RECEIVED = "r"
    ANSWERED = "a"
    CALLED = "v"
    TRIED = "t"
    CLOSED = "c"
    DUE = "d"


# The column of a fact that holds the moment.
COLUMNS = {
    Moment.RECEIVED: "received_at",
    Moment.ANSWERED: "answered_at",
    Moment.CALLED: "called_at",
    Moment.TRIED: "tried_at",
    Moment.CLOSED: "closed_at",
    Moment.DUE: "due_at",
}
# What each count of a sum counts, as a condition on a fact. “Known” is said of an answer that
# was given; “whole” of a round of which contacted, solved and satisfied are all known: the score
# of one round, and its square, can be reckoned of those only.
_C, _S, _T = "contacted", "solved", "satisfied = 'satisfied'"
_B, _O = "satisfied = 'basically'", "on_time"
_WHOLE = "contacted IS NOT NULL AND solved IS NOT NULL AND satisfied <> ''"
COUNTED = {
    "volume": "true",
    "said": "word = 'said'",
    "waiting": "word = 'waiting'",
    "open": "word = 'open'",
    "not_reached": "word = 'not_reached'",
    "known_contacted": "contacted IS NOT NULL",
    "known_solved": "solved IS NOT NULL",
    "known_satisfied": "satisfied <> ''",
    "known_on_time": "on_time IS NOT NULL",
    "contacted": _C,
    "solved": _S,
    "satisfied": _T,
    "basically": _B,
    "on_time": _O,
    "whole": _WHOLE,
} | {
    f"whole_{name}": f"{_WHOLE} AND {which}"
    for name, which in {
        "c": _C,
        "s": _S,
        "t": _T,
        "b": _B,
        "o": _O,
        "cs": f"{_C} AND {_S}",
        "ct": f"{_C} AND {_T}",
        "cb": f"{_C} AND {_B}",
        "co": f"{_C} AND {_O}",
        "st": f"{_S} AND {_T}",
        "sb": f"{_S} AND {_B}",
        "so": f"{_S} AND {_O}",
        "to": f"{_T} AND {_O}",
        "bo": f"{_B} AND {_O}",
    }.items()
}
# A column must not bear the name of a word of SQL, nor of a field of the sums.
COUNTS = tuple(f"n_{name}" for name in COUNTED)


def slot_of(moment: datetime) -> int | None:
    """The half day that begins at a moment of the city's clock; None where none does."""
    if moment.time().replace(hour=moment.hour % 12) != datetime.min.time():
        return None
    return (moment.date() - EPOCH).days * 2 + moment.hour // 12
