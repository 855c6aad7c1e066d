"""Moving a living case along an arrow of `rules.ARROWS`.

`move` locks the row, checks arrow, post and papers, and writes the change with its
logbook entry, or nothing. What a step changes stands in `effects`.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import Actor, may_take, seat_for
from huiyin.cases.effects import Clock, Outcome, Papers, Step, apply, facts_of, words_of
from huiyin.cases.happenings import Happening, happen
from huiyin.cases.locks import current_round, lead_part, locked_case
from huiyin.cases.models import Case, Status
from huiyin.cases.papers.applications import lapse_applications
from huiyin.cases.parts import open_parts
from huiyin.cases.rules import BY_ENDS, NEW_ROUND, RESIDENT, Arrow, Paper
from huiyin.deadlines.queries import due_for
from huiyin.departments.models import Official, Unit
from huiyin.departments.queries import calendar_code_of
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

__all__ = ["Outcome", "Papers", "current_round", "lead_part", "locked_case", "move"]
NO_PAPERS = Papers()
ANSWERING = frozenset({"answer", "answer_directly", "answer_parked"})


@transaction.atomic
def move(
    number: str, end: Status | str, *, by: Actor, at: datetime, papers: Papers = NO_PAPERS
) -> Case:
    """Move a case along an arrow and write it in the logbook, or change nothing."""
    case = locked_case(number)
    arrow, start = _arrow(case, Status(end), papers), case.status
    step = Step(
        case=case,
        turn=current_round(case),
        part=lead_part(case),
        arrow=arrow,
        papers=papers,
        at=at,
        start_clock=city_clock,
        by=by if isinstance(by, Official) else None,
    )
    _check_who(step, by)
    _check_papers(step)
    seat = seat_for(arrow, case, by=by)
    apply(step)
    for row in step.changed:
        row.save()
    case.save()
    facts = facts_of(step, start=start)
    lapsed = lapse_applications(case, at=at)
    if lapsed:
        facts["lapsed"] = lapsed
    entry = record(
        "case.moved", about=number, by=by, at=at, unit=seat, words=words_of(papers), **facts
    )
    happen(Happening(case, arrow, papers, by=by, at=at, position=entry.position))
    return case


def city_clock(step: Step, unit: Unit) -> Clock:
    """Reckon the deadline by the rule in force and the calendar of the unit."""
    deadline = due_for(
        step.at,
        deadline_class=step.case.deadline_class,
        request_kind=step.case.request_kind,
        calendar_code=calendar_code_of(unit),
    )
    return Clock(deadline.due_at, deadline.basis())


def _arrow(case: Case, end: Status, papers: Papers) -> Arrow:
    start = Status(case.status)
    arrow = BY_ENDS.get((start, end))
    # Without a ruling, the same status again is a button pressed twice.
    if arrow is not None and (start != end or papers.application is not None):
        return arrow
    if start == end:
        raise NotPossible(
            _("This case is already %(status)s; nothing was changed.") % {"status": end.label}
        )
    raise NotPossible(
        _("A case that is %(start)s cannot become %(end)s.")
        % {"start": start.label, "end": end.label}
    )


def _check_who(step: Step, by: Actor) -> None:
    if not may_take(step.arrow, step.case, by=by):
        raise NotAllowed(
            _(
                "Your post does not allow this step for this case; "
                "ask the unit in charge or the hotline."
            )
        )
    closed = step.case.closed_at
    over = closed is not None and step.at > closed + timedelta(days=settings.REOPEN_DAYS)
    if by == RESIDENT and step.arrow.step == "ask_again" and over:
        raise NotPossible(
            _(
                "This case was closed more than %(days)d days ago. "
                "Please send a new request and name this number in it."
            )
            % {"days": settings.REOPEN_DAYS}
        )


def _check_papers(step: Step) -> None:
    papers, turn, case = step.papers, step.turn, step.case
    told = turn is not None and turn.resident_told_at is not None
    given = {
        Paper.REASON: bool(papers.reason.strip()),
        Paper.UNIT: papers.unit is not None,
        Paper.REPLY: bool(papers.reply.strip()),
        Paper.OUTCOME: papers.outcome is not None,
        Paper.ROUTE: bool(papers.route),
        Paper.BODY: bool(papers.body),
        Paper.UNTIL: papers.until is not None and papers.until > step.at,
        Paper.PARENT: papers.parent is not None,
        Paper.RULING: _is_ruled(step),
        # Nobody can be told where nobody left a way to reach them.
        Paper.RESIDENT_TOLD: bool(papers.resident_told.strip()) or told or not case.resident_id,
    }
    for paper in Paper:
        if paper in step.arrow.owes and not given[paper]:
            raise WrongInput(_missing(paper))
    if step.arrow.step in ANSWERING:
        _check_parts(step)
    going_to = papers.unit or (case.unit if step.arrow.step in NEW_ROUND else None)
    if going_to is not None and going_to.dissolved_on is not None:
        raise WrongInput(
            _("%(unit)s was dissolved; choose the unit that took over its duties.")
            % {"unit": going_to}
        )
    if step.arrow.step in NEW_ROUND and going_to is None and (turn is None or turn.unit is None):
        raise WrongInput(_missing(Paper.UNIT))


def _is_ruled(step: Step) -> bool:
    application = step.papers.application
    if application is None or not application.ruling:
        return False
    return application.case_id == step.case.pk and application.ruled_at == step.at


def _check_parts(step: Step) -> None:
    waiting = open_parts(step.case)
    if waiting and not step.papers.without_parts.strip():
        raise WrongInput(
            _(
                "%(units)s have not reported back on their part yet; wait for them, "
                "or write why the answer does not need them."
            )
            % {"units": _("、").join(str(part.unit) for part in waiting)}
        )


def _missing(paper: Paper) -> str:
    return {
        Paper.REASON: _("Write down why, so that the next person knows."),
        Paper.UNIT: _("Choose the unit that must act."),
        Paper.REPLY: _("Write the answer to the resident."),
        Paper.OUTCOME: _("Record what the resident said: solved or not, satisfied or not."),
        Paper.RESIDENT_TOLD: _(
            "First tell the resident what was done and write it down: "
            "two feedbacks are owed, one to the resident and one to the hotline."
        ),
        Paper.ROUTE: _("Choose which of the six legal ways it is."),
        Paper.BODY: _("Choose the body outside to which the matter goes."),
        Paper.UNTIL: _("Give a day in the future until when this may wait."),
        Paper.PARENT: _("Choose the case that is worked for this one too."),
        Paper.RULING: _("This step follows a ruling only; rule on the application of the unit."),
    }[paper]
