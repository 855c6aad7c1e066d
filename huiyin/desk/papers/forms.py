"""The forms of steps off the plain road; what each owes is decided by the act."""

from datetime import date
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases.models import Application, ApplicationKind, OutsideBody, Ruling, SpecialRoute
from huiyin.cases.papers.grounds import GROUNDS, grounds_of
from huiyin.cases.rules import PROCEDURES
from huiyin.departments.models import Unit
from huiyin.desk.choices import ChoiceOf, unit_choices
from huiyin.desk.step_forms import ReasonForm, ReplyForm, StepForm, UnitForm

DAY_AND_HOUR = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
CHOOSE = ("", gettext_lazy("Choose one"))


def moment(label: Any, hint: Any = "") -> forms.DateTimeField:
    """A day and hour in the city's time."""
    return forms.DateTimeField(label=label, help_text=hint, widget=DAY_AND_HOUR, required=False)


class RedirectForm(ReplyForm):
    """Which of the six ways, and what the resident is told."""

    field_order = ["seen", "route", "earlier", "reply"]

    route = forms.ChoiceField(
        label=gettext_lazy("Which of the six legal ways"), choices=[CHOOSE, *SpecialRoute.choices]
    )
    earlier = forms.CharField(
        label=gettext_lazy("Number of the earlier case"),
        help_text=gettext_lazy("Only for the same matter without new facts."),
        required=False,
        max_length=40,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reply"].owed = False  # type: ignore[attr-defined]
        self.fields["reply"].label = _("What the resident is told")
        self.fields["reply"].help_text = _("Leave it empty for the standard words of this way.")


class TransferForm(ReplyForm):
    """To which body outside, what the resident is told, and when that body is asked."""

    field_order = ["seen", "body", "name", "reply", "until"]
    owed = frozenset({"reply", "until"})

    body = forms.ChoiceField(
        label=gettext_lazy("Body outside"), choices=[CHOOSE, *OutsideBody.choices]
    )
    name = forms.CharField(label=gettext_lazy("Name of the body"), max_length=120, required=False)
    until = moment(
        gettext_lazy("Ask there on"), gettext_lazy("On this day we ask what came of it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reply"].label = _("What the resident is told")
        self.fields["reply"].help_text = _("That it was accepted, and where it went.")


class AskLaterForm(ReasonForm):
    """What the body outside said so far, and when it is asked again."""

    field_order = ["seen", "reason", "until"]
    owed = frozenset({"reason", "until"})

    until = moment(gettext_lazy("Ask again on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Whom you asked and what was said")


class MergeForm(StepForm):
    """The case that is worked for this one too."""

    into = forms.CharField(
        label=gettext_lazy("Number of the case that is worked for both"), max_length=40
    )


class ApplicationForm(ReasonForm):
    """What a unit asks for: ground, words, evidence."""

    kind = ""
    file = forms.FileField(label=gettext_lazy("Photo or document as evidence"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "until" in self.fields:
            self.fields["until"].owed = True  # type: ignore[attr-defined]
        choices = [CHOOSE, *grounds_of(self.kind)]
        self.fields["ground"] = forms.ChoiceField(label=_("Ground"), choices=choices)
        self.order_fields(["seen", "ground", "reason", "until", "milestones", "unit", "file"])


class ObjectionForm(ApplicationForm, UnitForm):
    """Why a case is not this unit's, and whose it is."""

    kind = "objection"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].owed = False  # type: ignore[attr-defined]
        self.fields["unit"].label = _("Unit that should act")
        self.fields["unit"].help_text = _("Leave it empty if you do not know.")


class ExtensionForm(ApplicationForm):
    """Until when more time is needed, and which law or rule allows it."""

    kind = "extension"
    until = moment(gettext_lazy("New deadline"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Law or rule and its article, and why it applies")


class ParkingForm(ApplicationForm):
    """Why it cannot be solved now, until when, and the steps until then."""

    kind = "parking"
    until = moment(gettext_lazy("To be solved by"))
    milestones = forms.CharField(
        label=gettext_lazy("Steps until then"),
        help_text=gettext_lazy("One on each line, day first: 2026-12-01 Money applied for"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )

    def clean_milestones(self) -> tuple[tuple[str, str], ...]:
        """Read the steps line by line."""
        return tuple(
            _milestone(line)
            for line in self.cleaned_data["milestones"].splitlines()
            if line.strip()
        )


class RecallForm(UnitForm, ReasonForm):
    """Why a dispatch is taken back, and where it goes instead."""

    field_order = ["seen", "reason", "unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].owed = False  # type: ignore[attr-defined]
        self.fields["unit"].label = _("Unit in charge instead")
        self.fields["unit"].help_text = _("Leave it empty to bring it back to the dispatch queue.")


class RulingForm(forms.Form):
    """The ruling on an application, its reason, and the unit where one is named."""

    use_required_attribute = False
    ruling = forms.ChoiceField(label=gettext_lazy("Ruling"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The unit reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rulings = PROCEDURES[application.kind].rulings
        self.fields["words"].owed = True  # type: ignore[attr-defined]
        labels = {str(value): label for value, label in Ruling.choices}
        choices = [(str(ruling), labels[str(ruling)]) for ruling in rulings]
        self.fields["ruling"].choices = choices  # type: ignore[attr-defined]
        if application.kind == ApplicationKind.OBJECTION:
            proposed = Unit.objects.filter(code=application.asked.get("proposed", "")).first()
            self.fields["unit"] = ChoiceOf(
                unit_choices(), empty=_("Choose a unit"), label=_("Unit that must act")
            )
            self.fields["unit"].required = False
            self.fields["unit"].help_text = _("For sending it on, or for designating.")
            self.fields["unit"].initial = str(proposed.pk) if proposed else ""

    def unit(self) -> Unit | None:
        """The unit that was chosen, if one was."""
        chosen = self.cleaned_data.get("unit")
        return Unit.objects.get(pk=int(chosen)) if chosen else None


def ground_label(ground: str) -> str:
    """How a ground is said."""
    return str(GROUNDS.get(ground, ground))


def _milestone(line: str) -> tuple[str, str]:
    said, _space, what = line.strip().partition(" ")
    day = _day(said)
    if day is None or not what.strip():
        raise forms.ValidationError(
            _("“%(line)s” is not a step; write the day first: 2026-12-01 Money applied for")
            % {"line": line.strip()[:60]}
        )
    return what.strip(), day.isoformat()


def _day(said: str) -> date | None:
    try:
        return parse_date(said)
    except ValueError:
        return None
