"""The dispatch queue: choose cases, choose the unit, send; each row says what came of it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases.access import case_for, visible_cases
from huiyin.cases.models import Category
from huiyin.cases.queries import waiting_for_dispatch
from huiyin.departments.models import Post, Unit
from huiyin.desk.choices import ChoiceOf, category_field, chosen_category, unit_choices
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.paging import BY_WAIT, ROWS, counted, page_of
from huiyin.dispatch.actions import dispatch_case
from huiyin.office.problems import Problem

DISPATCHERS = frozenset({Post.DISPATCHER})


class SendForm(forms.Form):
    """The unit that the chosen cases go to."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = ChoiceOf(
            unit_choices(),
            empty=_("Choose a unit"),
            label=gettext_lazy("Unit in charge"),
            error_messages={"required": gettext_lazy("Choose the unit that must act.")},
        )
        self.fields["category"] = category_field()


@at_desk
@for_posts(DISPATCHERS)
def dispatch_queue(request: DeskRequest) -> HttpResponse:
    """Show the cases nobody was sent yet, the longest waiting first; send the chosen ones."""
    if request.method != "POST":
        return _shown(request, SendForm(initial={"unit": request.GET.get("unit", "")}))
    form, chosen = SendForm(request.POST), request.POST.getlist("case")[:ROWS]
    if not form.is_valid():
        return _shown(request, form, chosen=chosen, status=400)
    if not chosen:
        form.add_error(None, _("Choose at least one case from the list."))
        return _shown(request, form, status=400)
    unit = Unit.objects.get(pk=int(form.cleaned_data["unit"]))
    for number in chosen:
        _send(request, number, unit, chosen_category(form))
    return redirect("desk:dispatch_queue")


def _send(request: DeskRequest, number: str, unit: Unit, category: Category | None) -> None:
    try:
        case = case_for(number, by=request.user)
        by, now = request.user, timezone.now()
        dispatch_case(case.number, unit, by=by, at=now, category=category)
    except Problem as problem:
        tell(request, f"{number}: {problem}", tone="bad")
    else:
        words = _("%(number)s was sent to %(unit)s.") % {"number": case.number, "unit": unit}
        tell(request, words)


def _shown(
    request: DeskRequest, form: SendForm, *, chosen: list[str] | None = None, status: int = 200
) -> HttpResponse:
    cases = waiting_for_dispatch(visible_cases(request.user))
    facts = {
        "form": form,
        "chosen": chosen or [],
        "count": counted(cases),
        "found": page_of(cases, order=BY_WAIT, asked=request.GET, now=timezone.now()),
    }
    return page(request, "dispatch_queue", facts, status=status)
