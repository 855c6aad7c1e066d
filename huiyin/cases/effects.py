"""What each step does to a case, its round and its lead assignment.

Pure changes on objects in memory: `moves.move` applies them to one living case and saves
it, `history` applies them to whole imported lives and writes those in bulk. So an
imported case and one that was worked here cannot differ.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from huiyin.cases.models import Assignment, Case, Round
from huiyin.cases.rules import NEW_ROUND, Arrow, AssignmentRole, AssignmentState, Status
from huiyin.departments.models import Unit
from huiyin.office.bulk import bare


@dataclass(frozen=True)
class Outcome:
    """What the resident said when asked: solved and satisfied, two questions.

    `asked` is false where nobody asked: an unreachable resident, or imported history.
    """

    asked: bool
    solved: bool | None = None
    satisfied: str = ""


@dataclass(frozen=True)
class Papers:
    """What is handed over with a step."""

    reason: str = ""
    unit: Unit | None = None
    resident_told: str = ""
    reply: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Clock:
    """A deadline and what it was reckoned from; `due_at` is None where a source gives none."""

    due_at: datetime | None
    basis: dict[str, Any]


@dataclass
class Step:
    """One step being taken: what it finds, what it is given, what it leaves."""

    case: Case
    turn: Round | None
    part: Assignment | None
    arrow: Arrow
    papers: Papers
    at: datetime
    start_clock: Callable[["Step", Unit], Clock]
    changed: list[Round | Assignment] = field(default_factory=list)


def dispatch_limit(at: datetime) -> datetime:
    """Until when a case may wait for its dispatch."""
    return at + timedelta(hours=settings.DISPATCH_HOURS)


def call_back_limit(at: datetime) -> datetime:
    """Until when an answered case may wait for its call-back."""
    return at + timedelta(days=settings.CALL_BACK_DAYS)


def apply(step: Step) -> None:
    """Change the case, its round and its lead part as the step says."""
    step.case.status = step.arrow.end.value
    step.case.moved_at = step.at
    EFFECTS[step.arrow.step](step)


def _turn(step: Step) -> Round:
    if step.turn is None:
        step.turn = bare(Round, case=step.case, number=step.case.round_number)
    if step.turn not in step.changed:
        step.changed.append(step.turn)
    return step.turn


def _send(step: Step, unit: Unit) -> None:
    """Give the lead to a unit; the clock starts at the round's first dispatch.

    It starts at dispatch, never at acceptance, and a return did not stop it.
    """
    case, turn = step.case, _turn(step)
    if turn.started_at is None:
        clock = step.start_clock(step, unit)
        turn.started_at, turn.due_at, turn.basis = step.at, clock.due_at, clock.basis
    turn.unit = case.unit = unit
    case.first_unit = case.first_unit or unit
    case.due_at = case.wait_until = turn.due_at
    step.part = bare(
        Assignment,
        case=case,
        round_number=turn.number,
        unit=unit,
        role=AssignmentRole.LEAD.value,
        state=AssignmentState.SENT.value,
        sent_at=step.at,
        due_at=turn.due_at,
    )
    step.changed.append(step.part)


def _set_part(step: Step, state: AssignmentState) -> None:
    part = step.part
    if part is None or part.state in {AssignmentState.RETURNED, AssignmentState.DONE}:
        return
    part.state = state.value
    if state == AssignmentState.ACCEPTED:
        part.accepted_at = step.at
    else:
        part.done_at = step.at
    step.changed.append(part)


def _dispatch(step: Step) -> None:
    if step.papers.unit is not None:
        _send(step, step.papers.unit)


def _accept(step: Step) -> None:
    turn = _turn(step)
    turn.accepted_at = turn.accepted_at or step.at
    _set_part(step, AssignmentState.ACCEPTED)


def _return(step: Step) -> None:
    _set_part(step, AssignmentState.RETURNED)
    step.case.unit = None
    step.case.wait_until = dispatch_limit(step.at)


def _answer(step: Step) -> None:
    turn = _turn(step)
    if step.papers.resident_told.strip():
        turn.resident_told_at = turn.resident_told_at or step.at
    turn.reply, turn.answered_at = step.papers.reply.strip(), step.at
    _set_part(step, AssignmentState.DONE)
    step.case.wait_until = call_back_limit(step.at)


def _keep_outcome(step: Step) -> Round:
    turn, outcome = _turn(step), step.papers.outcome
    if outcome is not None:
        turn.solved, turn.satisfied = outcome.solved, outcome.satisfied
    return turn


def _close(step: Step) -> None:
    _keep_outcome(step).closed_at = step.at
    step.case.closed_at, step.case.wait_until = step.at, None


def _reopen(step: Step) -> None:
    last = _keep_outcome(step)
    unit = step.papers.unit or step.case.unit or last.unit
    step.case.round_number += 1
    step.case.closed_at, step.turn, step.part = None, None, None
    if unit is not None:
        _send(step, unit)


def _ask_again(step: Step) -> None:
    step.case.closed_at, step.case.wait_until = None, call_back_limit(step.at)


def _withdraw(step: Step) -> None:
    _set_part(step, AssignmentState.DONE)
    step.case.wait_until = None


def _take_up_again(step: Step) -> None:
    step.case.unit = None
    step.case.wait_until = dispatch_limit(step.at)


EFFECTS: dict[str, Callable[[Step], None]] = {
    "dispatch": _dispatch,
    "answer_at_once": _answer,
    "accept": _accept,
    "return": _return,
    "answer": _answer,
    "answer_directly": _answer,
    "close": _close,
    **dict.fromkeys(NEW_ROUND, _reopen),
    "ask_again": _ask_again,
    "withdraw": _withdraw,
    "take_up_again": _take_up_again,
}


def words_of(papers: Papers) -> dict[str, str] | None:
    """The words of a step that go into the logbook apart from its facts."""
    said = {
        "reason": papers.reason,
        "resident_told": papers.resident_told,
        "reply": papers.reply,
    }
    return {name: text.strip() for name, text in said.items() if text and text.strip()} or None


def facts_of(step: Step, *, start: Status | str) -> dict[str, Any]:
    """The facts of a taken step that go into the logbook."""
    case, outcome = step.case, step.papers.outcome
    unit = case.unit
    facts: dict[str, Any] = {
        "step": step.arrow.step,
        "start": str(start),
        "end": str(case.status),
        "round": case.round_number,
        "lead": unit.code if unit else None,
    }
    if step.arrow.step in {"dispatch", *NEW_ROUND}:
        facts["due"] = case.due_at
    if outcome is not None:
        facts["asked"], facts["solved"] = outcome.asked, outcome.solved
        facts["satisfied"] = outcome.satisfied or None
    return facts
