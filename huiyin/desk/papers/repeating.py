"""Who calls again: the caller's open cases while a request is taken down, linked in one step."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.cases.access import case_for
from huiyin.cases.callers import cases_by_phone
from huiyin.cases.models import Case
from huiyin.cases.residents import phone_index
from huiyin.cases.rules import OPEN
from huiyin.departments.models import Official
from huiyin.desk.doors import DeskRequest, at_desk, tell
from huiyin.dispatch.repeats import earlier_cases, told_of
from huiyin.dispatch.routes import link_repeat
from huiyin.intake.marks import marks_on_caller_of, marks_speaking
from huiyin.office.problems import Problem, WrongInput


@at_desk
@require_POST
def repeat(request: DeskRequest, number: str) -> HttpResponse:
    """The same matter without new facts: its state is told, and the two are linked."""
    case = case_for(number, by=request.user)
    link_repeat(case.number, request.POST.get("earlier", ""), by=request.user, at=timezone.now())
    tell(request, _("It was linked with the earlier request; its state was told."))
    return redirect(case.get_absolute_url())


def caller_seen(phone: str, *, by: Official) -> dict[str, Any]:
    """Who calls: their open cases and marks; each case found stands in the access log."""
    now = timezone.now()
    try:
        found = cases_by_phone(phone, by=by, at=now)
    except WrongInput as problem:
        return {"looked": True, "caller_problem": str(problem)}
    earlier = told_of([case.pk for case in found if case.status in OPEN])
    marks = marks_speaking(phone_index(phone), on=timezone.localdate(now))
    return {"looked": True, "earlier": earlier, "marks": marks}


def caller_of(case: Case, *, by: Official) -> dict[str, Any]:
    """The other open cases of a case's caller, and the marks on their number."""
    marks = marks_on_caller_of([case], on=timezone.localdate())
    return {"earlier": earlier_cases(case, by=by), "marks": marks}


def linked_at_once(request: DeskRequest, case: Case, earlier: str) -> None:
    """Link what was just taken down with what the caller named; it stays taken in either way."""
    try:
        link_repeat(case.number, earlier, by=request.user, at=timezone.now())
    except Problem as problem:
        tell(request, problem, tone="warn")
