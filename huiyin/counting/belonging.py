"""In which row of which group the work of a unit counts, by the words of a caliber."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from huiyin.counting.models import KnownUnit
from huiyin.counting.rules import Below, Caliber
from huiyin.departments.models import Unit


@dataclass(frozen=True)
class Belonging:
    """The units of each group, and where everybody's work counts: a unit, or itself."""

    members: dict[str, list[Unit]]
    homes: dict[int, Unit]

    @property
    def ranked(self) -> set[int]:
        """The keys of the units that stand in a group."""
        return {unit.pk for units in self.members.values() for unit in units}


OF_UNIT = ("code", "name", "name_en", "level", "path", "sort_key", "dissolved_on")


@dataclass(frozen=True)
class Register:
    """The units of a city by a caliber, as they were known at a moment."""

    caliber: Caliber
    city: Unit
    as_of: datetime

    def units(self, which: Q) -> list[Unit]:
        """Some of the units under the names they had then; what else they are is asked anew."""
        known = Q(known_until=None) | Q(known_until__gt=self.as_of)
        rows = KnownUnit.objects.filter(known, which, known_from__lte=self.as_of)
        below = rows.filter(path__startswith=self.city.path).order_by("sort_key", "unit")
        names = ["id", *OF_UNIT]
        return [Unit.from_db("default", names, row) for row in below.values_list("unit", *OF_UNIT)]


def belonging(register: Register, counted: Iterable[int]) -> Belonging:
    """Sort the units of a city into the groups; `counted` are those that were judged at all."""
    caliber = register.caliber
    return sorted_in(caliber, register.units(_of_groups(caliber) | Q(unit__in=list(counted))))


def sorted_in(caliber: Caliber, units: Iterable[Unit]) -> Belonging:
    """Sort these units into the groups of a caliber."""
    known = {unit.pk: unit for unit in units}
    members: dict[str, list[Unit]] = {group.code: [] for group in caliber.groups}
    grouped: dict[int, Unit] = {}
    for unit in known.values():
        group = caliber.group_of(unit.code, unit.level)
        # A unit that was dissolved stands there only as long as something of it is counted.
        if group is not None:
            members[group.code].append(unit)
            grouped[unit.pk] = unit
    homes = {pk: _home(unit, grouped, caliber) for pk, unit in known.items()}
    return Belonging(members, homes)


def behind_row(register: Register, unit: Unit) -> list[int]:
    """The units whose work counts in the row of a unit: itself, and those below in no group."""
    caliber = register.caliber
    if caliber.below == Below.LEAVE_OUT or caliber.group_of(unit.code, unit.level) is None:
        return [unit.pk]
    homes = _homes_below(register, unit.path)
    return [pk for pk, home in homes.items() if home.pk == unit.pk]


def behind_group(register: Register, code: str) -> list[int]:
    """The units whose work counts in the last row of a group."""
    homes, caliber = _homes_below(register, register.city.path), register.caliber
    groups = {pk: caliber.group_of(home.code, home.level) for pk, home in homes.items()}
    return [pk for pk, group in groups.items() if group is not None and group.code == code]


def _homes_below(register: Register, path: str) -> dict[int, Unit]:
    under = register.units(Q(path__startswith=path))
    return belonging(register, {unit.pk for unit in under}).homes


def _of_groups(caliber: Caliber) -> Q:
    wanted = Q(unit__in=[])
    for group in caliber.groups:
        wanted |= Q(code__in=group.units) | Q(level__in=group.levels, dissolved_on=None)
    return wanted


def _home(unit: Unit, grouped: dict[int, Unit], caliber: Caliber) -> Unit:
    if caliber.below == Below.LEAVE_OUT:
        return unit
    above = [int(part) for part in unit.path.split("/") if part]
    return next((grouped[pk] for pk in reversed(above) if pk in grouped), unit)
