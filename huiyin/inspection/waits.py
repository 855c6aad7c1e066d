"""What people are reminded of: which rows wait, until when, and who is told in which words.

Each wait is found by a range of moments through an index: with a hundred thousand open cases
a walk reads only the rows whose reminder has come.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import F, QuerySet

from huiyin.cases.models import (
    Application,
    ApplicationState,
    Assignment,
    AssignmentState,
    Case,
    Status,
)
from huiyin.cases.parts import UNDER_WAY, WORKING
from huiyin.cases.rules import PROCEDURES
from huiyin.departments.models import Unit
from huiyin.departments.queries import ruler_between
from huiyin.followup.asking import called
from huiyin.inspection.models import LedgerRow, Measure, Milestone, Recheck
from huiyin.inspection.rules import Tone
from huiyin.notices.actions import for_official, for_unit
from huiyin.notices.models import Notice

CASE_FIELDS = ("number", "status", "received_at", "wait_until", "body")


@dataclass(frozen=True)
class Told:
    """One reminder about to be told: the row, until when it waits, how urgent, under which key."""

    row: Any
    due: datetime
    tone: Tone
    key: str
    at: datetime


@dataclass(frozen=True)
class Wait:
    """One kind of wait."""

    name: str
    rows: Callable[[], QuerySet[Any]]
    until: str
    since: str
    number: Callable[[Any], str]
    tells: Callable[[Told], Iterable[Notice]]

    def due_of(self, row: Any) -> datetime:
        """Until when this row waits."""
        due: datetime = getattr(row, self.until)
        return due

    def since_of(self, row: Any) -> datetime:
        """Since when it waits."""
        since: datetime = attrgetter(self.since.replace("__", "."))(row)
        return since


def _cases(*statuses: Status) -> Callable[[], QuerySet[Case]]:
    def rows() -> QuerySet[Case]:
        found = Case.objects.filter(status__in=statuses)
        return found.select_related("unit", "intake_unit").only(
            *CASE_FIELDS, "unit__name", "intake_unit__name"
        )

    return rows


def _call_backs() -> QuerySet[Case]:
    return called(_cases(Status.ANSWERED)())


def _site_checks() -> QuerySet[Case]:
    rows = _cases(Status.ANSWERED)().filter(found_by__isnull=False)
    return rows.select_related("found_by").only(
        *CASE_FIELDS, "unit__name", "intake_unit__name", "found_by__is_active"
    )


def _applications() -> QuerySet[Application]:
    rows = Application.objects.filter(state=ApplicationState.OPEN, kind__in=list(PROCEDURES))
    return rows.select_related("case__intake_unit", "unit", "part__asked_by")


def _parts() -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(role__in=WORKING, state__in=UNDER_WAY)
    return rows.exclude(state=AssignmentState.DONE).select_related("case", "unit")


def _ledger() -> QuerySet[LedgerRow]:
    rows = LedgerRow.objects.filter(closed_at=None)
    return rows.select_related("case__intake_unit", "unit", "owner")


def _reviews() -> QuerySet[LedgerRow]:
    # A last review that falls on the date of the row itself is told with that date.
    return _ledger().filter(review_at__lt=F("until"))


def _milestones() -> QuerySet[Milestone]:
    rows = Milestone.objects.filter(done_at=None, dropped_at=None)
    return rows.select_related("row__case", "row__unit", "row__owner")


def _measures() -> QuerySet[Measure]:
    rows = Measure.objects.filter(closed_at=None, answered_at=None)
    return rows.select_related("case", "unit")


def _judgements() -> QuerySet[Measure]:
    rows = Measure.objects.filter(closed_at=None, answered_at__isnull=False)
    return rows.select_related("case__intake_unit", "unit")


def _rechecks() -> QuerySet[Recheck]:
    return Recheck.objects.filter(done_at=None).select_related("case__intake_unit")


def _to_unit(code: str, unit: Unit | None, number: str, told: Told, /, **facts: object) -> Notice:
    assert unit is not None  # noqa: S101 - the query asks only for rows that have one
    facts.setdefault("due", told.due)
    post = facts.pop("post", None)
    return for_unit(
        code,
        unit,
        about=number,
        at=told.at,
        key=told.key,
        post=str(post) if post else None,
        facts=facts,
    )


def _tell_case(told: Told) -> Iterable[Notice]:
    if told.row.unit is not None:
        yield _to_unit(f"due.{told.tone}", told.row.unit, told.row.number, told)


def _tell_ruling(told: Told) -> Iterable[Notice]:
    application = told.row
    procedure, part = PROCEDURES[application.kind], application.part
    asking = part.asked_by if part is not None else None
    unit = (
        ruler_between(asking, application.unit)
        if asking is not None
        else application.case.intake_unit
    )
    post = procedure.ruled_by
    yield _to_unit("ruling.due", unit, application.case.number, told, post=post)


def _tell_part(told: Told) -> Iterable[Notice]:
    yield _to_unit("part.due", told.row.unit, told.row.case.number, told)


def _tell_transfer(told: Told) -> Iterable[Notice]:
    case = told.row
    facts = {"body": case.body or "other"}
    yield for_unit(
        "case.transfer_due",
        case.intake_unit,
        about=case.number,
        at=told.at,
        key=told.key,
        facts=facts,
    )


def _tell_call_back(told: Told) -> Iterable[Notice]:
    yield _to_unit("call_back.due", told.row.intake_unit, told.row.number, told)


def _tell_site_check(told: Told) -> Iterable[Notice]:
    case, finder = told.row, told.row.found_by
    if finder.is_active:
        facts, key = {"due": told.due}, told.key
        yield for_official(
            "site_check.due", finder, about=case.number, at=told.at, key=key, facts=facts
        )
    else:
        yield _to_unit("site_check.due", case.intake_unit, case.number, told)


def _tell_ledger(told: Told) -> Iterable[Notice]:
    yield from _to_keeper("parking.review_due", told.row, told, {"until": told.due})


def _tell_milestone(told: Told) -> Iterable[Notice]:
    facts = {"due": told.due, "task": told.row.what}
    yield from _to_keeper("milestone.due", told.row.row, told, facts)


def _to_keeper(code: str, row: LedgerRow, told: Told, facts: dict[str, object]) -> Iterable[Notice]:
    """The unit, and the owner in person."""
    about, at, key = row.case.number, told.at, told.key
    yield for_unit(code, row.unit, about=about, at=at, key=key, facts=facts)
    if row.owner is not None:
        yield for_official(code, row.owner, about=about, at=at, key=key, facts=facts)


def _tell_measure(told: Told) -> Iterable[Notice]:
    measure = told.row
    number, level = measure.case.number, measure.rung
    yield _to_unit("measure.due", measure.unit, number, told, level=level)


def _tell_judgement(told: Told) -> Iterable[Notice]:
    measure = told.row
    number, hotline = measure.case.number, measure.case.intake_unit
    facts = {"unit": measure.unit, "level": measure.rung, "since": told.due}
    yield for_unit("measure.unjudged", hotline, about=number, at=told.at, key=told.key, facts=facts)


def _tell_recheck(told: Told) -> Iterable[Notice]:
    case = told.row.case
    yield for_unit("recheck.due", case.intake_unit, about=case.number, at=told.at, key=told.key)


_OWN, _OF_CASE = attrgetter("number"), attrgetter("case.number")
_WITH_UNIT = _cases(Status.DISPATCHED, Status.IN_HAND)
_OF_ROW = attrgetter("row.case.number")
WAITS = (
    Wait("case", _WITH_UNIT, "wait_until", "received_at", _OWN, _tell_case),
    Wait("ruling", _applications, "rule_by", "asked_at", _OF_CASE, _tell_ruling),
    Wait("part", _parts, "due_at", "sent_at", _OF_CASE, _tell_part),
    Wait("transfer", _cases(Status.TRANSFERRED), "wait_until", "received_at", _OWN, _tell_transfer),
    Wait("call_back", _call_backs, "wait_until", "received_at", _OWN, _tell_call_back),
    Wait("site_check", _site_checks, "wait_until", "received_at", _OWN, _tell_site_check),
    Wait("ledger", _ledger, "until", "parked_at", _OF_CASE, _tell_ledger),
    Wait("milestone", _milestones, "due_at", "row__parked_at", _OF_ROW, _tell_milestone),
    Wait("review", _reviews, "review_at", "parked_at", _OF_CASE, _tell_ledger),
    Wait("measure", _measures, "answer_due", "opened_at", _OF_CASE, _tell_measure),
    Wait("judgement", _judgements, "answered_at", "answered_at", _OF_CASE, _tell_judgement),
    Wait("recheck", _rechecks, "due_at", "due_at", _OF_CASE, _tell_recheck),
)
