"""The phone desk: taking a request down while the person speaks, and what to read out to them.

Going back and pressing again finds what was taken down; whoever asks for the same as another
person gets a form that says so.
"""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huiyin.cases.access import case_for, open_steps
from huiyin.cases.models import Category, Channel, RequestKind, Status
from huiyin.cases.opening import TEXT_LENGTH, Wish
from huiyin.cases.residents import ResidentData
from huiyin.departments.access import reach_of
from huiyin.departments.models import Unit
from huiyin.desk.choices import ChoiceOf, QuickSelect, category_choices
from huiyin.desk.doors import TAKES_DOWN, DeskRequest, at_desk, for_posts, page
from huiyin.desk.papers.repeating import caller_of, caller_seen, linked_at_once
from huiyin.desk.papers.voices import emergency
from huiyin.desk.words import STEPS
from huiyin.intake.actions import receive_case
from huiyin.logbook.receipts import receipt
from huiyin.office.problems import NotFound, WrongInput
from huiyin.places.queries import is_outside

# The key of the forms in this session: it is the same when a page is fetched anew.
FORM_KEY = "take_down_key"
# Which cases this session has just taken down: only for these is the secret shown again.
JUST_TAKEN, REMEMBERED = "just_taken", 5
# What a resident's own page is for; an operator takes down what reaches the city otherwise.
CHANNELS = [(c.value, c.label) for c in Channel if c not in {Channel.WEB, Channel.EXCHANGE}]
DECIMAL = forms.TextInput(attrs={"inputmode": "decimal"})
CHOOSE = {
    "required": gettext_lazy("Choose one."),
    "invalid_choice": gettext_lazy("Choose one, and only one, from the list."),
}
# What to do with a point that lies in none of the city's places.
KEEP, DROP = "keep", "drop"
# What can be done at once with what was taken down.
NEXT = ("answer_at_once", "dispatch", "redirect")
# What is no part of what the caller said.
NOT_SAID = frozenset({"form_key"})
# What the request of another person may have in common with one that is here.
SAME = ("text", "address", "request_kind", "title", "longitude", "latitude")


class TypedField(forms.CharField):
    """Text without `maxlength`: with it a browser cuts what is too much and tells nobody."""

    def __init__(self, *, most: int, **more: Any) -> None:
        super().__init__(**more)
        self.most = most

    def validate(self, value: str) -> None:
        """Say how much is too much."""
        super().validate(value)
        if len(value) > self.most:
            sentence = _("This has %(count)d characters; at most %(most)d fit. Take away %(over)d.")
            facts = {"count": len(value), "most": self.most, "over": len(value) - self.most}
            raise forms.ValidationError(sentence % facts)


