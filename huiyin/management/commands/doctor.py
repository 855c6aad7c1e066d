"""`huiyin doctor`: whether a city is well, one line for each thing, and what to do.

Changes nothing. Exit status 0 when nothing is wrong (there may be warnings), else 1.
"""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.cases.locked_data import files_out_of_place, keys_that_fail
from huiyin.deadlines.models import Adoption
from huiyin.deadlines.queries import DEFAULT_CALENDAR, years_without_calendar
from huiyin.departments.queries import hotline
from huiyin.office.database import embedded_is_used
from huiyin.office.embedded import Embedded
from huiyin.office.problems import Problem
from huiyin.office.upkeep.database_state import database_findings
from huiyin.office.upkeep.findings import Finding, Level, doubt, fault, fine, label
from huiyin.office.upkeep.home_state import home_findings, installed_findings, key_findings

MARKS = {Level.OK: "✓", Level.WARNING: "!", Level.WRONG: "✗"}
# Seals are made hourly; two hours are one that was missed.
LONGEST_UNSEALED = timedelta(hours=2)
LONGEST_SILENCE = timedelta(minutes=2)
FILES_LOOKED_AT = 1_000
UNSEALED = """
SELECT min(e.at) FROM logbook_chain c
JOIN logbook_entry e ON e.about = c.about AND e.position = c.sealed_length
WHERE c.length > c.sealed_length
"""
WORKERS = "SELECT max(last_heartbeat) FROM procrastinate_workers"
FAILED_JOBS = """
SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1 ORDER BY 1
"""


class Command(BaseCommand):
    """Looks at everything that a city needs."""

    help = "Say whether the city is well, and what to do where it is not."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to say it."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, tell, and end with 1 when something is wrong."""
        findings = list(_findings())
        counts = Counter(finding.level for finding in findings)
        if options["json"]:
            said = {
                "wrong": counts[Level.WRONG],
                "warnings": counts[Level.WARNING],
                "findings": [asdict(finding) for finding in findings],
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            self._tell(findings, counts)
        if counts[Level.WRONG]:
            sys.exit(1)

    def _tell(self, findings: list[Finding], counts: Counter[Level]) -> None:
        for finding in findings:
            line = f"{MARKS[finding.level]} {label(finding.about)}: {finding.sentence}"
            self.stdout.write(f"{line} {finding.remedy}".rstrip())
        wrong, warnings = counts[Level.WRONG], counts[Level.WARNING]
        summary = [
            ngettext("%(count)d thing is wrong", "%(count)d things are wrong", wrong)
            % {"count": wrong},
            ngettext("%(count)d warning", "%(count)d warnings", warnings) % {"count": warnings},
        ]
        self.stdout.write(", ".join(summary))


def _findings() -> Iterator[Finding]:
    yield from home_findings(settings.HUIYIN_HOME, settings.MEDIA_ROOT)
    yield from key_findings(settings.HUIYIN_HOME, are_given=settings.IN_PRODUCTION)
    yield from installed_findings(settings.PACKAGE)
    yield from _embedded()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as problem:
        yield fault(
            "database",
            _("It does not answer: %(reason)s.") % {"reason": " ".join(str(problem).split())},
            _("Start it, or mend DATABASE_URL."),
        )
        return
    before = list(database_findings())
    yield from before
    # Without its tables a city has nothing else to look at.
    if not any(finding.level == Level.WRONG for finding in before):
        for look in ROOMS:
            yield from look()


def _embedded() -> Iterator[Finding]:
    if not embedded_is_used():
        return
    embedded = Embedded(settings.HUIYIN_HOME)
    try:
        embedded.join()
        status = embedded.status()
    except Problem as problem:
        yield fault("embedded database", str(problem), _("Read the log that it names."))
        return
    yield fine(
        "embedded database",
        _("Runs as %(account)s in %(folder)s; its log is %(log)s.")
        % {"account": status.account, "folder": status.data, "log": status.log},
    )


def _calendars() -> Iterator[Finding]:
    today = timezone.localdate()
    missing = years_without_calendar(DEFAULT_CALENDAR, today)
    for year in missing:
        words = _(
            "The holidays of %(year)d are not loaded: deadlines that reach into it count "
            "every weekday as open."
        ) % {"year": year}
        remedy = _("Run huiyin calendar load --year %(year)d as soon as they are announced.") % {
            "year": year
        }
        make = fault if year <= today.year else doubt
        yield make("calendar", words, remedy)
    if not missing:
        yield fine("calendar", _("The holidays of all years that deadlines reach are loaded."))


def _presets() -> Iterator[Finding]:
    today = timezone.localdate()
    begun = Adoption.objects.filter(from_on__lte=today).select_related("preset")
    adopted = begun.exclude(to_on__lt=today).order_by("-from_on", "-pk").first()
    if adopted is None:
        yield doubt(
            "time limits",
            _("The city has adopted none and goes by the plain ones."),
            _("Choose from huiyin calendar presets, then run huiyin calendar adopt."),
        )
    else:
        yield fine("time limits", _("The city goes by “%(name)s”.") % {"name": adopted.preset})


def _hotline() -> Iterator[Finding]:
    unit = hotline()
    if unit is None:
        yield doubt(
            "hotline",
            _("No unit takes requests in, so residents cannot ask anything."),
            _("Say on the page of units which one does."),
        )
    else:
        yield fine("hotline", _("“%(unit)s” takes requests in.") % {"unit": unit})


def _residents() -> Iterator[Finding]:
    for name in keys_that_fail():
        yield fault(
            "residents' data",
            _("The key “%(name)s” does not open what was sealed with it.") % {"name": name},
            _("Put the right key back; without it nobody can ever read that data again."),
        )
    missing = files_out_of_place(FILES_LOOKED_AT)
    if missing:
        yield fault(
            "attachments",
            _("%(count)d files are not in their place, first “%(name)s”.")
            % {"count": len(missing), "name": missing[0]},
            _("Bring the folder %(folder)s back from a backup.") % {"folder": settings.MEDIA_ROOT},
        )


def _seals() -> Iterator[Finding]:
    oldest = _one(UNSEALED)
    if oldest is not None and timezone.now() - oldest > LONGEST_UNSEALED:
        yield doubt(
            "seals",
            _("Entries of the logbook have waited for a seal since %(moment)s.")
            % {"moment": f"{timezone.localtime(oldest):%Y-%m-%d %H:%M}"},
            _("Start the worker, or run huiyin logbook seal."),
        )
    else:
        yield fine("seals", _("The logbook is sealed as it should be."))


def _worker() -> Iterator[Finding]:
    heard = _one(WORKERS)
    if heard is None or timezone.now() - heard > LONGEST_SILENCE:
        yield doubt("worker", _("No worker is at work."), _("Start huiyin serve, or huiyin work."))
    else:
        yield fine("worker", _("It is at work."))
    with connection.cursor() as cursor:
        cursor.execute(FAILED_JOBS)
        for task, count in cursor.fetchall():
            yield doubt(
                "jobs",
                _("“%(task)s” has failed %(count)d times.") % {"task": task, "count": count},
                _("The log of the worker says why."),
            )


def _one(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


ROOMS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _calendars,
    _presets,
    _hotline,
    _residents,
    _seals,
    _worker,
)
