"""The page of one case: facts, text, deadline and why, rounds, logbook, and the open steps."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases.access import case_for, may_know_person, open_steps, visible_cases
from huiyin.cases.files.attachments import attachment_of, attachment_response, keep_attachment
from huiyin.cases.merging import waiting_for
from huiyin.cases.models import Application, Assignment, Attachment, Case, Link, Round, Status
from huiyin.cases.queries import latest_first, of_the_same_caller
from huiyin.cases.residents import resident_of
from huiyin.cases.rules import VERIFYING
from huiyin.deadlines.explanation import explain_basis
from huiyin.departments.access import Reach, reach_of
from huiyin.departments.models import Official
from huiyin.desk.aids.on_case import comforts_of, restored
from huiyin.desk.clocks import clock
from huiyin.desk.dispatch_desk.on_case import dispatch_of
from huiyin.desk.doors import DeskRequest, at_desk, page
from huiyin.desk.excluding.on_case import counting_of
from huiyin.desk.joint.on_case import joint_of
from huiyin.desk.papers.on_case import applications_of, links_of, papers_of, steps_beside
from huiyin.desk.papers.voices import voices_of
from huiyin.desk.papers.ways import WAYS
from huiyin.desk.step_forms import StepForm
from huiyin.desk.supervising.on_case import supervision_of
from huiyin.desk.timeline import events_of, people_in
from huiyin.desk.words import STATUS_TONES, STEPS
from huiyin.followup.models import CallBack
from huiyin.followup.saying import is_called
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import WrongInput
from huiyin.office.together import OFFICIALS, Blank, Question, together
from huiyin.replies.queries import Beside, beside_of, rows_beside

OTHERS = 10
# Steps that move nothing are offered beside the step they prepare.
BESIDE = {
    "answer": "tell_resident",
    "answer_directly": "tell_resident",
    "close": "note_call_back",
    "withdraw": "add_words",
}
ONE_FORM = ("note_call_back", "close", "reopen", "refuse_round")


@at_desk
@require_GET
def case_detail(request: DeskRequest, number: str) -> HttpResponse:
    """Show one case; `?step=` opens the form of a step, also without script."""
    case = case_for(number, by=request.user)
    if case.number != number:
        return redirect(case.get_absolute_url())
    return case_page(request, case, step=request.GET.get("step", ""))


@at_desk
@require_POST
def person(request: DeskRequest, number: str) -> HttpResponse:
    """Show the person behind a case this once; the look is written in the access log."""
    case = case_for(number, by=request.user)
    why, step = request.POST.get("why", "").strip(), request.POST.get("step", "")
    if len(why) < 2:
        wrong = _("Write down why you need the person's data; it is kept in the access log.")
        return case_page(request, case, step=step, person_problem=wrong, status=400)
    data = resident_of(case, by=request.user, at=timezone.now(), why=why[:200])
    return case_page(request, case, step=step, person_data=data)


@at_desk
@require_GET
def case_file(request: DeskRequest, number: str, file: UUID) -> FileResponse:
    """Hand out one photo or document of a case."""
    case = case_for(number, by=request.user)
    return attachment_response(attachment_of(case, file, for_resident=False))


@at_desk
@require_POST
def add_file(request: DeskRequest, number: str) -> HttpResponse:
    """Add a photo or document to a case."""
    case = case_for(number, by=request.user)
    file = request.FILES.get("file")
    if file is None:
        raise WrongInput(_("Choose a file first."))
    keep_attachment(case, file, by=request.user, at=timezone.now())
    return redirect(case.get_absolute_url())


def case_page(
    request: DeskRequest,
    case: Case,
    *,
    step: str = "",
    form: StepForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Show a case, with the form of a step where one is open."""
    rows, beside = _rows_of(case, by=request.user)
    rounds, parts, applications = rows.rounds, rows.parts, rows.applications
    lines, steps = entries_about(case.number), _steps(case, applications, by=request.user)
    same = of_the_same_caller(case, visible_cases(request.user))
    people, others = together(people_in(lines), same)
    joint = joint_of(case, parts, by=request.user)
    units = [case.intake_unit, *(part.unit for part in parts)]
    if form is None and step in steps:
        form = WAYS[step].form(initial={"seen": len(lines), **restored(beside, case, step)})
    if form is not None and not joint["open_joint"]:
        form.fields.pop("without_parts", None)
    facts = {
        "case": case,
        "tone": STATUS_TONES[Status(case.status)],
        "steps": steps,
        "step": step if form is not None else "",
        "form": form,
        "buttons": _buttons(step, steps),
        "rounds": rounds,
        "parts": parts,
        "calls": rows.calls,
        "files": rows.files,
        "events": events_of(lines, units, people),
        "may_know_person": may_know_person(case, by=request.user),
        "others": _others(others),
        "deadline": _deadline(case, rounds),
        **joint,
        **supervision_of(case, lines, by=request.user),
        **counting_of(case, lines, rounds, by=request.user),
        **papers_of(case, applications, rows.children, rows.links, by=request.user),
        **comforts_of(case, beside, by=request.user, steps=steps, form=form, step=step),
        **dispatch_of(case, step=step),
        **voices_of(case, step=step, by=request.user),
        **more,
    }
    return page(request, "case_detail", facts, status=status)


