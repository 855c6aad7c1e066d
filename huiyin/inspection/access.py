"""Who supervises whom: a supervisor above the unit, and never for a case their own unit leads."""

from django.db.models import QuerySet

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Case
from huiyin.departments.access import holds, reach_of, units_within
from huiyin.departments.models import Official, Post, Unit
from huiyin.inspection.models import LedgerRow, Measure, Recheck

READERS = frozenset({Post.OFFICER, Post.SUPERVISOR, Post.LEADER})
OFFICERS = frozenset({Post.OFFICER})
SUPERVISORS = frozenset({Post.SUPERVISOR})


def may_supervise(case: Case, unit: Unit | None, *, by: Official) -> bool:
    """Whether an official may put this unit under supervision for this case."""
    if unit is None or _is_own(unit, by):
        return False
    return holds(by, Post.SUPERVISOR, case.intake_unit) or holds(by, Post.SUPERVISOR, unit)


def may_recheck(case: Case, *, by: Official) -> bool:
    """Whether an official may look whether a closed case came back."""
    if case.unit is not None and _is_own(case.unit, by):
        return False
    return holds(by, Post.SUPERVISOR, case.intake_unit)


def _is_own(unit: Unit, by: Official) -> bool:
    """Whether an official sits in this very unit, or answers for it."""
    if any(path == unit.path for _post, path in reach_of(by).held):
        return True
    return holds(by, Post.OFFICER, unit)


def visible_measures(by: Official) -> QuerySet[Measure]:
    """The measures on cases an official may see, and those their unit has to answer."""
    rows = Measure.objects.filter(case__in=visible_cases(by))
    return rows.select_related("case", "case__unit", "case__intake_unit", "unit")


def visible_ledger(by: Official) -> QuerySet[LedgerRow]:
    """The rows of the ledger on cases an official may see."""
    rows = LedgerRow.objects.filter(case__in=visible_cases(by))
    return rows.select_related("case", "case__unit", "case__intake_unit", "unit", "owner")


def visible_rechecks(by: Official) -> QuerySet[Recheck]:
    """The rechecks on cases an official may see."""
    rows = Recheck.objects.filter(case__in=visible_cases(by))
    return rows.select_related("case", "case__unit", "case__intake_unit", "unit", "new_case")


def own_units(by: Official) -> QuerySet[Unit]:
    """The units for which an official answers."""
    return units_within(by, OFFICERS)
