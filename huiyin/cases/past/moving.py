"""Past steps along the arrows, and what follows them as it follows living ones."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases.effects import Papers, Step, apply, facts_of, words_of
from huiyin.cases.merging import SPLIT, WORKING, answer_for
from huiyin.cases.models import Assignment, Case, Link, Round
from huiyin.cases.moves import city_clock
from huiyin.cases.past.happened import PastMove, PastNote
from huiyin.cases.past.retelling import Retelling
from huiyin.cases.rules import BY_ENDS, SYSTEM, Status
from huiyin.office.bulk import bare
from huiyin.office.problems import WrongInput


def step_along(
    case: Case, turn: Round | None, part: Assignment | None, past: PastMove
) -> tuple[Step, dict[str, Any]]:
    """Take one past step in memory; gives it with the facts that the logbook holds of it."""
    start, clock = Status(case.status), past.clock
    arrow = BY_ENDS.get((start, past.end))
    if arrow is None:
        raise WrongInput(f"A case that is {start.value} cannot become {past.end.value}.")
    step = Step(
        case=case,
        turn=turn,
        part=part,
        arrow=arrow,
        papers=past.papers,
        at=past.at,
        start_clock=city_clock if clock is None else (lambda _step, _unit: clock),
        by=past.by,
    )
    apply(step)
    return step, facts_of(step, start=start.value)


def moved(of: Retelling, past: PastMove) -> None:
    """Take a step, and let what hangs on the case go with it."""
    parent = past.papers.parent
    # A source may not name the case that was worked for this one.
    if past.end == Status.MERGED and parent is not None and parent.status not in WORKING:
        raise WrongInput("A case is merged only with one that is still being worked.")
    step, facts = step_along(of.case, of.turn, of.lead, past)
    of.turn, of.lead = step.turn, step.part
    for row in step.changed:
        of.keep(row)
    lapsed = of.lapse(past.at) if of.left.applications else None
    if lapsed:
        facts["lapsed"] = lapsed
    of.write("case.moved", past, facts, words_of(past.papers))
    if step.arrow.step == "split" and parent is not None:
        link = bare(Link, case=of.case, other=parent, kind=SPLIT, at=past.at)
        of.left.links.append(link)
    if len(of.family) > 1:
        _carry(of, past)
    of.release_what_is_over(past, step.arrow.step, past.by)


def noted(of: Retelling, past: PastNote) -> None:
    """Write an entry that moved nothing."""
    if past.tells and of.turn is not None:
        of.turn.resident_told_at = of.turn.resident_told_at or past.at
    of.write(past.code, past, past.details, past.words)


def children_in(of: Retelling) -> list[Retelling]:
    """The cases that wait for this one, the eldest first."""
    found = [
        other
        for other in of.family
        if other.case.status == Status.MERGED and other.case.parent is of.case
    ]
    return sorted(found, key=lambda other: other.case.received_at)


def wait_together(of: Retelling) -> None:
    """Let the cases that follow this one wait as long as it does."""
    for child in children_in(of):
        child.case.due_at, child.case.wait_until = of.case.due_at, of.case.wait_until


def _carry(of: Retelling, past: PastMove) -> None:
    case, children = of.case, children_in(of)
    if case.status == Status.ANSWERED:
        for child in children:
            reply = answer_for(child.case, past.papers.reply, parent=case)
            papers = Papers(parent=case, reply=reply)
            _also(child, PastMove(Status.ANSWERED, past.at, SYSTEM, papers))
    elif case.status in WORKING:
        wait_together(of)
    elif case.status == Status.MERGED:
        for child in children:
            _hang_under(child.case, case.parent)
    elif children:
        _succeed(of, children, past.at)


def _also(of: Retelling, past: PastMove) -> None:
    of.arrive_at(past.at)
    moved(of, past)


def _succeed(of: Retelling, children: list[Retelling], at: datetime) -> None:
    eldest, *others = children
    reason = _("Case %(number)s, which was worked for this one, ended without an answer.") % {
        "number": of.case.number
    }
    _also(eldest, PastMove(Status.RECEIVED, at, SYSTEM, Papers(reason=reason, parent=of.case)))
    for child in others:
        _hang_under(child.case, eldest.case)


def _hang_under(child: Case, parent: Case | None) -> None:
    child.parent = parent
    if parent is not None:
        child.due_at, child.wait_until = parent.due_at, parent.wait_until
