"""One line of a draft: what it is for, when, and to whom it sends."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huiyin.cases.models import Category, Channel, RequestKind
from huiyin.departments.models import Unit
from huiyin.desk.choices import ChoiceOf, category_choices, unit_choices
from huiyin.desk.dispatch_desk.versions import ADMINISTRATORS
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.dispatch.catalogue import remove_line, set_line, version_numbered
from huiyin.dispatch.lines import Line, lines_of
from huiyin.dispatch.models import FOUND_CHOICES, PLACE_CHOICES
from huiyin.dispatch.rules import SETS
from huiyin.office.problems import NotFound, Problem
from huiyin.office.sheets import parted

TYPED = ("place", "place_level", "unit_level", "basis", "note")


class LineForm(forms.Form):
    """A line as an administrator writes it."""

    use_required_attribute = False
    place = forms.CharField(
        label=gettext_lazy("Place"),
        help_text=gettext_lazy("Its code or name; leave it empty for everywhere."),
        required=False,
        max_length=200,
    )
    place_level = forms.ChoiceField(label=gettext_lazy("Place known down to"), required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of request"),
        choices=RequestKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    classes = forms.CharField(
        label=gettext_lazy("Deadline classes"),
        help_text=gettext_lazy("Such as emergency; several with commas."),
        required=False,
        max_length=300,
    )
    hours = forms.CharField(
        label=gettext_lazy("Time of day"),
        help_text=gettext_lazy("Such as 22:00-06:00."),
        required=False,
        max_length=20,
    )
    season = forms.CharField(
        label=gettext_lazy("Season"),
        help_text=gettext_lazy("Such as 11-15~03-15, with month and day."),
        required=False,
        max_length=20,
    )
    words = forms.CharField(
        label=gettext_lazy("Words"),
        help_text=gettext_lazy("One of these stands in the request; several with commas."),
        required=False,
        max_length=500,
    )
    unit_level = forms.ChoiceField(
        label=gettext_lazy("Or the unit of the place at level"), required=False
    )
    assist = forms.CharField(
        label=gettext_lazy("Assisting units"),
        help_text=gettext_lazy("Codes or names, several with commas."),
        required=False,
        max_length=500,
    )
    basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=500,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)
    field_order = [
        *("category", "place", "place_level", "kinds", "channels", "classes", "hours"),
        *("season", "words", "unit", "unit_level", "assist", "basis", "note"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = str(_("everything"))
        self.fields["category"] = ChoiceOf(
            category_choices(), empty=everything, label=_("Category"), required=False
        )
        self.fields["unit"] = ChoiceOf(
            unit_choices(), empty=_("no fixed unit"), label=_("Unit in charge"), required=False
        )
        for name, choices in (("place_level", PLACE_CHOICES), ("unit_level", FOUND_CHOICES)):
            self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    def line(self, number: int) -> Line:
        """The line as it was written."""
        said = self.cleaned_data
        conditions = {
            "kinds": said["kinds"],
            "channels": said["channels"],
            "classes": parted(said["classes"]),
            "hours": said["hours"],
            "season": said["season"],
            "words": parted(said["words"]),
        }
        return Line(
            number=number,
            category=_code(Category, said["category"]),
            conditions={name: value for name, value in conditions.items() if value},
            unit=_code(Unit, said["unit"]),
            assist=tuple(parted(said["assist"])),
            **{name: said[name].strip() for name in TYPED},
        )


def _code(model: Any, chosen: str) -> str:
    return str(model.objects.values_list("code", flat=True).get(pk=int(chosen))) if chosen else ""


@at_desk
@for_posts(ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def line(request: DeskRequest, version: int, line: int) -> HttpResponse:
    """Write one line of a draft; line 0 is a new one."""
    row = version_numbered(version)
    if request.method == "GET":
        initial = _initial(next((one for one in lines_of(row) if one.number == line), None), line)
        return _shown(request, version, line, LineForm(initial=initial))
    if request.POST.get("remove"):
        remove_line(row, line, by=request.user, at=timezone.now())
        tell(request, _("Line %(number)d was taken out.") % {"number": line})
        return redirect("dispatch:version", version=version)
    form = LineForm(request.POST)
    if not form.is_valid():
        return _shown(request, version, line, form, status=400)
    try:
        kept = set_line(row, form.line(line), by=request.user, at=timezone.now())
    except Problem as problem:
        form.add_error(None, str(problem))
        return _shown(request, version, line, form, status=problem.status)
    tell(request, _("Line %(number)d was written.") % {"number": kept.number})
    return redirect("dispatch:version", version=version)


def _initial(line: Line | None, number: int) -> dict[str, Any]:
    if line is None:
        if number:
            raise NotFound(_("There is no line %(number)d in this version.") % {"number": number})
        return {}
    initial: dict[str, Any] = {name: getattr(line, name) for name in TYPED}
    for name in SETS:
        initial[name] = line.conditions.get(name, [])
    initial["classes"] = ", ".join(initial["classes"])
    initial["words"] = ", ".join(line.conditions.get("words", []))
    initial |= {name: line.conditions.get(name, "") for name in ("hours", "season")}
    initial["assist"] = ", ".join(line.assist)
    if line.category:
        initial["category"] = Category.objects.values_list("pk", flat=True).get(code=line.category)
    if line.unit:
        initial["unit"] = Unit.objects.values_list("pk", flat=True).get(code=line.unit)
    return initial


def _shown(
    request: DeskRequest, version: int, line: int, form: LineForm, *, status: int = 200
) -> HttpResponse:
    facts = {"version": version, "line": line, "form": form}
    return page(request, "dispatch/line", facts, status=status)
