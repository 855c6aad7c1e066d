"""Which units a caliber ranks, and which it names nowhere: those are said aloud."""

from dataclasses import dataclass

from huiyin.counting.rules import Below, Caliber, Group
from huiyin.departments.models import Unit
from huiyin.departments.queries import active_units


@dataclass(frozen=True)
class Placed:
    """How many units stand in each group, and whose work counts nowhere."""

    groups: list[tuple[Group, int]]
    outside: int
    nowhere: list[Unit]


def unknown_codes(caliber: Caliber) -> list[str]:
    """The codes a caliber names that no unit has, in their order."""
    named = {code for group in caliber.groups for code in group.units} | {*caliber.outside_units}
    return sorted(named - set(Unit.objects.filter(code__in=named).values_list("code", flat=True)))


def placed_units(caliber: Caliber) -> Placed:
    """Sort the units that can be given work into the groups of a caliber."""
    units = list(active_units())
    grouped = {unit.pk: caliber.group_of(unit.code, unit.level) for unit in units}
    counts = [
        (group, sum(found is group for found in grouped.values())) for group in caliber.groups
    ]
    outside = {unit.pk for unit in units if caliber.is_outside(unit.code, unit.level)}
    ranked = {pk for pk, group in grouped.items() if group is not None}
    nowhere = [unit for unit in units if not _counts(unit, caliber, ranked | outside)]
    return Placed(counts, len(outside), nowhere)


def _counts(unit: Unit, caliber: Caliber, placed: set[int]) -> bool:
    if unit.pk in placed:
        return True
    if caliber.below == Below.LEAVE_OUT or caliber.is_outside(unit.code, unit.level):
        return False
    above = [int(part) for part in unit.path.split("/") if part][:-1]
    # A city has no rank to count up to.
    return any(pk in placed for pk in above[1:])
