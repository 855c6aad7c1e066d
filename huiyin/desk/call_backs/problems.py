"""Problem cases at the desk: what waits for a supervisor, and who looks after what."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases.access import case_for
from huiyin.departments.access import holds
from huiyin.departments.models import Post
from huiyin.desk.clocks import clock
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.paging import ROWS
from huiyin.followup.escalating import pass_up, problem_cases, take_over
from huiyin.office.problems import NotPossible, WrongInput

SEE = frozenset({Post.SUPERVISOR, Post.LEADER})
SUPERVISORS = frozenset({Post.SUPERVISOR})


@at_desk
@for_posts(SEE)
@require_GET
def problem_list(request: DeskRequest) -> HttpResponse:
    """Show the problem cases: first those nobody looks after, the oldest on top."""
    return _page(request)


@at_desk
@for_posts(SUPERVISORS)
@require_POST
def problem_step(request: DeskRequest, number: str) -> HttpResponse:
    """Take a problem case over, or put it before the city."""
    case = case_for(number, by=request.user)
    note, up = request.POST.get("note", "")[:2000], request.POST.get("act") == "up"
    try:
        (pass_up if up else take_over)(case.number, note, by=request.user, at=timezone.now())
    except (WrongInput, NotPossible) as problem:
        wrong = {"number": case.number, "sentence": str(problem), "note": note}
        return _page(request, wrong=wrong, status=problem.status)
    tell(
        request,
        _("The case was put before the city's supervisors.") if up else _("You look after it now."),
    )
    return redirect("desk:problem_cases")


def _page(
    request: DeskRequest, *, wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    pages = Paginator(problem_cases(request.user), ROWS)
    found = pages.get_page(request.GET.get("page"))
    rows = []
    for case in found:
        row = getattr(case, "problem", None)
        before = row.unit if row is not None else None
        may = before is None or holds(request.user, Post.SUPERVISOR, before)
        rows.append(
            {"case": case, "row": row, "may": may, "clock": clock(case.wait_until, now=now)}
        )
    facts = {"rows": rows, "found": found, "wrong": wrong, "count": pages.count}
    return page(request, "calling/problems", facts, status=status)
