"""The files of a report, made from its contents alone: the same contents, the same bytes."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.office.problems import NotFound
from huiyin.reports.issued.issuing import contents_of, issues_of
from huiyin.reports.issued.models import IssuedReport
from huiyin.reports.issued.rules import Kind
from huiyin.reports.shown.books import report_xlsx
from huiyin.reports.shown.paper import report_pdf
from huiyin.reports.shown.parts import Document, Issue
from huiyin.reports.shown.showing import document
from huiyin.reports.shown.texts import report_docx

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}


def shown_report(report: IssuedReport, language: str, *, marks: bool = False) -> Document:
    """A report in a language; with `marks` it says whether it was corrected since."""
    latest = issues_of(report.city, Kind(report.kind), report.first).first() if marks else None
    issue = Issue(
        number=report.number,
        digest=report.digest,
        reason=report.reason,
        changed=report.changed,
        changes=report.changes,
        corrected_by=latest.number if latest and latest.number > report.number else None,
    )
    with override(language):
        return document(contents_of(report), issue)


def report_file(report: IssuedReport, language: str, form: str) -> bytes:
    """One file of a report, as it was issued; what came later is told on its page."""
    if form == "json":
        return report.contents.encode()
    shown, at = shown_report(report, language), report.as_of
    with override(language):
        if form == "pdf":
            return report_pdf(shown, at=at)
        if form == "docx":
            return report_docx(shown, at=at)
        if form == "xlsx":
            return report_xlsx(contents_of(report), shown, at=at)
    raise NotFound(_("There is no such file of a report."))


def file_name(report: IssuedReport, language: str, form: str) -> str:
    """Under which name a file is kept: nothing of it needs to be quoted anywhere."""
    code = re.sub(r"[^\w.-]+", "-", report.city.code)
    issue = f"-correction-{report.number}" if report.number else ""
    tongue = "" if form == "json" else f"-{language}"
    return f"{code}-{report.kind}-{report.first}{issue}{tongue}.{form}"
