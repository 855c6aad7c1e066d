"""Moving the deadline of a round: only after a ruling, and never without an entry."""

from datetime import datetime

from huiyin.cases.locks import current_round, lead_part
from huiyin.cases.merging import children_of
from huiyin.cases.models import Case
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official
from huiyin.logbook.actions import record


def extend(case: Case, until: datetime, *, by: Official, at: datetime) -> Case:
    """Promise a later moment; the first promise is kept beside it and counted by it."""
    turn, part = current_round(case), lead_part(case)
    before = case.due_at
    if turn is not None:
        turn.first_due_at = turn.first_due_at or turn.due_at
        turn.due_at = until
        turn.save(update_fields=["first_due_at", "due_at"])
    if part is not None:
        part.due_at = until
        part.save(update_fields=["due_at"])
    case.due_at = case.wait_until = until
    case.save(update_fields=["due_at", "wait_until"])
    children_of(case).update(due_at=until, wait_until=until)
    seat = seat_of(by, case.intake_unit)
    record("due.moved", about=case.number, by=by, at=at, unit=seat, before=before, due=until)
    return case
