"""Following a request with its number and secret, and what a resident can do with it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases.access import open_steps
from huiyin.cases.files.attachments import attachment_of, attachment_response
from huiyin.cases.merging import split_case
from huiyin.cases.models import Case, Round
from huiyin.cases.moves import current_round
from huiyin.cases.rules import OPEN, RESIDENT, Status
from huiyin.counter.doors import SeeOther, for_forms, for_holder
from huiyin.counter.forms import AddForm, FollowForm, RateForm, ReasonForm, typed_words
from huiyin.counter.holders import hand_over, put_away
from huiyin.counter.looks import looks_at
from huiyin.counter.sendings import Sending, forget_sending, keep_sending, sending_of
from huiyin.counter.standing.beyond import beyond_the_road
from huiyin.counter.timeline import events, has_said_unsolved, waits_since_asked_again
from huiyin.counter.told import told_about
from huiyin.deadlines.explanation import explain_basis
from huiyin.followup.actions import ask_again as ask_again_for
from huiyin.followup.actions import rate_case
from huiyin.intake.actions import add_to_case, is_added, take_up_again, withdraw_case
from huiyin.logbook.queries import entries_about
from huiyin.logbook.receipts import secret_is_right
from huiyin.office.problems import NotPossible, OutsideProblem, WrongInput
from huiyin.office.tries import Tries, note_wrong_try, wrong_tries
from huiyin.places.queries import is_outside

DOOR = "follow"
OVER = frozenset({Status.WITHDRAWN, Status.REDIRECTED, Status.TRANSFERRED})
# So often a request may be tried from a network in which very much is guessed.
SLOWED = 3
TOO_MANY = gettext_noop(
    "Too many wrong secrets were tried at this request from your network. Please try again in an "
    "hour or from another network, or call the hotline: it finds your request by the telephone "
    "number you gave."
)


@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for number and secret; right ones open the request in this browser."""
    if request.method != "POST":
        form = FollowForm(initial={"number": request.GET.get("number", "")[:60]})
        return render(request, "counter/follow.html", {"form": form})
    now, status = timezone.now(), 400
    form = FollowForm(request.POST)
    if form.is_valid():
        typed, secret = form.tidy()
        if _must_wait(wrong_tries(DOOR, typed, request, at=now)):
            form.add_error(None, _(TOO_MANY))
            status = 429
        elif number := _number_of(typed, secret):
            there = SeeOther(reverse("counter:follow_case", args=[number]))
            return hand_over(there, request, number, at=now)
        else:
            note_wrong_try(DOOR, typed, request, at=now)
            form.add_error(
                None,
                _("This number and this secret do not belong together; please check both of them."),
            )
    return render(request, "counter/follow.html", {"form": form}, status=status)


def _must_wait(tries: Tries) -> bool:
    """Whether so much was guessed at this request from this network that it stays shut.

    A request at which nobody guessed opens to its secret, whatever else is tried from there.
    """
    slowed = tries.anywhere >= settings.FOLLOW_TRIES_WIDE
    return tries.here >= (min(SLOWED, settings.FOLLOW_TRIES) if slowed else settings.FOLLOW_TRIES)


def _number_of(number: str, secret: str) -> str:
    """The number of a case that exists and has this secret; which was wrong nobody learns."""
    if number and secret_is_right(number, secret) and Case.objects.filter(number=number).exists():
        return number
    return ""


@require_safe
@for_holder
def follow_case(request: HttpRequest, case: Case) -> HttpResponse:
    """One request as its resident sees it."""
    return _page(request, case)


@for_forms
@for_holder
def add(request: HttpRequest, case: Case) -> HttpResponse:
    """Add facts and photos to a request that is open."""
    form = AddForm(request.POST, request.FILES)
    known = form.is_valid() and is_added(case, form.addition().form_key)
    return _taken(
        request,
        case,
        {"add_form": form},
        lambda: add_to_case(case.number, form.addition(), by=RESIDENT, at=timezone.now()),
        done=_("What you added had arrived already; it stands below once.")
        if known
        else _("What you added is with the request now."),
    )


@for_forms
@for_holder
def rate(request: HttpRequest, case: Case) -> HttpResponse:
    """Say whether it is solved and how it was handled."""
    form = RateForm(request.POST)
    return _taken(
        request,
        case,
        {"rate_form": form},
        lambda: rate_case(case.number, form.said(), at=timezone.now()),
        done=_("Thank you; what you said is noted."),
    )


