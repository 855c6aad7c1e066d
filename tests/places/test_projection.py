"""Areas are those of the ground, and shifted Chinese coordinates come back to where they were."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from shapely.geometry import box

from huiyin.places.projection import (
    areas_km2,
    bd09_to_wgs84,
    gcj02_to_wgs84,
    metres,
    wgs84_to_gcj02,
)

# The area of the whole WGS 84 ellipsoid, as tables of geodesy give it.
EARTH_KM2 = 510_065_621.7
# Computed with gcoord 1.0.7, a program of others that reads Chinese web maps.
GATE = [116.403988, 39.914266]
GCOORD_GCJ02 = [[116.41023240747266, 39.915670251113426], [121.47822305927693, 31.22845773757727]]
GCOORD_BD09 = [116.41661560068297, 39.92196580126834]


def test_the_area_of_the_earth_is_right():
    assert areas_km2([box(-180, -90, 180, 90)])[0] == pytest.approx(EARTH_KM2, rel=1e-9)


def test_a_square_of_a_minute_is_about_a_sea_mile_wide():
    square = box(116, 39.9, 116 + 1 / 60, 39.9 + 1 / 60)
    flat = metres([square], latitude=39.9)[0]
    west, south, east, north = flat.bounds
    assert (east - west) == pytest.approx(1426, abs=3)
    assert (north - south) == pytest.approx(1851, abs=3)
    assert flat.area / 1e6 == pytest.approx(
        areas_km2([box(116, 39.9, 116 + 1 / 60, 39.9 + 1 / 60)])[0]
    )


def test_the_shift_of_chinese_maps_is_that_of_another_program():
    shifted = wgs84_to_gcj02(np.array([GATE, [121.4737, 31.2304]]))
    assert shifted == pytest.approx(np.array(GCOORD_GCJ02), abs=1e-12)


@given(lng=some.floats(73.6, 134.9), lat=some.floats(18.1, 53.5))
def test_a_shifted_point_comes_back(lng, lat):
    point = np.array([[lng, lat]])
    assert gcj02_to_wgs84(wgs84_to_gcj02(point)) == pytest.approx(point, abs=1e-10)


def test_a_point_outside_china_is_not_shifted():
    boston = np.array([[-71.06, 42.36]])
    assert (gcj02_to_wgs84(boston) == boston).all()


def test_a_point_of_baidu_comes_back():
    back = bd09_to_wgs84(np.array([GCOORD_BD09]))
    # Baidu's second shift has no exact inverse; a hundred-thousandth of a degree is a metre.
    assert back == pytest.approx(np.array([GATE]), abs=1e-5)
