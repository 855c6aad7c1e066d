"""The forms of joint work; what each owes is decided by the act."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases.models import Case
from huiyin.cases.papers.grounds import grounds_of
from huiyin.cases.parts import Task
from huiyin.departments.models import Unit, UnitLevel
from huiyin.departments.queries import active_units
from huiyin.desk.choices import ChoiceOf, unit_choices
from huiyin.desk.joint.words import MARKS, THINGS
from huiyin.replies.joint.arrivals import Arrival
from huiyin.replies.joint.assessing import View
from huiyin.replies.joint.models import CalledUnit
from huiyin.replies.joint.rules import LONGEST_LIST
from huiyin.replies.joint.whistles import Call, Spot

DAY_AND_HOUR = "%Y-%m-%dT%H:%M"
CHOOSE = ("", gettext_lazy("Choose one"))
LONGEST = 2000
MOST_CALLED = (UnitLevel.DEPARTMENT, UnitLevel.UTILITY)


def moment(label: Any, hint: Any = "") -> forms.DateTimeField:
    """A day and hour in the city's time."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=DAY_AND_HOUR)
    return forms.DateTimeField(label=label, help_text=hint, widget=widget)


def lines(label: Any, *, rows: int = 3, most: int = LONGEST, **facts: Any) -> forms.CharField:
    """A text of several lines that is owed."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=most, **facts)


class PlainForm(forms.Form):
    """A form whose page says itself what is missing."""

    use_required_attribute = False


class WhistleForm(PlainForm):
    """Who is called, what for, where to, until when to be there and until when to be done."""

    units = forms.MultipleChoiceField(
        label=gettext_lazy("Units to call"),
        error_messages={"required": gettext_lazy("Choose at least one unit to call.")},
    )
    what_for = lines(gettext_lazy("What for"))
    place_words = forms.CharField(label=gettext_lazy("Where to come"), max_length=300)
    report_by = moment(gettext_lazy("To be there by"))
    due_at = moment(gettext_lazy("To be done by"), gettext_lazy("The clock of each called unit."))
    is_field = forms.BooleanField(
        label=gettext_lazy("Field operation: all units at one place and time under our lead"),
        required=False,
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"place_words": _place(case), "due_at": _still_due(case)})
        super().__init__(*args, **kwargs)
        self.case = case
        # Communities are handed their part by their street; nobody whistles them.
        rows = active_units().exclude(level=UnitLevel.COMMUNITY).exclude(pk=case.unit_id or 0)
        self.groups = unit_choices(list(rows.only("pk", "name", "name_en", "level")))
        # Whom a street whistles most stand first.
        first = {str(UnitLevel(level).label) for level in MOST_CALLED}
        self.groups.sort(key=lambda group: group[0] not in first)
        self.fields["units"].choices = self.groups  # type: ignore[attr-defined]

    def chosen(self) -> set[str]:
        """The units that are ticked, so that the page ticks them again."""
        return set(self["units"].value() or ())

    def call(self) -> Call:
        """The call as the act takes it."""
        said = self.cleaned_data
        found = Unit.objects.in_bulk([int(key) for key in said["units"]])
        spot = Spot(said["place_words"])
        if said["place_words"] == _place(self.case):
            spot = Spot(said["place_words"], self.case.longitude, self.case.latitude)
        return Call(
            units=tuple(found[int(key)] for key in said["units"]),
            what_for=said["what_for"],
            where=spot,
            report_by=said["report_by"],
            due_at=said["due_at"],
            is_field=said["is_field"],
        )


class HandDownForm(PlainForm):
    """Which unit below gets what to do, until when."""

    task = lines(gettext_lazy("What the unit is asked to do"))
    due_at = moment(gettext_lazy("To be done by"), gettext_lazy("The clock of this unit."))

    def __init__(self, *args: Any, units: Iterable[Unit], case: Case, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"due_at": _still_due(case)})
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"] = ChoiceOf(
            unit_choices(list(self.units.values())),
            empty=_("Choose a unit"),
            label=_("Unit below yours"),
        )
        self.order_fields(["unit", "task", "due_at"])

    def unit(self) -> Unit:
        """The unit that was chosen."""
        return self.units[self.cleaned_data["unit"]]

    def wanted(self) -> Task:
        """What is asked of it."""
        return Task(self.cleaned_data["task"], self.cleaned_data["due_at"])


class NothingForm(PlainForm):
    """A step that needs no papers."""


class ArrivalForm(PlainForm):
    """Who came, how many, when, and where to."""

    at = moment(gettext_lazy("Came at"))
    people = lines(
        gettext_lazy("Who came"),
        rows=2,
        most=LONGEST_LIST,
        help_text=gettext_lazy("Names, as they are signed on site."),
    )
    count = forms.IntegerField(label=gettext_lazy("How many people"), min_value=1, max_value=999)
    place_words = forms.CharField(label=gettext_lazy("Where they came to"), max_length=300)

    def __init__(self, *args: Any, called: CalledUnit | None, now: datetime, **kwargs: Any) -> None:
        place = called.whistle.place_words if called else ""
        kwargs.setdefault("initial", {"at": now, "place_words": place, "count": 1})
        super().__init__(*args, **kwargs)

    def arrival(self) -> Arrival:
        """The arrival as the act takes it."""
        said = self.cleaned_data
        return Arrival(
            said["people"], said["count"], at=said["at"], where=Spot(said["place_words"])
        )


class ResultForm(PlainForm):
    """What came of the part."""

    result = lines(
        gettext_lazy("What was done"),
        rows=4,
        help_text=gettext_lazy("The unit in charge reads this and answers the resident."),
    )


class RefusalForm(PlainForm):
    """Why a part is not this unit's."""

    ground = forms.ChoiceField(label=gettext_lazy("Ground"))
    reason = lines(gettext_lazy("Reason"), help_text=gettext_lazy("Who rules on it reads this."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [CHOOSE, *grounds_of("part_refusal")]
        self.fields["ground"].choices = choices  # type: ignore[attr-defined]


class ReleaseForm(PlainForm):
    """Why a unit is needed no more."""

    reason = lines(gettext_lazy("Reason"), help_text=gettext_lazy("The unit reads this."))


class MarkForm(PlainForm):
    """A mark from five to one for each thing, and words."""

    def __init__(self, *args: Any, things: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things = tuple(things)
        for thing in self.things:
            self.fields[thing] = forms.TypedChoiceField(
                label=THINGS[thing],
                choices=MARKS,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one.")},
            )
        self.fields["words"] = lines(gettext_lazy("In words"), required=False)

    def view(self) -> View:
        """The marks as the act takes them."""
        said = self.cleaned_data
        return View({thing: said[thing] for thing in self.things}, said["words"])


def _place(case: Case) -> str:
    return case.address or (case.place.label if case.place else "")


def _still_due(case: Case) -> datetime | None:
    """The deadline of the case, which a part does not outlast; none where it has passed."""
    return case.due_at if case.due_at is not None and case.due_at > timezone.now() else None
