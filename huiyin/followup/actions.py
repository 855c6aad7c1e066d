"""Asking whether it was solved: attempts, outcomes, the next round."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import Actor, may_take
from huiyin.cases.models import Case, Satisfaction, Status
from huiyin.cases.moves import Outcome, Papers, locked_case, move
from huiyin.cases.rules import BY_ENDS, RESIDENT
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official, Unit
from huiyin.followup.models import CallBack, Via
from huiyin.followup.rules import TRIES
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

CLOSING = BY_ENDS[Status.ANSWERED, Status.CLOSED]


@dataclass(frozen=True)
class Said:
    """What came of one attempt; `solved` and `satisfied` are asked apart."""

    reached: bool
    solved: bool | None = None
    satisfied: str = ""
    remark: str = ""


@transaction.atomic
def note_call_back(number: str, said: Said, *, by: Actor, at: datetime) -> CallBack:
    """Write down one attempt, whether somebody was reached or not; the case stays answered."""
    case = locked_case(number)
    if case.status != Status.ANSWERED:
        raise NotPossible(
            _("Only an answered case is called back; this one is %(status)s.")
            % {"status": case.get_status_display()}
        )
    if not may_take(CLOSING, case, by=by):
        raise NotAllowed(_("A unit does not call back its own cases; the hotline's callers do."))
    _check(said)
    call = CallBack.objects.create(
        case=case,
        round_number=case.round_number,
        via=Via.WEB if by == RESIDENT else Via.PHONE,
        at=at,
        by=by if isinstance(by, Official) else None,
        reached=said.reached,
        solved=said.solved,
        satisfied=said.satisfied,
        remark=said.remark.strip(),
    )
    record(
        "call_back.noted",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, case.intake_unit),
        words={"remark": call.remark} if call.remark else None,
        round=case.round_number,
        via=str(call.via),
        reached=call.reached,
        solved=call.solved,
        satisfied=call.satisfied or None,
    )
    return call


@transaction.atomic
def close_case(number: str, said: Said, *, by: Actor, at: datetime) -> Case:
    """Note the call and close the case with what the resident said."""
    call = note_call_back(number, said, by=by, at=at)
    if not said.reached:
        tries = CallBack.objects.filter(
            case=call.case, round_number=call.round_number, reached=False
        ).count()
        if tries < TRIES:
            raise NotPossible(
                _("Nobody was reached yet: after %(tries)d attempts the case may be closed so.")
                % {"tries": TRIES}
            )
    outcome = Outcome(asked=said.reached, solved=said.solved, satisfied=said.satisfied)
    return move(number, Status.CLOSED, by=by, at=at, papers=Papers(outcome=outcome))


@transaction.atomic
def reopen_case(
    number: str, said: Said, *, by: Official, at: datetime, unit: Unit | None = None
) -> Case:
    """Not solved, and judged reasonable: send the case into its next round."""
    outcome = None
    if said.reached:
        note_call_back(number, said, by=by, at=at)
        outcome = Outcome(asked=True, solved=said.solved, satisfied=said.satisfied)
    papers = Papers(reason=said.remark, unit=unit, outcome=outcome)
    return move(number, Status.DISPATCHED, by=by, at=at, papers=papers)


@transaction.atomic
def rate_case(number: str, said: Said, *, at: datetime) -> Case:
    """Keep what a resident says with the receipt.

    A solved case is closed by it; one that is not stays in the call-back queue, where a
    person judges whether it goes into another round.
    """
    if said.solved:
        return close_case(number, said, by=RESIDENT, at=at)
    case = locked_case(number)
    known = CallBack.objects.filter(case=case, round_number=case.round_number, via=Via.WEB)
    if known.filter(solved=False).exists():
        raise NotPossible(
            _("You have said already that it is not solved; the hotline is judging it.")
        )
    return note_call_back(number, said, by=RESIDENT, at=at).case


@transaction.atomic
def ask_again(number: str, reason: str, *, by: Actor, at: datetime) -> Case:
    """Bring a closed case back before a person, because the resident says it is not over."""
    case = locked_case(number)
    if case.status != Status.CLOSED:
        raise NotPossible(
            _("Only a closed case is asked about again; this one is %(status)s.")
            % {"status": case.get_status_display()}
        )
    return move(number, Status.ANSWERED, by=by, at=at, papers=Papers(reason=reason))


def _check(said: Said) -> None:
    if not said.reached:
        return
    if said.solved is None or said.satisfied not in Satisfaction.values:
        raise WrongInput(_("Ask both: whether it was solved, and how satisfied the resident is."))
    if said.solved is False and not said.remark.strip():
        raise WrongInput(_("Write down what is not solved, so that the unit knows."))
