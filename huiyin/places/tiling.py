"""Whether places tile the ground: overlaps, gaps and parts outside the parent.

Boundaries drawn by different hands never meet exactly. What counts is how wide a strip is,
not its area: a difference nowhere wider than the tolerance is a sliver and is left alone.
The default of 10 m was chosen from real files (`docs/reference/places.md`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from huiyin.places.faults import Fault, Finding
from huiyin.places.projection import metres

TOLERANCE_M = 10.0
MILLIMETRE_IN_DEGREES = 1e-8


@dataclass(frozen=True)
class Strip:
    """Ground that belongs to two places or to none: its size, and a point in it."""

    square_metres: int
    lng: float
    lat: float


def overlaps(shapes: Sequence[Any], tolerance_m: float) -> list[tuple[int, int, Strip]]:
    """Find the pairs (by position) whose common ground is wider than the tolerance.

    Raises nothing for valid polygons. Sorted by position.
    """
    degrees = np.asarray(shapes, dtype=object)
    first, second = shapely.STRtree(degrees).query(degrees, predicate="intersects")
    pairs = np.column_stack([first, second])[first < second]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    common = shapely.intersection(degrees[pairs[:, 0]], degrees[pairs[:, 1]])
    strips = _strips(common, tolerance_m)
    return [
        (int(one), int(other), strip)
        for (one, other), strip in zip(pairs, strips, strict=True)
        if strip
    ]


def outside(parent: Any, children: Sequence[Any], tolerance_m: float) -> list[Strip | None]:
    """Say for each child what lies outside its parent by more than the tolerance."""
    given = np.asarray(children, dtype=object)
    left = np.full(len(given), shapely.Polygon(), dtype=object)
    # Cutting by a whole city is slow; most children lie well inside, which is quickly seen.
    shapely.prepare(parent)
    doubtful = ~shapely.covers(parent, given)
    left[doubtful] = shapely.difference(given[doubtful], parent)
    return _strips(left, tolerance_m)


def gaps(parent: Any | None, children: Sequence[Any], tolerance_m: float) -> list[Strip]:
    """Find the holes that the children leave in their parent, the largest first.

    Without the parent's polygon only holes closed in by children can be seen.
    """
    known = np.asarray(children, dtype=object)
    if parent is None:
        holes = _enclosed_holes(known)
    else:
        holes = shapely.get_parts(shapely.difference(parent, shapely.union_all(known)))
    found = [strip for strip in _strips(holes, tolerance_m) if strip]
    return sorted(found, key=lambda strip: (-strip.square_metres, strip.lng, strip.lat))


def _enclosed_holes(children: NDArray[np.object_]) -> NDArray[np.object_]:
    # Snapped to a millimetre: otherwise a hair between two children would connect a hole with
    # the world outside. Not wider, for that would take bays and inlets for holes.
    covered = shapely.union_all(children, grid_size=MILLIMETRE_IN_DEGREES)
    rings = [ring for part in shapely.get_parts(covered) for ring in part.interiors]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)


def _strips(grounds: NDArray[np.object_], tolerance_m: float) -> list[Strip | None]:
    """Measure the parts wider than the tolerance: those that shrinking by half of it leaves."""
    found: list[Strip | None] = []
    for ground in grounds:
        parts = shapely.get_parts(ground)
        parts = parts[shapely.area(parts) > 0]
        if not len(parts):
            found.append(None)
            continue
        latitude = float(np.mean(shapely.bounds(parts)[:, [1, 3]]))
        flat = metres(parts, latitude=latitude)
        wide = ~shapely.is_empty(shapely.buffer(flat, -tolerance_m / 2))
        found.append(_strip(parts[wide], flat[wide]) if wide.any() else None)
    return found


def _strip(parts: NDArray[np.object_], flat: NDArray[np.object_]) -> Strip:
    areas = shapely.area(flat)
    point = shapely.point_on_surface(parts[int(np.argmax(areas))])
    size = max(round(float(areas.sum())), 1)
    return Strip(size, round(float(point.x), 6), round(float(point.y), 6))


@dataclass(frozen=True)
class Tile:
    """One polygon to be judged beside its siblings; `number` is 0 for a stored place."""

    name: str
    parent: str
    shape: Any
    number: int = 0


@dataclass(frozen=True)
class Ground:
    """What the tiles of one parent must fill; its shape may be unknown."""

    name: str
    shape: Any | None


def judge(
    tiles: Sequence[Tile],
    grounds: Mapping[str, Ground],
    *,
    tolerance_m: float = TOLERANCE_M,
    accept_gaps: bool = False,
) -> list[Finding]:
    """Judge the tiles of one level: none overlap, each lies in its parent, nothing is left open.

    `grounds` holds, by the key that a tile's `parent` names, the parents to be judged. Where
    some tiles come from a file, faults between stored ones alone are not theirs and are left out.
    """
    fresh = any(tile.number for tile in tiles)
    found = _judged_overlaps(tiles, tolerance_m)
    by_parent: dict[str, list[Tile]] = {}
    for tile in tiles:
        by_parent.setdefault(tile.parent, []).append(tile)
    for parent, children in sorted(by_parent.items()):
        ground = grounds.get(parent)
        if ground is None:
            continue
        if ground.shape is not None:
            found += _judged_outside(ground, children, tolerance_m)
        if not accept_gaps:
            holes = gaps(ground.shape, [child.shape for child in children], tolerance_m)
            found += [Finding(Fault.GAP, name=ground.name, facts=_facts(hole)) for hole in holes]
    return [
        finding for finding in found if finding.number or not fresh or finding.fault == Fault.GAP
    ]


def _judged_overlaps(tiles: Sequence[Tile], tolerance_m: float) -> list[Finding]:
    found = []
    for one, other, strip in overlaps([tile.shape for tile in tiles], tolerance_m):
        # A stored place is named as the other, so that the finding leads into the file.
        mine, theirs = tiles[one], tiles[other]
        if not mine.number and theirs.number:
            mine, theirs = theirs, mine
        facts = _facts(strip) | {"other": theirs.name, "other_number": theirs.number}
        found.append(Finding(Fault.OVERLAP, mine.number, mine.name, facts))
    return found


def _judged_outside(ground: Ground, children: Sequence[Tile], tolerance_m: float) -> list[Finding]:
    found = []
    strips = outside(ground.shape, [child.shape for child in children], tolerance_m)
    for child, strip in zip(children, strips, strict=True):
        if strip:
            fault = Fault.OUTSIDE
            if not shapely.intersects(child.shape, ground.shape):
                swapped = shapely.transform(child.shape, lambda points: points[:, ::-1])
                in_place = shapely.intersects(swapped, ground.shape)
                fault = Fault.SWAPPED if in_place else Fault.FAR_OUTSIDE
            facts = _facts(strip) | {"parent": ground.name}
            found.append(Finding(fault, child.number, child.name, facts))
    return found


def _facts(strip: Strip) -> dict[str, Any]:
    return {"square_metres": strip.square_metres, "lng": strip.lng, "lat": strip.lat}
