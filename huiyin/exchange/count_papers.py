"""Exclusions and appeals for programs: the same acts as at the desk, in JSON."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.counting.exclusions.access import (
    TABLES,
    judged_case,
    paper_for,
    stands,
    visible_papers,
)
from huiyin.counting.exclusions.asking import Plea, ask_appeal, ask_exclusion, take_back
from huiyin.counting.exclusions.grounds import ground_label
from huiyin.counting.exclusions.models import CountingPaper
from huiyin.counting.exclusions.published import Row, Window, published
from huiyin.counting.exclusions.rechecking import Look, note_recheck
from huiyin.counting.exclusions.rules import PaperKind
from huiyin.counting.exclusions.ruling import Verdict, rule_on
from huiyin.departments.models import Unit
from huiyin.departments.queries import cities, time_zone_of
from huiyin.exchange.signed_in import OfficialRequest, for_officials
from huiyin.office.problems import NotFound, WrongInput
from huiyin.reports.months import month_bounds

ROWS = 100


@for_officials
@require_GET
def papers(request: OfficialRequest, kind: str) -> HttpResponse:
    """List the papers one may read, the latest first, a hundred at a time; `before` goes on."""
    now, before = timezone.now(), _number(request.GET.get("before", ""))
    rows = visible_papers(_kind(kind), by=request.user).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: ROWS + 1])
    shown = found[:ROWS]
    further = shown[-1].pk if len(found) > ROWS else None
    return JsonResponse({"papers": [_said(row, at=now) for row in shown], "before": further})


@for_officials
@require_GET
def paper(request: OfficialRequest, kind: str, paper: int) -> HttpResponse:
    """Tell one paper."""
    return JsonResponse(_said(paper_for(kind, paper, by=request.user), at=timezone.now()))


@for_officials
@require_POST
def ask(request: OfficialRequest, kind: str) -> HttpResponse:
    """Ask: `case`, `round`, `ground`, `words`, files as `evidence`; for an appeal also `unit`."""
    by, now, given = request.user, timezone.now(), request.POST
    case = judged_case(given.get("case", ""), by=by)
    plea = Plea(
        _number(given.get("round", "")) or 1,
        given.get("ground", ""),
        given.get("words", ""),
        request.FILES.getlist("evidence"),
        _unit(given.get("unit", "")),
    )
    act = ask_exclusion if _kind(kind) == PaperKind.EXCLUSION else ask_appeal
    made = act(case.number, plea, by=by, at=now)
    return JsonResponse(_said(made, at=now), status=201)


@for_officials
@require_POST
def rule(request: OfficialRequest, kind: str, paper: int) -> HttpResponse:
    """Rule: `ruling` is grant or refuse, `words` the reason; for an appeal also `unit`."""
    given, now = request.POST, timezone.now()
    if given.get("ruling") not in {"grant", "refuse"}:
        raise WrongInput(_("Say whether it is granted."))
    row = paper_for(kind, paper, by=request.user)
    unit = _unit(given.get("unit", ""))
    verdict = Verdict(given["ruling"] == "grant", given.get("words", ""), unit)
    return JsonResponse(_said(rule_on(row, verdict, by=request.user, at=now), at=now))


@for_officials
@require_POST
def back(request: OfficialRequest, kind: str, paper: int) -> HttpResponse:
    """Take a paper back."""
    now, row = timezone.now(), paper_for(kind, paper, by=request.user)
    return JsonResponse(_said(take_back(row, by=request.user, at=now), at=now))


@for_officials
@require_POST
def recheck(request: OfficialRequest, kind: str, paper: int) -> HttpResponse:
    """Note a re-check: `found` is stands or annulled, `words` say why."""
    now, row = timezone.now(), paper_for(kind, paper, by=request.user)
    look = Look(request.POST.get("found", ""), request.POST.get("words", ""))
    return JsonResponse(_said(note_recheck(row, look, by=request.user, at=now), at=now))


@for_officials
@require_GET
def counts(request: OfficialRequest, kind: str) -> HttpResponse:
    """Tell the published counts of a `month`: all together, by unit and by ground."""
    city, now = cities().first(), timezone.now()
    if city is None:
        raise NotFound(_("There is no city yet."))
    zone = time_zone_of(city)
    month = request.GET.get("month", "") or now.astimezone(zone).strftime("%Y-%m")
    start, end = month_bounds(month, zone)
    found = published(_kind(kind), Window(start, end, city, now))
    return JsonResponse(
        {
            "kind": kind,
            "month": month,
            "as_of": now.isoformat(),
            "all": _counted(found.total),
            "units": [
                {
                    "unit": row.unit.code if row.unit else None,
                    "name": str(row.unit),
                    **_counted(row),
                    "by_ground": row.grounds,
                }
                for row in found.units
            ],
            "grounds": [{"ground": row.ground, **row.counts} for row in found.grounds],
        }
    )


def _counted(row: Row) -> dict[str, Any]:
    numbers = {"call_backs": row.calls, "left_out": row.excluded, "share_left_out": row.share}
    return {**row.counts, "waiting": row.waiting, **numbers}


def _said(row: CountingPaper, *, at: datetime) -> dict[str, Any]:
    moments = ["asked_at", "counted_at", "rule_by", "ruled_at", "granted_at", "annulled_at"]
    moments += ["recheck_by", "rechecked_at"]
    return {
        "kind": str(row.kind),
        "paper": row.pk,
        "case": row.case.number,
        "round": row.round_number,
        "unit": row.unit.code,
        "ground": row.ground,
        "ground_in_words": ground_label(PaperKind(row.kind), row.ground),
        "words": row.words,
        "state": str(stands(row, at=at)),
        "ruling_words": row.ruling_words,
        "recheck_found": row.recheck_found,
        "recheck_words": row.recheck_words,
        **{
            name: getattr(row, name).isoformat() if getattr(row, name) else None for name in moments
        },
    }


def _kind(kind: str) -> PaperKind:
    if kind not in TABLES:
        raise NotFound(_("There is no such paper for you."))
    return PaperKind(kind)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _unit(code: str) -> Unit | None:
    if not code:
        return None
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise WrongInput(_("There is no unit with the code “%(code)s”.") % {"code": code})
    return unit
