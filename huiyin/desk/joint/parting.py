"""What a unit does with its part at the desk: one address for all acts, which decide themselves."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.cases.access import case_for, visible_cases
from huiyin.cases.models import Case
from huiyin.cases.parts import accept_part, finish_part, release_part
from huiyin.departments.models import Official, Unit
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.joint.forms import (
    ArrivalForm,
    MarkForm,
    NothingForm,
    RefusalForm,
    ReleaseForm,
    ResultForm,
)
from huiyin.desk.joint.on_case import shown
from huiyin.desk.joint.words import ACTS, TAKEN
from huiyin.office.problems import NotFound, NotPossible, WrongInput
from huiyin.replies.joint.arrivals import report_arrival
from huiyin.replies.joint.assessing import assess, things_about
from huiyin.replies.joint.queries import Standing, standing_of
from huiyin.replies.joint.refusals import refuse_part

Act = Callable[[str, Standing, Any, Official, datetime], object]
PLAIN: dict[str, type[Form]] = {
    "accept": NothingForm,
    "report": ResultForm,
    "refuse": RefusalForm,
    "release": ReleaseForm,
}


@at_desk
@require_http_methods(["GET", "POST"])
def part_act(request: DeskRequest, number: str, part: int, act: str) -> HttpResponse:
    """Do something with one part of a case; a press that comes too late is told how it stands."""
    if act not in WAYS:
        raise NotFound(_("There is no such step."))
    case, now = case_for(number, by=request.user), timezone.now()
    standing = standing_of(case, part, by=request.user)
    form = _form(act, standing, request, now=now)
    if request.method == "GET":
        _check_open(act, standing)
        return _page(request, case, standing, act, form)
    if not form.is_valid():
        return _page(request, case, standing, act, form, status=400)
    try:
        WAYS[act](case.number, standing, form, request.user, now)
    except (WrongInput, NotPossible) as problem:
        form.add_error(None, str(problem))
        return _page(request, case, standing, act, form, status=problem.status)
    tell(request, TAKEN[act])
    still_seen = visible_cases(request.user).filter(pk=case.pk).exists()
    return redirect(f"{case.get_absolute_url()}#joint" if still_seen else "desk:joint_parts")


def _check_open(act: str, standing: Standing) -> None:
    if act not in standing.acts:
        raise NotPossible(
            _("This step is not open to you as the part stands now; look at the case again.")
        )


def _form(act: str, standing: Standing, request: DeskRequest, *, now: datetime) -> Form:
    given = request.POST if request.method == "POST" else None
    if act == "arrive":
        return ArrivalForm(given, called=standing.called, now=now)
    if act in {"mark_called", "mark_caller"}:
        return MarkForm(given, things=things_about(_marked(act, standing), standing.part))
    return PLAIN[act](given)


def _page(
    request: DeskRequest, case: Case, standing: Standing, act: str, form: Form, *, status: int = 200
) -> HttpResponse:
    about = _marked(act, standing) if act.startswith("mark_") else None
    facts = {
        "case": case,
        "act": act,
        "label": ACTS[act],
        "about": about,
        "one": shown(standing, now=timezone.now()),
        "form": form,
    }
    return page(request, "joint/part", facts, status=status)


def _marked(act: str, standing: Standing) -> Unit:
    caller = standing.part.asked_by
    if act == "mark_called" or caller is None:
        return standing.part.unit
    return caller


def _accept(number: str, one: Standing, _form: Any, by: Official, at: datetime) -> object:
    return accept_part(number, one.part.pk, by=by, at=at)


def _arrive(number: str, one: Standing, form: Any, by: Official, at: datetime) -> object:
    return report_arrival(number, one.part.pk, form.arrival(), by=by, at=at)


def _report(number: str, one: Standing, form: Any, by: Official, at: datetime) -> object:
    return finish_part(number, one.part.pk, form.cleaned_data["result"], by=by, at=at)


def _refuse(number: str, one: Standing, form: Any, by: Official, at: datetime) -> object:
    said = form.cleaned_data
    return refuse_part(number, one.part.pk, said["ground"], said["reason"], by=by, at=at)


def _release(number: str, one: Standing, form: Any, by: Official, at: datetime) -> object:
    return release_part(number, one.part.pk, form.cleaned_data["reason"], by=by, at=at)


def _mark_with(act: str) -> Act:
    def mark(number: str, one: Standing, form: Any, by: Official, at: datetime) -> object:
        about = _marked(act, one)
        return assess(number, one.part.pk, form.view(), about=about, by=by, at=at)

    return mark


WAYS: dict[str, Act] = {
    "accept": _accept,
    "arrive": _arrive,
    "report": _report,
    "refuse": _refuse,
    "release": _release,
    "mark_called": _mark_with("mark_called"),
    "mark_caller": _mark_with("mark_caller"),
}
