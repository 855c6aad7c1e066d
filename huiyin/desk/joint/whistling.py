"""Calling others at the desk: the whistle, handing down, and the sheet of who came."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.cases.access import case_for
from huiyin.cases.models import AssignmentRole, Case
from huiyin.cases.parts import SHARED, ask_for_part, handing_units, open_parts
from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.queries import active_units, below
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.joint.forms import HandDownForm, WhistleForm
from huiyin.desk.joint.words import STATES
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.joint.models import CalledUnit
from huiyin.replies.joint.queries import (
    Standing,
    acts_with,
    attendance,
    may_whistle,
    whistle_of,
)
from huiyin.replies.joint.whistles import blow_whistle


@at_desk
@require_http_methods(["GET", "POST"])
def whistle(request: DeskRequest, number: str) -> HttpResponse:
    """Call other units to a case."""
    case = case_for(number, by=request.user)
    if case.unit is None or not holds(request.user, Post.OFFICER, case.unit):
        raise NotAllowed(_("Only an officer of the unit in charge calls other units."))
    if request.method == "GET" and not may_whistle(case, by=request.user):
        raise NotPossible(_("Others are asked for their part while the case is being worked."))
    form, status = WhistleForm(request.POST or None, case=case), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                done = blow_whistle(case.number, form.call(), by=request.user, at=timezone.now())
            except (WrongInput, NotPossible) as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The units were called; each has its part and its clock."))
                if done.is_field:
                    return redirect("desk:attendance", number=case.number, whistle=done.pk)
                return redirect(f"{case.get_absolute_url()}#joint")
    return page(request, "joint/whistle", {"case": case, "form": form}, status=status)


@at_desk
@require_http_methods(["GET", "POST"])
def hand_down(request: DeskRequest, number: str) -> HttpResponse:
    """Give part of a case to a unit below."""
    case = case_for(number, by=request.user)
    units = _units_below(case, by=request.user)
    if request.method == "GET" and case.status not in SHARED:
        raise NotPossible(_("Others are asked for their part while the case is being worked."))
    form, status = HandDownForm(request.POST or None, units=units, case=case), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                ask_for_part(
                    case.number,
                    form.unit(),
                    form.wanted(),
                    role=AssignmentRole.BELOW,
                    by=request.user,
                    at=timezone.now(),
                )
            except (WrongInput, NotPossible) as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The part was handed down; its clock runs."))
                return redirect(f"{case.get_absolute_url()}#joint")
    facts = {"case": case, "form": form, "units": units}
    return page(request, "joint/hand_down", facts, status=status)


@at_desk
@require_GET
def attendance_sheet(request: DeskRequest, number: str, whistle: int) -> HttpResponse:
    """Show who was called, who came when and with whom, and who did not; for the printer too."""
    case = case_for(number, by=request.user)
    blown = whistle_of(case, whistle)
    called, now = attendance(blown), timezone.now()
    facts = {
        "case": case,
        "whistle": blown,
        "rows": [
            {
                "row": one,
                "state": STATES[one.part.state],
                "may_note": _may_note(one, case, request.user),
            }
            for one in called
        ],
        "is_over": now > blown.report_by,
        "came": sum(one.arrived_at is not None for one in called),
        "late": sum(one.is_late for one in called),
        "people": sum(one.people_count or 0 for one in called),
    }
    return page(request, "joint/attendance", facts)


def _units_below(case: Case, *, by: Official) -> list[Unit]:
    own = handing_units(case, open_parts(case), by=by)
    if not own:
        raise NotAllowed(_("Only an officer of the unit in charge asks others for their part."))
    found: dict[int, Unit] = {}
    for unit in own:
        rows = active_units() & below(unit)
        found |= {row.pk: row for row in rows.exclude(pk=unit.pk)}
    return list(found.values())


def _may_note(one: CalledUnit, case: Case, by: Official) -> bool:
    return one.arrived_at is None and "arrive" in acts_with(Standing(one.part, one), case, by=by)
