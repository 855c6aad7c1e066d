"""The unit's work on a case: accept, tell the resident, answer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.models import Case, Status
from huiyin.cases.moves import Papers, current_round, locked_case, move
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput


def accept_case(number: str, *, by: Official, at: datetime) -> Case:
    """Sign for a case; this does not start its clock, which has run since dispatch."""
    return move(number, Status.IN_HAND, by=by, at=at)


@transaction.atomic
def tell_resident(number: str, words: str, *, by: Official, at: datetime) -> Case:
    """Record the first feedback: what the resident was told, by whom, when."""
    case = locked_case(number)
    if case.status not in {Status.DISPATCHED, Status.IN_HAND}:
        raise NotPossible(_("The resident is told while the case is with a unit; this one is not."))
    if not may_tell(case, by=by):
        raise NotAllowed(_("Only an officer of the unit in charge reports back on this case."))
    if not words.strip():
        raise WrongInput(_("Write down what the resident was told."))
    turn = current_round(case)
    if turn is not None and turn.resident_told_at is None:
        turn.resident_told_at = at
        turn.save(update_fields=["resident_told_at"])
    record(
        "resident.told",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, case.unit) or seat_of(by, case.intake_unit),
        words={"resident_told": words.strip()},
        round=case.round_number,
        lead=case.unit.code if case.unit else None,
    )
    return case


def may_tell(case: Case, *, by: Official) -> bool:
    """Whether this official gives the first feedback: the unit in charge, or who relays for it.

    A unit that may not know who asked cannot reach them; the hotline tells them in its place.
    """
    if case.unit is not None and holds(by, Post.OFFICER, case.unit):
        return True
    relays = (Post.OPERATOR, Post.DISPATCHER, Post.CALLER)
    return case.is_confidential and any(holds(by, post, case.intake_unit) for post in relays)


def answer_case(
    number: str,
    reply: str,
    *,
    by: Official,
    at: datetime,
    resident_told: str = "",
    without_parts: str = "",
) -> Case:
    """Give the second feedback: the answer to the hotline, which the resident reads too.

    While other units have not reported back on their part, it says why it needs them no more.
    """
    papers = Papers(reply=reply, resident_told=resident_told, without_parts=without_parts)
    return move(number, Status.ANSWERED, by=by, at=at, papers=papers)
