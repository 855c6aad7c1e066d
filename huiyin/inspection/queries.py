"""Reading measures, the ledger and rechecks: lists in the order in which they must be worked."""

from datetime import datetime

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from huiyin.departments.access import holds, units_within
from huiyin.departments.models import Official, Post
from huiyin.inspection.access import (
    OFFICERS,
    SUPERVISORS,
    may_supervise,
    visible_ledger,
    visible_measures,
    visible_rechecks,
)
from huiyin.inspection.models import LedgerRow, Measure, Milestone, Recheck


def to_answer(by: Official) -> QuerySet[Measure]:
    """The measures that an official's units have still to answer, the next due first."""
    rows = visible_measures(by).filter(closed_at=None, answered_at=None)
    return rows.filter(unit__in=units_within(by, OFFICERS)).order_by("answer_due", "pk")


def to_judge(by: Official) -> QuerySet[Measure]:
    """The answers that wait for a supervisor's judgement, the oldest first."""
    rows = visible_measures(by).filter(closed_at=None, answered_at__isnull=False)
    within = units_within(by, SUPERVISORS)
    rows = rows.filter(Q(case__intake_unit__in=within) | Q(unit__in=within))
    return rows.exclude(answered_by=by).order_by("answered_at", "pk")


def open_measures(by: Official) -> QuerySet[Measure]:
    """All open measures on cases an official may see, the next due first."""
    return visible_measures(by).filter(closed_at=None).order_by("answer_due", "pk")


def measures_ended(by: Official) -> QuerySet[Measure]:
    """The measures that have ended, the latest first."""
    return visible_measures(by).filter(closed_at__isnull=False).order_by("-closed_at", "-pk")


def may_answer(measure: Measure, *, by: Official) -> bool:
    """Whether an official may answer this measure now."""
    waits = measure.closed_at is None and measure.answered_at is None
    return waits and holds(by, Post.OFFICER, measure.unit)


def may_judge(measure: Measure, *, by: Official) -> bool:
    """Whether an official may judge the answer to this measure now."""
    if measure.closed_at is not None or measure.answered_at is None:
        return False
    return measure.answered_by_id != by.pk and may_supervise(measure.case, measure.unit, by=by)


def ledger_rows(by: Official, *, at: datetime, only_late: bool = False) -> QuerySet[LedgerRow]:
    """The ledger, with the day of the next open milestone; overdue milestones first."""
    waiting = Milestone.objects.filter(row=OuterRef("pk"), done_at=None, dropped_at=None)
    rows = visible_ledger(by).annotate(
        next_milestone=Min(
            "milestones__due_at",
            filter=Q(milestones__done_at=None, milestones__dropped_at=None),
        ),
        is_late=Exists(waiting.filter(due_at__lt=at)),
    )
    if only_late:
        rows = rows.filter(is_late=True)
    return rows.order_by("-is_late", F("next_milestone").asc(nulls_last=True), "until", "pk")


def open_rechecks(by: Official) -> QuerySet[Recheck]:
    """The closed matters that are to be looked at again, the next due first."""
    return visible_rechecks(by).filter(done_at=None).order_by("due_at", "pk")


def rechecks_done(by: Official) -> QuerySet[Recheck]:
    """The rechecks that are done, the latest first."""
    return visible_rechecks(by).filter(done_at__isnull=False).order_by("-done_at", "-pk")
