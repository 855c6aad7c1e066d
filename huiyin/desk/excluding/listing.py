"""The lists of papers on what counts, and one ruling on many of them with what came of each."""

import uuid
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huiyin.counting.exclusions.access import (
    READERS,
    RECHECKING,
    RULING,
    TABLES,
    papers_to_recheck,
    visible_papers,
    waiting_papers,
)
from huiyin.counting.exclusions.models import CountingPaper
from huiyin.counting.exclusions.rules import PaperKind
from huiyin.counting.exclusions.ruling import Verdict
from huiyin.counting.exclusions.rulings_at_once import Many, run_of
from huiyin.counting.exclusions.rulings_at_once import rule_on_many as rule_on_all
from huiyin.departments.models import Official
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, posts_of
from huiyin.desk.excluding.forms import ManyForm
from huiyin.desk.excluding.words import KINDS, shown
from huiyin.office.problems import WrongInput

ROWS = 50
# Nobody's key is longer.
LONGEST_KEY = 18
LISTS = {
    "waiting": gettext_lazy("To rule on"),
    "recheck": gettext_lazy("Drawn for the re-check"),
    "all": gettext_lazy("All papers"),
}


@at_desk
@for_posts(READERS)
@require_GET
def count_papers(request: DeskRequest) -> HttpResponse:
    """List exclusions or appeals: to rule on, to look at again, or all that one may read."""
    form = ManyForm(initial={"form_key": uuid.uuid4()})
    return _list(request, form)


@at_desk
@for_posts(RULING)
@require_POST
def rule_on_many(request: DeskRequest) -> HttpResponse:
    """Rule alike on each ticked paper; each says what came of it."""
    form = ManyForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=400)
    said = form.cleaned_data
    ticked = [one for one in request.POST.getlist("paper") if one.isascii() and one.isdigit()]
    papers = [int(one) for one in ticked if len(one) <= LONGEST_KEY]
    verdict = Verdict(said["ruling"] == "grant", said["words"])
    many = Many(said["form_key"], _kind(request), papers, verdict)
    try:
        run = rule_on_all(many, by=request.user, at=timezone.now())
    except WrongInput as problem:
        form.add_error(None, str(problem))
        return _list(request, form, status=problem.status)
    return redirect("desk:ruled_on_many", ruled=run.key)


@at_desk
@require_GET
def ruled_on_many(request: DeskRequest, ruled: uuid.UUID) -> HttpResponse:
    """Say for each paper what was ruled, or why it was not."""
    run = run_of(ruled, by=request.user)
    facts = {
        "run": run,
        "words": KINDS[run.kind],
        "done": sum(each["done"] is True for each in run.outcomes),
        "failed": sum(each["done"] is False for each in run.outcomes),
    }
    return page(request, "excluding/ruled_on_many", facts)


def _list(request: DeskRequest, form: ManyForm, *, status: int = 200) -> HttpResponse:
    now, kind, held = timezone.now(), _kind(request), posts_of(request.user)
    lists = {
        word: label
        for word, label in LISTS.items()
        if word == "all" or held & (RULING if word == "waiting" else RECHECKING)
    }
    given = request.POST if request.method == "POST" else request.GET
    name = given.get("list", "") if given.get("list", "") in lists else next(iter(lists))
    found = Paginator(_rows(name, kind, by=request.user, at=now), ROWS).get_page(given.get("page"))
    facts = {
        "lists": lists,
        "name": name,
        "kind": kind,
        "kinds": KINDS,
        "words": KINDS[kind],
        "shown": found,
        "keep": f"&kind={kind}&list={name}",
        "rows": [shown(row, at=now) for row in found],
        "ticked": given.getlist("paper"),
        "form": form if name == "waiting" else None,
    }
    return page(request, "excluding/count_papers", facts, status=status)


def _rows(name: str, kind: str, *, by: Official, at: datetime) -> QuerySet[CountingPaper]:
    if name == "waiting":
        return waiting_papers(kind, by=by, at=at)
    if name == "recheck":
        return papers_to_recheck(kind, by=by)
    return visible_papers(kind, by=by).order_by("-asked_at", "-pk")


def _kind(request: DeskRequest) -> str:
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "")
    return kind if kind in TABLES else PaperKind.EXCLUSION
