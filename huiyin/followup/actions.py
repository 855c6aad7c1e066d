"""Asking whether it was solved: attempts, outcomes, judgements, the next round."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.cases.access import Actor, may_take
from huiyin.cases.models import Case, Status
from huiyin.cases.moves import Outcome, Papers, locked_case, move
from huiyin.cases.rules import RESIDENT, SYSTEM
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official, Unit
from huiyin.followup.asking import (
    CLOSING,
    asking_of,
    call_now,
    check_claim,
    ensure_asking,
    let_go,
    put_off,
)
from huiyin.followup.judging import Refusal, check_unsolved, keep_judgement
from huiyin.followup.models import CallBack, Result, Via, Wanted
from huiyin.followup.plans import words_of
from huiyin.followup.rules import OWN_WORDS, Try, may_give_up
from huiyin.followup.saying import Said, check_later, check_said, is_called
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

__all__ = ["Said", "ask_again", "close_case", "note_call_back", "rate_case", "reopen_case"]


@transaction.atomic
def note_call_back(
    number: str, said: Said, *, by: Actor, at: datetime, via: Via = Via.WEB
) -> CallBack:
    """Write down one attempt, whether somebody was reached or not; the case stays answered."""
    case = locked_case(number)
    if case.status != Status.ANSWERED:
        raise NotPossible(
            _("Only an answered case is called back; this one is %(status)s.")
            % {"status": case.get_status_display()}
        )
    if not may_take(CLOSING, case, by=by):
        raise NotAllowed(_("A unit does not call back its own cases; the hotline's callers do."))
    if not is_called(case):
        raise NotPossible(_("Nobody is called about what a patrol found: look at it on site."))
    check_said(said, case, by=by)
    if isinstance(by, Official) and is_called(case):
        _attempted(case, said, by=by, at=at)
    call = CallBack.objects.create(
        case=case,
        round_number=case.round_number,
        via=via if by == RESIDENT else Via.PHONE,
        at=at,
        by=by if isinstance(by, Official) else None,
        reached=said.reached,
        result=said.outcome,
        later_at=said.later_at if said.outcome == Result.LATER else None,
        contacted=said.contacted,
        solved=said.solved,
        satisfied=said.satisfied,
        remark=said.remark.strip(),
    )
    _write(call, by=by, at=at)
    return call


@transaction.atomic
def close_case(number: str, said: Said, *, by: Actor, at: datetime, via: Via = Via.WEB) -> Case:
    """Note the call and close the case with what the resident said."""
    if said.reached and said.solved is False:
        raise WrongInput(
            _(
                "The resident says it is not solved: send it into the next round, or judge with "
                "a ground that this is not reasonable."
            )
        )
    call = note_call_back(number, said, by=by, at=at, via=via)
    if not said.reached:
        _check_not_unsolved(call)
        _check_given_up(call)
    return _closed(call.case, said, by=by, at=at)


@transaction.atomic
def refuse_round(number: str, said: Said, refusal: Refusal, *, by: Official, at: datetime) -> Case:
    """Not solved, and judged not reasonable: close as unsolved, tell the resident why.

    In the plain figures it counts as unsolved all the same.
    """
    case = locked_case(number)
    if said.reached:
        if said.solved is not False:
            raise WrongInput(_("Only what the resident calls unsolved is judged."))
        note_call_back(number, said, by=by, at=at)
    else:
        said = check_unsolved(case, said)
    keep_judgement(case, refusal, by=by, at=at)
    return _closed(case, said, by=by, at=at)


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
def rate_case(number: str, said: Said, *, at: datetime, via: Via = Via.WEB) -> Case:
    """Keep what a resident says with the receipt or by a link.

    A solved case is closed by it; one that is not stays in the call-back queue, where a
    person judges whether it goes into another round.
    """
    if said.solved:
        return close_case(number, said, by=RESIDENT, at=at, via=via)
    case = locked_case(number)
    known = CallBack.objects.filter(case=case, round_number=case.round_number, via__in=OWN_WORDS)
    if known.filter(solved=False).exists():
        raise NotPossible(
            _("You have said already that it is not solved; the hotline is judging it.")
        )
    call = note_call_back(number, said, by=RESIDENT, at=at, via=via)
    call_now(case, at=at)
    return call.case


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


@transaction.atomic
def close_unasked(number: str, *, at: datetime) -> bool:
    """Close a case outside the sample after its limit, as not asked; False where it has moved."""
    case = locked_case(number)
    row = asking_of(case)
    if case.status != Status.ANSWERED or row is None or row.wanted == Wanted.ASK:
        return False
    if case.wait_until is None or case.wait_until >= at:
        return False
    move(number, Status.CLOSED, by=SYSTEM, at=at, papers=Papers(outcome=Outcome(asked=False)))
    return True


def tries_of(case: Case) -> list[Try]:
    """The attempts by phone of the round a case is in."""
    calls = CallBack.objects.filter(
        case=case, round_number=case.round_number, via=Via.PHONE
    ).order_by("at", "pk")
    return [Try(one.at, timezone.localdate(one.at), _result(one)) for one in calls]


def _result(call: CallBack) -> str:
    # Histories that were brought in say only whether somebody was reached.
    return call.result or (Result.REACHED if call.reached else Result.NO_ANSWER)


def _closed(case: Case, said: Said, *, by: Actor, at: datetime) -> Case:
    asked = said.reached or said.solved is not None
    outcome = Outcome(asked=asked, solved=said.solved, satisfied=said.satisfied)
    return move(case.number, Status.CLOSED, by=by, at=at, papers=Papers(outcome=outcome))


def _attempted(case: Case, said: Said, *, by: Official, at: datetime) -> None:
    row = ensure_asking(case, at=at)
    check_claim(row, by=by, at=at)
    if said.reached:
        let_go(row)
        return
    check_later(said, words_of(row.plan), at=at)
    put_off(row, said.outcome, at=at, later_at=said.later_at)


def _check_not_unsolved(call: CallBack) -> None:
    words = CallBack.objects.filter(
        case=call.case, round_number=call.round_number, reached=True, via__in=OWN_WORDS
    )
    if words.filter(solved=False).exists():
        raise WrongInput(
            _(
                "The resident wrote that it is not solved, so it cannot be closed as not reached: "
                "send it into the next round, or judge with a ground that this is not reasonable."
            )
        )


def _check_given_up(call: CallBack) -> None:
    row = asking_of(call.case)
    plan = words_of(row.plan if row else None)
    if not may_give_up(tries_of(call.case), plan):
        raise NotPossible(
            _(
                "Nobody was reached yet: a case may be closed so after %(tries)d attempts on at "
                "least %(days)d days, %(hours)d hours or more apart."
            )
            % {"tries": plan.tries, "days": plan.days, "hours": plan.hours_between}
        )


def _write(call: CallBack, *, by: Actor, at: datetime) -> None:
    case = call.case
    record(
        "call_back.noted",
        about=case.number,
        by=by,
        at=at,
        unit=seat_of(by, case.intake_unit),
        words={"remark": call.remark} if call.remark else None,
        round=call.round_number,
        via=str(call.via),
        reached=call.reached,
        result=str(call.result),
        later=call.later_at,
        contacted=call.contacted,
        solved=call.solved,
        satisfied=call.satisfied or None,
    )
