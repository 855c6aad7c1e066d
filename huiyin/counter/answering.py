"""Answering by a link of a text message: the three questions, once, without a secret to type."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.counter.doors import SeeOther
from huiyin.counter.forms import RateForm
from huiyin.followup.links import answer_by_link, link_with, why_shut
from huiyin.followup.models import CallBack, Via
from huiyin.office.problems import NotPossible, WrongInput

GONE = 410
# A button that was pressed twice is one answer, and its sender reads thanks, not a refusal.
TWICE = timedelta(seconds=30)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """Ask the three questions; looking at the page uses nothing up."""
    now = timezone.now()
    # Nothing counts wrong tries here: a carrier's thousands of telephones share one address, and
    # the secret has sixty bits.
    link = link_with(code, secret)
    shut = why_shut(link, at=now)
    if shut and request.method == "POST" and link.used_at and now - link.used_at < TWICE:
        return SeeOther(reverse("counter:answer", args=[code, secret]) + "?done=1")
    if shut and "done" in request.GET and link.used_at is not None:
        said = CallBack.objects.filter(case=link.case, via=Via.SMS, at=link.used_at).first()
        thanks = {"thanks": True, "unsolved": said is not None and said.solved is False}
        return render(request, "calling/answer.html", thanks)
    if shut:
        return render(request, "calling/answer.html", {"shut": shut}, status=GONE)
    form, status = RateForm(request.POST if request.method == "POST" else None, case=link.case), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                answer_by_link(link, form.said(), at=now)
            except (WrongInput, NotPossible) as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                return SeeOther(reverse("counter:answer", args=[code, secret]) + "?done=1")
    facts = {"form": form, "link": link, "case": link.case}
    return render(request, "calling/answer.html", facts, status=status)
