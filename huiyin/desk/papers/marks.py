"""Marks on callers' numbers at the desk: filing one, ruling on one, writing down an objection."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.cases.access import case_for
from huiyin.departments.models import Official
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.intake.marks import (
    FILES,
    Complaint,
    file_mark,
    mark_for,
    marks_for,
    may_rule_on,
    object_to_mark,
    rule_on_mark,
)
from huiyin.intake.models import CallerMark, MarkGround
from huiyin.intake.rules import TO_RULE, speaks
from huiyin.office.problems import NotPossible, WrongInput

ROWS = 50
WEEK = 7


class MarkForm(forms.Form):
    """What happened in the calls, and until when the mark should warn."""

    use_required_attribute = False
    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=MarkGround.choices)
    words = forms.CharField(
        label=gettext_lazy("What happened in the calls, and when"),
        help_text=gettext_lazy("Facts only; whoever rules on it and whoever answers next read it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Write down what happened in the calls.")},
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("Then it ends by itself."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Give the last day of the mark.")},
    )


class VerdictForm(forms.Form):
    """What is decided or said about a mark, and why."""

    use_required_attribute = False
    act = forms.ChoiceField(label=gettext_lazy("What is done"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Reason, or what the person says"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Write down why.")},
    )

    def __init__(self, *args: Any, acts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = acts  # type: ignore[attr-defined]


@at_desk
@for_posts(FILES)
@require_GET
def marks(request: DeskRequest) -> HttpResponse:
    """List the marks of this hotline: those that wait for a ruling first."""
    shown = Paginator(marks_for(request.user), ROWS).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = [{"row": row, "speaks": speaks(row.state, row.until, on=today)} for row in shown]
    return page(request, "standing/marks", {"rows": rows, "shown": shown})


@at_desk
@for_posts(FILES)
@require_http_methods(["GET", "POST"])
def new_mark(request: DeskRequest, number: str) -> HttpResponse:
    """File a mark on the number that stands in a case, without opening it."""
    case = case_for(number, by=request.user)
    first = timezone.localdate() + timedelta(days=min(WEEK, settings.MARK_DAYS))
    form = MarkForm(request.POST or None, initial={"until": first})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                mark = file_mark(
                    case.number,
                    Complaint(**form.cleaned_data),
                    by=request.user,
                    at=timezone.now(),
                )
            except (WrongInput, NotPossible) as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The mark was filed; a supervisor rules on it."))
                return redirect("desk:mark", mark=mark.pk)
    facts = {"case": case, "form": form, "most": settings.MARK_DAYS}
    return page(request, "standing/new_mark", facts, status=status)


@at_desk
@for_posts(FILES)
@require_http_methods(["GET", "POST"])
def mark(request: DeskRequest, mark: int) -> HttpResponse:
    """Show one mark; rule on it, or write down what the person says against it."""
    row = mark_for(mark, by=request.user)
    acts = _acts(row, by=request.user)
    form = VerdictForm(request.POST or None, acts=acts)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                _take(row, form, by=request.user)
            except (WrongInput, NotPossible) as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("It was written down."))
                return redirect("desk:mark", mark=row.pk)
    facts = {"row": row, "case": row.case, "form": form if acts else None}
    return page(request, "standing/mark", facts, status=status)


def _acts(row: CallerMark, *, by: Official) -> list[tuple[str, str]]:
    if row.state in TO_RULE and may_rule_on(row, by=by):
        return [("grant", _("The mark is right")), ("refuse", _("No mark"))]
    if row.state == "granted":
        return [("object", _("The person objects"))]
    return []


def _take(row: CallerMark, form: VerdictForm, *, by: Official) -> None:
    act, words, now = form.cleaned_data["act"], form.cleaned_data["words"], timezone.now()
    if act == "object":
        object_to_mark(row.pk, words, by=by, at=now)
    else:
        rule_on_mark(row.pk, words, granted=act == "grant", by=by, at=now)
