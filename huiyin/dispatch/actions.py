"""Sending cases to the unit that must act, and taking them back from it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.models import Case, Category, Status
from huiyin.cases.moves import Papers, locked_case, move
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible


@transaction.atomic
def classify_case(number: str, category: Category, *, by: Official, at: datetime) -> Case:
    """Say what a case is about; that decides its deadline, so it ends with the dispatch."""
    case = locked_case(number)
    if case.status != Status.RECEIVED:
        raise NotPossible(
            _("The category decides the deadline, so it is set before the case is sent.")
        )
    if not any(holds(by, post, case.intake_unit) for post in (Post.OPERATOR, Post.DISPATCHER)):
        raise NotAllowed(_("Only an operator or a dispatcher of the hotline sets the category."))
    if case.category_id == category.pk:
        return case
    before = case.category.code if case.category else None
    case.category, case.deadline_class = category, category.deadline_class
    case.save(update_fields=["category", "deadline_class"])
    seat, code = seat_of(by, case.intake_unit), category.code
    record("case.classified", about=number, by=by, at=at, unit=seat, before=before, category=code)
    return case


@transaction.atomic
def dispatch_case(
    number: str, unit: Unit | None, *, by: Official, at: datetime, category: Category | None = None
) -> Case:
    """Send a case to the unit that leads; its clock starts now."""
    if category is not None:
        classify_case(number, category, by=by, at=at)
    return move(number, Status.DISPATCHED, by=by, at=at, papers=Papers(unit=unit))
