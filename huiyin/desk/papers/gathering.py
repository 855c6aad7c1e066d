"""One matter, many voices: choosing the like cases and merging them into one, row by row."""

import uuid

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huiyin.cases.access import case_for, visible_cases
from huiyin.cases.merging import children_of
from huiyin.cases.models import Case, Status
from huiyin.cases.numbers import tidy_number
from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post
from huiyin.desk.doors import DeskRequest, at_desk, page
from huiyin.office.problems import NotAllowed, WrongInput
from huiyin.replies.bulk import Bulk, finish_bulk, start_bulk
from huiyin.replies.rules import MOST_IN_BULK

# What can be merged: nothing was answered yet.
MERGEABLE = (Status.RECEIVED, Status.DISPATCHED, Status.IN_HAND)


class GatherForm(forms.Form):
    """Which cases are merged into this one: ticked, or written down."""

    use_required_attribute = False
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    numbers = forms.CharField(
        label=gettext_lazy("Further numbers"),
        help_text=gettext_lazy("One on each line, or with spaces between them."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=9000,
    )


@at_desk
@require_http_methods(["GET", "POST"])
def gather(request: DeskRequest, number: str) -> HttpResponse:
    """Show the cases that are like this one; merge those that are ticked."""
    case = case_for(number, by=request.user)
    if not holds(request.user, Post.DISPATCHER, case.intake_unit):
        raise NotAllowed(_("Only a dispatcher of the hotline merges cases."))
    form, status = GatherForm(request.POST or None, initial={"form_key": uuid.uuid4()}), 200
    ticked = [one[:40] for one in request.POST.getlist("case")]
    if request.method == "POST":
        status = 400
        if form.is_valid():
            typed = form.cleaned_data["numbers"].split()
            bulk = Bulk(
                form.cleaned_data["form_key"],
                "merge",
                [*ticked, *(tidy_number(one) or one[:40] for one in typed)],
                {"parent": case.number},
            )
            try:
                run = start_bulk(bulk, by=request.user, at=timezone.now())
            except WrongInput as problem:
                form.add_error(None, str(problem))
            else:
                finish_bulk(run, by=request.user, at=timezone.now())
                return redirect("desk:bulk_result", run=run.key)
    words = request.GET.get("words", "").strip()[:60]
    facts = {
        "case": case,
        "form": form,
        "words": words,
        "ticked": ticked,
        "like": list(_like(case, words, by=request.user)[:MOST_IN_BULK]),
        "voices": children_of(case).count(),
        "most": MOST_IN_BULK,
    }
    return page(request, "standing/gather", facts, status=status)


def _like(case: Case, words: str, *, by: Official) -> QuerySet[Case]:
    """Open cases of the same category in the same place, or with the words that are looked for."""
    rows = visible_cases(by).filter(status__in=MERGEABLE).exclude(pk=case.pk)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(text__icontains=words))
    else:
        same = Q(pk__in=[])
        if case.category_id is not None and case.place_id is not None:
            same |= Q(category=case.category_id, place=case.place_id)
        if case.address:
            same |= Q(address=case.address)
        rows = rows.filter(same)
    return rows.select_related("unit", "place", "category").order_by("received_at", "pk")
