"""Invented ground for the tests of places: squares, crooked tilings and files of boundaries."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import box, mapping

from huiyin.places.actions import PlaceRow, add_places
from huiyin.places.features import FieldNames
from huiyin.places.importing import ImportOrder
from huiyin.places.points import Tiling
from huiyin.places.rules import DEPTHS, Level

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FIELDS = FieldNames(code="code", name="name", parent="parent")
WEST, SOUTH, SIDE = 110.0, 30.0, 0.1


def tile(column, row, *, columns=1, rows=1):
    """A box of the city's lattice; a cell is a tenth of a degree wide, some ten kilometres."""
    west, south = WEST + SIDE * column, SOUTH + SIDE * row
    return box(west, south, west + SIDE * columns, south + SIDE * rows)


def small_city():
    """A city of two districts; the western has two streets, the eastern none."""
    rows = [
        PlaceRow("1", "和安市", Level.CITY, None, tile(0, 0, columns=4, rows=2), name_en="He'an"),
        PlaceRow("11", "东区", Level.DISTRICT, "1", tile(2, 0, columns=2, rows=2)),
        PlaceRow("12", "西区", Level.DISTRICT, "1", tile(0, 0, columns=2, rows=2)),
        PlaceRow("1201", "河街道", Level.STREET, "12", tile(0, 0, columns=2)),
        PlaceRow("1202", "山街道", Level.STREET, "12", tile(0, 1, columns=2)),
    ]
    return {place.name: place for place in add_places(rows)}


def feature(code, name, shape, **said):
    """One feature of a file; the shape is a polygon or ready GeoJSON."""
    geometry = mapping(shape) if isinstance(shape, shapely.Geometry) else shape
    properties = {"code": code, "name": name, "parent": "1"} | said
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features, **more):
    """The text of a file of boundaries."""
    content = {"type": "FeatureCollection", "features": list(features)} | more
    return json.dumps(content, ensure_ascii=False)


def as_bytes(*features, **more):
    return collection(*features, **more).encode()


def saved(folder, *features, **more):
    path = folder / "boundaries.geojson"
    path.write_bytes(as_bytes(*features, **more))
    return path


def order(level=Level.DISTRICT, **changes):
    return ImportOrder(level=level, **({"fields": FIELDS} | changes))


def real(name):
    """The path of a real file, or a skipped test where it is absent."""
    path = REAL_DATA / name
    if not path.exists():
        pytest.skip(f"the real boundaries {name} are not on this machine")
    return path


@dataclass
class CrookedCity:
    """Quarters with common crooked borders, the streets they make up, and the whole."""

    tiling: Tiling
    corners: np.ndarray
    levels: list[int]


def crooked_city(columns, rows, sways):
    """Tile a rectangle with crooked quarters; a street is a column of them.

    `sways`: pairs of numbers between -1 and 1, one for each corner of the lattice, that move
    it by up to a quarter of a cell.
    """
    corners = np.array([[(x, y) for y in range(rows + 1)] for x in range(columns + 1)], dtype=float)
    corners += 0.25 * np.array(sways, dtype=float).reshape(columns + 1, rows + 1, 2)
    quarters = [
        [
            shapely.Polygon(
                [corners[x, y], corners[x + 1, y], corners[x + 1, y + 1], corners[x, y + 1]]
            )
            for y in range(rows)
        ]
        for x in range(columns)
    ]
    streets = [shapely.union_all(column) for column in quarters]
    # Codes fall with the position in the list, as an index sorts them within a level.
    shapes = [quarter for column in quarters for quarter in column] + streets
    shapes.append(shapely.union_all(streets))
    levels = [Level.COMMUNITY] * (columns * rows) + [Level.STREET] * columns + [Level.CITY]
    depths = [DEPTHS[level] for level in levels]
    tiling = Tiling(
        ids=np.arange(1, len(shapes) + 1),
        depths=np.array(depths, dtype=np.int8),
        bounds=shapely.bounds(np.array(shapes, dtype=object)),
        shapes=np.array(shapes, dtype=object),
    )
    return CrookedCity(tiling, corners.reshape(-1, 2), depths)


def _quarter(corners, x, y):
    steps = [(0, 0), (1, 0), (1, 1), (0, 1)]
    return shapely.Polygon([corners[x + right, y + up] for right, up in steps])
