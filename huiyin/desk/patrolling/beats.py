"""Beats and their chiefs, how often they must walk, and how they did."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.departments.access import holds
from huiyin.departments.models import Official
from huiyin.departments.rules import Post
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, posts_of, tell
from huiyin.desk.patrolling.forms import BeatForm, ChiefForm, chosen_place, chosen_unit
from huiyin.neighbourhood import beats as acts
from huiyin.neighbourhood.access import (
    READS_BEATS,
    READS_PATROLS,
    beat_for,
    check_sets_up,
    reads_patrols,
    visible_beats,
    visible_patrols,
    watched_beats,
)
from huiyin.neighbourhood.models import Beat, Chief, Role
from huiyin.neighbourhood.queries import coverage
from huiyin.neighbourhood.rules import Span
from huiyin.office.problems import NotAllowed, Problem, WrongInput

WINDOW_DAYS = 31
SHOWN_DAYS = 92
LONGEST_DAYS = 366
ROWS, MOST_PATROLS = 50, 20


@at_desk
@for_posts(READS_BEATS)
@require_http_methods(["GET", "POST"])
def beats(request: DeskRequest) -> HttpResponse:
    """List the beats of the units an official reaches; an administrator adds one."""
    may_add, status = Post.ADMINISTRATOR in posts_of(request.user), 200
    form = BeatForm(request.POST or None, by=request.user) if may_add else None
    if request.method == "POST":
        status = 400
        if form is None:
            raise NotAllowed(_("Only an administrator of this unit sets up its beats and chiefs."))
        if form.is_valid():
            try:
                beat = _added(request, form)
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The beat is there; now give it a chief."))
                return redirect("patrols:beat_detail", code=beat.code)
    words = request.GET.get("q", "").strip()[:60]
    rows = visible_beats(request.user, on=timezone.localdate()).filter(ended_on=None)
    if words:
        rows = rows.filter(name__icontains=words)
    rows = rows.prefetch_related("chiefs__role", "chiefs__official")
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    keep = f"&{urlencode({'q': words})}"
    facts = {"shown": shown, "keep": keep, "q": words, "form": form}
    return page(request, "patrols/beats", facts, status=status)


def _added(request: DeskRequest, form: BeatForm) -> Beat:
    said = form.cleaned_data
    facts = acts.BeatFacts(
        said["code"], said["name"], said["kind"], chosen_place(form), said["shape"]
    )
    return acts.add_beat(facts, unit=chosen_unit(form), by=request.user, at=timezone.now())


@at_desk
@require_GET
def beat_detail(request: DeskRequest, code: str) -> HttpResponse:
    """Show one beat: who is and was its chief, and how it was walked."""
    return _shown(request, beat_for(code, by=request.user, on=timezone.localdate()))


@at_desk
@require_POST
def appoint(request: DeskRequest, code: str) -> HttpResponse:
    """Give a beat a chief."""
    beat = beat_for(code, by=request.user, on=timezone.localdate())
    check_sets_up(beat.unit, by=request.user)
    form = ChiefForm(request.POST)
    if not form.is_valid():
        return _shown(request, beat, form=form, status=400)
    said = form.cleaned_data
    try:
        official = Official.objects.filter(sign_in_name=said["sign_in_name"].strip()).first()
        if official is None:
            raise WrongInput(_("Nobody signs in with this name; open an account first."))
        role = Role.objects.get(pk=int(said["role"]))
        acts.appoint_chief(
            beat, official, role=role, since=said["since"], by=request.user, at=timezone.now()
        )
    except Problem as problem:
        form.add_error(None, str(problem))
        return _shown(request, beat, form=form, status=problem.status)
    tell(request, _("%(name)s is chief of this beat.") % {"name": official})
    return redirect("patrols:beat_detail", code=code)


@at_desk
@require_POST
def dismiss(request: DeskRequest, code: str, chief: int) -> HttpResponse:
    """Let a chief's time end today."""
    beat = beat_for(code, by=request.user, on=timezone.localdate())
    rows = Chief.objects.select_related("beat__unit", "role")
    acts.dismiss_chief(
        get_object_or_404(rows, beat=beat, pk=chief), by=request.user, at=timezone.now()
    )
    tell(request, _("The chief's time ends today; it stays written."))
    return redirect("patrols:beat_detail", code=code)


@at_desk
@require_POST
def end(request: DeskRequest, code: str) -> HttpResponse:
    """Give a beat up."""
    beat = beat_for(code, by=request.user, on=timezone.localdate())
    acts.end_beat(beat, by=request.user, at=timezone.now())
    tell(request, _("The beat is given up from today on."))
    return redirect("patrols:beats")


def _shown(
    request: DeskRequest, beat: Beat, *, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    by, today = request.user, timezone.localdate()
    window = Span(today - timedelta(days=SHOWN_DAYS), today)
    may_set_up = holds(by, Post.ADMINISTRATOR, beat.unit)
    facts = {
        "beat": beat,
        "chiefs": beat.chiefs.select_related("role", "official"),
        "covered": coverage(Beat.objects.filter(pk=beat.pk), window, on=today),
        "patrols": visible_patrols(by).filter(beat=beat)[:MOST_PATROLS],
        "reads_patrols": reads_patrols(beat, by=by, on=today),
        "may_set_up": may_set_up and beat.ended_on is None,
        "form": (form or ChiefForm(initial={"since": today})) if may_set_up else None,
        "today": today,
    }
    return page(request, "patrols/beat_detail", facts, status=status)


@at_desk
@for_posts(READS_PATROLS)
@require_GET
def covered(request: DeskRequest) -> HttpResponse:
    """Show who walked as often as was owed in a stretch of days, and who did not."""
    by, today = request.user, timezone.localdate()
    window = window_of(request.GET, today)
    rows = coverage(watched_beats(by), window, on=today)
    missed = request.GET.get("only") == "1"
    named = [row for row in rows if row.missed or not missed]
    days = f"&first={window.first}&last={window.last}"
    facts: dict[str, Any] = {
        "shown": Paginator(named, ROWS).get_page(request.GET.get("page")),
        "keep": days + ("&only=1" if missed else ""),
        "window": window,
        "only_missed": missed,
        "done": sum(row.done for row in rows),
        "missed": sum(row.missed for row in rows),
        "without": sum(row.frequency is None for row in rows),
    }
    return page(request, "patrols/coverage", facts)


def window_of(asked: Any, today: date) -> Span:
    """The days that were asked for, at most a year; the last month where none were."""
    try:
        last = parse_date(asked.get("last", "")) or today
        first = parse_date(asked.get("first", "")) or last - timedelta(days=WINDOW_DAYS)
    except ValueError:
        raise WrongInput(_("Write days as 2026-03-04.")) from None
    last = min(last, today)
    if first > last:
        raise WrongInput(_("The first day must not come after the last."))
    return Span(max(first, last - timedelta(days=LONGEST_DAYS)), last)
