"""One paper on what counts: what was asked and what the resident said, ruling and re-check."""

from collections.abc import Callable
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.cases.access import visible_cases
from huiyin.cases.files.attachments import StoredFile, stored_response
from huiyin.counting.exclusions.access import may_recheck, may_rule, may_take_back, paper_for
from huiyin.counting.exclusions.asking import take_back
from huiyin.counting.exclusions.grounds import city_list
from huiyin.counting.exclusions.models import CountingPaper, PaperFile
from huiyin.counting.exclusions.rechecking import Look, note_recheck
from huiyin.counting.exclusions.rounds import decisive_calls
from huiyin.counting.exclusions.ruling import Verdict, rule_on
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.excluding.forms import LookForm, RuleForm, unit_named
from huiyin.desk.excluding.words import KINDS, shown
from huiyin.followup.models import CallBack
from huiyin.office.problems import NotAllowed, NotFound, Problem


@at_desk
@require_http_methods(["GET", "POST"])
def count_paper(request: DeskRequest, kind: str, paper: int) -> HttpResponse:
    """Show one exclusion or appeal, and rule on it."""
    row = paper_for(kind, paper, by=request.user)
    if request.method == "GET":
        return _page(request, row)
    form = RuleForm(request.POST, paper=row)

    def rule() -> None:
        said = form.cleaned_data
        verdict = Verdict(said["ruling"] == "grant", said["words"], unit_named(form))
        rule_on(row, verdict, by=request.user, at=timezone.now())

    if _done(form, rule):
        tell(request, _("The ruling was written down and told to the unit."))
        return redirect("desk:count_paper", kind=kind, paper=row.pk)
    return _page(request, paper_for(kind, paper, by=request.user), form=form)


@at_desk
@require_POST
def recheck_count_paper(request: DeskRequest, kind: str, paper: int) -> HttpResponse:
    """Write down what the third person found; it can annul what was granted."""
    row, form = paper_for(kind, paper, by=request.user), LookForm(request.POST)

    def look() -> None:
        said = form.cleaned_data
        found = Look(said["found"], said["words"])
        note_recheck(row, found, by=request.user, at=timezone.now())

    if _done(form, look):
        tell(request, _("Your look is noted."))
        return redirect("desk:count_paper", kind=kind, paper=row.pk)
    return _page(request, paper_for(kind, paper, by=request.user), look=form)


@at_desk
@require_POST
def take_back_count_paper(request: DeskRequest, kind: str, paper: int) -> HttpResponse:
    """Let the unit that asked take its paper back."""
    row = paper_for(kind, paper, by=request.user)
    take_back(row, by=request.user, at=timezone.now())
    tell(request, _("It was taken back."))
    return redirect("desk:case_counts", number=row.case.number)


@at_desk
@require_GET
def count_paper_file(request: DeskRequest, kind: str, paper: int, proof: UUID) -> FileResponse:
    """Hand out one file that proves a paper."""
    row = paper_for(kind, paper, by=request.user)
    file = PaperFile.objects.filter(**{str(row.kind): row.pk}, pk=proof).first()
    if file is None:
        raise NotFound(_("There is no such file in this paper."))
    return stored_response(StoredFile(file.name, file.content_type, file.size, file.sha256))


def _done(form: RuleForm | LookForm, act: Callable[[], None]) -> bool:
    """Do what a form says; what is wrong with it stands in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except NotAllowed:
        raise
    except Problem as problem:
        form.add_error(None, str(problem))
        form.problem_status = problem.status  # type: ignore[union-attr]
        return False
    return True


def _page(
    request: DeskRequest,
    row: CountingPaper,
    *,
    form: RuleForm | None = None,
    look: LookForm | None = None,
) -> HttpResponse:
    now, by = timezone.now(), request.user
    wrong = form or look
    status = getattr(wrong, "problem_status", 400) if wrong else 200
    said = _call_of(row)
    facts = {
        "paper": row,
        "each": shown(row, at=now),
        "words": KINDS[row.kind],
        "list": city_list(),
        "files": PaperFile.objects.filter(**{str(row.kind): row.pk}).order_by("name"),
        "call": said,
        "form": (form or RuleForm(paper=row)) if may_rule(row, by=by, at=now) or form else None,
        "look": (look or LookForm()) if may_recheck(row, by=by) or look else None,
        "may_take_back": may_take_back(row, by=by, at=now),
        "sees_case": visible_cases(by).filter(pk=row.case_id).exists(),
    }
    return page(request, "excluding/count_paper", facts, status=status)


def _call_of(row: CountingPaper) -> CallBack | None:
    call: CallBack | None = getattr(row, "call_back", None)
    return call or decisive_calls(row.case).filter(round_number=row.round_number).first()
