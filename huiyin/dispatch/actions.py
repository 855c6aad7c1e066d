"""Sending cases to the unit that must act, and taking them back from it."""

from datetime import datetime

from huiyin.cases.models import Case, Status
from huiyin.cases.moves import Papers, move
from huiyin.departments.models import Official, Unit


def dispatch_case(number: str, unit: Unit | None, *, by: Official, at: datetime) -> Case:
    """Send a case to the unit that leads; its clock starts now."""
    return move(number, Status.DISPATCHED, by=by, at=at, papers=Papers(unit=unit))


def return_case(number: str, reason: str, *, by: Official, at: datetime) -> Case:
    """Give a case back to the dispatcher in writing; its clock goes on."""
    return move(number, Status.RECEIVED, by=by, at=at, papers=Papers(reason=reason))
