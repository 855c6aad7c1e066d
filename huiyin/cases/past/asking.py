"""Past applications and rulings, and what a ruling does to the case, as with living ones."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from huiyin.cases.effects import Papers, postpone
from huiyin.cases.models import Application, ApplicationState, Assignment, AssignmentState
from huiyin.cases.past.happened import PastMove, PastPlea, PastVerdict
from huiyin.cases.past.moving import moved, wait_together
from huiyin.cases.past.parting import handed_on
from huiyin.cases.past.retelling import Retelling
from huiyin.cases.rules import PROCEDURES, REFUSING, ApplicationKind, Ruling, Status
from huiyin.departments.access import seat_of
from huiyin.logbook.rules import Step as Written
from huiyin.logbook.rules import official_label
from huiyin.office.bulk import bare
from huiyin.office.problems import WrongInput


def asked(of: Retelling, past: PastPlea) -> None:
    """Something was asked for in writing; nothing else changed."""
    case, procedure = of.case, PROCEDURES[past.kind]
    if case.status not in procedure.during:
        raise WrongInput(f"No {past.kind} is filed while a case is {case.status}.")
    if past.ground not in procedure.grounds:
        raise WrongInput(f"{past.ground} is no ground for {past.kind}.")
    part = of.part_of(past.part) if past.part is not None else None
    unit = part.unit if part is not None else case.unit or case.intake_unit
    rule_by = past.at + timedelta(hours=settings.RULING_HOURS)
    application = bare(
        Application,
        case=case,
        round_number=case.round_number,
        kind=str(past.kind),
        ground=past.ground,
        words=past.words,
        asked=past.asked,
        unit=unit,
        part=part,
        asked_by=past.by,
        asked_at=past.at,
        rule_by=rule_by,
        state=ApplicationState.OPEN.value,
    )
    of.left.applications.append(application)
    facts = {"kind": str(past.kind), "ground": past.ground, "of": unit.code, "rule_by": rule_by}
    of.write("application.filed", past, facts | past.asked, {"reason": past.words})


def ruled(of: Retelling, past: PastVerdict) -> None:
    """An application was ruled on, and what was ruled is done."""
    part = of.part_of(past.part) if past.part is not None else None
    application = of.waiting(past.kind, part)
    if past.ruling not in PROCEDURES[past.kind].rulings:
        raise WrongInput(f"{past.ruling} is no ruling on {past.kind}.")
    refused = Ruling(past.ruling) in REFUSING
    state = ApplicationState.REFUSED if refused else ApplicationState.GRANTED
    application.state, application.ruling = state.value, str(past.ruling)
    application.ruling_words, application.ruled_at = past.words, past.at
    application.ruled_by = past.by
    facts = {"kind": str(past.kind), "ruling": str(past.ruling), "of": application.unit.code}
    of.write("application.ruled", past, facts, {"reason": past.words})
    if not refused:
        GRANTED[past.kind](of, past, application)


def _lead_decided(of: Retelling, past: PastVerdict, application: Application) -> None:
    """Where the ruling sends the case; designated where it is, it stays for good."""
    if past.ruling == Ruling.RETURN:
        end, papers = Status.RECEIVED, Papers(reason=past.words, application=application)
    elif past.unit is not None and past.unit.pk != of.case.unit_id:
        end = Status.DISPATCHED
        papers = Papers(reason=past.words, unit=past.unit, application=application)
    elif past.unit is not None and past.ruling == Ruling.DESIGNATE and of.turn is not None:
        of.turn.is_designated = True
        return
    else:
        raise WrongInput("A ruling that sends a case on names the other unit.")
    moved(of, PastMove(end, past.at, past.by_label, papers, by=past.by))


def _given_time(of: Retelling, past: PastVerdict, application: Application) -> None:
    before, until = of.case.due_at, _until(application)
    for row in postpone(of.case, of.turn, of.lead, until):
        of.keep(row)
    wait_together(of)
    of.write("due.moved", past, {"before": before, "due": until})


def _parked(of: Retelling, past: PastVerdict, application: Application) -> None:
    papers = Papers(until=_until(application), application=application)
    moved(of, PastMove(Status.PARKED, past.at, past.by_label, papers, by=past.by))


def _excused(of: Retelling, past: PastVerdict, application: Application) -> None:
    part: Assignment = of.part_of(application.unit)
    below = handed_on(of, part)
    part.state, part.done_at = AssignmentState.RETURNED.value, past.at
    facts: dict[str, Any] = {"of": part.unit.code, "role": str(part.role)}
    by = official_label(past.by.pk, seat_of(past.by, part.asked_by))
    of.left.entries.append(Written("part.excused", past.at, by, facts, None))
    for each in below:
        of.release(each, past, by=past.by, because="excused")


def _until(application: Application) -> datetime:
    return datetime.fromisoformat(application.asked["until"])


GRANTED: dict[str, Callable[[Retelling, PastVerdict, Application], None]] = {
    ApplicationKind.OBJECTION: _lead_decided,
    ApplicationKind.RECALL: _lead_decided,
    ApplicationKind.EXTENSION: _given_time,
    ApplicationKind.PARKING: _parked,
    ApplicationKind.PART_REFUSAL: _excused,
}