class TakeDownForm(forms.Form):
    """What a caller says, in the order in which callers say it."""

    use_required_attribute = False
    form_key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"),
            gettext_lazy("The form did not arrive whole; load the page again."),
        ),
    )
    text = TypedField(
        label=gettext_lazy("What is the matter?"),
        widget=forms.Textarea(
            attrs={
                "rows": 6,
                "autofocus": True,
                "data-behaviour": "count",
                "data-most": TEXT_LENGTH,
                "data-fits": gettext_lazy("{count} of at most {most} characters"),
                "data-over": gettext_lazy("{over} characters too many: at most {most} fit"),
            }
        ),
        most=TEXT_LENGTH,
        error_messages={
            "required": gettext_lazy("Write down what the matter is; the text is empty.")
        },
    )
    address = TypedField(
        label=gettext_lazy("Where is it?"),
        help_text=gettext_lazy("Street and house number, or what stands nearby."),
        most=300,
        required=False,
    )
    request_kind = forms.ChoiceField(
        label=gettext_lazy("What does the person want?"),
        choices=RequestKind.choices,
        widget=forms.RadioSelect,
        initial=RequestKind.HELP,
        error_messages=CHOOSE,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How did it reach us?"),
        choices=CHANNELS,
        widget=QuickSelect,
        initial=Channel.PHONE,
        error_messages=CHOOSE,
    )
    title = TypedField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Left empty, the first words become the title."),
        most=200,
        required=False,
    )
    name = TypedField(label=gettext_lazy("Name"), most=60, required=False)
    phone = TypedField(
        label=gettext_lazy("Phone"),
        most=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    home = TypedField(label=gettext_lazy("The person's own address"), most=200, required=False)
    is_confidential = forms.BooleanField(
        label=gettext_lazy("The person asks that their name stays with the hotline"),
        required=False,
    )
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), widget=DECIMAL, required=False)
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), widget=DECIMAL, required=False)

    repeat_of = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    outside = forms.ChoiceField(
        label=gettext_lazy("The point lies outside the city. Is that meant?"),
        choices=[
            (KEEP, gettext_lazy("Yes: take the request in, marked as outside the city")),
            (DROP, gettext_lazy("No: leave the point out; the address counts")),
        ],
        widget=forms.RadioSelect,
        required=False,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outside"].owed = True  # type: ignore[attr-defined]
        self.fields["category"] = ChoiceOf(
            category_choices(), empty=_("not yet clear"), label=gettext_lazy("Category")
        )
        self.fields["category"].required = False
        if len(units) > 1:
            named = [(str(unit.pk), str(unit)) for unit in units]
            self.fields["taken_at"] = forms.ChoiceField(
                label=gettext_lazy("Taken down at"), choices=named
            )

    def clean(self) -> dict[str, Any]:
        """Ask whether a point outside the city is meant."""
        said = self.cleaned_data
        longitude, latitude = said.get("longitude"), said.get("latitude")
        if longitude is None or latitude is None or said.get("outside"):
            return said
        if abs(longitude) <= 180 and abs(latitude) <= 90 and is_outside(longitude, latitude):
            self.add_error("outside", _("Choose whether the point is meant."))
        return said

    def wish(self) -> Wish:
        """What was taken down, as intake wants it.

        The key is that of the session together with all that was said: pressed again unchanged
        it finds the first case, and with any other word it makes another.
        """
        said = self.cleaned_data
        category, dropped = said["category"], said["outside"] == DROP
        told = "\n".join(str(word) for name, word in said.items() if name not in NOT_SAID)
        return Wish(
            text=said["text"],
            title=said["title"],
            request_kind=said["request_kind"],
            channel=said["channel"],
            category=Category.objects.get(pk=int(category)) if category else None,
            address=said["address"],
            longitude=None if dropped else said["longitude"],
            latitude=None if dropped else said["latitude"],
            is_confidential=said["is_confidential"],
            resident=ResidentData(said["name"], said["phone"], said["home"]),
            form_key=uuid.uuid5(said["form_key"], told),
        )


@at_desk
@for_posts(TAKES_DOWN)
def take_down(request: DeskRequest) -> HttpResponse:
    """Take a request down; pressing the button twice takes it down once."""
    paths = reach_of(request.user).paths(TAKES_DOWN)
    units = list(Unit.objects.filter(path__in=paths).order_by("pk"))
    if request.method != "POST":
        return _empty_form(request, units)
    if "look" in request.POST:
        said = request.POST.dict()
        seen = caller_seen(said.get("phone", ""), by=request.user)
        return _shown(request, TakeDownForm(initial=said, units=units), **seen)
    form = TakeDownForm(request.POST, units=units)
    if not form.is_valid():
        return _shown(request, form, status=400)
    chosen = form.cleaned_data.get("taken_at")
    unit = next(unit for unit in units if chosen in {None, str(unit.pk)})
    now = timezone.now()
    try:
        case = receive_case(form.wish(), by=request.user, at=now, intake_unit=unit)
    except WrongInput as problem:
        form.add_error(None, str(problem))
        return _shown(request, form, status=problem.status)
    if form.cleaned_data["repeat_of"] and case.status == Status.RECEIVED:
        linked_at_once(request, case, form.cleaned_data["repeat_of"])
    known = _just_taken(request)
    again = case.number in known or case.received_at != now
    others = [number for number in known if number != case.number]
    request.session[JUST_TAKEN] = [case.number, *others][:REMEMBERED]
    address = reverse("desk:taken_down", args=[case.number])
    return redirect(f"{address}?again=1" if again else address)


def _empty_form(request: DeskRequest, units: list[Unit]) -> HttpResponse:
    """A new form; `?like=` fills it with a case that another person asks for as well."""
    key = request.session.setdefault(FORM_KEY, str(uuid.uuid4()))
    initial: dict[str, Any] = {"form_key": key}
    like = None
    if number := request.GET.get("like"):
        like = case_for(number, by=request.user)
        initial = {name: getattr(like, name) for name in SAME}
        # Its own key: word for word the same, and yet another request.
        initial["form_key"] = uuid.uuid5(uuid.UUID(key), f"like {like.number}")
        initial["category"] = like.category_id or ""
    form = TakeDownForm(initial=initial, units=units)
    return _shown(request, form, like=like)


def _shown(
    request: DeskRequest, form: TakeDownForm, *, status: int = 200, **facts: Any
) -> HttpResponse:
    return page(request, "take_down", {"form": form, **emergency(), **facts}, status=status)


@at_desk
@require_GET
def taken_down(request: DeskRequest, number: str) -> HttpResponse:
    """Show what to read out: the number and the secret, only to the one who took it down."""
    case = case_for(number, by=request.user)
    if case.number not in _just_taken(request):
        raise NotFound(_("The receipt is read out once, by the person who took the request down."))
    offered = {arrow.step for arrow in open_steps(case, by=request.user)}
    steps = {word: STEPS[word] for word in NEXT if word in offered}
    return page(
        request,
        "taken_down",
        {
            "case": case,
            "receipt": receipt(case.number),
            "steps": steps,
            "again": "again" in request.GET,
            "may_link": "redirect" in offered,
            **caller_of(case, by=request.user),
        },
    )


def _just_taken(request: DeskRequest) -> list[str]:
    return list(request.session.get(JUST_TAKEN, []))
