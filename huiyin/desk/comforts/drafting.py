"""Drafts at the desk: kept by the button or by the page itself, shown again, thrown away."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases.access import case_for, visible_cases
from huiyin.cases.models import Case
from huiyin.desk.aids.on_case import INSERTED, kept
from huiyin.desk.case_detail import steps_of
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.papers.ways import WAYS
from huiyin.office.problems import NotFound
from huiyin.replies.drafts import drafts_by, drop_draft, is_outdated, keep_draft
from huiyin.replies.models import Draft

MOST_DRAFTS = 100
# The page keeps what is typed by itself and asks for no page in return.
BY_SCRIPT = "X-Huiyin-Keep"


@at_desk
@require_POST
def keep(request: DeskRequest, number: str, step: str) -> HttpResponse:
    """Keep what is typed into the form of a step."""
    case, now = case_for(number, by=request.user), timezone.now()
    is_open = step in steps_of(case, by=request.user)
    keep_draft(case, step, typed_in(request, step), by=request.user, at=now, is_open=is_open)
    said = _("Draft kept at %(time)s.") % {"time": timezone.localtime(now).strftime("%H:%M")}
    if request.headers.get(BY_SCRIPT):
        return HttpResponse(said, content_type="text/plain; charset=utf-8")
    tell(request, said)
    return redirect(f"{reverse('desk:case_detail', args=[case.number])}?step={step}#step")


@at_desk
@require_POST
def drop(request: DeskRequest, number: str, step: str) -> HttpResponse:
    """Throw one's draft away, also of a case that one sees no more."""
    mine = drafts_by(request.user).filter(case__number=number, step=step).first()
    if mine is None:
        case_for(number, by=request.user)
        return redirect("desk:drafts")
    drop_draft(mine.case, step, by=request.user)
    tell(request, _("The draft was thrown away."))
    seen = visible_cases(request.user).filter(pk=mine.case_id).exists()
    return redirect(mine.case.get_absolute_url() if seen else "desk:drafts")


@at_desk
@require_GET
def drafts(request: DeskRequest) -> HttpResponse:
    """Show all one's drafts, those that no longer fit with their words."""
    rows = list(drafts_by(request.user)[:MOST_DRAFTS])
    ids = [row.case_id for row in rows]
    seen = set(visible_cases(request.user).filter(pk__in=ids).values_list("pk", flat=True))
    facts = {"drafts": [_row(row, row.case, is_seen=row.case_id in seen) for row in rows]}
    return page(request, "comforts/drafts", facts)


def typed_in(request: DeskRequest, step: str) -> dict[str, str]:
    """What stands in the fields of a step's form, as it was typed."""
    if step not in WAYS:
        raise NotFound(_("There is no such step."))
    names = [name for name in WAYS[step].form().fields if name != "seen"]
    words = {name: request.POST.get(name, "") for name in names}
    inserted = request.POST.get(INSERTED, "")
    return words | ({INSERTED: inserted} if inserted else {})


def _row(draft: Draft, case: Case, *, is_seen: bool) -> dict[str, object]:
    return {
        "case": case,
        "kept": kept(draft),
        "is_seen": is_seen,
        "fits": is_seen and not is_outdated(draft, case),
    }
