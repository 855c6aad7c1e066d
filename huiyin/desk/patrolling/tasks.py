"""Small deeds at the desk: offered to volunteers, called off, confirmed with thanks."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.cases.files.attachments import StoredFile, stored_response
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.patrolling.forms import TaskForm, chosen_place, chosen_unit
from huiyin.neighbourhood import tasks as acts
from huiyin.neighbourhood.access import LEADS_VOLUNTEERS, task_for, visible_tasks
from huiyin.neighbourhood.models import Task
from huiyin.office.problems import NotFound, Problem, WrongInput

ROWS = 50


@at_desk
@for_posts(LEADS_VOLUNTEERS)
@require_http_methods(["GET", "POST"])
def tasks(request: DeskRequest) -> HttpResponse:
    """List the tasks of an officer's units; offer one."""
    begun = {"key": uuid.uuid4(), "needed": 3, "case": request.GET.get("case", "")[:40]}
    form = TaskForm(request.POST or None, by=request.user, initial=begun)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                task = _offered(request, form)
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The task is offered to the volunteers of the place."))
                return redirect("patrols:task_detail", code=task.code)
    rows = visible_tasks(request.user).prefetch_related("deeds")
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return page(request, "patrols/tasks", {"shown": shown, "form": form}, status=status)


def _offered(request: DeskRequest, form: TaskForm) -> Task:
    said, place = form.cleaned_data, chosen_place(form)
    if place is None:
        raise WrongInput(_("Choose the place."))
    offer = acts.Offer(
        title=said["title"],
        what=said["what"],
        where=said["where"],
        place=place,
        begins_at=said["begins_at"],
        ends_at=said["ends_at"],
        needed=said["needed"],
        case_number=said["case"],
        form_key=said["key"],
    )
    return acts.offer_task(offer, unit=chosen_unit(form), by=request.user, at=timezone.now())


@at_desk
@require_GET
def task_detail(request: DeskRequest, code: str) -> HttpResponse:
    """Show one task: who took it, by code, and what was done."""
    return _shown(request, task_for(code, by=request.user), {})


@at_desk
@require_POST
def call_off(request: DeskRequest, code: str) -> HttpResponse:
    """Call a task off."""
    acts.call_off(task_for(code, by=request.user), by=request.user, at=timezone.now())
    tell(request, _("The task is called off."))
    return redirect("patrols:task_detail", code=code)


@at_desk
@require_POST
def confirm(request: DeskRequest, code: str, deed: int) -> HttpResponse:
    """Confirm what a volunteer did, with a word of thanks."""
    task = task_for(code, by=request.user)
    try:
        acts.confirm_deed(
            acts.deed_of(task, deed),
            request.POST.get("thanks", ""),
            by=request.user,
            at=timezone.now(),
        )
    except WrongInput as problem:
        more = {"thanks_problem": str(problem), "thanks_of": deed}
        return _shown(request, task, more, status=problem.status)
    tell(request, _("Confirmed; the volunteer reads your thanks."))
    return redirect("patrols:task_detail", code=code)


@at_desk
@require_GET
def deed_photo(request: DeskRequest, code: str, deed: int) -> FileResponse:
    """Hand out the photo of what a volunteer did."""
    row = acts.deed_of(task_for(code, by=request.user), deed)
    if not row.photo_sha256:
        raise NotFound(_("There is no such file in this task."))
    return stored_response(StoredFile(row.photo_name, row.photo_type, 0, row.photo_sha256))


def _shown(
    request: DeskRequest, task: Task, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    deeds = list(task.deeds.select_related("volunteer", "confirmed_by"))
    taken = sum(deed.given_back_at is None for deed in deeds)
    facts = {"task": task, "deeds": deeds, "taken": taken, "now": timezone.now(), **more}
    return page(request, "patrols/task_detail", facts, status=status)
