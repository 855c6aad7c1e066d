"""An outline drawing shows every place in its right spot."""

import re

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point

from huiyin.places.sketch import outline
from tests.places.ground import crooked_city, tile

PATH = re.compile(r"(M-?[\d.]+ -?[\d.]+(L-?[\d.]+ -?[\d.]+)+Z)+")


def test_each_shape_gets_one_path_in_order():
    drawn = outline([tile(0, 0), tile(1, 0)], 200)
    assert len(drawn.paths) == 2
    assert all(PATH.fullmatch(path) for path in drawn.paths)
    assert drawn.at(110, 30.1) == (0, 0)
    assert drawn.at(110.2, 30) == (200, drawn.height)


def test_a_kilometre_is_as_long_upward_as_sideward():
    drawn = outline([tile(0, 0)], 100)
    assert drawn.height == pytest.approx(100 / 0.866, abs=0.6)


def test_a_hole_and_an_island_are_rings_of_the_same_path():
    lake = tile(0, 0).difference(Point(110.05, 30.05).buffer(0.02))
    [path] = outline([MultiPolygon([lake, tile(2, 0)])], 300).paths
    assert path.count("M") == path.count("Z") == 3


def test_fine_detail_is_left_out():
    coast = Point(110, 30).buffer(0.1, quad_segs=2000)
    [path] = outline([coast], 100).paths
    assert 10 < path.count("L") < 100


def shape_drawn(path):
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
    return shapely.Polygon(list(zip(numbers[::2], numbers[1::2], strict=True)))


def test_no_gap_opens_between_neighbours_when_they_are_simplified():
    # Two meet in the middle of a winding river, which the third has alone on its other bank.
    straight = [tile(0, 0, rows=2), tile(1, 0), tile(1, 1)]
    winding = shapely.transform(
        shapely.segmentize(straight, 0.0019),
        lambda p: p + np.column_stack([0.02 * np.sin(60 * p[:, 1]), 0 * p[:, 1]]),
    )
    drawn = [shape_drawn(path) for path in outline(winding, 300, detail=20).paths]
    whole = shapely.union_all(drawn)
    assert len(whole.interiors) == 0
    assert sum(shape.area for shape in drawn) == pytest.approx(whole.area)


def test_nothing_to_draw_is_an_empty_drawing():
    assert outline([], 100).paths == []
    assert outline([shapely.Polygon()], 100).paths == [""]


def test_islands_and_holes_too_small_to_see_are_left_out():
    pond = tile(0, 0).difference(Point(110.05, 30.05).buffer(0.0001))
    speck = Point(110.15, 30.15).buffer(0.0001)
    path, nothing = outline([MultiPolygon([pond, speck]), speck], 100).paths
    assert path.count("M") == 1
    assert nothing == ""


def test_nested_places_are_drawn_over_each_other():
    drawn = outline([tile(0, 0, columns=2), tile(0, 0), tile(1, 0)], 200)
    assert all(drawn.paths)


def test_the_same_places_give_the_same_drawing():
    shapes = list(crooked_city(3, 3, [0.5, -0.2] * 16).tiling.shapes)
    assert outline(shapes, 300) == outline(shapes, 300)
