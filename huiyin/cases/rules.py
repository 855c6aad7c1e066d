"""The life of a case as one table: what it may become, who may take the step, what is owed.

`ARROWS` is the whole truth. Pages draw their buttons from it, `moves.move` obeys it,
`history` replays imported lives along it, and the reference page is generated from it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from huiyin.departments.rules import Post


class Status(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    IN_HAND = "in_hand"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REDIRECTED = "redirected"
    TRANSFERRED = "transferred"
    PARKED = "parked"
    MERGED = "merged"


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
    ROUTE = "route"
    BODY = "body"
    UNTIL = "until"
    PARENT = "parent"
    RULING = "ruling"


class SpecialRoute(StrEnum):
    """The six legal ways of not dispatching a request (《条例》第十一条)."""

    EMERGENCY = "emergency"
    LEGAL_CHANNEL = "legal_channel"
    SAME_MATTER = "same_matter"
    SECRET = "secret"  # noqa: S105 - a way, not a password
    OUTSIDE_DUTY = "outside_duty"
    UNLAWFUL = "unlawful"


class OutsideBody(StrEnum):
    """To whom a case can be handed outside the city's own units."""

    OTHER_CITY = "other_city"
    HIGHER_LEVEL = "higher_level"
    POLICE = "police"
    COURT = "court"
    PETITION_OFFICE = "petition_office"
    OTHER = "other"


class AssignmentRole(StrEnum):
    """A unit's part in a case: 主办, 协办, 抄送, and 交办 to a unit below the lead."""

    LEAD = "lead"
    ASSIST = "assist"
    COPY = "copy"
    BELOW = "below"


