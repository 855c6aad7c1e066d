"""Who may see a case, and which steps they may take with it.

Every door starts from `visible_cases` or `case_for`: a case you may not see does not
exist for you.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.models import Assignment, AssignmentState, Case
from huiyin.cases.numbers import tidy_number
from huiyin.cases.rules import (
    ARROWS,
    FINDER,
    HOTLINE_POSTS,
    KINDS,
    RESIDENT,
    SYSTEM,
    VERIFYING,
    Arrow,
    Paper,
)
from huiyin.departments.access import holds, seat_of, units_within
from huiyin.departments.models import Official
from huiyin.departments.rules import READS_CASES, Post
from huiyin.office.problems import NotFound

Actor = Official | str


def visible_cases(by: Official) -> QuerySet[Case]:
    """The cases an official may see: taken in where they work, assigned there, or found by them.

    A unit that returned a case has no further part in it and no longer sees it.
    """
    units = units_within(by, READS_CASES).values("pk")
    part = Assignment.objects.filter(case=OuterRef("pk"), unit__in=units)
    part = part.exclude(state=AssignmentState.RETURNED)
    return Case.objects.filter(Q(intake_unit__in=units) | Exists(part) | Q(found_by=by))


def case_for(number: str, *, by: Official) -> Case:
    """Fetch one case for an official; a foreign case is as absent as one that never was."""
    tidy = tidy_number(number) or number
    rows = visible_cases(by).select_related("unit", "intake_unit", "category", "place")
    case = rows.filter(number=tidy).first()
    if case is None:
        raise NotFound(_("There is no case %(number)s for you.") % {"number": number})
    return case


def may_take(arrow: Arrow, case: Case, *, by: Actor) -> bool:
    """Whether this person may take this step with this case."""
    who = arrow.who
    if arrow.step in VERIFYING:
        kind = KINDS[case.kind]
        who = (who & kind.verified_by) | kind.stands_in
        if not isinstance(by, str) and _leads(case, by):
            return False
    if isinstance(by, str):
        return by in {RESIDENT, SYSTEM} and by in who
    if FINDER in who and case.found_by_id == by.pk:
        return True
    return any(_holds_for(case, post, by) for post in who - {RESIDENT, SYSTEM, FINDER})


def open_steps(case: Case, *, by: Actor) -> list[Arrow]:
    """The steps this person may take now: one button each.

    A step that follows a ruling has no button: the button is the ruling's.
    """
    leaving = [arrow for arrow in ARROWS if arrow.start == case.status]
    leaving = [arrow for arrow in leaving if Paper.RULING not in arrow.owes]
    return [arrow for arrow in leaving if may_take(arrow, case, by=by)]


def seat_for(arrow: Arrow, case: Case, *, by: Actor) -> int | None:
    """The unit at which an official holds the post that lets them take this step."""
    hotline = seat_of(by, case.intake_unit, posts=arrow.who & HOTLINE_POSTS)
    return hotline or seat_of(by, case.unit, posts=arrow.who - HOTLINE_POSTS)


def may_know_person(case: Case, *, by: Official) -> bool:
    """Whether this official, who sees the case, may learn who asked.

    The hotline that took the case in may, and the unit in charge, which speaks with the
    resident for all. Where somebody asked to stay unnamed, only the hotline may: the unit in
    charge can be the very one that is complained about.
    """
    if any(_holds_for(case, post, by) for post in HOTLINE_POSTS):
        return True
    return not case.is_confidential and _leads(case, by)


def _leads(case: Case, by: Official) -> bool:
    # A unit never calls back its own cases, whatever other post its officer holds.
    return case.unit is not None and holds(by, Post.OFFICER, case.unit)


def _holds_for(case: Case, post: str, by: Official) -> bool:
    unit = case.intake_unit if post in HOTLINE_POSTS else case.unit
    return unit is not None and holds(by, post, unit)
