"""A map sketch of a unit's place with the points of its cases, as SVG."""

from dataclasses import dataclass

from django.db.models import QuerySet

from huiyin.cases.models import Case
from huiyin.departments.models import Unit
from huiyin.places.models import Place
from huiyin.places.queries import below, boundaries
from huiyin.places.rules import Level
from huiyin.places.sketch import outline

WIDTH = 200
MOST_POINTS = 1500
FINER = {
    Level.CITY: Level.DISTRICT,
    Level.DISTRICT: Level.STREET,
    Level.STREET: Level.COMMUNITY,
}
SHAPE = '<path d="{}" fill="#f4f7f9" stroke="#8fa3b3" stroke-width="0.6"/>'
POINT = '<circle cx="{}" cy="{}" r="1.6" fill="#b03a1e" fill-opacity="0.55"/>'


@dataclass(frozen=True)
class Drawing:
    """An SVG text with its size; empty where nothing is known to draw."""

    svg: str
    width: float
    height: float
    points: int


def unit_map(unit: Unit, cases: QuerySet[Case]) -> Drawing:
    """Draw the unit's place, or its city's, divided one level finer, and the cases on it."""
    shapes = _shapes(unit.place) or _shapes(_city_place(unit))
    if not shapes:
        return Drawing("", 0, 0, 0)
    sketch = outline(shapes, WIDTH)
    located = cases.filter(longitude__isnull=False, latitude__isnull=False).order_by("pk")
    points = [
        sketch.at(float(lng), float(lat))
        for lng, lat in located.values_list("longitude", "latitude")[:MOST_POINTS]
        if lng is not None and lat is not None
    ]
    inside = [(x, y) for x, y in points if 0 <= x <= sketch.width and 0 <= y <= sketch.height]
    drawn = "".join(SHAPE.format(path) for path in sketch.paths)
    drawn += "".join(POINT.format(x, y) for x, y in inside)
    box = f"0 0 {sketch.width} {sketch.height}"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{drawn}</svg>'
    return Drawing(svg, sketch.width, sketch.height, len(inside))


def _city_place(unit: Unit) -> Place | None:
    root = Unit.objects.select_related("place").get(pk=int(unit.path.split("/")[1]))
    return root.place


def _shapes(place: Place | None) -> list[object]:
    if place is None:
        return []
    finer = FINER.get(Level(place.level))
    parts = below(place).filter(level=finer) if finer else below(place).none()
    return list(boundaries(parts).values()) or list(boundaries([place]).values())
