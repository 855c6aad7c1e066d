"""双考评: after a part has ended each side marks the other, once.

Kept for the figures; here only supervisors above both and the side that wrote read it, so
that no unit can look up who of the other marked it low.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.cases.locks import locked_case
from huiyin.cases.models import Assignment, AssignmentState, Case
from huiyin.departments.access import holds, reach_of, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.queries import ruler_between
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.joint.arrivals import called_unit
from huiyin.replies.joint.models import Assessment, CalledUnit
from huiyin.replies.joint.rules import ABOUT_THE_CALLED, ABOUT_THE_CALLER, HIGHEST, LOWEST

# A unit that was excused had no part, so there is nothing to mark.
ENDED = frozenset({AssignmentState.DONE, AssignmentState.RELEASED})


@dataclass(frozen=True)
class View:
    """What one side thinks of the other: a mark for each thing, and words."""

    marks: dict[str, int] = field(default_factory=dict)
    words: str = ""


@transaction.atomic
def assess(
    number: str, part_id: int, view: View, *, about: Unit, by: Official, at: datetime
) -> Assessment:
    """Mark the other side; once for each side, after the part ended."""
    case = locked_case(number)
    called = called_unit(case, part_id)
    part = called.part
    if part.state not in ENDED:
        raise NotPossible(_("The two sides mark each other once the part has ended."))
    asked_by = part.asked_by or called.whistle.unit
    if about.pk not in {part.unit_id, asked_by.pk}:
        raise WrongInput(_("Only the unit that called and the one that was called are marked."))
    from_unit = asked_by if about.pk == part.unit_id else part.unit
    if not may_mark(from_unit, about, by=by):
        raise NotAllowed(_("Only an officer of the other side marks a unit."))
    if are_kin(from_unit, about):
        raise NotAllowed(_("No unit marks itself, or one above or below itself."))
    _check_marks(view, things_about(about, part))
    row = Assessment(
        called=called,
        from_unit=from_unit,
        about_unit=about,
        marks=dict(view.marks),
        words=view.words.strip(),
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise NotPossible(_("Your unit has marked this part already; nothing was changed.")) from (
            None
        )
    # In a chain of its own: everybody in the case reads the case's.
    record(
        "part.assessed",
        about=f"whistle:{called.whistle_id}",
        by=by,
        at=at,
        unit=seat_of(by, from_unit),
        words={"remark": row.words} if row.words else None,
        of=about.code,
        marks=row.marks,
    )
    return row


def may_mark(from_unit: Unit, about: Unit, *, by: Official) -> bool:
    """Whether an official may mark for a unit: its officer, who does not answer for the other."""
    sits_there = any(path == about.path for _post, path in reach_of(by).held)
    if sits_there or holds(by, Post.OFFICER, about):
        return False
    return holds(by, Post.OFFICER, from_unit)


def are_kin(unit: Unit, other: Unit) -> bool:
    """Whether two units are one, or one stands below the other."""
    return unit.path.startswith(other.path) or other.path.startswith(unit.path)


def things_about(about: Unit, part: Assignment) -> tuple[str, ...]:
    """What is marked of a side."""
    return ABOUT_THE_CALLED if about.pk == part.unit_id else ABOUT_THE_CALLER


def assessments_of(
    case: Case, called: list[CalledUnit], *, by: Official
) -> list[tuple[Assessment, bool]]:
    """The marks of these parts, each with whether an official may read it.

    The words beside them are for the side that wrote them; the city reads words later, and
    without a name.
    """
    if not called:
        return []
    rows = Assessment.objects.filter(called__in=called).order_by("at", "pk")
    rows = rows.select_related("from_unit", "about_unit", "by")
    parts, found = {one.pk: one.part for one in called}, []
    for row in rows:
        is_own = sits_at(row.from_unit, by=by)
        if not is_own:
            row.words = ""
        found.append((row, is_own or oversees(case, parts[row.called_id], by=by)))
    return found


def sits_at(unit: Unit, *, by: Official) -> bool:
    """Whether an official's officer post is that of this very unit."""
    return seat_of(by, unit, posts=frozenset({Post.OFFICER})) == unit.pk


def oversees(case: Case, part: Assignment, *, by: Official) -> bool:
    """Whether an official supervises both sides of a part and sits on neither."""
    if part.asked_by is None:
        return False
    if any(seat_of(by, side) == side.pk for side in (part.unit, part.asked_by)):
        return False
    if holds(by, Post.SUPERVISOR, case.intake_unit):
        return True
    if not holds(by, Post.SUPERVISOR, part.asked_by):
        return False
    return holds(by, Post.SUPERVISOR, ruler_between(part.asked_by, part.unit))


def _check_marks(view: View, things: tuple[str, ...]) -> None:
    if set(view.marks) != set(things):
        raise WrongInput(_("Give a mark for each thing that is asked."))
    if any(not LOWEST <= mark <= HIGHEST for mark in view.marks.values()):
        raise WrongInput(
            _("A mark is a number from %(lowest)d to %(highest)d.")
            % {"lowest": LOWEST, "highest": HIGHEST}
        )
