"""Asking units before the dispatch: the dispatcher's form, and the unit's own page."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.cases.access import case_for
from huiyin.cases.models import Case
from huiyin.departments.models import Post, Unit
from huiyin.desk.choices import unit_choices
from huiyin.desk.clocks import clock
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.dispatch import consulting
from huiyin.dispatch.consulting import Asked, View
from huiyin.dispatch.models import Opinion
from huiyin.office.problems import Problem

OFFICERS, DISPATCHERS = frozenset({Post.OFFICER}), frozenset({Post.DISPATCHER})
HOURS = 1
GIVEN_SHOWN = 50


class AskForm(forms.Form):
    """Which units are asked what, and for how long."""

    use_required_attribute = False
    question = forms.CharField(
        label=gettext_lazy("The matter, for the units"),
        help_text=gettext_lazy(
            "The units read this, the category and the place, and nothing else: name nobody."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy(
                "Describe the matter for the units in 5 to 2000 characters, without naming anybody."
            )
        },
        max_length=consulting.LONGEST,
    )
    hours = forms.IntegerField(
        label=gettext_lazy("Hours to answer"),
        help_text=gettext_lazy("The limit of the dispatch itself goes on."),
        initial=HOURS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"] = forms.MultipleChoiceField(
            label=_("Units to ask"),
            choices=unit_choices(),
            help_text=_("Hold Ctrl to choose several."),
            widget=forms.SelectMultiple(attrs={"size": 10}),
            error_messages={"required": _("Choose at least one unit to ask.")},
        )
        self.order_fields(["units", "question", "hours"])

    def asked(self) -> Asked:
        """What is asked."""
        said = self.cleaned_data
        units = Unit.objects.filter(pk__in=[int(pk) for pk in said["units"]]).order_by("sort_key")
        return Asked(list(units), said["question"], said["hours"])


class ViewForm(forms.Form):
    """What a unit says."""

    use_required_attribute = False
    would_take = forms.ChoiceField(
        label=gettext_lazy("Is it yours?"),
        choices=[
            ("yes", gettext_lazy("We would take it")),
            ("no", gettext_lazy("Not ours")),
        ],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("If it is not yours: the ground, and whose it may be."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=consulting.LONGEST,
    )


@at_desk
@for_posts(DISPATCHERS)
@require_http_methods(["GET", "POST"])
def consult(request: DeskRequest, number: str) -> HttpResponse:
    """Ask units whose a case is before it is sent, and read what they said."""
    case = case_for(number, by=request.user)
    if request.method == "GET":
        return _consult(request, case, AskForm())
    form = AskForm(request.POST)
    if not form.is_valid():
        return _consult(request, case, form, status=400)
    try:
        consulting.ask_units(case.number, form.asked(), by=request.user, at=timezone.now())
    except Problem as problem:
        form.add_error(None, str(problem))
        return _consult(request, case, form, status=problem.status)
    tell(request, _("The units were asked; the case stays in the queue meanwhile."))
    return redirect("dispatch:consult", number=case.number)


def _consult(request: DeskRequest, case: Case, form: AskForm, *, status: int = 200) -> HttpResponse:
    facts = {"case": case, "form": form, "asked": asked_about(case)}
    return page(request, "dispatch/consult", facts, status=status)


def asked_about(case: Case) -> list[dict[str, Any]]:
    """The consultations about a case as a page shows them; two queries."""
    now = timezone.now()
    return [
        {
            "row": row,
            "opinions": list(row.opinions.all()),
            "clock": clock(row.answer_until, now=now),
            "is_over": row.answer_until < now,
        }
        for row in consulting.consultations_of(case)
    ]


@at_desk
@for_posts(OFFICERS)
@require_GET
def consultations(request: DeskRequest) -> HttpResponse:
    """Show the questions that wait for a unit's word, and what it has said before."""
    now = timezone.now()
    owed = [
        {"row": row, "clock": clock(row.consultation.answer_until, now=now)}
        for row in consulting.opinions_owed(request.user, at=now)[:GIVEN_SHOWN]
    ]
    facts = {"owed": owed, "given": consulting.opinions_given(request.user)[:GIVEN_SHOWN]}
    return page(request, "dispatch/consultations", facts)


@at_desk
@for_posts(OFFICERS)
@require_http_methods(["GET", "POST"])
def opinion(request: DeskRequest, opinion: int) -> HttpResponse:
    """Read one question to one's unit, and say whether the case would be its own."""
    row = consulting.opinion_for(opinion, by=request.user)
    if request.method == "GET":
        return _opinion(request, row, ViewForm())
    form = ViewForm(request.POST)
    if not form.is_valid():
        return _opinion(request, row, form, status=400)
    view = View(form.cleaned_data["would_take"] == "yes", form.cleaned_data["why"])
    try:
        consulting.give_opinion(row, view, by=request.user, at=timezone.now())
    except Problem as problem:
        form.add_error(None, str(problem))
        return _opinion(request, row, form, status=problem.status)
    tell(request, _("The dispatcher reads what you said."))
    return redirect("dispatch:consultations")


def _opinion(
    request: DeskRequest, row: Opinion, form: ViewForm, *, status: int = 200
) -> HttpResponse:
    until = row.consultation.answer_until
    facts = {"row": row, "form": form, "clock": clock(until, now=timezone.now())}
    return page(request, "dispatch/opinion", facts, status=status)
