"""The forms of a unit's page that change the tree of units, and what each of them does."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.deadlines.models import Calendar
from huiyin.departments.access import units_within
from huiyin.departments.models import Official, Unit, UnitLevel
from huiyin.desk.choices import ChoiceOf, unit_choices
from huiyin.organisation import units
from huiyin.organisation.appointments import ADMINISTRATORS, unit_for
from huiyin.organisation.units import NewUnit

NAME, ENGLISH = gettext_lazy("Unit name"), gettext_lazy("English name")
BELOW_A_CITY = [level for level in UnitLevel.choices if level[0] != UnitLevel.CITY]


class SetupForm(forms.Form):
    """A form that knows the unit and the administrator it is for."""

    use_required_attribute = False

    def __init__(self, *args: Any, unit: Unit, by: Official, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.unit, self.by = unit, by


class AddForm(SetupForm):
    """A new unit below this one."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("It never changes, such as S330102001."),
    )
    name = forms.CharField(label=NAME, max_length=120)
    name_en = forms.CharField(label=ENGLISH, max_length=120, required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=BELOW_A_CITY)
    calendar = forms.ChoiceField(label=gettext_lazy("Calendar"), required=False)

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        rows = [(row.code, str(row)) for row in Calendar.objects.order_by("code")]
        field = self.fields["calendar"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", _("as the unit above")), *rows]


class RenameForm(SetupForm):
    """Another name."""

    name = forms.CharField(label=NAME, max_length=120)
    name_en = forms.CharField(label=ENGLISH, max_length=120, required=False)

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.initial = {"name": self.unit.name, "name_en": self.unit.name_en}


class DissolveForm(SetupForm):
    """Who takes over."""

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        standing = units_within(self.by, ADMINISTRATORS).filter(dissolved_on=None)
        others = standing.exclude(path__startswith=self.unit.path).order_by("sort_key", "pk")
        self.fields["successor"] = ChoiceOf(
            unit_choices(list(others)),
            empty=_("choose a unit"),
            label=_("Which unit takes over"),
            help_text=_("Its officials reach all cases of this unit; the posts held here end."),
        )


class HotlineForm(SetupForm):
    """Nothing to fill in."""

    hint = gettext_lazy(
        "Requests from the web page then arrive here, and no longer where they do now."
    )


SETUP_FORMS: dict[str, tuple[str | Promise, type[SetupForm]]] = {
    "add_unit": (gettext_lazy("Add a unit below this one"), AddForm),
    "rename_unit": (gettext_lazy("Rename this unit"), RenameForm),
    "name_hotline": (gettext_lazy("Let requests arrive here"), HotlineForm),
    "dissolve_unit": (gettext_lazy("Dissolve this unit"), DissolveForm),
}


def offered(unit: Unit, *, by: Official) -> list[str]:
    """The forms that this unit's page offers: those whose act would not be refused."""
    if unit.dissolved_on is not None:
        return ["rename_unit"]
    names = ["add_unit", "rename_unit"]
    if not unit.takes_requests and units.may_name_hotline(by):
        names.append("name_hotline")
    if unit.parent_id is not None and not unit.takes_requests:
        names.append("dissolve_unit")
    return names


def add(unit: Unit, said: dict[str, Any], by: Official) -> str:
    """Add a unit below this one."""
    new = NewUnit(said["code"], said["name"], said["level"], said["name_en"], said["calendar"])
    made = units.add_unit(new, below=unit, by=by, at=timezone.now())
    return _("%(unit)s was added.") % {"unit": made}


def rename(unit: Unit, said: dict[str, Any], by: Official) -> str:
    """Give this unit another name."""
    units.rename_unit(unit, said["name"], by=by, at=timezone.now(), name_en=said["name_en"])
    return _("The unit is called %(name)s now.") % {"name": said["name"]}


def dissolve(unit: Unit, said: dict[str, Any], by: Official) -> str:
    """Dissolve this unit."""
    successor = Unit.objects.get(pk=int(said["successor"]))
    successor = unit_for(successor.code, by=by)
    units.dissolve_unit(unit, successor, by=by, at=timezone.now())
    return _("%(unit)s was dissolved; %(successor)s took over.") % {
        "unit": unit,
        "successor": successor,
    }


def name_hotline(unit: Unit, _said: dict[str, Any], by: Official) -> str:
    """Let requests arrive at this unit."""
    units.name_hotline(unit, by=by, at=timezone.now())
    return _("Requests arrive at %(unit)s from now on.") % {"unit": unit}


Act = Callable[[Unit, dict[str, Any], Official], str]
ACTS: dict[str, Act] = {
    "add_unit": add,
    "rename_unit": rename,
    "name_hotline": name_hotline,
    "dissolve_unit": dissolve,
}


def bound(name: str, request: HttpRequest, unit: Unit, by: Official) -> SetupForm:
    """The form that was sent."""
    return SETUP_FORMS[name][1](request.POST, auto_id=f"{name}_%s", unit=unit, by=by)


def blank(name: str, unit: Unit, by: Official) -> SetupForm:
    """The form as it is offered."""
    return SETUP_FORMS[name][1](auto_id=f"{name}_%s", unit=unit, by=by)
