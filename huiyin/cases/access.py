"""Who may see a case, and which steps they may take with it.

Every door starts from `visible_cases` or `case_for`: a case you may not see does not
exist for you.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.models import Assignment, AssignmentState, Case
from huiyin.cases.numbers import tidy_number
from huiyin.cases.rules import ARROWS, HOTLINE_POSTS, RESIDENT, Arrow
from huiyin.departments.access import holds, seat_of, units_within
from huiyin.departments.models import Official
from huiyin.departments.rules import READS_CASES, Post
from huiyin.office.problems import NotFound

Actor = Official | str


def visible_cases(by: Official) -> QuerySet[Case]:
    """The cases an official may see: taken in where they work, or assigned there.

    A unit that returned a case has no further part in it and no longer sees it.
    """
    units = units_within(by, READS_CASES).values("pk")
    part = Assignment.objects.filter(case=OuterRef("pk"), unit__in=units)
    part = part.exclude(state=AssignmentState.RETURNED)
    return Case.objects.filter(Q(intake_unit__in=units) | Exists(part))


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
    if isinstance(by, str):
        return by == RESIDENT and RESIDENT in arrow.who
    if arrow.step in {"close", "reopen"} and _leads(case, by):
        return False
    return any(_holds_for(case, post, by) for post in arrow.who if post != RESIDENT)


def open_steps(case: Case, *, by: Actor) -> list[Arrow]:
    """The steps this person may take now: one button each."""
    leaving = [arrow for arrow in ARROWS if arrow.start == case.status]
    return [arrow for arrow in leaving if may_take(arrow, case, by=by)]


def seat_for(arrow: Arrow, case: Case, *, by: Actor) -> int | None:
    """The unit at which an official holds the post that lets them take this step."""
    hotline = seat_of(by, case.intake_unit, posts=arrow.who & HOTLINE_POSTS)
    return hotline or seat_of(by, case.unit, posts=arrow.who - HOTLINE_POSTS)


def may_know_person(case: Case, *, by: Official) -> bool:
    """Whether this official, who sees the case, may learn who asked.

    Where somebody asked to stay unnamed, only the hotline that took the case in may: the unit
    in charge can be the very one that is complained about.
    """
    if not case.is_confidential:
        return True
    return any(_holds_for(case, post, by) for post in HOTLINE_POSTS)


def _leads(case: Case, by: Official) -> bool:
    # A unit never calls back its own cases, whatever other post its officer holds.
    return case.unit is not None and holds(by, Post.OFFICER, case.unit)


def _holds_for(case: Case, post: str, by: Official) -> bool:
    unit = case.intake_unit if post in HOTLINE_POSTS else case.unit
    return unit is not None and holds(by, post, unit)
