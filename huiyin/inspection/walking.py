"""What the system does when nobody acts: opens measures, climbs, resumes, keeps the ledger.

Each case is a transaction of its own: one that cannot be moved on stops none of the others.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from huiyin.cases.locks import locked_case
from huiyin.cases.models import Application, ApplicationState, Case, Status
from huiyin.cases.rules import ApplicationKind, Ruling
from huiyin.inspection.ladder import ladder_in_force
from huiyin.inspection.ledger import enter_missing
from huiyin.inspection.measures import climb, note_cause
from huiyin.inspection.models import Cause, Measure
from huiyin.inspection.rules import CLIMBING, Trigger
from huiyin.notices.actions import tell_unit
from huiyin.office.problems import Problem
from huiyin.replies.times import resume_case

Row = TypeVar("Row")
log = logging.getLogger(__name__)
# So many rows in one walk; the next walk goes on with the rest.
MOST = 1000
# Rulings older than this cause nothing any more.
RULED_WITHIN = timedelta(days=60)


@dataclass(frozen=True)
class Walked:
    """What one walk did."""

    resumed: int
    caused: int
    climbed: int
    entered: int


def walk_on(*, at: datetime) -> Walked:
    """Do what is due now; doing it again changes nothing."""
    return Walked(
        resumed=resume_parked(at=at),
        caused=supervise_overdue(at=at) + supervise_refused(at=at),
        climbed=climb_unanswered(at=at),
        entered=enter_missing(most=MOST),
    )


def resume_parked(*, at: datetime) -> int:
    """Take up every parked case whose date has come: no wait is without a way home."""
    due = Case.objects.filter(status=Status.PARKED, wait_until__lte=at)
    numbers = due.order_by("wait_until", "pk").values_list("number", flat=True)[:MOST]
    return _each(numbers, lambda number: _resume(number, at))


def supervise_overdue(*, at: datetime) -> int:
    """Count each overdue case as a cause, once for each deadline it missed."""
    if not ladder_in_force().triggers[Trigger.OVERDUE].is_on:
        return 0
    late = Case.objects.filter(status__in=CLIMBING, wait_until__lte=at)
    known = Cause.objects.filter(
        case=OuterRef("pk"), trigger=Trigger.OVERDUE, at__gte=OuterRef("wait_until")
    )
    late = late.filter(~Exists(known)).exclude(unit=None)
    numbers = late.order_by("wait_until", "pk").values_list("number", flat=True)[:MOST]
    return _each(numbers, lambda number: _overdue(number, at))


def supervise_refused(*, at: datetime) -> int:
    """Count each objection that was ruled to be without ground (拒接) as a cause."""
    known = Cause.objects.filter(
        case=OuterRef("case"), trigger=Trigger.REFUSED, at__gte=OuterRef("ruled_at")
    )
    ruled = Application.objects.filter(
        ~Exists(known),
        # A unit that objected and was then designated itself stood in the wrong just the same.
        Q(state=ApplicationState.REFUSED)
        | Q(ruling=Ruling.DESIGNATE, round_number=F("case__round_number")),
        Q(unit=F("case__unit")),
        kind=ApplicationKind.OBJECTION,
        rule_by__gt=at - RULED_WITHIN,
        case__status__in=CLIMBING,
    )
    found = ruled.order_by("rule_by", "pk").values_list("pk", "case__number")[:MOST]
    return _each(found, lambda row: _refused(*row, at))


def climb_unanswered(*, at: datetime) -> int:
    """Open the next rung wherever a unit has not answered in time."""
    due = Measure.objects.filter(closed_at=None, answered_at=None, climb_at__lte=at)
    due = due.filter(case__status__in=CLIMBING)
    keys = due.order_by("climb_at", "pk").values_list("pk", flat=True)[:MOST]
    return _each(keys, lambda key: climb(key, at=at) is not None)


def _resume(number: str, at: datetime) -> bool:
    case = locked_case(number)
    if case.status != Status.PARKED or case.wait_until is None or case.wait_until > at:
        return False
    reason = _("The date of the ledger has come, and nobody had taken the matter up.")
    case = resume_case(number, reason, by=None, at=at)
    if case.unit is not None:
        key = f"{number}/resumed/{at.isoformat()}"
        tell_unit("ledger.resumed", case.unit, about=number, at=at, key=key)
    return True


def _overdue(number: str, at: datetime) -> bool:
    case = locked_case(number)
    due = case.wait_until
    if case.status not in CLIMBING or due is None or due > at:
        return False
    note_cause(case, Trigger.OVERDUE, f"due:{due.isoformat()}", at=at)
    return True


def _refused(application: int, number: str, at: datetime) -> bool:
    note_cause(locked_case(number), Trigger.REFUSED, f"application:{application}", at=at)
    return True


def _each(rows: Iterable[Row], act: Callable[[Row], bool]) -> int:
    count = 0
    for row in list(rows):
        try:
            with transaction.atomic():
                count += act(row)
        except Problem as problem:
            log.warning("Supervision could not go on with %s: %s", row, problem)
    return count