class Rows(NamedTuple):
    """What is kept of a case beside its own row."""

    rounds: list[Round]
    parts: list[Assignment]
    applications: list[Application]
    children: list[Case]
    links: list[Link]
    calls: list[CallBack]
    files: list[Attachment]


def _rows_of(case: Case, *, by: Official) -> tuple[Rows, Beside]:
    found = _question(by, reach_of(by)).ask(case=case.pk)
    own = len(Rows._fields)
    return Rows(*found[:own]), beside_of(found[own:])


@lru_cache(maxsize=OFFICIALS)
def _question(by: Official, _reach: Reach) -> Question:
    """What is asked of every case, for an official with these posts."""
    case = Blank("case")
    parts = Assignment.objects.filter(case_id=case).select_related("unit", "asked_by")
    return Question(
        Round.objects.filter(case_id=case).select_related("unit").order_by("number"),
        parts.order_by("pk"),
        applications_of(case),
        waiting_for(case),
        links_of(case),
        CallBack.objects.filter(case_id=case).order_by("at"),
        Attachment.objects.filter(case_id=case).order_by("added_at"),
        *rows_beside(case, by=by),
    )


def steps_of(case: Case, *, by: Official) -> dict[str, Any]:
    """The buttons of a case for an official, in the order in which a clerk thinks of them."""
    return _steps(case, applications_of(case.pk), by=by)


def _steps(case: Case, applications: Iterable[Application], *, by: Official) -> dict[str, Any]:
    offered = {arrow.step for arrow in open_steps(case, by=by)}
    offered |= {BESIDE[word] for word in offered if word in BESIDE}
    offered |= {"refuse_round"} if "close" in offered and is_called(case) else set()
    offered |= steps_beside(case, applications, by=by, at=timezone.now())
    if not is_called(case):
        # What a patrol found is looked at on site; there is nobody to call.
        offered -= {"note_call_back", *VERIFYING}
    return {word: label for word, label in STEPS.items() if word in offered}


def _buttons(step: str, steps: dict[str, Any]) -> list[tuple[str, Any]]:
    """The buttons under an open form: a call-back may end in one of three ways."""
    words = ONE_FORM if step in ONE_FORM else (step,)
    return [(word, steps.get(word, STEPS.get(word))) for word in words if word in steps]


def _deadline(case: Case, rounds: list[Round]) -> dict[str, Any]:
    """How the promise to the resident stands, and why it is that very minute."""
    now, turn = timezone.now(), rounds[-1] if rounds else None
    with_unit = case.status in {Status.DISPATCHED, Status.IN_HAND}
    answered = turn.answered_at if turn and not with_unit else None
    return {
        "due_at": case.due_at,
        "clock": clock(case.due_at, now=now) if with_unit else None,
        "kept": None if answered is None or case.due_at is None else answered <= case.due_at,
        "wait": clock(case.wait_until, now=now) if not with_unit else None,
        "why": explain_basis(turn.basis) if turn and case.due_at else [],
    }


def _others(found: list[Case]) -> dict[str, Any]:
    """Other cases of the same caller that this official may see; nobody is named by it."""
    rows = latest_first(found)
    return {"rows": rows[:OTHERS], "more": max(0, len(rows) - OTHERS)}
