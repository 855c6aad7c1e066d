"""挂账台账: the ledger of parked matters, and the page of one of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post
from huiyin.desk.clocks import clock
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.papers.forms import ground_label
from huiyin.desk.supervising.forms import DoneForm, OwnerForm, PromiseForm, ReviewForm
from huiyin.desk.words import DONE
from huiyin.inspection import ledger as acts
from huiyin.inspection.access import READERS, may_supervise, visible_ledger
from huiyin.inspection.models import LedgerRow, Milestone
from huiyin.inspection.queries import ledger_rows
from huiyin.office.problems import NotAllowed, NotFound, Problem

ROWS = 50
WORDS = 60
LISTS = {
    "standing": gettext_lazy("In the ledger"),
    "late": gettext_lazy("Milestone overdue"),
    "review": gettext_lazy("To be reviewed"),
    "left": gettext_lazy("Left the ledger"),
}


@at_desk
@for_posts(READERS)
@require_GET
def ledger(request: DeskRequest) -> HttpResponse:
    """List parked matters: overdue milestones first, filtered by state, unit and owner."""
    now, asked = timezone.now(), request.GET
    name = asked.get("list", "")
    name = name if name in LISTS else "standing"
    words = asked.get("q", "").strip()[:WORDS]
    rows = ledger_rows(request.user, at=now, only_late=name == "late")
    rows = _filtered(rows, name, now)
    if words:
        rows = rows.filter(
            Q(unit__name__icontains=words)
            | Q(owner__name__icontains=words)
            | Q(case__title__icontains=words)
            | Q(case__number__iexact=words)
        )
    shown = Paginator(rows, ROWS).get_page(asked.get("page"))
    facts = {
        "lists": LISTS,
        "name": name,
        "q": words,
        "shown": shown,
        "keep": f"&list={name}&q={words}",
        "rows": [_row(row, now=now) for row in shown],
    }
    return page(request, "supervising/ledger", facts)


def _filtered(rows: QuerySet[LedgerRow], name: str, now: datetime) -> QuerySet[LedgerRow]:
    if name == "left":
        return rows.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
    rows = rows.filter(closed_at=None)
    return rows.filter(review_at__lte=now) if name == "review" else rows


@at_desk
@for_posts(READERS)
@require_GET
def ledger_row(request: DeskRequest, row: int) -> HttpResponse:
    """Show one parked matter: owner, milestones with their proofs, reviews."""
    return _shown(request, _found(request, row))


@at_desk
@for_posts(READERS)
@require_POST
def name_owner(request: DeskRequest, row: int) -> HttpResponse:
    """Name the official who keeps a parked matter in mind."""
    found = _found(request, row)
    form = OwnerForm(request.POST, officials=_officers(found))
    return _act(
        request,
        found,
        form,
        lambda by, at: acts.set_owner(found.pk, form.chosen(), by=by, at=at),
        name="owner_form",
    )


@at_desk
@for_posts(READERS)
@require_POST
def review(request: DeskRequest, row: int) -> HttpResponse:
    """Write down how a parked matter stands."""
    found, form = _found(request, row), ReviewForm(request.POST)
    return _act(
        request,
        found,
        form,
        lambda by, at: acts.review_row(found.pk, form.cleaned_data["words"], by=by, at=at),
        name="review_form",
    )


@at_desk
@for_posts(READERS)
@require_POST
def promise(request: DeskRequest, row: int) -> HttpResponse:
    """Promise one more milestone."""
    found, form = _found(request, row), PromiseForm(request.POST)

    def act(by: Official, at: datetime) -> object:
        said = form.cleaned_data
        return acts.add_milestone(found.pk, said["what"], said["due_at"], by=by, at=at)

    return _act(request, found, form, act, name="promise_form")


@at_desk
@for_posts(READERS)
@require_POST
def milestone_done(request: DeskRequest, row: int, milestone: int) -> HttpResponse:
    """Report a milestone done, with evidence."""
    found, form = _found(request, row), DoneForm(request.POST)
    if not Milestone.objects.filter(pk=milestone, row=found).exists():
        raise NotFound(_("There is no such milestone in this matter."))
    files = request.FILES.getlist("evidence")

    def act(by: Official, at: datetime) -> object:
        note = form.cleaned_data["note"]
        return acts.finish_milestone(milestone, note, files, by=by, at=at)

    return _act(request, found, form, act, name="done_form")


def _act(
    request: DeskRequest,
    row: LedgerRow,
    form: Form,
    act: Callable[[Official, datetime], object],
    *,
    name: str,
) -> HttpResponse:
    status = 400
    if form.is_valid():
        try:
            act(request.user, timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, str(problem))
            status = problem.status
        else:
            tell(request, _("It stands in the ledger now."))
            return redirect("desk:ledger_row", row=row.pk)
    return _shown(request, _found(request, row.pk), wrong=form, wrong_name=name, status=status)


def _found(request: DeskRequest, key: int) -> LedgerRow:
    found = visible_ledger(request.user).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such matter in the ledger for you."))
    return found


def _shown(
    request: DeskRequest,
    row: LedgerRow,
    *,
    wrong: Form | None = None,
    wrong_name: str = "",
    status: int = 200,
) -> HttpResponse:
    by, now = request.user, timezone.now()
    stands = row.closed_at is None
    keeps = stands and holds(by, Post.OFFICER, row.unit)
    reviews = keeps or (stands and may_supervise(row.case, row.unit, by=by))
    milestones = row.milestones.select_related("done_by").prefetch_related("files__attachment")
    facts: dict[str, Any] = {
        **_row(row, now=now),
        "milestones": [_milestone(each, now=now) for each in milestones.order_by("due_at", "pk")],
        "reviews": row.reviews.select_related("by").order_by("-at"),
        "keeps": keeps,
        "may_review": reviews,
        "owner_form": OwnerForm(officials=_officers(row), initial={"owner": row.owner_id})
        if reviews
        else None,
        "review_form": ReviewForm() if reviews else None,
        "promise_form": PromiseForm() if keeps else None,
        "done_form": DoneForm() if keeps else None,
        "wrong": wrong,
    }
    if wrong is not None:
        facts[wrong_name] = wrong
    return page(request, "supervising/ledger_row", facts, status=status)


def _officers(row: LedgerRow) -> QuerySet[Official]:
    held = Official.objects.filter(posts__unit=row.unit, posts__post=Post.OFFICER, is_active=True)
    return held.distinct().order_by("name", "pk")


def _milestone(milestone: Milestone, *, now: datetime) -> dict[str, Any]:
    waits = milestone.done_at is None and milestone.dropped_at is None
    return {
        "row": milestone,
        "clock": clock(milestone.due_at, now=now) if waits else None,
        "late": milestone.done_at is not None and milestone.done_at > milestone.due_at,
        "files": [each.attachment for each in milestone.files.all()],
    }


def _row(row: LedgerRow, *, now: datetime) -> dict[str, Any]:
    next_milestone = getattr(row, "next_milestone", None)
    stands = row.closed_at is None
    return {
        "row": row,
        "ground": ground_label(row.ground) if row.ground else "",
        "days": ((row.closed_at or now) - row.parked_at).days,
        "until": clock(row.until, now=now) if stands else None,
        "review": clock(row.review_at, now=now) if stands else None,
        "milestone": clock(next_milestone, now=now) if stands else None,
        "how": DONE.get(row.closed_by_step, row.closed_by_step),
    }