class AssignmentState(StrEnum):
    """How far a unit is with its part."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DONE = "done"
    RETURNED = "returned"
    # Not needed any more: the case was answered without it, ended, or went to another lead.
    RELEASED = "released"


# The resident acts with the receipt, not with a post; a night job acts as the system.
RESIDENT = "resident"
SYSTEM = "system"
# Posts that act for the hotline hold it where the case was taken in; an officer holds it
# at the unit that leads.
HOTLINE_POSTS = frozenset({Post.OPERATOR, Post.DISPATCHER, Post.CALLER, Post.SUPERVISOR})
OPEN = frozenset(
    {
        Status.RECEIVED,
        Status.DISPATCHED,
        Status.IN_HAND,
        Status.ANSWERED,
        Status.PARKED,
        Status.TRANSFERRED,
        Status.MERGED,
    }
)
# The status in which the unit in charge works.
WORKED = frozenset({Status.DISPATCHED, Status.IN_HAND})


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
_TWO_FEEDBACKS = {_P.RESIDENT_TOLD, _P.REPLY}
# Held by the finder of a case that an official found: see `KINDS`.
FINDER = "finder"


def _from(starts: tuple[Status, ...], step: str, end: Status, *rest: set[Any]) -> list[Arrow]:
    who, owes = rest
    return [_arrow(step, start, end, who, owes) for start in starts]


ARROWS = (
    _arrow("dispatch", _S.RECEIVED, _S.DISPATCHED, {Post.DISPATCHER}, {_P.UNIT}),
    # Article 11: a consultation that can be answered is answered at once.
    _arrow("answer_at_once", _S.RECEIVED, _S.ANSWERED, _TAKES_DOWN, {_P.REPLY}),
    # Article 11, the six special ways: explained in words, not dispatched for solving.
    _arrow("redirect", _S.RECEIVED, _S.REDIRECTED, _TAKES_DOWN, {_P.ROUTE, _P.REPLY}),
    _arrow("accept", _S.DISPATCHED, _S.IN_HAND, {Post.OFFICER}, set()),
    # A unit gives nothing back by itself: it objects, and a dispatcher rules. Until then it
    # stays responsible, and the clock goes on.
    *_from(
        (_S.DISPATCHED, _S.IN_HAND),
        "return",
        _S.RECEIVED,
        {Post.DISPATCHER},
        {_P.RULING, _P.REASON},
    ),
    *_from(
        (_S.DISPATCHED, _S.IN_HAND),
        "redispatch",
        _S.DISPATCHED,
        {Post.DISPATCHER},
        {_P.RULING, _P.UNIT, _P.REASON},
    ),
    # Two feedbacks are owed inside the deadline: to the resident and to the hotline.
    _arrow("answer", _S.IN_HAND, _S.ANSWERED, {Post.OFFICER}, _TWO_FEEDBACKS),
    # A unit that answers without accepting first has accepted by answering.
    _arrow("answer_directly", _S.DISPATCHED, _S.ANSWERED, {Post.OFFICER}, _TWO_FEEDBACKS),
    # 挂账: what cannot be solved now is kept in a ledger with a date, not forgotten.
    _arrow("park", _S.IN_HAND, _S.PARKED, {Post.SUPERVISOR}, {_P.RULING, _P.UNTIL}),
    _arrow("resume", _S.PARKED, _S.IN_HAND, {Post.OFFICER, Post.SUPERVISOR, SYSTEM}, {_P.REASON}),
    _arrow("answer_parked", _S.PARKED, _S.ANSWERED, {Post.OFFICER}, _TWO_FEEDBACKS),
    # A matter for a body outside: the resident is told where it went, and on a set day the
    # hotline asks that body what came of it.
    *_from(
        (_S.RECEIVED, _S.DISPATCHED, _S.IN_HAND),
        "transfer",
        _S.TRANSFERRED,
        {Post.DISPATCHER},
        {_P.BODY, _P.REPLY, _P.UNTIL},
    ),
    _arrow("report_outcome", _S.TRANSFERRED, _S.ANSWERED, {Post.DISPATCHER}, {_P.REPLY}),
    _arrow("take_back", _S.TRANSFERRED, _S.RECEIVED, {Post.DISPATCHER}, {_P.REASON}),
    # One matter, many voices: the parent is worked, each child keeps its resident.
    *_from(
        (_S.RECEIVED, _S.DISPATCHED, _S.IN_HAND),
        "merge",
        _S.MERGED,
        # The system: somebody joins a matter which the hotline has opened to everybody.
        {Post.DISPATCHER, SYSTEM},
        {_P.PARENT},
    ),
    _arrow("split", _S.MERGED, _S.RECEIVED, {RESIDENT, SYSTEM, *_TAKES_DOWN}, {_P.REASON}),
    _arrow("answer_with_parent", _S.MERGED, _S.ANSWERED, {SYSTEM}, {_P.PARENT, _P.REPLY}),
    # The system closes what no sample asked, once its limit is over; it counts as not asked.
    _arrow("close", _S.ANSWERED, _S.CLOSED, {Post.CALLER, RESIDENT, FINDER, SYSTEM}, {_P.OUTCOME}),
    # Not solved and judged reasonable: the same unit, the same number, a new round.
    _arrow(
        "reopen",
        _S.ANSWERED,
        _S.DISPATCHED,
        {Post.CALLER, Post.SUPERVISOR, FINDER},
        {_P.REASON},
    ),
    # The resident says it is not over; a person judges before the unit is sent again.
    _arrow("ask_again", _S.CLOSED, _S.ANSWERED, {RESIDENT, Post.OPERATOR}, {_P.REASON}),
    _arrow("reopen_closed", _S.CLOSED, _S.DISPATCHED, {Post.SUPERVISOR}, {_P.REASON}),
    *_from(
        (_S.RECEIVED, _S.DISPATCHED, _S.IN_HAND, _S.PARKED, _S.TRANSFERRED, _S.MERGED),
        "withdraw",
        _S.WITHDRAWN,
        {RESIDENT, *_TAKES_DOWN},
        {_P.REASON},
    ),
    _arrow("take_up_again", _S.WITHDRAWN, _S.RECEIVED, _TAKES_DOWN, {_P.REASON}),
    # New facts: the resident may say so, and nothing is dropped without another look.
    _arrow("take_up_again", _S.REDIRECTED, _S.RECEIVED, {RESIDENT, *_TAKES_DOWN}, {_P.REASON}),
)
BY_ENDS: dict[tuple[str, str], Arrow] = {(arrow.start, arrow.end): arrow for arrow in ARROWS}

# Steps that begin a round with a clock of its own.
NEW_ROUND = frozenset({"reopen", "reopen_closed"})
# Steps that ask whether it was solved: who takes them depends on the kind of case.
VERIFYING = frozenset({"close", "reopen"})


@dataclass(frozen=True)
class Kind:
    """A kind of case: the same life; who verifies it, and who is told, differ."""

    name: str
    verified_by: frozenset[str]
    # Who closes where whoever should verify has left: no status without a way out.
    stands_in: frozenset[str] = frozenset()


KINDS = {
    kind.name: kind
    for kind in (
        Kind("request", frozenset({Post.CALLER, Post.SUPERVISOR, RESIDENT, SYSTEM})),
        # 流转交办 → 协调处置 → 结果反馈 → 督查问效: whoever found it looks again on site.
        Kind("patrol", frozenset({FINDER, Post.SUPERVISOR}), frozenset({Post.SUPERVISOR})),
    )
}


class ApplicationKind(StrEnum):
    """What one side asks for and another rules on."""

    OBJECTION = "objection"
    EXTENSION = "extension"
    PARKING = "parking"
    PART_REFUSAL = "part_refusal"
    RECALL = "recall"


class ApplicationState(StrEnum):
    """How an application stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    TAKEN_BACK = "taken_back"


