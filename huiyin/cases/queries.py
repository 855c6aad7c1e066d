"""Reading cases: queues, in the order in which they must be worked."""

from datetime import datetime

from django.db.models import F, QuerySet

from huiyin.cases.models import Case, Status
from huiyin.departments.models import Unit

WITH_UNIT = frozenset({Status.DISPATCHED, Status.IN_HAND})


def _listed(cases: QuerySet[Case]) -> QuerySet[Case]:
    rows = cases.select_related("unit", "category", "place")
    rows = rows.defer("text")
    return rows.order_by(F("wait_until").asc(nulls_last=True), "pk")


def waiting_for_dispatch(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases, those nobody was sent yet, the most urgent first."""
    return _listed(cases.filter(status=Status.RECEIVED))


def waiting_for_units(cases: QuerySet[Case], units: QuerySet[Unit]) -> QuerySet[Case]:
    """Of these cases, those these units lead and have not answered, the next due first."""
    return _listed(cases.filter(unit__in=units, status__in=WITH_UNIT))


def waiting_for_call_back(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases, the answered ones whose resident was not yet asked."""
    return _listed(cases.filter(status=Status.ANSWERED))


def overdue(cases: QuerySet[Case], *, on: datetime) -> QuerySet[Case]:
    """Of these cases, those whose present wait has lasted too long."""
    return cases.filter(wait_until__lt=on)
