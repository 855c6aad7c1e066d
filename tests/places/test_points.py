"""Every point of a city belongs to exactly one finest place, whoever computes it."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from huiyin.places.rules import DEPTHS, Level
from tests.places.ground import crooked_city

sway = some.floats(-1, 1, allow_nan=False, width=32)


@some.composite
def cities(draw):
    columns, rows = draw(some.integers(1, 4)), draw(some.integers(1, 4))
    count = 2 * (columns + 1) * (rows + 1)
    return crooked_city(columns, rows, draw(some.lists(sway, min_size=count, max_size=count)))


def points_of(city, seed):
    """Corners, middles of borders, and points anywhere in and around the city."""
    ends = city.corners
    middles = (ends[:, None, :] + ends[None, :, :]).reshape(-1, 2) / 2
    anywhere = np.random.default_rng(seed).uniform(-1, 5, (60, 2))
    return np.concatenate([ends, middles, anywhere])


def place_by_slow_loop(tiling, lng, lat):
    point = shapely.Point(lng, lat)
    for place_id, shape in zip(tiling.ids, tiling.shapes, strict=True):
        if shape.intersects(point):
            return int(place_id)
    return 0


@settings(max_examples=40, deadline=None)
@given(city=cities(), seed=some.integers(0, 1000))
def test_many_points_find_the_place_that_a_slow_loop_finds(city, seed):
    points = points_of(city, seed)
    expected = [place_by_slow_loop(city.tiling, lng, lat) for lng, lat in points]
    assert city.tiling.places_of(points[:, 0], points[:, 1]).tolist() == expected


@settings(max_examples=40, deadline=None)
@given(city=cities(), seed=some.integers(0, 1000))
def test_one_point_finds_the_place_that_many_find(city, seed):
    points = points_of(city, seed)
    one_by_one = [city.tiling.place_of(lng, lat) for lng, lat in points]
    assert city.tiling.places_of(points[:, 0], points[:, 1]).tolist() == one_by_one


@settings(max_examples=40, deadline=None)
@given(city=cities(), seed=some.integers(0, 1000))
def test_each_point_of_the_city_lies_in_exactly_one_finest_place(city, seed):
    points = points_of(city, seed)
    whole = city.tiling.shapes[-1]
    found = city.tiling.places_of(points[:, 0], points[:, 1])
    inside = shapely.intersects_xy(whole, points[:, 0], points[:, 1])
    depths = np.append(city.levels, -1)[found - 1]
    assert (depths[inside] == DEPTHS[Level.COMMUNITY]).all()
    assert (found[~inside] == 0).all()


def test_a_point_on_a_border_belongs_to_the_smaller_code():
    city = crooked_city(2, 1, [0] * 12)
    assert city.tiling.place_of(1.0, 0.5) == 1
    assert city.tiling.places_of([1.0, 1.5], [0.5, 0.5]).tolist() == [1, 2]


def test_a_point_on_the_rim_belongs_to_the_city():
    city = crooked_city(2, 2, [0] * 18)
    assert 0 not in city.tiling.places_of([0, 2, 1, 1], [1, 1, 0, 2])


def test_a_level_can_be_asked_for():
    city = crooked_city(2, 2, [0] * 18)
    street, whole = DEPTHS[Level.STREET], DEPTHS[Level.CITY]
    assert city.tiling.place_of(1.5, 0.5, street) == 6
    assert city.tiling.places_of([0.5, 1.5], [0.5, 1.5], street).tolist() == [5, 6]
    assert city.tiling.places_of([0.5, 1.5], [0.5, 1.5], whole).tolist() == [7, 7]


@pytest.mark.parametrize("lng", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_what_is_no_point_on_earth_is_in_no_place(lng):
    city = crooked_city(1, 1, [0] * 8)
    assert city.tiling.places_of([lng, 0.5], [0.5, 0.5]).tolist() == [0, 1]
    assert city.tiling.place_of(lng, 0.5) == 0
    assert city.tiling.place_of(0.5, lng) == 0


def test_no_points_give_no_places():
    city = crooked_city(1, 1, [0] * 8)
    assert city.tiling.places_of([], []).tolist() == []
