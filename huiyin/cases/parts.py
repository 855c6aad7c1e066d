"""The parts of a case beside the lead: copies, assisting units, units below the lead.

Each part has its own state and its own clock; only this module writes them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.locks import locked_case
from huiyin.cases.models import Assignment, AssignmentRole, AssignmentState, Case
from huiyin.cases.rules import OPEN
from huiyin.cases.tellings import tell_of_copy, tell_of_part
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

# Parts for which the answer waits.
WORKING = (AssignmentRole.ASSIST, AssignmentRole.BELOW)
UNDER_WAY = (AssignmentState.SENT, AssignmentState.ACCEPTED)


@dataclass(frozen=True)
class Task:
    """What is asked of a unit, and by when."""

    words: str
    due_at: datetime | None = None


def open_parts(case: Case) -> list[Assignment]:
    """The parts of the present round that were asked for and have not reported back."""
    rows = Assignment.objects.filter(
        case=case, round_number=case.round_number, role__in=WORKING, state__in=UNDER_WAY
    )
    return list(rows.select_related("unit").order_by("pk"))


def part_for(part_id: int, *, by: Official, case: Case) -> Assignment:
    """One part of a case, for an official of the unit whose part it is."""
    rows = Assignment.objects.select_related("unit", "asked_by")
    part = rows.filter(pk=part_id, case=case, role__in=WORKING).first()
    if part is None or not holds(by, Post.OFFICER, part.unit):
        raise NotAllowed(_("Only an officer of the unit whose part it is may do this."))
    return part


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
    _check_asking(case, unit, task, role=role, by=by, at=at)
    part = Assignment.objects.create(
        case=case,
        round_number=case.round_number,
        unit=unit,
        role=role,
        state=AssignmentState.SENT,
        sent_at=at,
        due_at=task.due_at or case.due_at,
        asked_by=case.unit,
        task=task.words.strip(),
    )
    entry = record(
        "part.asked",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, case.unit),
        words={"task": part.task},
        to=unit.code,
        role=str(role),
        due=part.due_at,
    )
    code = "part.handed_down" if role == AssignmentRole.BELOW else "part.called"
    tell_of_part(code, part, entry.position, at=at)
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


@transaction.atomic
def excuse_part(part: Assignment, *, by: Official, at: datetime) -> None:
    """Take a part from a unit, after a ruling that it need not do it."""
    part.state, part.done_at = AssignmentState.RETURNED, at
    part.save(update_fields=["state", "done_at"])
    number = part.case.number
    record("part.excused", about=number, by=by, at=at, of=part.unit.code, role=str(part.role))


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
    if part.state not in UNDER_WAY or part.state == state:
        raise NotPossible(
            _("This part is %(state)s already; nothing was changed.")
            % {"state": AssignmentState(part.state).label}
        )
    if case.status not in OPEN or part.round_number != case.round_number:
        raise NotPossible(_("The case has ended or gone into another round; the part is over."))
    part.state = state
    if state == AssignmentState.ACCEPTED:
        part.accepted_at = at
    else:
        part.accepted_at = part.accepted_at or at
        part.done_at, part.result = at, result
    part.save()
    entry = record(
        f"part.{state.value}",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, part.unit),
        words={"result": result} if result else None,
        of=part.unit.code,
        role=str(part.role),
    )
    tell_of_part(f"part.{state.value}", part, entry.position, at=at)
    return part


def _check_asking(
    case: Case, unit: Unit, task: Task, *, role: AssignmentRole, by: Official, at: datetime
) -> None:
    if case.unit is None or not holds(by, Post.OFFICER, case.unit):
        raise NotAllowed(_("Only an officer of the unit in charge asks others for their part."))
    if case.status not in {"dispatched", "in_hand", "parked"}:
        raise NotPossible(_("Others are asked for their part while the case is being worked."))
    if not task.words.strip():
        raise WrongInput(_("Write down what the unit is asked to do."))
    if unit.dissolved_on is not None:
        raise WrongInput(
            _("%(unit)s was dissolved; choose the unit that took over its duties.") % {"unit": unit}
        )
    if task.due_at is not None and task.due_at <= at:
        raise WrongInput(_("Give a moment in the future by which the unit must report."))
    below = unit.path.startswith(case.unit.path) and unit.pk != case.unit_id
    if role == AssignmentRole.BELOW and not below:
        raise WrongInput(_("A case is handed down only to a unit below your own."))
    if role == AssignmentRole.ASSIST and unit.pk == case.unit_id:
        raise WrongInput(_("The unit in charge cannot assist itself; choose another unit."))
    if any(part.unit_id == unit.pk for part in open_parts(case)):
        raise NotPossible(_("%(unit)s has an open part in this case already.") % {"unit": unit})
