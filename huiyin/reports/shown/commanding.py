"""`huiyin report day|week|month-pack`: what was issued as files, issuing it, and the proof."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.departments.models import Unit
from huiyin.departments.queries import cities
from huiyin.office.problems import NotFound, NotPossible, WrongInput
from huiyin.office.reasons import reason_of
from huiyin.reports.issued.building import span_of, span_over
from huiyin.reports.issued.issuing import contents_of, issue_report, issues_of, made_again
from huiyin.reports.issued.models import IssuedReport
from huiyin.reports.issued.rules import Kind, canonical, differences, digest_of
from huiyin.reports.shown.files import TYPES, file_name, report_file

KINDS = {"day": Kind.DAY, "week": Kind.WEEK, "month-pack": Kind.MONTH}
BY = "system:command"
MOST_SHOWN = 20
Say = Callable[[str], object]


def add_kinds(kinds: Any) -> None:
    """Declare the three reports beside the others."""
    for name in KINDS:
        command = kinds.add_parser(name, help=f"the issued report of a {name.partition('-')[0]}")
        _arguments(command)


def _arguments(command: ArgumentParser) -> None:
    command.add_argument("--on", metavar="YYYY-MM-DD", help="any day of its time; else the last")
    command.add_argument("--city", metavar="CODE", help="where there are several")
    command.add_argument("--issue", action="store_true", help="issue it, if it was not yet")
    command.add_argument("--check", action="store_true", help="make it again and compare")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="else HUIYIN_HOME/reports")
    command.add_argument(
        "--format", action="append", choices=sorted(TYPES), dest="forms", help="pdf by default"
    )
    command.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")


def run(options: dict[str, Any], say: Say, *, at: datetime) -> None:
    """Find or issue a report, then prove it or write its files."""
    city, kind = _city(options["city"]), KINDS[options["kind"]]
    day = _day(options["on"]) or span_over(city, kind, at)[1].last
    _caliber, span = span_of(city, kind, day)
    report = issues_of(city, kind, span.first).first()
    if report is None and options["issue"]:
        report = issue_report(city, kind, day, by=BY, at=at)
        say(_("Issued: %(name)s, digest %(digest)s.") % vars(report))
    if report is None:
        raise NotFound(
            _("No report of %(name)s was issued; add --issue to issue it.") % {"name": span.name}
        )
    if options["check"]:
        _check(report, say)
        return
    for form in options["forms"] or ["pdf"]:
        say(str(_written(report, form, options)))


def _check(report: IssuedReport, say: Say) -> None:
    again = made_again(report)
    if digest_of(canonical(again)) == report.digest:
        say(
            _("%(name)s, issue %(number)d: made again, the same digest %(digest)s.")
            % {"name": report.name, "number": report.number + 1, "digest": report.digest}
        )
        return
    changes = differences(contents_of(report), again)
    for change in changes[:MOST_SHOWN]:
        say(f"{'/'.join(change.path)}: {change.old} → {change.new}")
    raise NotPossible(
        _("Made again, %(count)d figures differ from what was issued.") % {"count": len(changes)}
    )


def _written(report: IssuedReport, form: str, options: dict[str, Any]) -> Path:
    folder = options["out"] or settings.HUIYIN_HOME / "reports"
    if options["out"] and not folder.is_dir():
        raise NotPossible(
            _("There is no folder %(folder)s; make it first, or name another.") % {"folder": folder}
        )
    file: Path = folder / file_name(report, options["language"], form)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(report_file(report, options["language"], form))
    except OSError as reason:
        raise NotPossible(
            _("The page cannot be written to %(file)s: %(reason)s.")
            % {"file": file, "reason": reason_of(reason)}
        ) from reason
    return file


def _city(code: str | None) -> Unit:
    found = cities().filter(code=code).first() if code else cities().first()
    if found is None:
        raise WrongInput(_("There is no city “%(code)s”.") % {"code": code or ""})
    return found


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise WrongInput(
            _("“%(text)s” is no day; write it as YYYY-MM-DD.") % {"text": text}
        ) from None
