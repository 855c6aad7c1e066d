"""Matters that everybody may follow: the list, one matter, following it with a code, “me too”.

Read by anybody: the hotline's words, the status, the steps; nothing of those who asked.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.cases.models import Channel, RequestKind
from huiyin.cases.opening import TEXT_LENGTH, Wish
from huiyin.cases.residents import ResidentData
from huiyin.counter.doors import SeeOther, check_encoding
from huiyin.counter.fields import WordsField
from huiyin.counter.forms import PHONE, CounterForm
from huiyin.counter.holders import hand_over
from huiyin.counter.standing.beyond import shared_events
from huiyin.intake.models import PublicMatter
from huiyin.intake.public import (
    follow_matter,
    join_matter,
    matter_at,
    matter_followed_with,
    public_matters,
)
from huiyin.office.problems import NotFound, Problem
from huiyin.office.tries import note_wrong_try, wrong_tries

PAGE = 20
DOOR, TRIES = "public codes", 20
View = Callable[..., HttpResponse]


class CodeForm(forms.Form):
    """The code with which somebody follows a matter."""

    use_required_attribute = False
    code = WordsField(
        label=gettext_lazy("Code"),
        most=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class MeTooForm(CounterForm):
    """What somebody adds to a matter as a request of their own, and how to reach them."""

    what = WordsField(
        label=gettext_lazy("What is it like with you?"),
        help_text=gettext_lazy("Only the hotline and the unit in charge read this."),
        most=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    where = WordsField(
        label=gettext_lazy("Where?"), most=300, required=False, widget=forms.TextInput
    )
    name = WordsField(
        label=gettext_lazy("Your name"),
        most=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = WordsField(
        label=gettext_lazy("Telephone"),
        most=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    confidential = forms.BooleanField(
        label=gettext_lazy("Keep my details confidential"), required=False
    )

    def clean_phone(self) -> str:
        """A number somebody can call."""
        phone = str(self.cleaned_data["phone"])
        if phone and not PHONE.fullmatch(phone):
            raise forms.ValidationError(
                _("Write the telephone number in digits, or leave it empty.")
            )
        return phone

    def wish(self) -> Wish:
        """What was said, as the intake takes it."""
        said = self.cleaned_data
        told = [said[name] for name in ("what", "where", "name", "phone", "confidential")]
        return Wish(
            text=said["what"],
            request_kind=RequestKind.COMPLAINT,
            channel=Channel.WEB,
            address=said["where"],
            is_confidential=said["confidential"],
            resident=ResidentData(name=said["name"], phone=said["phone"]),
            form_key=self.key_for(*told),
        )


def for_everybody(view: View) -> View:
    """Open a page where the city has public matters; search engines stay out unless wanted."""

    @wraps(view)
    @never_cache
    def door(request: HttpRequest, **parts: Any) -> HttpResponse:
        if not settings.PUBLIC_MATTERS:
            raise NotFound(_("There is no such page."))
        response = view(request, **parts)
        if not settings.PUBLIC_INDEXED:
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return door


@for_everybody
@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """List the public matters with their status."""
    rows = Paginator(public_matters(), PAGE).get_page(request.GET.get("page"))
    return render(request, "public/matters.html", {"rows": rows})


@for_everybody
@require_safe
def matter(request: HttpRequest, matter: int) -> HttpResponse:
    """One public matter: the hotline's words, where it stands, what happened."""
    return render(request, "public/matter.html", _facts(matter_at(matter)))


@for_everybody
@require_POST
def follow(request: HttpRequest, matter: int) -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """Follow a matter: its page under a code of one's own."""
    follower = follow_matter(matter_at(matter), at=timezone.now())
    return SeeOther(reverse("public:followed", args=[follower.code]))


@for_everybody
@require_safe
def followed(request: HttpRequest, code: str) -> HttpResponse:
    """The matter that a code follows, and the code to keep."""
    now = timezone.now()
    if wrong_tries(DOOR, "", request, at=now).anywhere >= TRIES:
        raise NotFound(_("Too many wrong codes were tried from your network; try again later."))
    try:
        found = matter_followed_with(code)
    except NotFound:
        note_wrong_try(DOOR, "", request, at=now)
        raise
    return render(request, "public/matter.html", {**_facts(found), "code": code})


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code with which somebody follows a matter."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return SeeOther(reverse("public:followed", args=[form.cleaned_data["code"]]))
    status = 400 if request.method == "POST" else 200
    return render(request, "public/enter.html", {"form": form}, status=status)


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def me_too(request: HttpRequest, matter: int) -> HttpResponse:
    """Make a request of one's own that is worked together with the matter."""
    found, status = matter_at(matter), 200
    form = MeTooForm()
    if request.method == "POST":
        check_encoding(request)
        form, status, now = MeTooForm(request.POST), 400, timezone.now()
        if form.is_valid():
            try:
                case = join_matter(found, form.wish(), at=now)
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                there = SeeOther(reverse("counter:receipt", args=[case.number]))
                return hand_over(there, request, case.number, at=now)
    return render(request, "public/me_too.html", {"form": form, "matter": found}, status=status)


def _facts(found: PublicMatter) -> dict[str, Any]:
    case = found.case.parent or found.case
    return {"matter": found, "case": case, "events": shared_events(case)}
