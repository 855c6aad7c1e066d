"""Problem cases (问题工单): put before a district's or the city's supervisors, until one takes it.

A case becomes one by its third round (a setting). It stays on the list until it ends.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.access import case_for, visible_cases
from huiyin.cases.happenings import Happening
from huiyin.cases.models import Case
from huiyin.cases.moves import locked_case
from huiyin.cases.rules import OPEN
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post, Unit, UnitLevel
from huiyin.departments.queries import cities
from huiyin.followup.models import Problem
from huiyin.logbook.actions import record
from huiyin.notices.actions import tell_unit
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

RANKS = (UnitLevel.DISTRICT, UnitLevel.CITY)


def put_before(happening: Happening) -> None:
    """A case that became a problem case is put before its district's supervisors."""
    case, at = happening.case, happening.at
    if case.problem_since == at and case.unit is not None:
        above = _above(case.unit)
        row, is_new = Problem.objects.get_or_create(
            case=case, defaults={"unit": above, "escalated_at": at}
        )
        if is_new and above != case.intake_unit:
            _tell(row, at=at)


def end_problem(happening: Happening) -> None:
    """A case that has ended is no problem case any more; one that comes back is one again."""
    case = happening.case
    ended = None if case.status in OPEN else happening.at
    if case.problem_since is not None:
        Problem.objects.filter(case=case).update(ended_at=ended)


def problem_cases(by: Official) -> QuerySet[Case]:
    """The open problem cases this official sees: first those nobody looks after, the oldest."""
    rows = visible_cases(by).filter(problem_since__isnull=False, status__in=OPEN)
    rows = rows.select_related("unit", "category", "problem", "problem__unit", "problem__taken_by")
    return rows.order_by(F("problem__taken_at").asc(nulls_first=True), "problem_since", "pk")


def may_take_over(case: Case, *, by: Official) -> bool:
    """Whether a supervisor stands at the unit before which the case was put, or above it."""
    row = Problem.objects.select_related("unit").filter(case=case).first()
    unit = row.unit if row is not None else case.intake_unit
    return holds(by, Post.SUPERVISOR, unit)


@transaction.atomic
def take_over(number: str, note: str, *, by: Official, at: datetime) -> Problem:
    """Look after a problem case from now on, and say what will be done."""
    case, row = _problem(number, by=by, at=at)
    if not note.strip():
        raise WrongInput(_("Write down what you will do, so that the unit and the centre know."))
    if row.taken_by_id == by.pk and row.note == note.strip():
        raise NotPossible(_("You look after this case already; nothing was changed."))
    row.taken_by, row.taken_at, row.note = by, at, note.strip()
    row.save(update_fields=["taken_by", "taken_at", "note"])
    entry = _record("problem.taken_over", row, by=by, at=at)
    if case.unit is not None:
        key, facts = f"{number}/{entry}", {"official": by}
        tell_unit("problem.taken_over", case.unit, about=number, at=at, key=key, facts=facts)
    return row


@transaction.atomic
def pass_up(number: str, note: str, *, by: Official, at: datetime) -> Problem:
    """Put a problem case before the supervisors of the city: a district cannot solve it."""
    _case, row = _problem(number, by=by, at=at)
    if not note.strip():
        raise WrongInput(_("Write down why it goes up, so that the next supervisor knows."))
    root = _root(row.unit)
    if row.unit == root:
        raise NotPossible(_("This case is before the city already; take it over there."))
    row.unit, row.escalated_at, row.note = root, at, note.strip()
    row.taken_by = row.taken_at = None
    row.save()
    entry = _record("problem.passed_up", row, by=by, at=at)
    _tell(row, at=at, mark=str(entry))
    return row


def _problem(number: str, *, by: Official, at: datetime) -> tuple[Case, Problem]:
    case_for(number, by=by)
    case = locked_case(number)
    if case.problem_since is None or case.status not in OPEN:
        raise NotPossible(_("This case is no open problem case."))
    if not may_take_over(case, by=by):
        raise NotAllowed(_("Only a supervisor before whom the case was put does this."))
    unit = _above(case.unit) if case.unit is not None else case.intake_unit
    row, _new = Problem.objects.get_or_create(
        case=case, defaults={"unit": unit, "escalated_at": case.problem_since or at}
    )
    return case, row


def _above(unit: Unit) -> Unit:
    """The district in which a unit lies, or the city."""
    ids = [int(part) for part in unit.path.split("/") if part]
    above = {one.pk: one for one in Unit.objects.filter(pk__in=ids, level__in=RANKS)}
    found = [above[pk] for pk in reversed(ids) if pk in above and pk != unit.pk]
    return found[0] if found else _root(unit)


def _root(unit: Unit) -> Unit:
    return cities().get(pk=int(unit.path.split("/")[1]))


def _tell(row: Problem, *, at: datetime, mark: str = "problem") -> None:
    case = row.case
    facts: dict[str, object] = {"rounds": case.round_number}
    if case.unit is not None:
        facts["unit"] = case.unit
    key = f"{case.number}/{mark}"
    tell_unit("problem.escalated", row.unit, about=case.number, at=at, key=key, facts=facts)


def _record(code: str, row: Problem, *, by: Official, at: datetime) -> int:
    entry = record(
        code,
        about=row.case.number,
        by=by,
        at=at,
        unit=seat_of(by, row.unit),
        words={"note_on_problem": row.note},
        of=row.unit.code,
    )
    return int(entry.position)
