"""The administrator's pages: the units, who holds which post there, and new accounts."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django import forms
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huiyin.departments.access import units_within
from huiyin.departments.models import Official, Post, PostHeld, Unit, UnitLevel
from huiyin.desk import unit_setup
from huiyin.desk.choices import LEVELS
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.timeline import events_of, people_in
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import Problem
from huiyin.organisation import appointments
from huiyin.organisation.appointments import ADMINISTRATORS, NewAccount, official_named, unit_for

HIDDEN = forms.PasswordInput(attrs={"autocomplete": "new-password"})
# The name of a form that was sent and cannot be taken, and the form with what was typed.
Wrong: TypeAlias = tuple[str, forms.Form] | None
SIGN_IN_NAME = gettext_lazy("Sign-in name")


class PostForm(forms.Form):
    """A post for somebody who has an account."""

    use_required_attribute = False
    sign_in_name = forms.CharField(label=SIGN_IN_NAME, max_length=60)
    post = forms.ChoiceField(label=gettext_lazy("Post"), choices=Post.choices)


class AccountForm(forms.Form):
    """A new account with its first post at this unit."""

    use_required_attribute = False
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    sign_in_name = forms.CharField(label=SIGN_IN_NAME, max_length=60)
    password = forms.CharField(label=gettext_lazy("First password"), max_length=200, widget=HIDDEN)
    post = forms.ChoiceField(label=gettext_lazy("Post"), choices=Post.choices)


class PasswordForm(forms.Form):
    """A new first password for somebody who forgot theirs."""

    use_required_attribute = False
    sign_in_name = forms.CharField(label=SIGN_IN_NAME, max_length=60)
    password = forms.CharField(label=gettext_lazy("First password"), max_length=200, widget=HIDDEN)


# Each form of the page by the address it is sent to.
FORMS: dict[str, tuple[str | Promise, type[forms.Form]]] = {
    "give_post": (gettext_lazy("Give a post"), PostForm),
    "open_account": (gettext_lazy("Open an account"), AccountForm),
    "set_password": (gettext_lazy("Set a new first password"), PasswordForm),
}


@at_desk
@for_posts(ADMINISTRATORS)
@require_GET
def units(request: DeskRequest) -> HttpResponse:
    """Show the units an administrator sets up, with how many posts are held in each."""
    held = Count("posts__official", distinct=True, filter=_held_today("posts__"))
    rows = units_within(request.user, ADMINISTRATORS).annotate(people=held)
    words = request.GET.get("q", "").strip()[:60]
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(code__icontains=words))
    ordered = sorted(rows.order_by("sort_key", "pk"), key=_level)
    return page(request, "units", {"units": ordered, "q": words})


@at_desk
@for_posts(ADMINISTRATORS)
@require_GET
def unit_detail(request: DeskRequest, code: str) -> HttpResponse:
    """Show one unit: its posts, and the forms that give them."""
    return _shown(request, unit_for(code, by=request.user))


@at_desk
@for_posts(ADMINISTRATORS)
@require_POST
def give(request: DeskRequest, code: str) -> HttpResponse:
    """Give a post at a unit."""

    def act(unit: Unit, said: dict[str, Any]) -> str:
        official = official_named(said["sign_in_name"])
        now = timezone.now()
        appointments.appoint(official, said["post"], unit=unit, by=request.user, at=now)
        return _("%(name)s holds the post now.") % {"name": official}

    return _taken(request, code, "give_post", act)


@at_desk
@for_posts(ADMINISTRATORS)
@require_POST
def take(request: DeskRequest, code: str, held: int) -> HttpResponse:
    """Take a post back."""
    unit = unit_for(code, by=request.user)
    row = get_object_or_404(PostHeld.objects.select_related("official", "unit"), unit=unit, pk=held)
    appointments.dismiss(row, by=request.user, at=timezone.now())
    tell(request, _("%(name)s no longer holds the post.") % {"name": row.official})
    return redirect("desk:unit_detail", code=code)


@at_desk
@for_posts(ADMINISTRATORS)
@require_POST
def enter(request: DeskRequest, code: str) -> HttpResponse:
    """Open an account and give its first post."""

    def act(unit: Unit, said: dict[str, Any]) -> str:
        new = NewAccount(said["sign_in_name"], said["name"], said["password"])
        now = timezone.now()
        official = appointments.enter(new, said["post"], unit=unit, by=request.user, at=now)
        return _("The account of %(name)s is open.") % {"name": official}

    return _taken(request, code, "open_account", act)


@at_desk
@for_posts(ADMINISTRATORS)
@require_POST
def new_password(request: DeskRequest, code: str) -> HttpResponse:
    """Set a new first password."""

    def act(_unit: Unit, said: dict[str, Any]) -> str:
        official, now = official_named(said["sign_in_name"]), timezone.now()
        appointments.set_first_password(official, said["password"], by=request.user, at=now)
        return _("%(name)s signs in with the new password now.") % {"name": official}

    return _taken(request, code, "set_password", act)


@at_desk
@for_posts(ADMINISTRATORS)
@require_POST
def set_up_unit(request: DeskRequest, code: str, act: str) -> HttpResponse:
    """Add a unit below, rename, dissolve, or let requests arrive here."""
    unit = unit_for(code, by=request.user)
    if act not in unit_setup.ACTS:
        raise Http404
    form = unit_setup.bound(act, request, unit, request.user)
    if not form.is_valid():
        return _shown(request, unit, wrong=(act, form), status=400)
    try:
        tell(request, unit_setup.ACTS[act](unit, form.cleaned_data, request.user))
    except Problem as problem:
        form.add_error(None, str(problem))
        return _shown(request, unit, wrong=(act, form), status=problem.status)
    return redirect("desk:unit_detail", code=code)


def _taken(
    request: DeskRequest, code: str, name: str, act: Callable[[Unit, dict[str, Any]], str]
) -> HttpResponse:
    unit = unit_for(code, by=request.user)
    form = FORMS[name][1](request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        try:
            tell(request, act(unit, form.cleaned_data))
        except Problem as problem:
            form.add_error(None, str(problem))
            return _shown(request, unit, wrong=(name, form), status=problem.status)
        return redirect("desk:unit_detail", code=code)
    return _shown(request, unit, wrong=(name, form), status=400)


def _shown(
    request: DeskRequest,
    unit: Unit,
    *,
    wrong: Wrong = None,
    status: int = 200,
) -> HttpResponse:
    held = PostHeld.objects.filter(_held_today(), unit=unit).select_related("official")
    lines = entries_about(f"unit:{unit.code}")[-20:]
    facts = {
        "unit": unit,
        "held": held.order_by("official__name", "post"),
        "asks": [*_asks_about_people(unit, wrong), *_asks_about_unit(unit, wrong, request.user)],
        "wrong": wrong[1] if wrong else None,
        "events": events_of(lines, [unit], people_in(lines)),
    }
    return page(request, "unit_detail", facts, status=status)


def _asks_about_people(unit: Unit, wrong: Wrong) -> list[dict[str, Any]]:
    """The forms that give posts, which a dissolved unit has no more."""
    offered = {} if unit.dissolved_on else FORMS
    return [
        {
            "title": title,
            "url": reverse(f"desk:{name}", args=[unit.code]),
            "form": wrong[1] if wrong and wrong[0] == name else form(auto_id=f"{name}_%s"),
        }
        for name, (title, form) in offered.items()
    ]


def _asks_about_unit(unit: Unit, wrong: Wrong, by: Official) -> list[dict[str, Any]]:
    return [
        {
            "title": unit_setup.SETUP_FORMS[name][0],
            "url": reverse("desk:set_up_unit", args=[unit.code, name]),
            "form": wrong[1] if wrong and wrong[0] == name else unit_setup.blank(name, unit, by),
        }
        for name in unit_setup.offered(unit, by=by)
    ]


def _held_today(prefix: str = "") -> Q:
    today = timezone.localdate()
    until = f"{prefix}held_until"
    return Q(**{until: None}) | Q(**{f"{until}__gte": today})


def _level(unit: Unit) -> int:
    return LEVELS.index(UnitLevel(unit.level))
