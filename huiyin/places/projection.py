"""Degrees to metres and back to areas, and between China's shifted coordinates and WGS 84.

`metres` is the cylindrical equal-area projection of the WGS 84 ellipsoid (Snyder, Map
Projections, USGS PP 1395, §10): areas are exact, distances good near the middle latitude.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

EQUATOR_M = 6_378_137.0
SQUARED_ECCENTRICITY = 0.0066943799901413165
ECCENTRICITY = math.sqrt(SQUARED_ECCENTRICITY)


def _authalic(latitude: Any) -> Any:
    sine = np.sin(np.radians(latitude))
    swelling = 1 - SQUARED_ECCENTRICITY * sine * sine
    ratio = np.log((1 - ECCENTRICITY * sine) / (1 + ECCENTRICITY * sine)) / (2 * ECCENTRICITY)
    return (1 - SQUARED_ECCENTRICITY) * (sine / swelling - ratio)


def metres(shapes: Sequence[Any] | Shapes, *, latitude: float) -> Shapes:
    """Project shapes from degrees to metres that are true around one latitude."""
    sine = math.sin(math.radians(latitude))
    scale = math.cos(math.radians(latitude)) / math.sqrt(1 - SQUARED_ECCENTRICITY * sine * sine)

    def project(points: Floats) -> Floats:
        east = EQUATOR_M * scale * np.radians(points[:, 0])
        north = EQUATOR_M * _authalic(points[:, 1]) / (2 * scale)
        return np.asarray(np.column_stack([east, north]), dtype=np.float64)

    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), project))


def areas_km2(shapes: Sequence[Any] | Shapes) -> Floats:
    """Areas in square kilometres on the ellipsoid; the order is that of the shapes."""
    # The projection keeps areas at every latitude, so that any middle will do.
    return np.asarray(shapely.area(metres(shapes, latitude=0.0)) / 1e6, dtype=np.float64)


KRASOVSKY_M = 6_378_245.0
KRASOVSKY_SQUARED = 0.006693421622965943
BAIDU = math.pi * 3000.0 / 180.0


def _swing(x: Floats) -> Floats:
    return np.asarray((20 * np.sin(6 * x * math.pi) + 20 * np.sin(2 * x * math.pi)) * 2 / 3)


def _gcj02_offset(points: Floats) -> Floats:
    lng, lat = points[:, 0], points[:, 1]
    x, y, root = lng - 105.0, lat - 35.0, np.sqrt(np.abs(lng - 105.0))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + _swing(x)
    north += (20 * np.sin(y * math.pi) + 40 * np.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * math.pi) + 320 * np.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + _swing(x)
    east += (20 * np.sin(x * math.pi) + 40 * np.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * math.pi) + 300 * np.sin(x / 30 * math.pi)) * 2 / 3
    swelling = 1 - KRASOVSKY_SQUARED * np.sin(np.radians(lat)) ** 2
    meridian = KRASOVSKY_M * (1 - KRASOVSKY_SQUARED) / (swelling * np.sqrt(swelling))
    parallel = KRASOVSKY_M / np.sqrt(swelling) * np.cos(np.radians(lat))
    offset = np.column_stack([np.degrees(east / parallel), np.degrees(north / meridian)])
    # The shift is applied within China only; elsewhere the two systems are one.
    in_china = (lng >= 72.004) & (lng <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return np.where(in_china[:, None], offset, 0.0)


def wgs84_to_gcj02(points: Floats) -> Floats:
    """Shift points (n × 2, longitude and latitude) as Chinese web maps do."""
    return points + _gcj02_offset(points)


def gcj02_to_wgs84(points: Floats) -> Floats:
    """Undo the shift of Chinese web maps, to about 3e-12 degrees."""
    found = points - _gcj02_offset(points)
    for _ in range(12):
        found = points - _gcj02_offset(found)
    return found


def bd09_to_wgs84(points: Floats) -> Floats:
    """Undo the two shifts of Baidu's maps."""
    x, y = points[:, 0] - 0.0065, points[:, 1] - 0.006
    radius = np.hypot(x, y) - 0.00002 * np.sin(y * BAIDU)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * BAIDU)
    return gcj02_to_wgs84(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))


TO_WGS84: dict[str, Callable[[Floats], Floats] | None] = {
    "wgs84": None,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}
