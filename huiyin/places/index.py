"""Which place holds a point: all boundaries of the city in memory, finest level first.

A point belongs to the finest place that holds it. On a line between two places of one level
it belongs to the one with the smaller code. The index of a process is built again when the
stamp in the database has changed, which one tiny query asks.
"""

import threading
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from huiyin.places.models import Boundary, Stamp
from huiyin.places.rules import DEPTHS

Ids = NDArray[np.int64]
FOREVER = date.max


@dataclass(frozen=True)
class Tiling:
    """The polygons valid at one time, sorted finest level first and then by code.

    `ids`, `depths`: (n,) · `bounds`: (n, 4) west, south, east, north · `shapes`: (n,) polygons.
    """

    ids: Ids
    depths: NDArray[np.int8]
    bounds: NDArray[np.float64]
    shapes: NDArray[np.object_]

    def place_of(self, lng: float, lat: float, depth: int | None = None) -> int:
        """Id of the finest place at one point, 0 for none."""
        west, south, east, north = self.bounds.T
        near = (west <= lng) & (lng <= east) & (south <= lat) & (lat <= north)
        if depth is not None:
            near &= self.depths == depth
        for row in np.flatnonzero(near):
            if shapely.intersects_xy(self.shapes[row], lng, lat):
                return int(self.ids[row])
        return 0

    def places_of(self, lngs: ArrayLike, lats: ArrayLike, depth: int | None = None) -> Ids:
        """Ids of the finest places at many points, 0 for none; not-a-number is nowhere."""
        xs, ys = np.asarray(lngs, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        # Sorted by longitude, the points that a polygon's box can hold are one slice.
        order = np.argsort(xs, kind="stable")
        xs, ys = xs[order], ys[order]
        found = np.zeros(len(xs), dtype=np.int64)
        starts = np.searchsorted(xs, self.bounds[:, 0], side="left")
        ends = np.searchsorted(xs, self.bounds[:, 2], side="right")
        wanted = np.arange(len(self.ids)) if depth is None else np.flatnonzero(self.depths == depth)
        for row in wanted:
            part = slice(starts[row], ends[row])
            _, south, _, north = self.bounds[row]
            open_ = (found[part] == 0) & (ys[part] >= south) & (ys[part] <= north)
            rows = starts[row] + np.flatnonzero(open_)
            if len(rows):
                inside = shapely.intersects_xy(self.shapes[row], xs[rows], ys[rows])
                found[rows[inside]] = self.ids[row]
        result = np.empty_like(found)
        result[order] = found
        return result


@dataclass(frozen=True)
class _Row:
    place_id: int
    code: str
    depth: int
    valid_from: date
    valid_to: date
    wkb: bytes


@dataclass
class PlaceIndex:
    """All boundaries with their days, cut into one tiling for each span without a change."""

    stamp: UUID | None
    rows: list[_Row]
    changes: list[date]
    tilings: dict[int, Tiling] = field(default_factory=dict)

    def tiling(self, on: date | None) -> Tiling:
        """Return the tiling of a day; without a day, of the places that have no end."""
        last = len(self.changes)
        span = last if on is None else bisect_right(self.changes, on)
        if span not in self.tilings:
            self.tilings[span] = _tiling(self._valid_in(span))
        return self.tilings[span]

    def _valid_in(self, span: int) -> list[_Row]:
        if span == len(self.changes):
            return [row for row in self.rows if row.valid_to == FOREVER]
        day = self.changes[span - 1] if span else date.min
        return [row for row in self.rows if row.valid_from <= day < row.valid_to]


def _tiling(rows: list[_Row]) -> Tiling:
    shapes = np.array(shapely.from_wkb([row.wkb for row in rows]), dtype=object).reshape(len(rows))
    shapely.prepare(shapes)
    return Tiling(
        ids=np.array([row.place_id for row in rows], dtype=np.int64),
        depths=np.array([row.depth for row in rows], dtype=np.int8),
        bounds=np.asarray(shapely.bounds(shapes), dtype=np.float64).reshape(len(rows), 4),
        shapes=shapes,
    )


_lock = threading.Lock()
_kept: dict[str, PlaceIndex] = {}


def current_index() -> PlaceIndex:
    """Return the index of this process: one query, and one more if places have changed."""
    # The stamp is read before the places: a change in between makes the next call build again.
    stamp = Stamp.objects.values_list("value", flat=True).first()
    kept = _kept.get("index")
    if kept is not None and stamp is not None and kept.stamp == stamp:
        return kept
    with _lock:
        kept = _kept.get("index")
        if kept is None or stamp is None or kept.stamp != stamp:
            kept = _kept["index"] = _read(stamp)
        return kept


def _read(stamp: UUID | None) -> PlaceIndex:
    fields = ("place_id", "place__code", "place__level", "place__valid_from", "place__valid_to")
    rows = [_row(values) for values in Boundary.objects.values_list(*fields, "wkb").iterator()]
    rows.sort(key=lambda row: (-row.depth, row.code))
    days = {row.valid_from for row in rows} | {row.valid_to for row in rows}
    return PlaceIndex(stamp, rows, sorted(days - {date.min, FOREVER}))


def _row(values: tuple[Any, ...]) -> _Row:
    place_id, code, level, begins, ends, wkb = values
    return _Row(place_id, code, DEPTHS[level], begins or date.min, ends or FOREVER, bytes(wkb))
