"""Taking a step with a case: one address for all of them, the acts decide everything."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.cases.access import case_for, visible_cases
from huiyin.cases.models import Case
from huiyin.cases.moves import locked_case
from huiyin.cases.rules import ARROWS
from huiyin.desk.case_detail import case_page
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.step_forms import WAYS, StepForm
from huiyin.desk.words import TAKEN
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, Problem, WrongInput

STARTS = {(arrow.step, arrow.start) for arrow in ARROWS}
MOVES = {arrow.step for arrow in ARROWS}


@at_desk
@require_POST
def take_step(request: DeskRequest, number: str, step: str) -> HttpResponse:
    """Take one step; a press that comes too late is told what the case is now."""
    case = case_for(number, by=request.user)
    if step not in WAYS:
        raise NotFound(_("There is no such step."))
    form = WAYS[step].form(request.POST)
    if not form.is_valid():
        return case_page(request, case, step=step, form=form, status=400)
    try:
        _take(step, case, form, request)
    except WrongInput as problem:
        form.add_error(None, str(problem))
        return case_page(request, case, step=step, form=form, status=problem.status)
    except (NotAllowed, NotPossible) as problem:
        return _refused(request, case, form, problem)
    tell(request, TAKEN[step])
    # Whoever gave a case back no longer sees it.
    still_seen = visible_cases(request.user).filter(pk=case.pk).exists()
    return redirect(case.get_absolute_url() if still_seen else "desk:queue")


def _take(step: str, case: Case, form: StepForm, request: DeskRequest) -> None:
    if step in MOVES and (step, case.status) not in STARTS:
        raise NotPossible(
            _("This case is now %(status)s, so this step is no longer open; nothing was changed.")
            % {"status": case.get_status_display()}
        )
    with transaction.atomic():
        if step not in MOVES:
            _check_nothing_happened(case, form)
        WAYS[step].act(case.number, form, request.user, timezone.now())


def _check_nothing_happened(case: Case, form: StepForm) -> None:
    # A step that moves nothing would be written twice by a second press. The row is the lock
    # on which that press waits, and the page says how long the logbook was when it was shown.
    locked_case(case.number)
    seen = form.cleaned_data["seen"]
    if seen is not None and seen != len(entries_about(case.number)):
        raise NotPossible(
            _("Something was written in this case since you opened it; look at it again first.")
        )


def _refused(request: DeskRequest, case: Case, form: StepForm, problem: Problem) -> HttpResponse:
    """Say why not, lead back to the case, and keep what was typed."""
    typed = [
        (field.label, form.cleaned_data[field.name])
        for field in form.visible_fields()
        if isinstance(form.cleaned_data.get(field.name), str) and field.name != "unit"
    ]
    facts = {
        "case": case,
        "sentence": str(problem),
        "status": problem.status,
        "typed": [(label, words) for label, words in typed if words],
        "number": getattr(request, "number", ""),
    }
    return page(request, "refused", facts, status=problem.status)
