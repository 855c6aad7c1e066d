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
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.cases.access import open_steps
from huiyin.cases.attachments import attachment_of, attachment_response
from huiyin.cases.models import Case
from huiyin.cases.moves import current_round
from huiyin.cases.rules import OPEN, RESIDENT, Status
from huiyin.counter.doors import SeeOther, for_holder
from huiyin.counter.forms import AddForm, FollowForm, RateForm, ReasonForm
from huiyin.counter.holders import hand_over, put_away
from huiyin.counter.looks import looks_at
from huiyin.counter.timeline import events, has_said_unsolved
from huiyin.deadlines.explanation import explain_basis
from huiyin.followup.actions import ask_again as ask_again_for
from huiyin.followup.actions import rate_case
from huiyin.intake.actions import add_to_case, withdraw_case
from huiyin.logbook.queries import entries_about
from huiyin.logbook.receipts import secret_is_right
from huiyin.office.problems import OutsideProblem, WrongInput
from huiyin.office.tries import note_wrong_try, wrong_tries

DOOR = "follow"


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
        if wrong_tries(DOOR, request, at=now) >= settings.FOLLOW_TRIES:
            form.add_error(None, _("There were too many wrong tries; please try again in an hour."))
            status = 429
        elif number := _number_of(form):
            there = SeeOther(reverse("counter:follow_case", args=[number]))
            return hand_over(there, request, number, at=now)
        else:
            note_wrong_try(DOOR, request, at=now)
            form.add_error(
                None,
                _("This number and this secret do not belong together; please check both of them."),
            )
    return render(request, "counter/follow.html", {"form": form}, status=status)


def _number_of(form: FollowForm) -> str:
    """The number of a case that exists and has this secret; which was wrong nobody learns."""
    number, secret = form.tidy()
    if number and secret_is_right(number, secret) and Case.objects.filter(number=number).exists():
        return number
    return ""


@require_safe
@for_holder
def follow_case(request: HttpRequest, case: Case) -> HttpResponse:
    """One request as its resident sees it."""
    return _page(request, case)


@require_POST
@for_holder
def add(request: HttpRequest, case: Case) -> HttpResponse:
    """Add facts and photos to a request that is open."""
    form = AddForm(request.POST, request.FILES)
    return _taken(
        request,
        case,
        {"add_form": form},
        lambda: add_to_case(case.number, form.addition(), by=RESIDENT, at=timezone.now()),
        done=_("What you added is with the request now."),
    )


@require_POST
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


@require_POST
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


@require_POST
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


@require_safe
@for_holder
def own_file(_request: HttpRequest, case: Case, file: uuid.UUID) -> FileResponse:
    """A file that the resident sent."""
    return attachment_response(attachment_of(case, file, for_resident=True))


@require_POST
def close_here(_request: HttpRequest) -> HttpResponse:
    """Put away all receipts that this browser holds, as one does on a shared computer."""
    return put_away(SeeOther(reverse("counter:home")))


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
        except (WrongInput, OutsideProblem) as problem:
            form.add_error(None, str(problem))
            status = problem.status
        else:
            messages.success(request, done)
            return SeeOther(reverse("counter:follow_case", args=[case.number]))
    return _page(request, case, status=status, wrong=form, **named)


def _page(
    request: HttpRequest,
    case: Case,
    *,
    status: int = 200,
    wrong: forms.Form | None = None,
    **typed: forms.Form,
) -> HttpResponse:
    lines, turn = entries_about(case.number), current_round(case)
    steps = {arrow.step for arrow in open_steps(case, by=RESIDENT)}
    facts: dict[str, Any] = {
        "case": case,
        "wrong": wrong,
        "events": events(lines),
        "reply": turn.reply if turn else "",
        "basis": explain_basis(turn.basis) if turn and turn.due_at else [],
        "files": case.attachments.filter(from_resident=True).order_by("added_at", "pk"),
        "looks": looks_at(case),
        "said_unsolved": case.status == Status.ANSWERED
        and has_said_unsolved(lines, case.round_number),
    }
    if case.status in OPEN:
        facts["add_form"] = AddForm()
    if "close" in steps:
        facts["rate_form"] = RateForm()
    if "ask_again" in steps:
        facts["again_form"] = ReasonForm(prefix="again")
    if "withdraw" in steps:
        facts["withdraw_form"] = ReasonForm(prefix="withdraw")
    return render(request, "counter/follow_case.html", facts | typed, status=status)