class Ruling(StrEnum):
    """What was ruled."""

    GRANT = "grant"
    REFUSE = "refuse"
    REDISPATCH = "redispatch"
    DESIGNATE = "designate"
    UPHOLD = "uphold"
    RETURN = "return"


REFUSING = frozenset({Ruling.REFUSE, Ruling.UPHOLD})


@dataclass(frozen=True)
class Procedure:
    """How one kind of application is made and ruled on."""

    kind: ApplicationKind
    during: frozenset[Status]
    asked_by: Post
    ruled_by: Post
    grounds: tuple[str, ...]
    rulings: tuple[Ruling, ...]


PROCEDURES: dict[str, Procedure] = {
    each.kind: each
    for each in (
        # 派单异议: grounds named in the press, domain §2.3.
        Procedure(
            ApplicationKind.OBJECTION,
            WORKED,
            Post.OFFICER,
            Post.DISPATCHER,
            ("not_our_place", "not_our_duty", "shared_duty", "duplicate", "facts_missing"),
            (Ruling.REDISPATCH, Ruling.DESIGNATE, Ruling.UPHOLD, Ruling.RETURN),
        ),
        # Article 15: only where a law or rule allows it.
        Procedure(
            ApplicationKind.EXTENSION,
            WORKED,
            Post.OFFICER,
            Post.SUPERVISOR,
            ("law", "industry_rule", "outside_procedure", "on_site_proof"),
            (Ruling.GRANT, Ruling.REFUSE),
        ),
        Procedure(
            ApplicationKind.PARKING,
            frozenset({Status.IN_HAND}),
            Post.OFFICER,
            Post.SUPERVISOR,
            ("planning", "money", "history", "technique", "season", "other_party"),
            (Ruling.GRANT, Ruling.REFUSE),
        ),
        Procedure(
            ApplicationKind.PART_REFUSAL,
            WORKED | {Status.PARKED},
            Post.OFFICER,
            Post.SUPERVISOR,
            ("not_our_place", "not_our_duty", "no_power", "already_done"),
            (Ruling.GRANT, Ruling.REFUSE),
        ),
        # The dispatcher's own paper, within minutes: what was sent wrongly comes back.
        Procedure(
            ApplicationKind.RECALL,
            frozenset({Status.DISPATCHED}),
            Post.DISPATCHER,
            Post.DISPATCHER,
            ("wrong_unit", "wrong_case"),
            (Ruling.RETURN, Ruling.REDISPATCH),
        ),
    )
}
