"""Moving the deadline of a round: only after a ruling, and never without an entry."""

from datetime import datetime

from huiyin.cases.effects import postpone
from huiyin.cases.locks import current_round, lead_part
from huiyin.cases.merging import children_of
from huiyin.cases.models import Case
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official
from huiyin.logbook.actions import record


def extend(case: Case, until: datetime, *, by: Official, at: datetime) -> Case:
    """Promise a later moment; the first promise is kept beside it and counted by it."""
    before = case.due_at
    for row in postpone(case, current_round(case), lead_part(case), until):
        row.save()
    case.save(update_fields=["due_at", "wait_until"])
    children_of(case).update(due_at=until, wait_until=until)
    seat = seat_of(by, case.intake_unit)
    record("due.moved", about=case.number, by=by, at=at, unit=seat, before=before, due=until)
    return case
