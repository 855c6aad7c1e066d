"""督办规则: the ladder as the city has it, its days and what opens which rung, and the editor."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.departments.models import Unit
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.supervising.forms import PaperForm
from huiyin.inspection import ladder as acts
from huiyin.inspection import rules
from huiyin.inspection.access import READERS, SUPERVISORS
from huiyin.inspection.models import Rung, RungRule, Trigger, TriggerRule
from huiyin.inspection.preset_files import RungTimes, TriggerLine
from huiyin.office.problems import NotAllowed, NotFound, WrongInput


class RungForm(PaperForm):
    """The days of a rung."""

    answer_days = forms.IntegerField(label=gettext_lazy("Working days to answer"))
    climb_days = forms.IntegerField(
        label=gettext_lazy("Further working days until the next rung"),
        help_text=gettext_lazy("Without an answer the next rung opens by itself after them."),
    )


class TriggerForm(PaperForm):
    """What an occasion opens."""

    is_on = forms.BooleanField(
        label=gettext_lazy("The system opens supervision on this occasion"), required=False
    )
    opens = forms.ChoiceField(label=gettext_lazy("Opens the rung"), choices=Rung.choices)
    times = forms.IntegerField(label=gettext_lazy("After so many times"))
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("The regulation, or your own city's decision."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].owed = True  # type: ignore[attr-defined]


@at_desk
@for_posts(READERS)
@require_GET
def ladder(request: DeskRequest) -> HttpResponse:
    """Show the ladder in force, and which of it the city has set itself."""
    now = acts.ladder_in_force()
    own_rungs = set(RungRule.objects.values_list("rung", flat=True))
    own_triggers = set(TriggerRule.objects.values_list("trigger", flat=True))
    facts = {
        "rungs": [
            {"times": times, "label": Rung(word).label, "is_own": word in own_rungs}
            for word, times in now.rungs.items()
        ],
        "triggers": [
            {
                "line": line,
                "label": Trigger(word).label,
                "opens": Rung(line.opens).label,
                "source": _source(line),
                "is_own": word in own_triggers,
            }
            for word, line in now.triggers.items()
        ],
        "may_set": acts.city_whose_ladder(request.user) is not None,
    }
    return page(request, "supervising/ladder", facts)


@at_desk
@for_posts(SUPERVISORS)
@require_http_methods(["GET", "POST"])
def ladder_rung(request: DeskRequest, rung: str) -> HttpResponse:
    """Set the days of one rung."""
    times = acts.ladder_in_force().rungs.get(rung)
    if times is None:
        raise NotFound(_("There is no such rung."))
    known = {"answer_days": times.answer_days, "climb_days": times.climb_days}
    form = RungForm(request.POST or None, initial=known)

    def act(city: Unit) -> object:
        said = RungTimes(times.rung, **form.cleaned_data)
        return acts.set_rung(said, unit=city, by=request.user, at=timezone.now())

    return _set(request, form, act, title=str(Rung(rung).label))


@at_desk
@for_posts(SUPERVISORS)
@require_http_methods(["GET", "POST"])
def ladder_trigger(request: DeskRequest, trigger: str) -> HttpResponse:
    """Set what one occasion opens."""
    line = acts.ladder_in_force().triggers.get(trigger)
    if line is None:
        raise NotFound(_("There is no such occasion for supervision."))
    known = {"is_on": line.is_on, "opens": line.opens, "times": line.times, "source": _source(line)}
    form = TriggerForm(request.POST or None, initial=known)

    def act(city: Unit) -> object:
        words = form.cleaned_data
        said = TriggerLine(
            line.trigger,
            rules.Rung(words["opens"]),
            words["times"],
            words["source"],
            is_on=words["is_on"],
        )
        return acts.set_trigger(said, unit=city, by=request.user, at=timezone.now())

    return _set(request, form, act, title=str(Trigger(trigger).label))


def _set(
    request: DeskRequest, form: PaperForm, act: Callable[[Unit], object], *, title: str
) -> HttpResponse:
    city, status = acts.city_whose_ladder(request.user), 200
    if city is None:
        raise NotAllowed(_("Only a supervisor of the city sets the ladder."))
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                act(city)
            except WrongInput as problem:
                form.add_error(None, str(problem))
            else:
                tell(request, _("The ladder is changed; what is open already keeps its dates."))
                return redirect("desk:ladder")
    return page(request, "supervising/ladder_rule", {"form": form, "rule": title}, status=status)


def _source(line: TriggerLine) -> str:
    reads_english = (get_language() or "").startswith("en")
    return line.source_en if line.source_en and reads_english else line.source
