"""Issued reports at the desk: the list, one report as a page, its files, issuing and correcting."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.departments.models import Unit
from huiyin.desk.doors import READS_FIGURES, DeskRequest, at_desk, for_posts, page, tell
from huiyin.office.problems import NotFound, Problem
from huiyin.reports.issued import rules
from huiyin.reports.issued.access import (
    check_issuer,
    city_for,
    may_issue,
    may_keep_readers,
    readable_reports,
    report_for,
)
from huiyin.reports.issued.issuing import (
    contents_of,
    correct_report,
    issue_report,
    issues_of,
    would_change,
)
from huiyin.reports.issued.models import IssuedReport, Kind, Stage
from huiyin.reports.shown.files import TYPES, file_name, report_file, shown_report
from huiyin.reports.shown.words import change_words

ROWS = 30
SHOWN_CHANGES = 40
LANGUAGES = {"zh-hans": "中文", "en": "English"}


class IssueForm(forms.Form):
    """Which report is issued: its kind and any day of its time."""

    use_required_attribute = False
    kind = forms.ChoiceField(label=gettext_lazy("Kind of report"), choices=Kind.choices)
    day = forms.DateField(
        label=gettext_lazy("Any day of its time"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CorrectForm(forms.Form):
    """Why a report is corrected."""

    use_required_attribute = False
    reason = forms.CharField(
        label=gettext_lazy("Why the report is corrected"),
        help_text=gettext_lazy("Every reader sees it. Name no person."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=rules.LONGEST_REASON,
    )


@at_desk
@for_posts(READS_FIGURES)
@require_GET
def reports(request: DeskRequest) -> HttpResponse:
    """List the issued reports, the latest first."""
    return _list(request, IssueForm(initial={"day": timezone.localdate()}))


@at_desk
@for_posts(READS_FIGURES)
@require_POST
def issue(request: DeskRequest) -> HttpResponse:
    """Issue a report now."""
    city = _city(request)
    check_issuer(request.user, city)
    form = IssueForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=400)
    said = form.cleaned_data
    try:
        made = issue_report(city, said["kind"], said["day"], by=request.user, at=timezone.now())
    except Problem as problem:
        form.add_error(None, str(problem))
        return _list(request, form, status=problem.status)
    tell(request, _("The report is issued."))
    return redirect("desk:report", made.pk)


def _list(request: DeskRequest, form: IssueForm, *, status: int = 200) -> HttpResponse:
    kind = request.GET.get("kind", "")
    rows = readable_reports(request.user).defer("contents").order_by("-last", "-number", "-pk")
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    latest = _latest(list(shown.object_list))
    city = city_for(request.user)
    facts = {
        "shown": shown,
        "rows": [{"row": row, "is_old": row.number < latest[_window(row)]} for row in shown],
        "kinds": [("", _("All")), *Kind.choices],
        "kind": kind,
        "keep": f"&kind={kind}" if kind else "",
        "form": form,
        "issues": bool(city and may_issue(request.user, city)),
        "keeps": bool(city and may_keep_readers(request.user, city)),
    }
    return page(request, "issuing/reports", facts, status=status)


@at_desk
@for_posts(READS_FIGURES)
@require_GET
def report(request: DeskRequest, report: int) -> HttpResponse:
    """Show one report as it was issued; a corrected one says so."""
    row = report_for(request.user, report)
    language = get_language() or "zh-hans"
    issues = may_issue(request.user, row.city)
    facts: dict[str, Any] = {
        "row": row,
        "shown": shown_report(row, language, marks=True),
        "all": list(issues_of(row.city, rules.Kind(row.kind), row.first).defer("contents")),
        "files": [
            {"language": code, "words": words, "forms": ("pdf", "xlsx", "docx")}
            for code, words in LANGUAGES.items()
        ],
        "issues": issues,
    }
    if issues:
        mails = row.mails.select_related("reader").order_by("reader__name", "pk")
        facts["mails"] = list(mails[:200])
        facts["again"] = any(m.stage in {Stage.FAILED, Stage.UNCLEAR} for m in facts["mails"])
    facts["is_latest"] = facts["all"][0].pk == row.pk
    return page(request, "issuing/report", facts)


@at_desk
@for_posts(READS_FIGURES)
@require_GET
def file(request: DeskRequest, report: int, language: str, form: str) -> HttpResponse:
    """Give one file of a report, the same bytes each time."""
    row = report_for(request.user, report)
    if form not in TYPES or language not in LANGUAGES:
        raise NotFound(_("There is no such file of a report."))
    response = HttpResponse(report_file(row, language, form), content_type=TYPES[form])
    name = file_name(row, language, form)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@at_desk
@for_posts(READS_FIGURES)
@require_http_methods(["GET", "POST"])
def correct(request: DeskRequest, report: int) -> HttpResponse:
    """Show what a correction would change, and issue it with its reason."""
    row, now = report_for(request.user, report), timezone.now()
    check_issuer(request.user, row.city)
    form, status = CorrectForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                made = correct_report(row, reason, by=request.user, at=now)
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The correction is issued; the report before it says so."))
                return redirect("desk:report", made.pk)
    changes, contents = would_change(row, at=now), contents_of(row)
    facts = {
        "row": row,
        "form": form,
        "count": len(changes),
        "changes": [
            {"words": change_words(list(change.path), contents), "change": change}
            for change in changes[:SHOWN_CHANGES]
        ],
    }
    return page(request, "issuing/correct", facts, status=status)


def _city(request: DeskRequest) -> Unit:
    city = city_for(request.user)
    if city is None:
        raise NotFound(_("There is no such report for you."))
    return city


def _window(row: IssuedReport) -> tuple[int, str, Any]:
    return row.city_id, row.kind, row.first


def _latest(rows: list[IssuedReport]) -> dict[tuple[int, str, Any], int]:
    """The number of the latest issue of each window that is listed."""
    if not rows:
        return {}
    found = IssuedReport.objects.filter(first__in={row.first for row in rows})
    latest: dict[tuple[int, str, Any], int] = {}
    for city, kind, first, number in found.values_list("city_id", "kind", "first", "number"):
        key = (city, kind, first)
        latest[key] = max(number, latest.get(key, 0))
    return latest
