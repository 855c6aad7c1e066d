"""The plan of the call-back at the desk: what holds, what held, and adopting another."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huiyin.cases.models import Category, Channel, RequestKind
from huiyin.departments.models import Post
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.followup.models import AdoptedPlan
from huiyin.followup.plans import (
    adopt_plan,
    commitment,
    plan_on,
    read_plan,
    revealed_key,
    shipped_plans,
    words_of,
)
from huiyin.followup.rules import Share
from huiyin.office.problems import NotAllowed, WrongInput

READERS = frozenset({Post.ADMINISTRATOR, Post.CALLER, Post.SUPERVISOR, Post.AUDITOR})
SHOWN = 20


class PlanForm(forms.Form):
    """A plan as text, and from which day on it holds."""

    use_required_attribute = False
    text = forms.CharField(
        label=gettext_lazy("The plan, as text"),
        help_text=gettext_lazy("What it leaves out is taken from the plain plan."),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "mono"}),
        max_length=40_000,
    )
    from_on = forms.DateField(
        label=gettext_lazy("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@at_desk
@for_posts(READERS)
@require_http_methods(["GET", "POST"])
def call_back_plan(request: DeskRequest) -> HttpResponse:
    """Show how the city calls back, and let an administrator adopt another plan."""
    today = timezone.localdate()
    held, plan = plan_on(today)
    begun = request.GET.get("begin", "")
    text = shipped_plans().get(begun) or (held.text if held else shipped_plans()["plain"])
    form, status = PlanForm(initial={"text": text, "from_on": today}), 200
    if request.method == "POST":
        form, status = PlanForm(request.POST), 400
        if form.is_valid():
            said = form.cleaned_data
            try:
                adopt_plan(
                    said["text"], from_on=said["from_on"], by=request.user, at=timezone.now()
                )
            except (WrongInput, NotAllowed) as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The plan is adopted; what was drawn before stays drawn."))
                return redirect("desk:call_back_plan")
    facts = {
        "plan": plan,
        "held": held,
        "form": form,
        "shipped": {code: read_plan(words) for code, words in shipped_plans().items()},
        "shares": [(_sort_words(share), f"{share.parts / 100:g}") for share in plan.shares],
        "second": f"{plan.second_parts / 100:g}",
        "past": [_shown(row) for row in AdoptedPlan.objects.order_by("-valid_from", "-pk")[:SHOWN]],
    }
    return page(request, "calling/plan", facts, status=status)


def _sort_words(share: Share) -> str:
    """Of which cases a rule speaks; empty for all that no other rule names."""
    category = Category.objects.filter(code=share.category).first() if share.category else None
    words = [
        str(category or share.category),
        str(dict(RequestKind.choices).get(share.request_kind, "")),
        str(dict(Channel.choices).get(share.channel, "")),
    ]
    return " · ".join(word for word in words if word)


def _shown(row: AdoptedPlan) -> dict[str, Any]:
    return {
        "row": row,
        "plan": words_of(row),
        "commitment": commitment(row),
        "key": revealed_key(row, on=timezone.localdate()),
    }
