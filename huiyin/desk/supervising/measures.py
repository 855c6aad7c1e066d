"""Supervision at the desk: the lists, one measure with its answer and judgement, opening one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.cases.access import case_for
from huiyin.departments.models import Official
from huiyin.desk.clocks import clock
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, posts_of, tell
from huiyin.desk.supervising.forms import AnswerForm, JudgeForm, SuperviseForm
from huiyin.inspection import measures as acts
from huiyin.inspection.access import READERS, SUPERVISORS, may_supervise, visible_measures
from huiyin.inspection.models import Measure, Rung
from huiyin.inspection.queries import (
    may_answer,
    may_judge,
    measures_ended,
    open_measures,
    to_answer,
    to_judge,
)
from huiyin.office.problems import NotAllowed, NotFound, Problem

ROWS = 50
RUNG_TONES = {
    Rung.REMIND: "quiet",
    Rung.SUPERVISE: "warn",
    Rung.INTERVIEW: "warn",
    Rung.LISTED: "bad",
    Rung.MEETING: "bad",
}


@dataclass(frozen=True)
class Listed:
    """One list: whose it is, and what is in it."""

    label: Promise
    posts: frozenset[str]
    rows: Callable[[Official], QuerySet[Measure]]


LISTS = {
    "answer": Listed(gettext_lazy("Ours to answer"), frozenset({"officer"}), to_answer),
    "judge": Listed(gettext_lazy("Mine to judge"), SUPERVISORS, to_judge),
    "open": Listed(gettext_lazy("Open measures"), READERS, open_measures),
    "ended": Listed(gettext_lazy("Ended measures"), READERS, measures_ended),
}


@at_desk
@for_posts(READERS)
@require_GET
def supervision(request: DeskRequest) -> HttpResponse:
    """List measures of supervision, by rung and the next due first."""
    held, asked = posts_of(request.user), request.GET
    lists = {name: listed for name, listed in LISTS.items() if listed.posts & held}
    name = asked.get("list", "")
    name = name if name in lists else next(iter(lists))
    rows, rung = lists[name].rows(request.user), asked.get("rung", "")
    if rung in Rung.values:
        rows = rows.filter(rung=rung)
    shown, now = Paginator(rows, ROWS).get_page(asked.get("page")), timezone.now()
    facts = {
        "lists": {word: listed.label for word, listed in lists.items()},
        "name": name,
        "rung": rung,
        "rungs": Rung.choices,
        "keep": f"&list={name}&rung={rung if rung in Rung.values else ''}",
        "shown": shown,
        "rows": [_row(measure, now=now) for measure in shown],
    }
    return page(request, "supervising/supervision", facts)


@at_desk
@for_posts(READERS)
@require_GET
def measure_detail(request: DeskRequest, measure: int) -> HttpResponse:
    """Show one measure: why it was opened, what the unit said, how it was judged."""
    return _shown(request, _found(request, measure))


@at_desk
@for_posts(READERS)
@require_POST
def answer(request: DeskRequest, measure: int) -> HttpResponse:
    """Answer a measure for one's unit."""
    row, form = _found(request, measure), AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, answer_form=form, status=400)
    words, files = form.cleaned_data["words"], request.FILES.getlist("evidence")
    try:
        acts.answer_measure(row.pk, words, files, by=request.user, at=timezone.now())
    except Problem as problem:
        return _refused(request, row, form, problem, name="answer_form")
    tell(request, _("The supervisor reads your answer."))
    return redirect("desk:measure", measure=row.pk)


@at_desk
@for_posts(READERS)
@require_POST
def judge(request: DeskRequest, measure: int) -> HttpResponse:
    """Accept a unit's answer, or open the next rung."""
    row, form = _found(request, measure), JudgeForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, judge_form=form, status=400)
    said = form.cleaned_data
    try:
        left = acts.judge_answer(
            row.pk, said["judged"], said["words"], by=request.user, at=timezone.now()
        )
    except Problem as problem:
        return _refused(request, row, form, problem, name="judge_form")
    tell(
        request,
        _("The answer is accepted.") if left.pk == row.pk else _("The next rung is open."),
    )
    return redirect("desk:measure", measure=left.pk)


@at_desk
@require_http_methods(["GET", "POST"])
def supervise(request: DeskRequest, number: str) -> HttpResponse:
    """Put the unit in charge of a case under supervision by hand."""
    case = case_for(number, by=request.user)
    known = acts.open_measure(case)
    form = SuperviseForm(request.POST or None, known=known)
    if request.method == "GET" and not may_supervise(case, case.unit, by=request.user):
        raise NotAllowed(
            _("Only a supervisor above the unit opens supervision, and not for their own unit.")
        )
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            said, at = form.cleaned_data, timezone.now()
            try:
                made = acts.open_by_hand(
                    case.number, said["rung"], said["reason"], by=request.user, at=at
                )
            except Problem as problem:
                if isinstance(problem, NotAllowed):
                    raise
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The unit is under supervision and was told."))
                return redirect("desk:measure", measure=made.pk)
    facts = {"case": case, "form": form, "known": known}
    return page(request, "supervising/supervise", facts, status=status)


def _found(request: DeskRequest, key: int) -> Measure:
    rows = visible_measures(request.user).filter(pk=key)
    row = rows.select_related("after", "followed_by", "opened_by", "answered_by", "judged_by")
    found = row.first()
    if found is None:
        raise NotFound(_("There is no such measure for you."))
    return found


def _refused(
    request: DeskRequest, row: Measure, form: Form, problem: Problem, *, name: str
) -> HttpResponse:
    if isinstance(problem, NotAllowed):
        raise problem
    form.add_error(None, str(problem))
    # The row as it stands now: somebody may have been quicker.
    return _shown(request, _found(request, row.pk), status=problem.status, **{name: form})


def _shown(
    request: DeskRequest,
    row: Measure,
    *,
    answer_form: Form | None = None,
    judge_form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    by, now = request.user, timezone.now()
    facts: dict[str, Any] = {
        **_row(row, now=now),
        "files": [each.attachment for each in row.files.select_related("attachment")],
        "causes": list(row.causes.order_by("at")),
        "may_answer": may_answer(row, by=by),
        "may_judge": may_judge(row, by=by),
        "answer_form": answer_form or AnswerForm(),
        "judge_form": judge_form or JudgeForm(),
        "wrong": answer_form or judge_form,
    }
    return page(request, "supervising/measure", facts, status=status)


def _row(measure: Measure, *, now: Any) -> dict[str, Any]:
    waits = measure.closed_at is None and measure.answered_at is None
    return {
        "measure": measure,
        "tone": RUNG_TONES[Rung(measure.rung)],
        "clock": clock(measure.answer_due, now=now) if waits else None,
        "climb": measure.climb_at if waits else None,
    }
