"""A map sketch: the parts of a place in outline and the cases on it, as SVG.

Points are moved to a grid of at least 100 metres, so that no dot shows a single door, and
cases that fall together make one larger dot. Confidential cases are not drawn.
"""

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db.models import Q, QuerySet

from huiyin.cases.models import Case
from huiyin.departments.models import Unit
from huiyin.places.models import Place
from huiyin.places.queries import below, boundaries
from huiyin.places.rules import Level
from huiyin.places.sketch import Sketch, outline

WIDTH = 200.0
GRID, GRID_METRES = 1.6, 100.0
METRES_A_DEGREE = 111_320.0
# A frame around points without any boundary leaves out the farthest, and is never a mere dot.
FAR, LEAST_DEGREES, FLATTEST = 1.0, 0.01, 0.5
FINER = {
    Level.CITY: Level.DISTRICT,
    Level.DISTRICT: Level.STREET,
    Level.STREET: Level.COMMUNITY,
}
SHAPE = '<path d="{}" fill="#eef3f6" stroke="#8fa3b3" stroke-width="0.5"/>'
FRAME = '<rect width="{}" height="{}" fill="#f6f8fa" stroke="#c3ced6" stroke-width="0.5"/>'
POINT = '<circle cx="{:g}" cy="{:g}" r="{:g}" fill="#b03a1e" fill-opacity="0.6"/>'


@dataclass(frozen=True)
class Drawing:
    """An SVG text with its size, and what became of the cases; empty where none has a point."""

    svg: str
    width: float
    height: float
    has_outlines: bool
    drawn: int
    outside: int
    without_point: int
    # How large the squares are whose middle stands for the points in them.
    grid_metres: int


EMPTY = Drawing("", 0, 0, has_outlines=False, drawn=0, outside=0, without_point=0, grid_metres=0)


def shown_parts(unit: Unit, city: Unit, *, on: date) -> list[Place]:
    """The unit's place, or its city's, divided one level finer; places without outlines too."""
    exists = (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gt=on))
    for place in (unit.place, city.place):
        if place is None:
            continue
        finer = FINER.get(Level(place.level))
        parts = list(below(place).filter(exists, level=finer)) if finer else []
        return parts or [place]
    return []


def draw(parts: list[Place], cases: QuerySet[Case]) -> Drawing:
    """Draw the parts and the cases; without any outline, the cases in a frame of their own."""
    located = cases.filter(longitude__isnull=False, latitude__isnull=False, is_confidential=False)
    rows = list(located.order_by("pk").values_list("longitude", "latitude"))
    without_point = cases.count() - len(rows)
    shapes = list(boundaries(parts).values())
    if not shapes and not rows:
        return replace(EMPTY, without_point=without_point)
    points = np.asarray(rows, dtype=float).reshape(-1, 2)
    sketch = outline(shapes or [_frame(points)], WIDTH)
    a_metre = sketch.scale[1] / METRES_A_DEGREE
    step = max(GRID, GRID_METRES * a_metre)
    places = _on_the_grid(sketch, points, step)
    drawn = places.total()
    return Drawing(
        _svg(sketch, places, has_outlines=bool(shapes)),
        sketch.width,
        sketch.height,
        has_outlines=bool(shapes),
        drawn=drawn,
        outside=len(rows) - drawn,
        without_point=without_point,
        grid_metres=round(step / a_metre / 10) * 10,
    )


def _svg(sketch: Sketch, places: Counter[tuple[float, float]], *, has_outlines: bool) -> str:
    ground = FRAME.format(sketch.width, sketch.height)
    if has_outlines:
        ground = "".join(map(SHAPE.format, sketch.paths))
    dots = "".join(
        POINT.format(x, y, min(1.3 * math.sqrt(count), 7)) for (x, y), count in places.items()
    )
    box = f"0 0 {sketch.width:g} {sketch.height:g}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{ground}{dots}</svg>'


def _frame(points: Any) -> Any:
    """A box around nearly all points, a little larger than they need and never a mere line."""
    low, high = np.percentile(points, [FAR, 100 - FAR], axis=0)
    needed = np.maximum((high - low) * 1.08, LEAST_DEGREES)
    half, middle = np.maximum(needed, needed.max() * FLATTEST) / 2, (low + high) / 2
    return shapely.box(*(middle - half), *(middle + half))


def _on_the_grid(sketch: Sketch, points: Any, step: float) -> Counter[tuple[float, float]]:
    """How many cases lie at each point of the grid within the picture."""
    at = (points - [sketch.west, sketch.north]) * [sketch.scale[0], -sketch.scale[1]]
    inside = np.all((at >= 0) & (at <= [sketch.width, sketch.height]), axis=1)
    cells = (np.floor(at[inside] / step) + 0.5) * step
    return Counter((round(x, 2), round(y, 2)) for x, y in cells.tolist())