@for_forms
@for_holder
def ask_again(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask for a closed request to be taken up again."""
    form = ReasonForm(request.POST, prefix="again")
    return _taken(
        request,
        case,
        {"again_form": form},
        lambda: ask_again_for(
            case.number, form.cleaned_data["reason"], by=RESIDENT, at=timezone.now()
        ),
        done=_("The hotline will look at the request again."),
    )


@for_forms
@for_holder
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    """Withdraw a request that is not answered yet."""
    form = ReasonForm(request.POST, prefix="withdraw")
    return _taken(
        request,
        case,
        {"withdraw_form": form},
        lambda: withdraw_case(
            case.number, form.cleaned_data["reason"], by=RESIDENT, at=timezone.now()
        ),
        done=_("The request is withdrawn."),
    )


@for_forms
@for_holder
def different(request: HttpRequest, case: Case) -> HttpResponse:
    """Say that a merged request is a matter of its own."""
    form = ReasonForm(request.POST, prefix="different")
    return _taken(
        request,
        case,
        {"different_form": form},
        lambda: split_case(case.number, form.words(), by=RESIDENT, at=timezone.now()),
        done=_("Your request is worked on by itself again and waits to be sent."),
    )


@for_forms
@for_holder
def new_facts(request: HttpRequest, case: Case) -> HttpResponse:
    """Bring new facts to a request that was explained and not sent to a unit."""
    form = ReasonForm(request.POST, prefix="facts")
    return _taken(
        request,
        case,
        {"facts_form": form},
        lambda: take_up_again(case.number, form.words(), by=RESIDENT, at=timezone.now()),
        done=_("The hotline will look at the request again."),
    )


@require_safe
@for_holder
def own_file(_request: HttpRequest, case: Case, file: uuid.UUID) -> FileResponse:
    """A file that the resident sent."""
    return attachment_response(attachment_of(case, file, for_resident=True))


@require_http_methods(["GET", "HEAD", "POST"])
def close_here(request: HttpRequest) -> HttpResponse:
    """Put away all receipts that this browser holds, as one does on a shared computer."""
    home = SeeOther(reverse("counter:home"))
    return forget_sending(put_away(home)) if request.method == "POST" else home


def _taken(
    request: HttpRequest,
    case: Case,
    named: dict[str, forms.Form],
    act: Callable[[], object],
    *,
    done: str,
) -> HttpResponse:
    """Take a step with a form that is right; show it again with what was typed otherwise."""
    form, status = next(iter(named.values())), 400
    if form.is_valid():
        try:
            act()
        except (WrongInput, NotPossible, OutsideProblem) as problem:
            form.add_error(None, str(problem))
            status = problem.status
        else:
            messages.success(request, done)
            return SeeOther(reverse("counter:follow_case", args=[case.number]))
    case.refresh_from_db()
    return _page(request, case, status=status, wrong=form, **named)


def _page(
    request: HttpRequest,
    case: Case,
    *,
    status: int = 200,
    wrong: forms.Form | None = None,
    **typed: forms.Form,
) -> HttpResponse:
    now, lines, turn = timezone.now(), entries_about(case.number), current_round(case)
    sending = sending_of(request, at=now)
    forms_here = _open_forms(case, sending)
    facts: dict[str, Any] = {
        "case": case,
        "wrong": wrong,
        # A form that is no longer open here: its words are shown, so that nobody loses them.
        "typed": [] if wrong is None or set(typed) & set(forms_here) else typed_words(wrong),
        "events": events(lines),
        "reply": turn.reply if turn else "",
        "basis": _basis(case, turn),
        "files": case.attachments.filter(from_resident=True).order_by("added_at", "pk"),
        "looks": looks_at(case),
        "outside": _is_outside(case),
        "is_over": case.status in OVER,
        **beyond_the_road(case, lines),
        **told_about(case),
    }
    if case.status == Status.ANSWERED:
        facts["said_unsolved"] = has_said_unsolved(lines, case.round_number)
        facts["asked_again"] = waits_since_asked_again(lines)
    shown = {name: typed.get(name, form) for name, form in forms_here.items()}
    answer = render(request, "counter/follow_case.html", facts | shown, status=status)
    return keep_sending(answer, sending)


def _open_forms(case: Case, sending: Sending) -> dict[str, forms.Form]:
    """The empty forms of what the resident may do now."""
    steps = {arrow.step for arrow in open_steps(case, by=RESIDENT)}
    found: dict[str, forms.Form] = {}
    if case.status in OPEN:
        found["add_form"] = AddForm(initial={"form_key": sending.key})
    if "close" in steps:
        found["rate_form"] = RateForm()
    if "ask_again" in steps:
        found["again_form"] = ReasonForm(prefix="again")
    if "withdraw" in steps:
        found["withdraw_form"] = ReasonForm(prefix="withdraw")
    if "split" in steps:
        found["different_form"] = ReasonForm(prefix="different")
    if "take_up_again" in steps:
        found["facts_form"] = ReasonForm(prefix="facts")
    return found


def _basis(case: Case, turn: Round | None) -> list[str]:
    """Why the deadline is that very minute; a merged case waits as long as the joint one."""
    if turn is None or turn.due_at is None or case.status == Status.MERGED:
        return []
    return explain_basis(turn.basis)


def _is_outside(case: Case) -> bool:
    if case.place_id is not None or case.longitude is None or case.latitude is None:
        return False
    return is_outside(case.longitude, case.latitude)
