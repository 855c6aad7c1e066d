"""What officials write on the pages of patrols and volunteers."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.departments.access import units_within
from huiyin.departments.models import Official, Unit
from huiyin.departments.rules import Post
from huiyin.desk.choices import ChoiceOf, category_choices, unit_choices
from huiyin.neighbourhood.models import BeatKind, Period, Role
from huiyin.neighbourhood.uploads import MOST_WORDS, Point, point_of
from huiyin.office.problems import WrongInput
from huiyin.places.models import Place

PHOTO = forms.FileInput(
    attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
)
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST_PLACES = 600


def words_area(rows: int = 4) -> forms.Textarea:
    """A field of so many lines."""
    return forms.Textarea(attrs={"rows": rows, "maxlength": MOST_WORDS})


class PositionedForm(forms.Form):
    """A form that may carry where the phone is."""

    use_required_attribute = False
    longitude = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    latitude = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def point(self) -> Point | None:
        """Where the phone was, if it said so."""
        try:
            return point_of(self.cleaned_data["longitude"], self.cleaned_data["latitude"])
        except ValueError:
            raise WrongInput(gettext("The position cannot be read; leave it out.")) from None


class FindingForm(PositionedForm):
    """What was found on a patrol."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What did you find?"), max_length=MOST_WORDS, widget=words_area()
    )
    address = forms.CharField(label=_("Where exactly?"), max_length=300, required=False)
    photo = forms.FileField(label=_("Photo"), required=False, widget=PHOTO)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        self.fields["category"] = ChoiceOf(
            category_choices(), empty=gettext("I do not know"), label=_("Category"), required=False
        )


class FinishForm(forms.Form):
    """The end of a patrol."""

    use_required_attribute = False
    words = forms.CharField(
        label=_("Notes on the patrol"), max_length=MOST_WORDS, required=False, widget=words_area(3)
    )


class CheckForm(PositionedForm):
    """A look on site."""

    solved = forms.ChoiceField(
        label=_("Is it mended?"),
        choices=[("yes", _("mended")), ("no", _("not mended"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What stands there now?"),
        help_text=_("Needed where it is not mended: the unit reads it."),
        max_length=MOST_WORDS,
        required=False,
        widget=words_area(),
    )
    photo = forms.FileField(label=_("Photo from the site"), required=False, widget=PHOTO)


class BeatForm(forms.Form):
    """A new beat."""

    use_required_attribute = False
    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.CharField(label=_("Code"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=BeatKind.choices)
    shape = forms.CharField(
        label=_("Line or area"),
        help_text=_("GeoJSON in degrees (LineString or Polygon); empty where the place is walked."),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, by: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_within(by, frozenset({Post.ADMINISTRATOR})).filter(dissolved_on=None)
        self.fields["unit"] = unit_field(units.order_by("sort_key", "pk"))
        self.fields["place"] = place_field(required=False)


class ChiefForm(forms.Form):
    """A chief for a beat."""

    use_required_attribute = False
    sign_in_name = forms.CharField(label=_("Sign-in name"), max_length=60)
    since = forms.DateField(label=_("From which day?"), widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(str(role.pk), str(role)) for role in Role.objects.all()]
        self.fields["role"] = ChoiceOf(roles, empty=gettext("Choose"), label=_("Role"))


class FrequencyForm(forms.Form):
    """How often those in a role must walk."""

    use_required_attribute = False
    times = forms.IntegerField(label=_("How many times?"), min_value=1, max_value=366)
    period = forms.ChoiceField(label=_("In each"), choices=Period.choices)
    from_on = forms.DateField(label=_("From which day?"), widget=DAY)
    source = forms.CharField(
        label=_("Source"),
        help_text=_("The regulation and its article, or your own city's decision."),
        max_length=200,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(str(role.pk), str(role)) for role in Role.objects.all()]
        self.fields["role"] = ChoiceOf(roles, empty=gettext("Choose"), label=_("Role"))


class VolunteerForm(forms.Form):
    """A resident who lends a hand."""

    use_required_attribute = False
    name = forms.CharField(label=_("Name"), max_length=60)
    phone = forms.CharField(label=_("Phone"), max_length=40)
    consents = forms.BooleanField(
        label=_("The person has read the notice below and consents"), required=False
    )

    def __init__(self, *args: Any, by: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = unit_field(_officers_units(by))
        self.fields["place"] = place_field()


MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class TaskForm(forms.Form):
    """A small deed that is offered."""

    use_required_attribute = False
    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=80)
    what = forms.CharField(
        label=_("What is to be done?"),
        help_text=_("Volunteers read this: write nothing about the person who asked."),
        max_length=MOST_WORDS,
        widget=words_area(),
    )
    where = forms.CharField(label=_("Where does one meet?"), max_length=200)
    begins_at = forms.DateTimeField(label=_("Begins"), widget=MOMENT)
    ends_at = forms.DateTimeField(label=_("Ends"), widget=MOMENT)
    needed = forms.IntegerField(label=_("How many are needed?"), min_value=1, max_value=200)
    case = forms.CharField(label=_("For which case?"), max_length=40, required=False)

    def __init__(self, *args: Any, by: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = unit_field(_officers_units(by))
        self.fields["place"] = place_field()


def unit_field(units: Any) -> ChoiceOf:
    """A field for one of these units."""
    return ChoiceOf(unit_choices(list(units)), empty=gettext("Choose"), label=_("Unit"))


def chosen_unit(form: forms.Form) -> Unit:
    """The unit that was chosen in a form with a `unit_field`."""
    return Unit.objects.get(pk=int(form.cleaned_data["unit"]))


def place_field(*, required: bool = True) -> ChoiceOf:
    """A field for a street or community, each street with those in it."""
    rows = Place.objects.filter(level__in=["street", "community", "grid"], valid_to=None)
    choices = [(str(row.pk), row.label) for row in rows.order_by("path")[:MOST_PLACES]]
    empty = gettext("Choose") if required else gettext("none")
    return ChoiceOf(choices, empty=empty, label=_("Place"), required=required)


def chosen_place(form: forms.Form) -> Place | None:
    """The place that was chosen in a form with a `place_field`."""
    chosen = form.cleaned_data["place"]
    return Place.objects.get(pk=int(chosen)) if chosen else None


def _officers_units(by: Official) -> Any:
    units = units_within(by, frozenset({Post.OFFICER})).filter(dissolved_on=None)
    return units.order_by("sort_key", "pk")
