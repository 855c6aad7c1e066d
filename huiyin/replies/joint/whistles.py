"""吹哨: the unit in charge calls others to a place, each with its own part and its own clock."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.locks import locked_case
from huiyin.cases.models import AssignmentRole, Case
from huiyin.cases.parts import Task, ask_for_part
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, WrongInput
from huiyin.replies.joint.models import CalledUnit, Whistle
from huiyin.replies.joint.rules import FEWEST_IN_THE_FIELD


@dataclass(frozen=True)
class Spot:
    """Where to come: words that find it, and a point where there is one."""

    words: str
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True)
class Call:
    """Who is called, what for, where to, until when to be there and until when to be done."""

    units: tuple[Unit, ...]
    what_for: str
    where: Spot
    report_by: datetime
    due_at: datetime
    is_field: bool = False


@transaction.atomic
def blow_whistle(number: str, call: Call, *, by: Official, at: datetime) -> Whistle:
    """Call other units; each gets its part, and all of them or none are called."""
    case = locked_case(number)
    lead = _lead(case, by=by)
    _check(call, at=at)
    whistle = Whistle.objects.create(
        case=case,
        round_number=case.round_number,
        unit=lead,
        by=by,
        at=at,
        what_for=call.what_for.strip(),
        place_words=call.where.words.strip(),
        longitude=call.where.longitude,
        latitude=call.where.latitude,
        report_by=call.report_by,
        due_at=call.due_at,
        is_field=call.is_field,
    )
    record(
        "whistle.blown",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, lead),
        words={"task": whistle.what_for, "where": whistle.place_words},
        lead=lead.code,
        whistle=whistle.pk,
        called=[unit.code for unit in call.units],
        report_by=call.report_by,
        due=call.due_at,
        field=call.is_field,
    )
    task = Task(
        whistle.what_for,
        call.due_at,
        where=whistle.place_words,
        report_by=call.report_by,
        whistle=whistle.pk,
    )
    for unit in call.units:
        part = ask_for_part(number, unit, task, role=AssignmentRole.ASSIST, by=by, at=at)
        CalledUnit.objects.create(whistle=whistle, part=part)
    return whistle


def _lead(case: Case, *, by: Official) -> Unit:
    if case.unit is None or not holds(by, Post.OFFICER, case.unit):
        raise NotAllowed(_("Only an officer of the unit in charge calls other units."))
    return case.unit


def _check(call: Call, *, at: datetime) -> None:
    if not call.units:
        raise WrongInput(_("Choose at least one unit to call."))
    if len({unit.pk for unit in call.units}) != len(call.units):
        raise WrongInput(_("Each unit is called once; take the second one off the list."))
    if call.is_field and len(call.units) < FEWEST_IN_THE_FIELD:
        raise WrongInput(_("A field operation needs at least two units; choose another one."))
    if not call.what_for.strip():
        raise WrongInput(_("Write down what the unit is asked to do."))
    if not call.where.words.strip():
        raise WrongInput(_("Write down where the units must come to."))
    if call.report_by <= at:
        raise WrongInput(_("Give a moment in the future by which the units must be there."))
    if call.due_at < call.report_by:
        raise WrongInput(_("The work cannot be due before the units have to be there."))
