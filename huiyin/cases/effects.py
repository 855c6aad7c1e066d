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

from huiyin.cases.models import Application, Assignment, Case, Round
from huiyin.cases.rules import (
    NEW_ROUND,
    Arrow,
    AssignmentRole,
    AssignmentState,
    Ruling,
    Status,
)
from huiyin.departments.models import Official, Unit
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
    route: str = ""
    body: str = ""
    until: datetime | None = None
    parent: Case | None = None
    # The settled application on which a ruled step rests.
    application: Application | None = None
    # Why the answer does not wait for parts that are still open.
    without_parts: str = ""


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
    # The official who takes the step; unknown in imported history.
    by: Official | None = None
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
    ruling = step.papers.application.ruling if step.papers.application else ""
    turn.is_designated = turn.is_designated or ruling == Ruling.DESIGNATE
    step.part = bare(
        Assignment,
        case=case,
        round_number=turn.number,
        unit=unit,
        role=AssignmentRole.LEAD.value,
        state=AssignmentState.SENT.value,
        sent_at=step.at,
        sent_by=step.by,
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
    step.case.returns += 1
    _wait_for_dispatch(step)


def _redispatch(step: Step) -> None:
    if step.papers.unit is not None and step.papers.unit != step.case.unit:
        _set_part(step, AssignmentState.RETURNED)
        step.case.returns += 1
        _send(step, step.papers.unit)


def _wait_for_dispatch(step: Step) -> None:
    step.case.unit = None
    step.case.closed_at = None
    step.case.wait_until = dispatch_limit(step.at)


def _redirect(step: Step) -> None:
    step.case.route = step.papers.route
    step.case.wait_until = None


def _park(step: Step) -> None:
    _set_part(step, AssignmentState.ACCEPTED)
    if step.papers.until is not None:
        promise(step, step.papers.until)


def promise(step: Step, until: datetime) -> None:
    """Move the deadline of the round, and keep the first one that was promised."""
    for row in postpone(step.case, _turn(step), step.part, until):
        if row not in step.changed:
            step.changed.append(row)


def postpone(
    case: Case, turn: Round | None, part: Assignment | None, until: datetime
) -> list[Round | Assignment]:
    """Promise a later moment, keeping the first one; gives the rows that changed."""
    case.due_at = case.wait_until = until
    if turn is not None:
        turn.first_due_at = turn.first_due_at or turn.due_at
        turn.due_at = until
    if part is not None:
        part.due_at = until
    return [row for row in (turn, part) if row is not None]


def _resume(step: Step) -> None:
    step.case.wait_until = _turn(step).due_at


def _transfer(step: Step) -> None:
    _set_part(step, AssignmentState.DONE)
    step.case.unit, step.case.body = None, step.papers.body
    step.case.wait_until = step.papers.until


def _merge(step: Step) -> None:
    case, parent = step.case, step.papers.parent
    _set_part(step, AssignmentState.DONE)
    case.parent, case.unit = parent, None
    if parent is not None:
        follow(case, parent)


def follow(child: Case, parent: Case) -> None:
    """Wait as long as the case that is worked for this one does."""
    child.due_at, child.wait_until = parent.due_at, parent.wait_until


def _split(step: Step) -> None:
    step.case.parent = None
    # The other case's promise was not this one's: only a deadline of its own goes on.
    step.case.due_at = step.turn.due_at if step.turn else None
    _wait_for_dispatch(step)


def _answer_with_parent(step: Step) -> None:
    parent, turn = step.papers.parent, _turn(step)
    if parent is not None:
        turn.unit, turn.due_at = parent.unit, turn.due_at or parent.due_at
        step.case.unit = parent.unit
        step.case.first_unit = step.case.first_unit or parent.unit
    # The answer itself is how this resident is told.
    turn.resident_told_at = turn.resident_told_at or step.at
    _answer(step)


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
    if step.case.round_number >= settings.PROBLEM_ROUNDS:
        step.case.problem_since = step.case.problem_since or step.at


def _ask_again(step: Step) -> None:
    step.case.closed_at, step.case.wait_until = None, call_back_limit(step.at)


def _withdraw(step: Step) -> None:
    _set_part(step, AssignmentState.DONE)
    step.case.wait_until = None


EFFECTS: dict[str, Callable[[Step], None]] = {
    "dispatch": _dispatch,
    "answer_at_once": _answer,
    "accept": _accept,
    "redirect": _redirect,
    "return": _return,
    "redispatch": _redispatch,
    "answer": _answer,
    "answer_directly": _answer,
    "answer_parked": _answer,
    "park": _park,
    "resume": _resume,
    "transfer": _transfer,
    "report_outcome": _answer,
    "take_back": _wait_for_dispatch,
    "merge": _merge,
    "split": _split,
    "answer_with_parent": _answer_with_parent,
    "close": _close,
    **dict.fromkeys(NEW_ROUND, _reopen),
    "ask_again": _ask_again,
    "withdraw": _withdraw,
    "take_up_again": _wait_for_dispatch,
}


def words_of(papers: Papers) -> dict[str, str] | None:
    """The words of a step that go into the logbook apart from its facts."""
    said = {
        "reason": papers.reason,
        "resident_told": papers.resident_told,
        "reply": papers.reply,
        "without_parts": papers.without_parts,
    }
    return {name: text.strip() for name, text in said.items() if text and text.strip()} or None


# Steps after which the logbook names the deadline that is promised now.
DATED = frozenset({"dispatch", "redispatch", "park", *NEW_ROUND})


def _further(papers: Papers) -> dict[str, Any]:
    application = papers.application
    return {
        "route": papers.route,
        "body": papers.body,
        "until": papers.until,
        "parent": papers.parent.number if papers.parent else None,
        "ruling": application.ruling if application else None,
    }


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
    if step.arrow.step in DATED:
        facts["due"] = case.due_at
    facts |= {name: value for name, value in _further(step.papers).items() if value}
    if outcome is not None:
        facts["asked"], facts["solved"] = outcome.asked, outcome.solved
        facts["satisfied"] = outcome.satisfied or None
    return facts
