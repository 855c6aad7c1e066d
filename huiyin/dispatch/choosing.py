"""Choosing the unit by the catalogue: for one case, for a page of them, for a whole month.

Pages, batches and previews all ask `Chooser`, so that none can say what another would not do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from huiyin.departments.models import Unit, UnitLevel
from huiyin.dispatch.book import Book
from huiyin.dispatch.duties import Duties, read_duties
from huiyin.dispatch.models import FOUND_BY_PLACE
from huiyin.dispatch.rules import Facts, Rule

DISSOLVED, ONLY_ASSISTS, NOBODY_THERE = "dissolved", "only assists", "nobody there"


@dataclass(frozen=True)
class Skipped:
    """A line that came first and names no unit that could act, and why."""

    rule: Rule
    why: str
    unit: Unit | None = None


@dataclass(frozen=True)
class Choice:
    """The units for a case: one, several where lines contradict each other, or none.

    `rules` are the lines that chose them, one each; empty where the district coordinates.
    """

    units: tuple[Unit, ...] = ()
    rules: tuple[Rule, ...] = ()
    skipped: tuple[Skipped, ...] = ()


@dataclass
class Chooser:
    """A version of the catalogue with the units and duties it needs, read once."""

    book: Book
    duties: Duties
    units: dict[int, Unit]
    answers_for: dict[tuple[int, str], Unit] = field(init=False)

    def __post_init__(self) -> None:
        self.answers_for = {}
        for unit in sorted(self.units.values(), key=lambda unit: unit.code, reverse=True):
            if unit.place_id is not None and unit.dissolved_on is None:
                self.answers_for[unit.place_id, unit.level] = unit

    def choose(self, facts: Facts) -> Choice:
        """The unit for a case: of the closest lines that name one that can act."""
        skipped: list[Skipped] = []
        for equals in self.book.for_case(facts):
            found: dict[int, tuple[Unit, Rule]] = {}
            for rule in equals:
                unit, why = self._aim(rule, facts)
                if unit is not None and not why:
                    found.setdefault(unit.pk, (unit, rule))
                else:
                    skipped.append(Skipped(rule, why, unit))
            if found:
                units, rules = zip(*found.values(), strict=True)
                return Choice(units, rules, tuple(skipped))
        district = self.responsible(facts.place, UnitLevel.DISTRICT)
        units = (district,) if district is not None and self._leads(district, facts) else ()
        return Choice(units, (), tuple(skipped))

    def responsible(self, place: tuple[int, ...], level: str) -> Unit | None:
        """The unit of a level that answers for a place, the nearest one."""
        found = (self.answers_for.get((known, level)) for known in reversed(place))
        return next((unit for unit in found if unit is not None), None)

    def _aim(self, rule: Rule, facts: Facts) -> tuple[Unit | None, str]:
        if rule.unit is None:
            unit = self.responsible(facts.place, rule.unit_level)
            if unit is None:
                return None, NOBODY_THERE
        else:
            unit = self.units[rule.unit]
            if unit.dissolved_on is not None:
                return unit, DISSOLVED
        return unit, "" if self._leads(unit, facts) else ONLY_ASSISTS

    def _leads(self, unit: Unit, facts: Facts) -> bool:
        return self.duties.may_lead(unit.pk, unit.level, facts.category)


def chooser_for(book: Book, places: Iterable[int] | None) -> Chooser:
    """Read what a choice needs: two queries; `places` are those of the cases, None for all."""
    named = {rule.unit for rule in book.rules if rule.unit is not None}
    assist = {code for rule in book.rules for code in rule.assist}
    near = Q(level__in=FOUND_BY_PLACE)
    near &= Q(place__isnull=False) if places is None else Q(place__in=set(places))
    rows = Unit.objects.filter(Q(pk__in=named) | Q(code__in=assist) | near)
    return Chooser(book, read_duties(), {unit.pk: unit for unit in rows})
