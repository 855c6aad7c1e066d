"""How a case counts, round by round, and the form by which its unit asks for something else."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.cases.models import Case
from huiyin.counting.exclusions.access import (
    TABLES,
    judged_case,
    may_ask_for,
    stands,
    visible_papers,
)
from huiyin.counting.exclusions.asking import Plea, ask_appeal, ask_exclusion
from huiyin.counting.exclusions.grounds import city_list, grounds_on
from huiyin.counting.exclusions.models import CountingPaper
from huiyin.counting.exclusions.rounds import Counted, counted_round, counted_rounds
from huiyin.counting.exclusions.rules import UNRULED, Count, PaperKind, ask_until
from huiyin.departments.models import Official
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.excluding.forms import AskForm, unit_named
from huiyin.desk.excluding.words import KINDS, shown
from huiyin.office.problems import NotAllowed, NotFound, Problem


@at_desk
@require_GET
def case_counts(request: DeskRequest, number: str) -> HttpResponse:
    """Show how each round of a case counts, the papers on it, and what may still be asked."""
    case, now = judged_case(number, by=request.user), timezone.now()
    papers: list[CountingPaper] = []
    for kind in TABLES:
        papers += visible_papers(kind, by=request.user).filter(case=case).order_by("-asked_at")
    rows = []
    for counted in counted_rounds(case):
        until = {
            kind: ask_until(since, days=settings.EXCLUSION_ASK_DAYS)
            for kind, since in (
                (PaperKind.EXCLUSION, counted.asks_since),
                (PaperKind.APPEAL, counted.since),
            )
            if since is not None
        }
        turn = counted.turn.number
        rows.append(
            {
                "counted": counted,
                "on_time": _on_time(counted),
                "papers": [shown(row, at=now) for row in papers if row.round_number == turn],
                "is_ours": may_ask_for(counted.unit, by=request.user),
                "open": [
                    {"kind": kind, "label": KINDS[kind].ask, "until": end}
                    for kind, end in until.items()
                    if now <= end and askable(counted, kind, papers, on=now)
                ],
                "closed": max(until.values()) if until and max(until.values()) < now else None,
            }
        )
    facts = {"case": case, "rows": rows, "days": settings.EXCLUSION_ASK_DAYS}
    return page(request, "excluding/case_counts", facts)


@at_desk
@require_http_methods(["GET", "POST"])
def ask_paper(request: DeskRequest, number: str, turn: int, kind: str) -> HttpResponse:
    """Ask that a call-back be left out of the count, or appeal against how a round was counted."""
    if kind not in TABLES:
        raise NotFound(_("There is no such paper for you."))
    case, now = judged_case(number, by=request.user), timezone.now()
    counted = _own_round(case, turn, by=request.user)
    grounds = grounds_on(PaperKind(kind), timezone.localdate(now))
    if kind == PaperKind.APPEAL:
        grounds = [ground for ground in grounds if counted.counts_against(ground.code)]
    form, status = AskForm(request.POST or None, kind=kind, grounds=grounds), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            said, files = form.cleaned_data, request.FILES.getlist("evidence")
            proposed = unit_named(form)
            plea = Plea(turn, said["ground"], said["words"], files, proposed)
            ask = ask_exclusion if kind == PaperKind.EXCLUSION else ask_appeal
            try:
                ask(case.number, plea, by=request.user, at=now)
            except NotAllowed:
                raise
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("It was asked for; until the ruling nothing counts otherwise."))
                return redirect("desk:case_counts", number=case.number)
    facts: dict[str, Any] = {
        "case": case,
        "counted": counted,
        "kind": kind,
        "words": KINDS[kind],
        "form": form,
        "hours": settings.EXCLUSION_RULING_HOURS,
        "list": city_list(),
    }
    return page(request, "excluding/ask_paper", facts, status=status)


def askable(counted: Counted, kind: str, papers: list[CountingPaper], *, on: datetime) -> list[str]:
    """The grounds on which a unit may still ask about a round, beside what it asked already."""
    known = {
        paper.ground
        for paper in papers
        if paper.kind == kind
        and paper.unit_id == (counted.unit.pk if counted.unit else None)
        and stands(paper, at=on) not in UNRULED
        and getattr(paper, "call_back_id", None) in {None, counted.call.pk if counted.call else 0}
        and paper.round_number == counted.turn.number
    }
    if kind == PaperKind.EXCLUSION:
        grounds = grounds_on(PaperKind.EXCLUSION, timezone.localdate(on))
        return [] if known else [ground.code for ground in grounds]
    grounds = grounds_on(PaperKind.APPEAL, timezone.localdate(on))
    open_ = [ground.code for ground in grounds if counted.counts_against(ground.code)]
    return [code for code in open_ if code not in known]


def _own_round(case: Case, turn: int, *, by: Official) -> Counted:
    counted = counted_round(case, turn)
    if counted is None:
        raise NotFound(_("This round has not been answered, so nothing of it counts yet."))
    if not may_ask_for(counted.unit, by=by):
        raise NotAllowed(_("Only the unit that is judged by this round may ask."))
    return counted


def _on_time(counted: Counted) -> bool | None:
    corrected = counted.corrections.get(Count.ON_TIME)
    if corrected is not None:
        return corrected.value
    turn = counted.turn
    if turn.due_at is None or turn.answered_at is None:
        return None
    return turn.answered_at <= turn.due_at
