"""One call: the script beside the questions, the number on one press, and where it leads."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.cases.access import case_for, may_know_person
from huiyin.cases.models import Case, Round, Status
from huiyin.cases.residents import ResidentData, resident_of
from huiyin.departments.models import Official
from huiyin.desk.call_backs.forms import CALL_BACK_WAYS, CallBackForm
from huiyin.desk.call_backs.queue import CALLERS
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.words import STEPS, TAKEN
from huiyin.followup.actions import tries_of
from huiyin.followup.asking import asking_of, claim, sentence_of
from huiyin.followup.links import send_link
from huiyin.followup.models import AnswerLink, CallBack
from huiyin.followup.plans import plan_on, words_of
from huiyin.followup.queries import words_about
from huiyin.followup.rules import Plan, Script, counted_tries
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

ANOTHER = "en"


@at_desk
@for_posts(CALLERS)
@require_http_methods(["GET", "POST"])
def call_back(request: DeskRequest, number: str) -> HttpResponse:
    """Call one resident: see the script, open the number, note what was said."""
    case = case_for(number, by=request.user)
    if case.status != Status.ANSWERED:
        if request.method == "POST":
            tell(request, _("This case waits for no call-back any more."), tone="warn")
        return redirect(case.get_absolute_url())
    act = request.POST.get("act", "")
    if request.method == "GET" or act not in ACTS:
        return _page(request, case)
    return ACTS[act](request, case, act)


def _reveal(request: DeskRequest, case: Case, _act: str) -> HttpResponse:
    """Open the person's data for this call; whoever has the number has claimed the case."""
    now, problem, person = timezone.now(), "", None
    try:
        claim(case.number, by=request.user, at=now)
        why = _("Call-back, round %(number)d") % {"number": case.round_number}
        person = resident_of(case, by=request.user, at=now, why=why)
    except (NotPossible, NotAllowed) as refused:
        problem = str(refused)
    return _page(request, case, person=person, problem=problem)


def _link(request: DeskRequest, case: Case, _act: str) -> HttpResponse:
    try:
        link = send_link(case.number, by=request.user, at=timezone.now())
    except (NotPossible, NotAllowed) as refused:
        return _page(request, case, problem=str(refused))
    until = timezone.localtime(link.expires_at)
    tell(
        request,
        _("The link is on its way; it is open until %(at)s.") % {"at": f"{until:%m-%d %H:%M}"},
    )
    return redirect(reverse("desk:call_back", args=[case.number]))


def _step(request: DeskRequest, case: Case, act: str) -> HttpResponse:
    form = CallBackForm(request.POST)
    if not form.is_valid():
        return _page(request, case, form=form, status=400)
    try:
        CALL_BACK_WAYS[act].act(case.number, form, request.user, timezone.now())
    except WrongInput as problem:
        form.add_error(None, str(problem))
        return _page(request, case, form=form, status=problem.status)
    except (NotPossible, NotAllowed) as problem:
        return _page(request, case, form=form, problem=str(problem), status=problem.status)
    tell(request, TAKEN[act])
    return redirect("desk:call_back_queue")


ACTS = {"reveal": _reveal, "link": _link, **dict.fromkeys(CALL_BACK_WAYS, _step)}


def _page(
    request: DeskRequest,
    case: Case,
    *,
    form: CallBackForm | None = None,
    status: int = 200,
    problem: str = "",
    person: ResidentData | None = None,
) -> HttpResponse:
    now, row = timezone.now(), asking_of(case)
    plan = words_of(row.plan) if row else plan_on(timezone.localdate(now))[1]
    turn = Round.objects.filter(case=case, number=case.round_number).first()
    counted = counted_tries(tries_of(case), plan)
    facts: dict[str, Any] = {
        "case": case,
        "form": form or CallBackForm(),
        "problem": problem,
        "person": person,
        "may_know_person": may_know_person(case, by=request.user),
        "row": row,
        "sample": sentence_of(row, plan) if row else "",
        "is_claimed": bool(row and row.claimed_until and row.claimed_until > now),
        "scripts": scripts_of(case, plan, by=request.user),
        "turn": turn,
        "calls": CallBack.objects.filter(case=case).select_related("by").order_by("at", "pk"),
        "links": AnswerLink.objects.filter(case=case, round_number=case.round_number),
        "word": words_about([case]).get(case.pk),
        "plan": plan,
        "counted": len(counted),
        "days": len({one.on for one in counted}),
        "buttons": [(word, STEPS[word]) for word in CALL_BACK_WAYS],
        "may_send": bool(settings.SMS_GATEWAY_URL) and case.resident_id is not None,
        "now": now,
    }
    return page(request, "calling/call_back", facts, status=status)


def scripts_of(case: Case, plan: Plan, *, by: Official) -> list[tuple[str, dict[str, str]]]:
    """What the caller says: in the language of the page first, then in the other."""
    here = get_language() or settings.LANGUAGE_CODE
    order = sorted(plan.scripts, key=lambda language: language != here)
    names = dict(settings.LANGUAGES)
    return [(names.get(word, word), _said(plan.scripts[word], case, by)) for word in order]


def _said(script: Script, case: Case, by: Official) -> dict[str, str]:
    facts = {
        "{city}": settings.CITY_NAME,
        "{by}": by.sign_in_name,
        "{unit}": str(case.unit or case.intake_unit),
        "{title}": case.title,
        "{received}": f"{timezone.localtime(case.received_at):%Y-%m-%d}",
    }
    said = {}
    for word, words in vars(script).items():
        for blank, fact in facts.items():
            words = words.replace(blank, fact)  # noqa: PLW2901 - one blank after the other
        said[word] = words
    return said
