"""Taking a step with a case: one address for all of them, the acts decide everything."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.cases.access import case_for, may_take, visible_cases
from huiyin.cases.models import Assignment, AssignmentState, Case
from huiyin.cases.moves import locked_case
from huiyin.cases.numbers import tidy_number
from huiyin.cases.rules import ARROWS
from huiyin.departments.access import units_within
from huiyin.departments.models import Post
from huiyin.desk.aids.on_case import finished
from huiyin.desk.case_detail import BESIDE, case_page
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.papers.ways import WAYS
from huiyin.desk.step_forms import StepForm
from huiyin.desk.words import TAKEN
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, Problem, WrongInput
from huiyin.replies.actions import may_tell

STARTS = {(arrow.step, arrow.start) for arrow in ARROWS}
MOVES = {arrow.step for arrow in ARROWS}
OFFICER = frozenset({Post.OFFICER})


@at_desk
@require_POST
def take_step(request: DeskRequest, number: str, step: str) -> HttpResponse:
    """Take one step; a press that comes too late is told what the case is now."""
    if step not in WAYS:
        raise NotFound(_("There is no such step."))
    case = _case_in_hand(number, request)
    form = WAYS[step].form(request.POST, request.FILES)
    if not form.is_valid():
        return case_page(request, case, step=step, form=form, status=400)
    try:
        _take(step, case, form, request)
    except WrongInput as problem:
        form.add_error(None, str(problem))
        return case_page(request, case, step=step, form=form, status=problem.status)
    except (NotAllowed, NotPossible) as problem:
        return _refused(request, case, form, problem)
    finished(request, case, step)
    tell(request, TAKEN[step])
    # Whoever gave a case back no longer sees it.
    still_seen = visible_cases(request.user).filter(pk=case.pk).exists()
    return redirect(case.get_absolute_url() if still_seen else "desk:queue")


def _case_in_hand(number: str, request: DeskRequest) -> Case:
    """The case; an officer whose unit has given it back is told so, and not that there is none."""
    try:
        return case_for(number, by=request.user)
    except NotFound:
        units = units_within(request.user, OFFICER).values("pk")
        parts = Assignment.objects.filter(state=AssignmentState.RETURNED, unit__in=units)
        if not parts.filter(case__number=tidy_number(number) or number).exists():
            raise
        raise NotPossible(
            _("Case %(number)s went back to the dispatcher; your unit has no part in it any more.")
            % {"number": number}
        ) from None


def _check_right(step: str, case: Case, request: DeskRequest) -> None:
    """Refuse a post that may not take a step whatever the case is now."""
    steps = {step, *(prepared for prepared, beside in BESIDE.items() if beside == step)}
    if step == "tell_resident" and may_tell(case, by=request.user):
        return
    arrows = [arrow for arrow in ARROWS if arrow.step in steps]
    if arrows and not any(may_take(arrow, case, by=request.user) for arrow in arrows):
        raise NotAllowed(
            _(
                "Your post does not allow this step for this case; "
                "ask the unit in charge or the hotline."
            )
        )


def _take(step: str, case: Case, form: StepForm, request: DeskRequest) -> None:
    _check_right(step, case, request)
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
    chosen, typed = [], []
    for field in form.visible_fields():
        value = form.cleaned_data.get(field.name)
        if value and isinstance(field.field, forms.ChoiceField):
            chosen.append((field.label, _word_for(value, field.field)))
        elif value:
            typed.append((field.label, value))
    facts = {
        "case": case,
        "sentence": str(problem),
        "status": problem.status,
        "chosen": chosen,
        "typed": typed,
        "number": getattr(request, "number", ""),
    }
    return page(request, "refused", facts, status=problem.status)


def _word_for(value: str, field: forms.ChoiceField) -> str:
    """What a choice is called on the page: never the code it is sent as."""
    choices: Any = field.choices
    for key, label in choices:
        options = label if isinstance(label, list | tuple) else [(key, label)]
        for code, word in options:
            if str(code) == value:
                return str(word).strip()
    return value
