"""The first page, and asking: the one form through which anybody may come in.

Taking a request in is the hot path of the whole city. It reads no session, renders
nothing, and answers with the way to the receipt.
"""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.cases.models import Case
from huiyin.cases.rules import RESIDENT
from huiyin.counter.doors import SeeOther, check_encoding
from huiyin.counter.forms import AskForm
from huiyin.counter.holders import hand_over
from huiyin.counter.sendings import Sending, keep_sending, sending_of
from huiyin.departments.queries import hotline
from huiyin.intake.actions import receive_with_files
from huiyin.office.problems import NotPossible, Problem


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here."""
    return render(request, "counter/home.html")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask something of the city."""
    now, status = timezone.now(), 400
    if request.method != "POST":
        return _empty_form(request, at=now)
    check_encoding(request)
    form = AskForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _receipt_of(_received(form, at=now), request, form, at=now)
        except Problem as problem:
            # Whatever stands in the way, the person keeps what was written.
            form.add_error("photos" if form.cleaned_data["photos"] else None, str(problem))
            status = problem.status
    return render(request, "counter/ask.html", {"form": form}, status=status)


def _empty_form(request: HttpRequest, *, at: datetime) -> HttpResponse:
    sending = sending_of(request, at=at)
    form = AskForm(initial={"form_key": sending.key})
    response = render(request, "counter/ask.html", {"form": form, "last": sending.last})
    # Never `no-store`: with it browsers forget what was typed when somebody goes back.
    patch_cache_control(response, private=True, no_cache=True)
    return keep_sending(response, sending)


def _received(form: AskForm, *, at: datetime) -> Case:
    unit = hotline()
    if unit is None:
        raise NotPossible(_("This city is not set up yet; please call its hotline."))
    files = form.cleaned_data["photos"]
    return receive_with_files(form.wish(), files, by=RESIDENT, at=at, intake_unit=unit)


def _receipt_of(case: Case, request: HttpRequest, form: AskForm, *, at: datetime) -> HttpResponse:
    address, before = reverse("counter:receipt", args=[case.number]), sending_of(request, at=at)
    if case.received_at != at:
        # The form came a second time: its first sending stands.
        address += "?again=1"
    elif before.last:
        # Perhaps somebody went back to correct it: they must know that now there are two.
        address += f"?{urlencode({'after': before.last})}"
    response = hand_over(SeeOther(address), request, case.number, at=at)
    return keep_sending(response, Sending(form.own_key(), case.number))
