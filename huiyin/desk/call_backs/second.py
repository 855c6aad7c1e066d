"""The second asking at the desk: blind for who asks, side by side for who compares."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.cases.residents import ResidentData, resident_of
from huiyin.departments.models import Post
from huiyin.desk.call_backs.calling import scripts_of
from huiyin.desk.call_backs.forms import AskedForm
from huiyin.desk.call_backs.queue import CALLERS
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.paging import ROWS
from huiyin.followup.models import SecondAsking
from huiyin.followup.plans import plan_on
from huiyin.followup.second import (
    asked_twice,
    differences,
    differing,
    note_second,
    open_seconds,
    second_for,
    take_second,
)
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

COMPARERS = frozenset({Post.SUPERVISOR, Post.LEADER})


@at_desk
@for_posts(CALLERS)
@require_http_methods(["GET", "POST"])
def second_calls(request: DeskRequest) -> HttpResponse:
    """Show which closed cases are asked again; a press takes the oldest that is free."""
    now = timezone.now()
    if request.method == "POST":
        row = take_second(by=request.user, at=now)
        if row is None:
            tell(request, _("Nobody is to be asked again just now."), tone="plain")
            return redirect("desk:second_calls")
        return redirect(reverse("desk:second_call", args=[row.pk]))
    rows = open_seconds(request.user, at=now).select_related("case__unit", "claimed_by")
    shown = list(rows.order_by("drawn_at", "pk")[:ROWS])
    plan = plan_on(timezone.localdate(now))[1]
    facts = {"rows": shown, "now": now, "plan": plan, "percent": f"{plan.second_parts / 100:g}"}
    return page(request, "calling/second_calls", facts)


@at_desk
@for_posts(CALLERS)
@require_http_methods(["GET", "POST"])
def second_call(request: DeskRequest, asking: int) -> HttpResponse:
    """Ask once more, without seeing what was said the first time."""
    now = timezone.now()
    row = second_for(asking, by=request.user, at=now)
    if request.method == "GET":
        return _page(request, row)
    if request.POST.get("act") == "reveal":
        why = _("Second call, round %(number)d") % {"number": row.round_number}
        person = resident_of(row.case, by=request.user, at=now, why=why)
        return _page(request, row, person=person)
    form = AskedForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form, status=400)
    try:
        note_second(row.pk, form.said(), by=request.user, at=now)
    except (WrongInput, NotPossible, NotAllowed) as problem:
        form.add_error(None, str(problem))
        return _page(request, row, form=form, status=problem.status)
    tell(request, _("What was said the second time is kept beside the first."))
    return redirect("desk:second_calls")


@at_desk
@for_posts(COMPARERS)
@require_GET
def second_compared(request: DeskRequest) -> HttpResponse:
    """Show where the first and the second answer differ; neither replaces the other."""
    twice = asked_twice(request.user)
    only = request.GET.get("all", "") == ""
    rows = differing(twice) if only else twice
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    facts = {
        "rows": [(row, {one.question for one in differences(row)}) for row in shown],
        "shown": shown,
        "keep": "" if only else "&all=1",
        "only": only,
        "count": twice.count(),
        "differing": differing(twice).count(),
    }
    return page(request, "calling/second_compared", facts)


def _page(
    request: DeskRequest,
    row: SecondAsking,
    *,
    form: AskedForm | None = None,
    person: ResidentData | None = None,
    status: int = 200,
) -> HttpResponse:
    plan = plan_on(timezone.localdate(row.drawn_at))[1]
    facts: dict[str, Any] = {
        "row": row,
        "case": row.case,
        "form": form or AskedForm(),
        "person": person,
        "scripts": scripts_of(row.case, plan, by=request.user),
        "attempts": row.attempts.order_by("at", "pk"),
    }
    return page(request, "calling/second_call", facts, status=status)
