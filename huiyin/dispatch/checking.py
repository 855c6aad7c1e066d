"""Looking a version over before it holds: gaps, contradictions, lines that lead nowhere.

And what differs between two versions, line by line.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db.models import Count, Exists, OuterRef, Q

from huiyin.cases.models import Category
from huiyin.departments.models import Unit
from huiyin.dispatch.book import Book, ids_of
from huiyin.dispatch.choosing import Chooser
from huiyin.dispatch.lines import Line
from huiyin.dispatch.models import FOUND_BY_PLACE
from huiyin.dispatch.rules import Rule, conflicts, known_to
from huiyin.places.models import Place

# How finely the place of a case may be known: not at all, or down to one of these.
KNOWN_DOWN_TO = ("", "district", "street", "community")


@dataclass(frozen=True)
class Gap:
    """A category for whose cases no line names a unit, where the place is known so finely."""

    category: Category
    levels: tuple[str, ...]
    sometimes: bool


@dataclass(frozen=True)
class Dead:
    """A line that names a unit which cannot be suggested."""

    rule: Rule
    unit: Unit
    dissolved: bool


@dataclass(frozen=True)
class Orphans:
    """How many places have no unit of the level that lines send to."""

    level: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Findings:
    """Everything that a version should be looked over for."""

    gaps: list[Gap]
    conflicts: list[tuple[Rule, Rule]]
    dead: list[Dead]
    orphans: list[Orphans]

    @property
    def count(self) -> int:
        """How many findings there are."""
        return len(self.gaps) + len(self.conflicts) + len(self.dead) + len(self.orphans)


def findings_of(chooser: Chooser) -> Findings:
    """Look a version over; three queries beside those of its chooser."""
    return Findings(
        gaps=gaps_of(chooser.book),
        conflicts=conflicts(chooser.book.rules),
        dead=dead_lines(chooser),
        orphans=orphans_of(chooser.book),
    )


def gaps_of(book: Book) -> list[Gap]:
    """The leaves of the taxonomy that no line without place and conditions covers."""
    below = Category.objects.filter(parent=OuterRef("pk"), valid_to=None)
    leaves = Category.objects.filter(~Exists(below), valid_to=None).order_by("sort_key", "pk")
    found = []
    for category in leaves:
        near = list(book.by_category.get(None, ()))
        for known in ids_of(category.path):
            near += book.by_category.get(known, ())
        plain = [rule for rule in near if rule.place is None and rule.conditions.is_empty()]
        missing = tuple(level for level in KNOWN_DOWN_TO if not _covers(plain, level))
        if missing:
            found.append(Gap(category, missing, sometimes=len(near) > len(plain)))
    return found


def _covers(rules: Iterable[Rule], level: str) -> bool:
    return any(known_to(level, rule.level) and known_to(level, rule.unit_level) for rule in rules)


def dead_lines(chooser: Chooser) -> list[Dead]:
    """Lines whose unit was dissolved, or may not lead what the line sends to it."""
    paths = dict(Category.objects.values_list("pk", "path"))
    found = []
    for rule in chooser.book.rules:
        if rule.unit is None:
            continue
        unit = chooser.units[rule.unit]
        category = ids_of(paths[rule.category]) if rule.category is not None else ()
        leads = chooser.duties.may_lead(unit.pk, unit.level, category)
        if unit.dissolved_on is not None or not leads:
            found.append(Dead(rule, unit, dissolved=unit.dissolved_on is not None))
    return found


def orphans_of(book: Book) -> list[Orphans]:
    """Places of a level that lines send to, for which no unit of that level answers."""
    asked = {rule.unit_level for rule in book.rules if rule.unit_level}
    found = []
    for level in FOUND_BY_PLACE:
        if level not in asked:
            continue
        acting = Count("units", filter=Q(units__level=level, units__dissolved_on=None))
        alone = Place.objects.filter(level=level, valid_to=None).annotate(acting=acting)
        names = list(alone.filter(acting=0).order_by("sort_key").values_list("name", flat=True))
        if names:
            found.append(Orphans(str(level), len(names), tuple(names[:5])))
    return found


@dataclass(frozen=True)
class Difference:
    """One line that two versions do not have alike; a column to what it was and is."""

    number: int
    before: Line | None
    after: Line | None
    columns: tuple[str, ...] = ()


def differences(before: Iterable[Line], after: Iterable[Line]) -> list[Difference]:
    """What was added, taken away and changed, by the number of the line."""
    old = {line.number: line for line in before}
    new = {line.number: line for line in after}
    found = []
    for number in sorted(old.keys() | new.keys()):
        one, other = old.get(number), new.get(number)
        if one is None or other is None:
            found.append(Difference(number, one, other))
        elif one != other:
            names = (field.name for field in fields(Line))
            columns = tuple(n for n in names if getattr(one, n) != getattr(other, n))
            found.append(Difference(number, one, other, columns))
    return found
