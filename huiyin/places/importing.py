"""From the features of a file to rows for the tree: parents found, stored places compared.

Reads the database and writes nothing; `actions.import_geojson` writes what stands here if
nothing is wrong.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from huiyin.places.faults import Fault, Finding
from huiyin.places.features import Feature, FieldNames
from huiyin.places.models import LEVEL_WORDS, Boundary, Place
from huiyin.places.rules import DEPTHS, Level, may_lie_in
from huiyin.places.tiling import TOLERANCE_M, Ground, Tile, judge


@dataclass(frozen=True)
class ImportOrder:
    """How a file is to be read: what its fields mean and what is to be forgiven."""

    level: Level
    fields: FieldNames
    parent: str = ""
    coordinates: str = "wgs84"
    accept_gaps: bool = False
    tolerance_m: float = TOLERANCE_M
    source: str = ""


@dataclass
class Plan:
    """What an import would write, and why it may not."""

    new: list[tuple[Feature, Place | None]] = field(default_factory=list)
    to_draw: list[tuple[Feature, Place]] = field(default_factory=list)
    unchanged: int = 0
    findings: list[Finding] = field(default_factory=list)


def plan_of(features: Sequence[Feature], order: ImportOrder) -> Plan:
    """Plan an import: find each parent, compare codes with the stored, judge the tiling."""
    plan = Plan()
    parents = _Parents(features, order)
    codes = [feature.code for feature in features]
    stored = {place.code: place for place in Place.objects.filter(code__in=codes)}
    shapes = stored_shapes(stored.values())
    for feature in features:
        parent = parents.of(feature, plan.findings)
        known = stored.get(feature.code)
        if known is None:
            plan.new.append((feature, parent))
        elif not _agrees(feature, known, parent, order):
            plan.findings.append(_known(feature, known))
        elif known.id not in shapes:
            plan.to_draw.append((feature, known))
        elif feature.shape is None or shapes[known.id].equals_exact(feature.shape, 1e-9):
            plan.unchanged += 1
        else:
            plan.findings.append(_known(feature, known))
    _find_names_taken(plan)
    plan.findings += _judged(plan, order)
    return plan


def stored_shapes(places: Iterable[Place]) -> dict[int, Any]:
    """Fetch the polygons of places by their id."""
    return {row.place_id: row.shape for row in Boundary.objects.filter(place__in=list(places))}


class _Parents:
    """The parents that features name, by code or by a name that only one larger place has."""

    def __init__(self, features: Sequence[Feature], order: ImportOrder) -> None:
        self.order = order
        wanted = {feature.parent for feature in features} | {order.parent} - {""}
        larger = [level for level, depth in DEPTHS.items() if depth < DEPTHS[order.level]]
        self.by_code = {place.code: place for place in Place.objects.filter(code__in=wanted)}
        named = list(Place.objects.filter(name__in=wanted, level__in=larger, valid_to=None))
        self.count = Counter(place.name for place in named)
        self.by_name = {place.name: place for place in named}

    def of(self, feature: Feature, findings: list[Finding]) -> Place | None:
        wanted = feature.parent or self.order.parent
        if not wanted:
            if self.order.level != Level.CITY:
                findings.append(Finding(Fault.NO_PARENT, feature.number, feature.name))
            return None
        found = self.by_code.get(wanted) or self.by_name.get(wanted)
        facts: dict[str, Any] = {"parent": wanted}
        fault = None
        if found is None:
            fault = Fault.MISSING_PARENT
        elif wanted not in self.by_code and self.count[wanted] > 1:
            fault = Fault.AMBIGUOUS_PARENT
        elif not may_lie_in(self.order.level, found.level):
            fault = Fault.PARENT_TOO_SMALL
            facts = {"parent": found.name, "level": LEVEL_WORDS[Level(found.level)]}
        if fault is None:
            return found
        findings.append(Finding(fault, feature.number, feature.name, facts))
        return None


def _agrees(feature: Feature, known: Place, parent: Place | None, order: ImportOrder) -> bool:
    same_parent = parent is None or known.parent_id == parent.id
    return known.name == feature.name and known.level == order.level and same_parent


def _known(feature: Feature, known: Place) -> Finding:
    facts = {"code": feature.code, "known": known.name}
    return Finding(Fault.KNOWN_CODE, feature.number, feature.name, facts)


def _find_names_taken(plan: Plan) -> None:
    """Within one parent a name belongs to one place: among the new ones and beside the stored."""
    parents = {parent.id for _, parent in plan.new if parent}
    siblings = Place.objects.filter(parent__in=parents, valid_to=None)
    taken: dict[tuple[int, str], tuple[int, str]] = {
        (row.parent_id or 0, row.name): (0, row.name) for row in siblings
    }
    for feature, parent in plan.new:
        if parent is None or not feature.name:
            continue
        mine = (feature.number, feature.name)
        first = taken.setdefault((parent.id, feature.name), mine)
        if first != mine:
            facts = {"other": first[1], "other_number": first[0]}
            plan.findings.append(Finding(Fault.DUPLICATE_NAME, *mine, facts))


def _judged(plan: Plan, order: ImportOrder) -> list[Finding]:
    coming = [*plan.new, *((feature, known.parent) for feature, known in plan.to_draw)]
    tiles = [
        Tile(feature.name, str(parent.id if parent else ""), feature.shape, feature.number)
        for feature, parent in coming
        if feature.shape is not None
    ]
    if not tiles:
        return []
    parents = {parent.id: parent for _, parent in coming if parent}
    # A polygon that cannot be read leaves a hole of its own: the gap is no second fault.
    unread = any(feature.shape is None for feature, _ in coming)
    return judge(
        tiles + stored_tiles(order.level),
        grounds_of(parents.values()),
        tolerance_m=order.tolerance_m,
        accept_gaps=order.accept_gaps or unread,
    )


def stored_tiles(level: Level | str) -> list[Tile]:
    """The polygons of one level that the city holds today."""
    rows = Boundary.objects.filter(place__level=level, place__valid_to=None)
    return [
        Tile(row.place.name, str(row.place.parent_id or ""), row.shape)
        for row in rows.select_related("place").order_by("place__code")
    ]


def grounds_of(parents: Iterable[Place]) -> dict[str, Ground]:
    """What the children of these places must fill."""
    known = list(parents)
    shapes = stored_shapes(known)
    return {str(place.id): Ground(place.name, shapes.get(place.id)) for place in known}
