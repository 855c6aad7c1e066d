"""Places as an outline drawing: SVG path strings that a page or a report can set as they are.

Pure: shapes go in, text comes out. Near the middle of the drawing lengths are true; it is a
sketch to find oneself in, not a map to measure on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

EMPTY_HEIGHT = 0.0
GRID = 1e-6


@dataclass(frozen=True)
class Sketch:
    """A drawing of `width` × `height` units; `paths` has one `d` attribute for each shape."""

    width: float
    height: float
    paths: list[str]
    west: float
    north: float
    # Drawing units for a degree of longitude and for one of latitude.
    scale: tuple[float, float]

    def at(self, lng: float, lat: float) -> tuple[float, float]:
        """Where a point lies in the drawing, from its upper left corner."""
        x = (lng - self.west) * self.scale[0]
        y = (self.north - lat) * self.scale[1]
        return round(x, 1), round(y, 1)


def outline(shapes: Sequence[Any], width: float, *, detail: float = 0.6) -> Sketch:
    """Draw shapes beside each other, `width` units wide; they keep their order.

    `detail` is the size, in drawing units, of what may be left out. Common borders are
    simplified together, so that no gap opens between neighbours.
    """
    given = np.asarray(list(shapes), dtype=object)
    if not len(given) or bool(np.all(shapely.is_empty(given))):
        return Sketch(width, EMPTY_HEIGHT, ["" for _ in given], 0.0, 0.0, (1.0, 1.0))
    west, south, east, north = shapely.total_bounds(given).tolist()
    narrowing = math.cos(math.radians((south + north) / 2))
    across = width / max(east - west, 1e-9)
    scale = (across, across / narrowing)
    drawn = Sketch(width, round((north - south) * scale[1], 1), [], west, north, scale)

    def place(points: Any) -> Any:
        return np.column_stack(
            [(points[:, 0] - west) * scale[0], (north - points[:, 1]) * scale[1]]
        )

    flat = [_visible(shape, detail**2) for shape in shapely.transform(given, place)]
    drawn.paths.extend(_path(shape) for shape in _simplified(flat, detail))
    return drawn


def _simplified(shapes: Sequence[Any], detail: float) -> Any:
    # A common border is recognised by its very points; rounding forgives the last digits.
    rounded = shapely.set_precision(shapes, GRID, mode="pointwise")
    meeting = shapely.remove_repeated_points(rounded)
    try:
        return shapely.coverage_simplify(meeting, detail)
    except shapely.GEOSException:
        # Neighbours that overlap and are drawn very small can be too tangled for GEOS. Each is
        # then simplified alone: hairline gaps are better than no drawing.
        return shapely.simplify(meeting, detail)


def _visible(shape: Any, least: float) -> Any:
    """Leave out islands and holes too small to see; rounding would make points of them."""
    parts = []
    for part in shapely.get_parts(shape):
        if part.area > least:
            holes = [hole for hole in part.interiors if shapely.Polygon(hole).area > least]
            parts.append(shapely.Polygon(part.exterior, holes))
    return shapely.MultiPolygon(parts)


def _path(shape: Any) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return "".join(_ring(np.round(shapely.get_coordinates(ring), 1)) for ring in rings)


def _ring(points: Any) -> str:
    # Points that fall together after rounding are drawn once; the last repeats the first.
    kept = points[:-1][np.any(points[1:] != points[:-1], axis=1)]
    if len(kept) < 3:
        return ""
    steps = "L".join(f"{x:g} {y:g}" for x, y in kept.tolist())
    return f"M{steps}Z"
