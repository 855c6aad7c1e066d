"""The phone desk: taking a request down while the person speaks, and what to read out to them."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huiyin.cases.access import case_for, open_steps
from huiyin.cases.models import Category, Channel, RequestKind
from huiyin.cases.opening import TEXT_LENGTH, Wish
from huiyin.cases.residents import ResidentData
from huiyin.departments.access import reach_of
from huiyin.departments.models import Unit
from huiyin.desk.choices import ChoiceOf, QuickSelect, category_choices
from huiyin.desk.doors import TAKES_DOWN, DeskRequest, at_desk, for_posts, page
from huiyin.desk.words import STEPS
from huiyin.intake.actions import receive_case
from huiyin.logbook.receipts import receipt
from huiyin.office.problems import NotFound, WrongInput

# Which cases this session has just taken down: only for these is the secret shown again.
JUST_TAKEN, REMEMBERED = "just_taken", 5
# What a resident's own page is for; an operator takes down what reaches the city otherwise.
CHANNELS = [(c.value, c.label) for c in Channel if c not in {Channel.WEB, Channel.EXCHANGE}]
DECIMAL = forms.TextInput(attrs={"inputmode": "decimal"})


class TakeDownForm(forms.Form):
    """What a caller says, in the order in which callers say it."""

    use_required_attribute = False
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = forms.CharField(
        label=gettext_lazy("What is the matter?"),
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
        max_length=TEXT_LENGTH,
        error_messages={
            "required": gettext_lazy("Write down what the matter is; the text is empty.")
        },
    )
    address = forms.CharField(
        label=gettext_lazy("Where is it?"),
        help_text=gettext_lazy("Street and house number, or what stands nearby."),
        max_length=300,
        required=False,
    )
    request_kind = forms.ChoiceField(
        label=gettext_lazy("What does the person want?"),
        choices=RequestKind.choices,
        widget=forms.RadioSelect,
        initial=RequestKind.HELP,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How did it reach us?"),
        choices=CHANNELS,
        widget=QuickSelect,
        initial=Channel.PHONE,
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Left empty, the first words become the title."),
        max_length=200,
        required=False,
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    home = forms.CharField(
        label=gettext_lazy("The person's own address"), max_length=200, required=False
    )
    is_confidential = forms.BooleanField(
        label=gettext_lazy("The person asks that their name stays with the hotline"),
        required=False,
    )
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), widget=DECIMAL, required=False)
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), widget=DECIMAL, required=False)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"] = ChoiceOf(
            category_choices(), empty=_("not yet clear"), label=gettext_lazy("Category")
        )
        self.fields["category"].required = False
        if len(units) > 1:
            named = [(str(unit.pk), str(unit)) for unit in units]
            self.fields["taken_at"] = forms.ChoiceField(
                label=gettext_lazy("Taken down at"), choices=named
            )

    def wish(self) -> Wish:
        """What was taken down, as intake wants it."""
        said = self.cleaned_data
        category = said["category"]
        return Wish(
            text=said["text"],
            title=said["title"],
            request_kind=said["request_kind"],
            channel=said["channel"],
            category=Category.objects.get(pk=int(category)) if category else None,
            address=said["address"],
            longitude=said["longitude"],
            latitude=said["latitude"],
            is_confidential=said["is_confidential"],
            resident=ResidentData(said["name"], said["phone"], said["home"]),
            form_key=said["form_key"],
        )


@at_desk
@for_posts(TAKES_DOWN)
def take_down(request: DeskRequest) -> HttpResponse:
    """Take a request down; pressing the button twice takes it down once."""
    paths = reach_of(request.user).paths(TAKES_DOWN)
    units = list(Unit.objects.filter(path__in=paths).order_by("pk"))
    if request.method != "POST":
        return page(request, "take_down", {"form": TakeDownForm(units=units)})
    form = TakeDownForm(request.POST, units=units)
    if not form.is_valid():
        return page(request, "take_down", {"form": form}, status=400)
    chosen = form.cleaned_data.get("taken_at")
    unit = next(unit for unit in units if chosen in {None, str(unit.pk)})
    try:
        case = receive_case(form.wish(), by=request.user, at=timezone.now(), intake_unit=unit)
    except WrongInput as problem:
        form.add_error(None, str(problem))
        return page(request, "take_down", {"form": form}, status=problem.status)
    known = [number for number in _just_taken(request) if number != case.number]
    request.session[JUST_TAKEN] = [case.number, *known][:REMEMBERED]
    return redirect("desk:taken_down", number=case.number)


@at_desk
@require_GET
def taken_down(request: DeskRequest, number: str) -> HttpResponse:
    """Show what to read out: the number and the secret, only to the one who took it down."""
    case = case_for(number, by=request.user)
    if case.number not in _just_taken(request):
        raise NotFound(_("The receipt is read out once, by the person who took the request down."))
    offered = {arrow.step for arrow in open_steps(case, by=request.user)}
    steps = {word: STEPS[word] for word in ("answer_at_once", "dispatch") if word in offered}
    return page(
        request, "taken_down", {"case": case, "receipt": receipt(case.number), "steps": steps}
    )


def _just_taken(request: DeskRequest) -> list[str]:
    return list(request.session.get(JUST_TAKEN, []))
