"""The dispatch queue: each case with the unit the catalogue suggests, sent alone or many at once.

Each row says what came of it; a case that could not be sent stays in the queue, and is named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
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
from huiyin.desk.paging import BY_WAIT, ROWS, Page, Row, counted, page_of
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.book import cases_for_suggestions
from huiyin.dispatch.suggesting import Suggestion, suggestions_for
from huiyin.office.problems import NotPossible, Problem

DISPATCHERS = frozenset({Post.DISPATCHER})
# The choice of no unit in particular: each case to its own.
SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True)
class SuggestedRow(Row):
    """A case of the queue with what the catalogue suggests for it."""

    suggestions: tuple[Suggestion, ...] = ()


class SendForm(forms.Form):
    """The unit that the chosen cases go to."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        each = (SUGGESTED, _("Each to the unit that the catalogue suggests"))
        self.fields["unit"] = ChoiceOf(
            [each, *unit_choices()],
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
    if request.POST.get("one"):
        return _send_one(request, request.POST["one"])
    form, chosen = SendForm(request.POST), request.POST.getlist("case")[:ROWS]
    if not form.is_valid():
        return _shown(request, form, chosen=chosen, status=400)
    if not chosen:
        form.add_error(None, _("Choose at least one case from the list."))
        return _shown(request, form, status=400)
    _send_all(request, chosen, form)
    return redirect("desk:dispatch_queue")


def _send_one(request: DeskRequest, pressed: str) -> HttpResponse:
    """Send one case to the suggested unit whose button was pressed."""
    number, _colon, unit = pressed.partition(":")
    units = _units([unit])
    if unit not in units:
        tell(request, _("This unit does not exist any more; choose another."), tone="bad")
    else:
        _send(request, number, units[unit], None)
    return redirect("desk:dispatch_queue")


def _send_all(request: DeskRequest, chosen: list[str], form: SendForm) -> None:
    category, wanted = chosen_category(form), form.cleaned_data["unit"]
    if wanted != SUGGESTED:
        unit = Unit.objects.get(pk=int(wanted))
        for number in chosen:
            _send(request, number, unit, category)
        return
    # What a person saw beside a case is what they decided on.
    seen = dict(row.split(":", 1) for row in request.POST.getlist("seen") if ":" in row)
    units = _units(seen.values())
    suggestions = {} if category is None and set(chosen) <= set(seen) else _anew(chosen, category)
    for number in chosen:
        shown = units.get(seen.get(number, "")) if category is None else None
        found = [shown] if shown else [one.unit for one in suggestions.get(number, ())]
        _send(request, number, found[0] if len(found) == 1 else None, category, found=found)


def _anew(numbers: list[str], category: Category | None) -> dict[str, list[Suggestion]]:
    cases = list(cases_for_suggestions(numbers))
    if category is not None:
        for case in cases:
            case.category, case.deadline_class = category, category.deadline_class
    found = suggestions_for(cases, at=timezone.now())
    return {case.number: found[case.pk] for case in cases}


def _units(keys: Iterable[str]) -> dict[str, Unit]:
    numbers = [int(key) for key in keys if key.isdecimal() and len(key) < 19]
    return {str(pk): unit for pk, unit in Unit.objects.in_bulk(numbers).items()}


def _send(
    request: DeskRequest,
    number: str,
    unit: Unit | None,
    category: Category | None,
    *,
    found: list[Unit] | None = None,
) -> None:
    try:
        case = case_for(number, by=request.user)
        if unit is None:
            raise NotPossible(_unclear(found or []))
        by, now = request.user, timezone.now()
        dispatch_case(case.number, unit, by=by, at=now, category=category)
    except Problem as problem:
        tell(request, f"{number}: {problem}", tone="bad")
    else:
        words = _("%(number)s was sent to %(unit)s.") % {"number": case.number, "unit": unit}
        tell(request, words)


def _unclear(found: list[Unit]) -> str:
    if found:
        return _("Two lines of the catalogue contradict each other here; choose the unit yourself.")
    return _("The catalogue suggests no unit for this case; choose the unit yourself.")


def _shown(
    request: DeskRequest, form: SendForm, *, chosen: list[str] | None = None, status: int = 200
) -> HttpResponse:
    cases, now = waiting_for_dispatch(visible_cases(request.user)), timezone.now()
    found = page_of(cases, order=BY_WAIT, asked=request.GET, now=now)
    facts = {
        "form": form,
        "chosen": chosen or [],
        "count": counted(cases),
        "found": with_suggestions(found, now=now),
    }
    return page(request, "dispatch_queue", facts, status=status)


def with_suggestions(found: Page, *, now: datetime) -> Page:
    """A page of the queue with what the catalogue suggests for each case."""
    cases = list(cases_for_suggestions(row.number for row in found.rows))
    suggestions = suggestions_for(cases, at=now)
    by_number = {case.number: tuple(suggestions[case.pk]) for case in cases}
    rows = [_suggested(row, by_number.get(row.number, ())) for row in found.rows]
    facts = {field.name: getattr(found, field.name) for field in fields(found)}
    return Page(**facts | {"rows": rows})


def _suggested(row: Row, suggestions: tuple[Suggestion, ...]) -> SuggestedRow:
    facts = {field.name: getattr(row, field.name) for field in fields(row)}
    return SuggestedRow(**facts, suggestions=suggestions)
