"""Who works a case, at the desk: taking it, giving it on, handing all of a colleague's over."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases.access import case_for
from huiyin.cases.models import Case
from huiyin.departments.models import Official, Unit
from huiyin.desk.choices import ChoiceOf, QuickSelect, unit_choices
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.office.problems import NotAllowed, WrongInput
from huiyin.replies.handlers import (
    HEADS,
    OFFICER,
    HandOver,
    colleagues_at,
    hand_over,
    handlers_of,
    open_cases_at,
    runs,
    set_handler,
    units_handling,
    units_shared_by,
)


class ReasonedForm(forms.Form):
    """Why, for the colleague who goes on."""

    use_required_attribute = False
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )


class HandlerForm(ReasonedForm):
    """Which colleague works the case."""

    field_order = ["unit", "to", "reason"]

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.people = {str(one.pk): one for one in colleagues_at(*units)}
        named = [(pk, one.name) for pk, one in self.people.items()]
        self.fields["unit"] = forms.ChoiceField(
            label=_("Unit"),
            choices=[(pk, str(unit)) for pk, unit in self.units.items()],
            widget=QuickSelect,
        )
        self.fields["to"] = ChoiceOf(named, empty=_("Choose a colleague"), label=_("Handler"))
        self.order_fields(self.field_order)

    def chosen(self) -> tuple[Unit, Official]:
        """For which unit, and whom."""
        words = self.cleaned_data
        return self.units[words["unit"]], self.people[words["to"]]


class HandOverForm(ReasonedForm):
    """Whose cases go to whom, and why."""

    field_order = ["leaving", "to", "reason"]

    def __init__(self, *args: Any, unit: Unit, by: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counts, staff = open_cases_at(unit), list(colleagues_at(unit))
        # Whoever has left holds no post here any more, and their cases wait none the less.
        gone = Official.objects.filter(pk__in=counts.keys() - {one.pk for one in staff})
        self.people = {str(one.pk): one for one in [*staff, *gone]}
        leaving = [one for one in self.people.values() if runs(unit, by=by) or one.pk == by.pk]
        self.fields["leaving"] = ChoiceOf(
            [(str(one.pk), _counted(one, counts.get(one.pk, 0))) for one in leaving],
            empty=_("Choose a colleague"),
            label=_("Whose cases"),
        )
        self.fields["to"] = ChoiceOf(
            [(str(one.pk), _counted(one, counts.get(one.pk, 0))) for one in staff],
            empty=_("Choose a colleague"),
            label=_("Who goes on with them"),
        )
        self.order_fields(self.field_order)

    def papers(self, unit: Unit) -> HandOver:
        """What is handed over."""
        words = self.cleaned_data
        leaving, to = self.people[words["leaving"]], self.people[words["to"]]
        return HandOver(leaving, to, unit, words["reason"])


@at_desk
def handler(request: DeskRequest, number: str) -> HttpResponse:
    """Choose who works a case; `to=me` takes it with one press."""
    case, by = case_for(number, by=request.user), request.user
    units = units_handling(case, by=by)
    if not units:
        raise NotAllowed(_("Only the officers of a unit share out its cases."))
    if request.method != "POST":
        return _handler_page(request, case, HandlerForm(units=units))
    if request.POST.get("to") == "me":
        set_handler(case.number, by, unit=units[0], by=by, at=timezone.now())
        tell(request, _("You work this case now."))
        return redirect(case.get_absolute_url())
    form = HandlerForm(request.POST, units=units)
    if form.is_valid():
        (unit, to), reason = form.chosen(), form.cleaned_data["reason"]
        try:
            set_handler(case.number, to, unit=unit, by=by, at=timezone.now(), reason=reason)
        except WrongInput as problem:
            form.add_error("to", str(problem))
        else:
            tell(request, _("%(name)s works this case now.") % {"name": to.name})
            return redirect(case.get_absolute_url())
    return _handler_page(request, case, form, status=400)


@at_desk
@for_posts(OFFICER | HEADS)
def handing_over(request: DeskRequest) -> HttpResponse:
    """Hand all open cases of a colleague to another."""
    units = list(units_shared_by(request.user))
    asked = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == asked), None)
    if unit is None:
        unit = units[0] if len(units) == 1 and not asked else None
    form = None
    if unit is not None:
        given = request.POST if request.method == "POST" else None
        form = HandOverForm(given, unit=unit, by=request.user)
        if given is not None and form.is_valid():
            done = _handed(request, form, unit)
            if done is not None:
                return done
    status = 400 if request.method == "POST" else 200
    facts = {"units": unit_choices(units), "unit": unit, "form": form}
    return page(request, "comforts/hand_over", facts, status=status)


def _handed(request: DeskRequest, form: HandOverForm, unit: Unit) -> HttpResponse | None:
    papers = form.papers(unit)
    try:
        count = hand_over(papers, by=request.user, at=timezone.now())
    except WrongInput as problem:
        form.add_error(None, str(problem))
        return None
    words = {"count": count, "to": papers.to.name}
    tell(request, _("%(count)d open cases were handed over to %(to)s.") % words)
    return redirect("desk:queue")


def _handler_page(
    request: DeskRequest, case: Case, form: HandlerForm, *, status: int = 200
) -> HttpResponse:
    facts = {"case": case, "form": form, "handlers": handlers_of(case)}
    return page(request, "comforts/set_handler", facts, status=status)


def _counted(official: Official, count: int) -> str:
    if not count:
        return official.name
    return _("%(name)s (%(count)d open cases)") % {"name": official.name, "count": count}
