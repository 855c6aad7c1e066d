"""All boundaries of the city in the memory of this process, fresh at every question.

The index is built again when the stamp in the database has changed, which one tiny query asks.
"""

import threading
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from huiyin.places.models import Boundary, Stamp
from huiyin.places.points import Tiling
from huiyin.places.rules import DEPTHS

FOREVER = date.max


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
