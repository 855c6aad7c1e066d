"""The life of a case as one table: what it may become, who may take the step, what is owed.

`ARROWS` is the whole truth. Pages draw their buttons from it, `moves.move` obeys it,
`history` replays imported lives along it, and the reference page is generated from it.
"""

from dataclasses import dataclass
from enum import StrEnum

from huiyin.departments.rules import Post


class Status(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    IN_HAND = "in_hand"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class RequestKind(StrEnum):
    """What a resident wants of the city (《北京市接诉即办工作条例》第二条), and thanks."""

    CONSULTATION = "consultation"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    THANKS = "thanks"


class Channel(StrEnum):
    """How a request reached the city."""

    PHONE = "phone"
    WEB = "web"
    APP = "app"
    LETTER = "letter"
    EMAIL = "email"
    SOCIAL = "social"
    VISIT = "visit"
    PATROL = "patrol"
    EXCHANGE = "exchange"
    OTHER = "other"


class Satisfaction(StrEnum):
    """What a resident says of the handling; asked apart from whether it was solved."""

    SATISFIED = "satisfied"
    BASICALLY = "basically"
    DISSATISFIED = "dissatisfied"


class Paper(StrEnum):
    """What a step owes before it can be taken."""

    REASON = "reason"
    UNIT = "unit"
    RESIDENT_TOLD = "resident_told"
    REPLY = "reply"
    OUTCOME = "outcome"


class AssignmentRole(StrEnum):
    """A unit's part in a case: 主办, 协办, 抄送."""

    LEAD = "lead"
    ASSIST = "assist"
    COPY = "copy"


class AssignmentState(StrEnum):
    """How far a unit is with its part."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DONE = "done"
    RETURNED = "returned"


# The resident acts with the receipt, not with a post.
RESIDENT = "resident"
# Posts that act for the hotline hold it where the case was taken in; an officer holds it
# at the unit that leads.
HOTLINE_POSTS = frozenset({Post.OPERATOR, Post.DISPATCHER, Post.CALLER, Post.SUPERVISOR})
OPEN = frozenset({Status.RECEIVED, Status.DISPATCHED, Status.IN_HAND, Status.ANSWERED})


@dataclass(frozen=True)
class Arrow:
    """One step a case may take."""

    step: str
    start: Status
    end: Status
    who: frozenset[str]
    owes: frozenset[Paper] = frozenset()


def _arrow(step: str, start: Status, end: Status, who: set[str], owes: set[Paper]) -> Arrow:
    return Arrow(step, start, end, frozenset(who), frozenset(owes))


_S, _P = Status, Paper
_TAKES_DOWN: set[str] = {Post.OPERATOR, Post.DISPATCHER}

ARROWS = (
    _arrow("dispatch", _S.RECEIVED, _S.DISPATCHED, {Post.DISPATCHER}, {_P.UNIT}),
    # Article 11: a consultation that can be answered is answered at once.
    _arrow("answer_at_once", _S.RECEIVED, _S.ANSWERED, _TAKES_DOWN, {_P.REPLY}),
    _arrow("accept", _S.DISPATCHED, _S.IN_HAND, {Post.OFFICER}, set()),
    # The written reason is what keeps the dispatcher from sending it straight back.
    _arrow("return", _S.DISPATCHED, _S.RECEIVED, {Post.OFFICER}, {_P.REASON}),
    # Two feedbacks are owed inside the deadline: to the resident and to the hotline.
    _arrow("answer", _S.IN_HAND, _S.ANSWERED, {Post.OFFICER}, {_P.RESIDENT_TOLD, _P.REPLY}),
    # A unit that answers without accepting first has accepted by answering.
    _arrow(
        "answer_directly", _S.DISPATCHED, _S.ANSWERED, {Post.OFFICER}, {_P.RESIDENT_TOLD, _P.REPLY}
    ),
    _arrow("close", _S.ANSWERED, _S.CLOSED, {Post.CALLER, RESIDENT}, {_P.OUTCOME}),
    # Not solved and judged reasonable: the same unit, the same number, a new round.
    _arrow("reopen", _S.ANSWERED, _S.DISPATCHED, {Post.CALLER, Post.SUPERVISOR}, {_P.REASON}),
    # The resident says it is not over; a person judges before the unit is sent again.
    _arrow("ask_again", _S.CLOSED, _S.ANSWERED, {RESIDENT, Post.OPERATOR}, {_P.REASON}),
    _arrow("reopen_closed", _S.CLOSED, _S.DISPATCHED, {Post.SUPERVISOR}, {_P.REASON}),
    _arrow("withdraw", _S.RECEIVED, _S.WITHDRAWN, {RESIDENT, *_TAKES_DOWN}, {_P.REASON}),
    _arrow("withdraw", _S.DISPATCHED, _S.WITHDRAWN, {RESIDENT, *_TAKES_DOWN}, {_P.REASON}),
    _arrow("withdraw", _S.IN_HAND, _S.WITHDRAWN, {RESIDENT, *_TAKES_DOWN}, {_P.REASON}),
    _arrow("take_up_again", _S.WITHDRAWN, _S.RECEIVED, _TAKES_DOWN, {_P.REASON}),
)
BY_ENDS: dict[tuple[str, str], Arrow] = {(arrow.start, arrow.end): arrow for arrow in ARROWS}

# Steps that begin a round with a clock of its own.
NEW_ROUND = frozenset({"reopen", "reopen_closed"})
