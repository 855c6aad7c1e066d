"""Reading cases: queues, in the order in which they must be worked."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from huiyin.cases.models import Case, Resident, Status
from huiyin.cases.rules import KINDS
from huiyin.departments.models import Unit
from huiyin.departments.rules import Post

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
    """Of these cases, the answered ones whose resident was not yet asked.

    What an official found is looked at on site by its finder; nobody can be called about it.
    """
    called = [name for name, kind in KINDS.items() if Post.CALLER in kind.verified_by]
    return _listed(cases.filter(status=Status.ANSWERED, kind__in=called))


def overdue(cases: QuerySet[Case], *, on: datetime) -> QuerySet[Case]:
    """Of these cases, those whose present wait has lasted too long."""
    return cases.filter(wait_until__lt=on)


def of_the_same_caller(case: Case, cases: QuerySet[Case], *, most: int = 100) -> QuerySet[Case]:
    """Of these cases, the others with this case's phone number; opens nobody's data."""
    if case.resident_id is None:
        return Case.objects.none()
    index = Resident.objects.filter(pk=case.resident_id).values("phone_index")
    rows = cases.filter(resident__phone_index__in=index).exclude(pk=case.pk)
    # Sorted by the reader: asked to sort, the planner may walk all cases by their day instead.
    return rows.only("number", "title", "status", "received_at")[:most]


def latest_first(cases: Iterable[Case]) -> list[Case]:
    """These cases by when they were received, the latest first."""
    return sorted(cases, key=lambda case: (case.received_at, case.pk), reverse=True)
