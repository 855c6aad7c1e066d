"""Which polygon holds a point, for one point or a million. No database here.

A point belongs to the finest place that holds it. On a line between two places of one level
it belongs to the one with the smaller code. `bench/places.py` compares this with shapely's
STRtree, which is some six to nine times slower in bulk.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Ids = NDArray[np.int64]


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
