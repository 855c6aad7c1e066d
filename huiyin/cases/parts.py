"""The parts of a case beside the lead: copies, assisting units, units below the lead.

Each part has its own state and its own clock; only this module writes them. A part that is
open when its case moves on is released: every part has an end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import Actor
from huiyin.cases.happenings import Happening
from huiyin.cases.locks import locked_case
from huiyin.cases.models import (
    Application,
    ApplicationState,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Case,
    Status,
)
from huiyin.cases.rules import WORKED
from huiyin.cases.tellings import tell_of_copy, tell_of_part, tell_of_release
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

# Parts for which the answer waits.
WORKING = (AssignmentRole.ASSIST, AssignmentRole.BELOW)
UNDER_WAY = (AssignmentState.SENT, AssignmentState.ACCEPTED)
# While a case stands so, others can have a part in the work.
SHARED = WORKED | {Status.PARKED}
# Why a unit cannot be given a part, with the way out; empty where it can. A room above that
# knows more of duties adds its question in `apps.ready()`.
Question = Callable[[Case, Unit], str]
QUESTIONS: list[Question] = []


@dataclass(frozen=True)
class Task:
    """What is asked of a unit, and by when; where it is whistled, where to come and until when."""

    words: str
    due_at: datetime | None = None
    where: str = ""
    report_by: datetime | None = None
    whistle: int | None = None


def ask_before_parts(question: Question) -> None:
    """Ask this before a unit gets a part; the same question is kept once."""
    if question not in QUESTIONS:
        QUESTIONS.append(question)


def open_parts(case: Case) -> list[Assignment]:
    """The parts of the present round that were asked for and have not reported back."""
    rows = Assignment.objects.filter(
        case=case, round_number=case.round_number, role__in=WORKING, state__in=UNDER_WAY
    )
    return list(rows.select_related("unit", "asked_by").order_by("pk"))


def part_for(part_id: int, *, by: Official, case: Case) -> Assignment:
    """One part of a case, for an official of the unit whose part it is."""
    part = _found(part_id, case)
    if part is None or not holds(by, Post.OFFICER, part.unit):
        raise NotAllowed(_("Only an officer of the unit whose part it is may do this."))
    return part


def check_under_way(part: Assignment, case: Case) -> None:
    """Refuse a step with a part that has ended, or whose case has moved on."""
    if part.state not in UNDER_WAY:
        raise NotPossible(
            _("This part is %(state)s already; nothing was changed.")
            % {"state": AssignmentState(part.state).label}
        )
    if case.status not in SHARED or part.round_number != case.round_number:
        raise NotPossible(_("The case has ended or gone into another round; the part is over."))


def send_copy(case: Case, unit: Unit, *, by: Official, at: datetime) -> Assignment | None:
    """Let a unit know of a case without asking anything of it (抄送); once in a round."""
    here = Assignment.objects.filter(case=case, round_number=case.round_number, unit=unit)
    if unit.dissolved_on is not None or here.exclude(state=AssignmentState.RETURNED).exists():
        return None
    part = Assignment.objects.create(
        case=case,
        round_number=case.round_number,
        unit=unit,
        role=AssignmentRole.COPY,
        state=AssignmentState.SENT,
        sent_at=at,
        asked_by=case.intake_unit,
    )
    seat = seat_of(by, case.intake_unit)
    entry = record("part.copied", about=case.number, by=by, at=at, unit=seat, to=unit.code)
    tell_of_copy(part, entry.position, at=at)
    return part


@transaction.atomic
def ask_for_part(
    number: str, unit: Unit, task: Task, *, role: AssignmentRole, by: Official, at: datetime
) -> Assignment:
    """Ask a unit for its part: an assisting one (协办), or one below the lead (交办)."""
    case = locked_case(number)
    asking = _asking_unit(case, unit, role=role, by=by)
    _check_asking(case, unit, task, at=at)
    part = Assignment.objects.create(
        case=case,
        round_number=case.round_number,
        unit=unit,
        role=role,
        state=AssignmentState.SENT,
        sent_at=at,
        due_at=task.due_at or case.due_at,
        asked_by=asking,
        task=task.words.strip(),
    )
    entry = record(
        "part.asked",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, asking),
        # Of a whistle the words stand in its own entry, once for all units.
        words={"task": part.task} if task.whistle is None else None,
        lead=case.unit.code if case.unit else None,
        asking=asking.code,
        to=unit.code,
        role=str(role),
        due=part.due_at,
        whistle=task.whistle,
    )
    code = "part.handed_down" if role == AssignmentRole.BELOW else "part.called"
    further = {"where": task.where or None, "due": task.report_by or part.due_at}
    tell_of_part(code, part, entry.position, at=at, further=further)
    return part


def accept_part(number: str, part_id: int, *, by: Official, at: datetime) -> Assignment:
    """The unit signs for its part."""
    return _advance(number, part_id, AssignmentState.ACCEPTED, by=by, at=at)


def finish_part(
    number: str, part_id: int, result: str, *, by: Official, at: datetime
) -> Assignment:
    """The unit reports what came of its part to the unit that asked."""
    if not result.strip():
        raise WrongInput(_("Write down what was done, so that the lead can answer."))
    return _advance(number, part_id, AssignmentState.DONE, by=by, at=at, result=result.strip())


def note_presence(part: Assignment, *, at: datetime) -> list[str]:
    """Who has come has accepted, and no longer refuses; say what lapsed by it."""
    if part.state == AssignmentState.SENT:
        part.state, part.accepted_at = AssignmentState.ACCEPTED, at
        part.save(update_fields=["state", "accepted_at"])
    return _lapse_refusal(part, at=at)


@transaction.atomic
def release_part(
    number: str, part_id: int, reason: str, *, by: Official, at: datetime
) -> Assignment:
    """The unit that asked, or the lead, needs the part no more."""
    case = locked_case(number)
    part = _found(part_id, case)
    asking = [unit for unit in (part.asked_by, case.unit) if unit] if part else []
    if part is None or not any(holds(by, Post.OFFICER, unit) for unit in asking):
        raise NotAllowed(_("Only the unit that asked for a part, or the lead, may release it."))
    check_under_way(part, case)
    if not reason.strip():
        raise WrongInput(_("Write down why, so that the next person knows."))
    for each in [*_handed_on(part, case), part]:
        _release(each, by=by, at=at, reason=reason.strip())
    part.refresh_from_db()
    return part


@transaction.atomic
def excuse_part(part: Assignment, *, by: Official, at: datetime) -> None:
    """Take a part from a unit, after a ruling that it need not do it."""
    part.state, part.done_at = AssignmentState.RETURNED, at
    part.save(update_fields=["state", "done_at"])
    number, seat, of = part.case.number, seat_of(by, part.asked_by), part.unit.code
    record("part.excused", about=number, by=by, at=at, unit=seat, of=of, role=str(part.role))
    for each in _handed_on(part, part.case):
        _release(each, by=by, at=at, because="excused")


def release_parts(happening: Happening) -> None:
    """Release the parts for which a case, as it now stands, has no room."""
    case = happening.case
    rows = Assignment.objects.filter(case=case, role__in=WORKING, state__in=UNDER_WAY)
    for part in rows.select_related("unit", "asked_by", "case").order_by("pk"):
        if case.status in SHARED and part.round_number == case.round_number and _asked(part, case):
            continue
        _release(part, by=happening.by, at=happening.at, because=happening.arrow.step)


@transaction.atomic
def _advance(
    number: str,
    part_id: int,
    state: AssignmentState,
    *,
    by: Official,
    at: datetime,
    result: str = "",
) -> Assignment:
    case = locked_case(number)
    part = part_for(part_id, by=by, case=case)
    check_under_way(part, case)
    if part.state == state:
        raise NotPossible(
            _("This part is %(state)s already; nothing was changed.")
            % {"state": AssignmentState(part.state).label}
        )
    part.state = state
    if state == AssignmentState.ACCEPTED:
        part.accepted_at = at
    else:
        _check_handed_on(part, case)
        part.accepted_at = part.accepted_at or at
        part.done_at, part.result = at, result
    part.save()
    facts: dict[str, Any] = {"of": part.unit.code, "role": str(part.role)}
    lapsed = _lapse_refusal(part, at=at)
    if lapsed:
        facts["lapsed"] = lapsed
    seat, words = seat_of(by, part.unit), {"result": result} if result else None
    entry = record(
        f"part.{state.value}", about=number, by=by, at=at, unit=seat, words=words, **facts
    )
    tell_of_part(f"part.{state.value}", part, entry.position, at=at)
    return part


def _found(part_id: int, case: Case) -> Assignment | None:
    rows = Assignment.objects.select_related("unit", "asked_by")
    part = rows.filter(pk=part_id, case=case, role__in=WORKING).first()
    if part is not None:
        part.case = case
    return part


def _release(
    part: Assignment, *, by: Actor, at: datetime, reason: str = "", because: str = "released"
) -> None:
    part.state, part.done_at = AssignmentState.RELEASED, at
    part.save(update_fields=["state", "done_at"])
    facts: dict[str, Any] = {"of": part.unit.code, "role": str(part.role), "because": because}
    lapsed = _lapse_refusal(part, at=at)
    if lapsed:
        facts["lapsed"] = lapsed
    number, seat = part.case.number, seat_of(by, part.asked_by)
    words = {"reason": reason} if reason else None
    entry = record("part.released", about=number, by=by, at=at, unit=seat, words=words, **facts)
    tell_of_release(part, entry.position, at=at, reason=reason)


def _lapse_refusal(part: Assignment, *, at: datetime) -> list[str]:
    """A unit that acts in its part, or is rid of it, no longer refuses it."""
    rows = Application.objects.filter(part=part, state=ApplicationState.OPEN)
    kinds = [str(kind) for kind in rows.values_list("kind", flat=True)]
    if kinds:
        rows.update(state=ApplicationState.LAPSED, ruled_at=at)
    return kinds


def _asked(part: Assignment, case: Case) -> bool:
    """Whether whoever asked for the part is still the lead, or works for it."""
    if case.unit is None or part.asked_by is None:
        return False
    if part.asked_by.pk == case.unit_id:
        return True
    rows = Assignment.objects.filter(case=case, round_number=case.round_number, role__in=WORKING)
    return rows.filter(unit=part.asked_by, state__in=UNDER_WAY).exists()


def _handed_on(part: Assignment, case: Case) -> list[Assignment]:
    """The open parts that hang on this one, the deepest first."""
    own = [each for each in open_parts(case) if each.asked_by_id == part.unit_id]
    own = [each for each in own if each.pk != part.pk and each.role == AssignmentRole.BELOW]
    deeper = [below for each in own for below in _handed_on(each, case)]
    for each in own:
        each.case = case
    return [*deeper, *own]


def _check_handed_on(part: Assignment, case: Case) -> None:
    waiting = [] if part.unit_id == case.unit_id else _handed_on(part, case)
    if waiting:
        raise NotPossible(
            _("%(units)s have not reported back to your unit yet; wait for them or release them.")
            % {"units": _("、").join(str(each.unit) for each in waiting)}
        )


def _asking_unit(case: Case, unit: Unit, *, role: AssignmentRole, by: Official) -> Unit:
    """For whom an official asks: the lead, or, downwards, the unit of a part that is open."""
    lead = case.unit
    if role == AssignmentRole.ASSIST:
        if lead is None or not holds(by, Post.OFFICER, lead):
            raise NotAllowed(_("Only an officer of the unit in charge asks others for their part."))
        if unit.pk == lead.pk:
            raise WrongInput(_("The unit in charge cannot assist itself; choose another unit."))
        return lead
    own = handing_units(case, open_parts(case), by=by)
    if not own:
        raise NotAllowed(_("Only an officer of the unit in charge asks others for their part."))
    above = [each for each in own if unit.path.startswith(each.path) and unit.pk != each.pk]
    if not above:
        raise WrongInput(_("A case is handed down only to a unit below your own."))
    return max(above, key=lambda each: len(each.path))


def handing_units(case: Case, parts: list[Assignment], *, by: Official) -> list[Unit]:
    """The units for which an official may hand work down: the lead, and those with open parts."""
    units = [part.unit for part in parts if part.state in UNDER_WAY and part.role in WORKING]
    if case.unit is not None:
        units.insert(0, case.unit)
    return [unit for unit in units if holds(by, Post.OFFICER, unit)]


def _check_asking(case: Case, unit: Unit, task: Task, *, at: datetime) -> None:
    if case.status not in SHARED:
        raise NotPossible(_("Others are asked for their part while the case is being worked."))
    if not task.words.strip():
        raise WrongInput(_("Write down what the unit is asked to do."))
    if unit.dissolved_on is not None:
        raise WrongInput(
            _("%(unit)s was dissolved; choose the unit that took over its duties.") % {"unit": unit}
        )
    if unit.pk == case.unit_id:
        raise WrongInput(_("The unit in charge cannot assist itself; choose another unit."))
    if task.due_at is not None and task.due_at <= at:
        raise WrongInput(_("Give a moment in the future by which the unit must report."))
    if task.due_at is None and case.due_at is None:
        raise WrongInput(_("Give the moment by which the unit must report back."))
    if any(part.unit_id == unit.pk for part in open_parts(case)):
        raise NotPossible(_("%(unit)s has an open part in this case already.") % {"unit": unit})
    for question in QUESTIONS:
        why_not = question(case, unit)
        if why_not:
            raise WrongInput(why_not)
