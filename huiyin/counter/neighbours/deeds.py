"""A volunteer's own pages, opened by a link with a secret: tasks to take, and thanks.

The door is that of a receipt: this browser holds the link in a signed cookie for two hours.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.counter.doors import SeeOther
from huiyin.counter.fields import WordsField
from huiyin.counter.holders import hand_over, holds_receipt
from huiyin.neighbourhood import tasks as acts
from huiyin.neighbourhood.models import Deed, Task, Volunteer
from huiyin.neighbourhood.volunteering import VOLUNTEER, volunteer_with
from huiyin.neighbourhood.volunteering import leave as leave_for_good
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, OutsideProblem, WrongInput
from huiyin.office.tries import note_wrong_try, wrong_tries

DOOR = "volunteers"
TRIES = 10
View = Callable[..., HttpResponse]
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class EnterForm(forms.Form):
    """Code and secret, as they stand in a volunteer's link."""

    use_required_attribute = False
    number = WordsField(label=gettext_lazy("Code"), most=40, widget=forms.TextInput(attrs=PLAIN))
    secret = WordsField(label=gettext_lazy("Secret"), most=60, widget=forms.TextInput(attrs=PLAIN))


class DoneForm(forms.Form):
    """What was done."""

    use_required_attribute = False
    words = WordsField(
        label=gettext_lazy("What did you do?"),
        most=acts.MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        help_text=gettext_lazy("Where a photo was taken is removed from it."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


def _key(volunteer: Volunteer) -> str:
    return f"volunteer:{volunteer.code}:{volunteer.link_number}"


def for_volunteer(view: View) -> View:
    """Open a view to whoever came by the link; the answer is the same where there is no such."""

    @wraps(view)
    @never_cache
    def door(request: HttpRequest, code: str, **more: Any) -> HttpResponse:
        rows = Volunteer.objects.filter(code=code, left_at=None).select_related("place", "unit")
        volunteer = rows.first()
        if volunteer is None or not holds_receipt(request, _key(volunteer), at=timezone.now()):
            if request.method == "POST":
                raise NotAllowed(_("Open your link again; nothing was sent."))
            return SeeOther(reverse("neighbourhood:enter"))
        return view(request, volunteer, **more)

    return door


@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask a volunteer for code and secret; the link fills them in."""
    if request.method != "POST":
        return render(request, "neighbourhood/enter.html", {"form": EnterForm()})
    form, now, status = EnterForm(request.POST), timezone.now(), 400
    if form.is_valid():
        code, secret = form.cleaned_data["number"].strip().upper(), form.cleaned_data["secret"]
        if wrong_tries(DOOR, code, request, at=now).here >= TRIES:
            form.add_error(None, _("There were too many wrong tries; try again in an hour."))
            status = 429
        elif volunteer := volunteer_with(code, secret):
            there = SeeOther(reverse("neighbourhood:mine", args=[volunteer.code]))
            return hand_over(there, request, _key(volunteer), at=now)
        else:
            note_wrong_try(DOOR, code, request, at=now)
            form.add_error(None, _("This code and this secret do not belong together."))
    return render(request, "neighbourhood/enter.html", {"form": form}, status=status)


@require_safe
@for_volunteer
def mine(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Show a volunteer the tasks of their place, and those they took."""
    return _page(request, volunteer)


@require_POST
@for_volunteer
def take(request: HttpRequest, volunteer: Volunteer, task: str) -> HttpResponse:
    """Take a place in a task: first come, first served."""
    wanted = get_object_or_404(Task, code=task)
    acts.take_task(wanted, volunteer, at=timezone.now())
    messages.success(request, _("You took the task; thank you."))
    return _back(volunteer)


@require_POST
@for_volunteer
def give_back(request: HttpRequest, volunteer: Volunteer, deed: int) -> HttpResponse:
    """Give a place back, so that somebody else can take it."""
    acts.give_back(_own(volunteer, deed), at=timezone.now())
    messages.success(request, _("The task is free for somebody else now."))
    return _back(volunteer)


@require_POST
@for_volunteer
def done(request: HttpRequest, volunteer: Volunteer, deed: int) -> HttpResponse:
    """Say what was done, with a photo if there is one."""
    row, form = _own(volunteer, deed), DoneForm(request.POST, request.FILES)
    status = 400
    if form.is_valid():
        said = form.cleaned_data
        try:
            acts.report_done(row, said["words"], said["photo"], at=timezone.now())
        except (WrongInput, OutsideProblem, NotPossible) as problem:
            form.add_error(None, str(problem))
            status = problem.status
        else:
            messages.success(request, _("Thank you; the officer reads what you wrote."))
            return _back(volunteer)
    return _page(request, volunteer, wrong=(row.pk, form), status=status)


@require_POST
@for_volunteer
def leave(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Withdraw the consent: what the volunteer told is erased at once."""
    leave_for_good(volunteer, by=VOLUNTEER, at=timezone.now())
    messages.success(request, _("You have left; your name and telephone number are erased."))
    return SeeOther(reverse("neighbourhood:find"))


@require_safe
@for_volunteer
def thanks(request: HttpRequest, volunteer: Volunteer, deed: int) -> HttpResponse:
    """Show the thanks of the city as a paper to keep."""
    row = _own(volunteer, deed)
    if row.confirmed_at is None:
        raise NotFound(_("There is no such paper."))
    return render(request, "neighbourhood/thanks.html", {"deed": row, "volunteer": volunteer})


def _own(volunteer: Volunteer, pk: int) -> Deed:
    rows = volunteer.deeds.select_related("task__unit", "task__place", "volunteer")
    return get_object_or_404(rows, pk=pk)


def _back(volunteer: Volunteer) -> HttpResponse:
    return SeeOther(reverse("neighbourhood:mine", args=[volunteer.code]))


def _page(
    request: HttpRequest,
    volunteer: Volunteer,
    *,
    wrong: tuple[int, DoneForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    deeds = list(volunteer.deeds.filter(given_back_at=None).select_related("task"))
    for deed in deeds:
        deed.form = (  # type: ignore[attr-defined]
            wrong[1] if wrong and wrong[0] == deed.pk else DoneForm(auto_id=f"d{deed.pk}_%s")
        )
    mine_now = {deed.task_id for deed in deeds}
    tasks = acts.with_places(acts.tasks_for(volunteer, at=now))
    facts = {
        "volunteer": volunteer,
        "deeds": deeds,
        "tasks": [task for task in tasks if task.pk not in mine_now],
        "wrong": wrong[1] if wrong else None,
        "now": now,
    }
    return render(request, "neighbourhood/mine.html", facts, status=status)
