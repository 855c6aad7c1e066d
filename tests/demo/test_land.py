"""The invented land: districts, streets and roads that fit, for any seed."""

import random

import pytest
import shapely
from shapely.geometry import LineString

from huiyin.demo.geography import english, he_an
from huiyin.demo.scenes import person_of
from huiyin.demo.streets import HOUSES, Road, crossing, english_road, roads_of
from huiyin.places.tiling import gaps, outside, overlaps


@pytest.fixture(scope="module", params=[12345, 1, 99])
def lands(request):
    return he_an(request.param)


def of_level(lands, level):
    return [land for land in lands if land.level == level]


@pytest.mark.parametrize("level", ["district", "street", "community"])
def test_the_places_of_a_level_tile_those_above(lands, level):
    shapes = [land.shape for land in of_level(lands, level)]
    assert all(shapely.is_valid(shape) for shape in shapes)
    assert overlaps(shapes, 1.0) == []
    for parent in {land.parent for land in of_level(lands, level)}:
        above = next(land.shape for land in lands if land.code == parent)
        inside = [land.shape for land in of_level(lands, level) if land.parent == parent]
        assert not any(outside(above, inside, 1.0))
        assert gaps(above, inside, 1.0) == []


def test_people_are_counted_once(lands):
    people = {
        level: sum(land.population for land in of_level(lands, level))
        for level in ("city", "district", "street", "community")
    }
    assert len(set(people.values())) == 1
    assert 500_000 < people["city"] < 10_000_000


def test_no_two_neighbours_of_a_parent_share_a_name(lands):
    names = [(land.parent, land.name) for land in lands]
    assert len(set(names)) == len(names)
    assert len({land.code for land in lands}) == len(lands)


def test_the_same_seed_draws_the_same_land():
    assert he_an(7) == he_an(7)
    assert he_an(7) != he_an(8)


def test_a_road_lies_inside_its_community_and_its_name_is_its_own(lands):
    names = set()
    for land in of_level(lands, "community"):
        for road in roads_of(7, land):
            assert land.shape.contains(LineString([road.start, road.end]))
            assert shapely.contains_xy(land.shape, *road.point(HOUSES / (HOUSES + 1)))
            names.add((land.parent, road.name))
    assert len(names) == 5 * 240


@pytest.mark.parametrize(
    ("name", "english"),
    [("学院路", "Xueyuan Road"), ("湖滨大道", "Hubin Avenue"), ("东风巷", "Dongfeng Lane")],
)
def test_a_road_has_an_english_name(name, english):
    assert english_road(name) == english


def test_nobody_has_the_phone_numbers_of_the_city():
    people = [person_of(random.Random(n)) for n in range(500)]
    assert {person.phone[:3] for person in people} == {"100"}
    assert len({person.phone for person in people}) > 490


def road(*ends: tuple[float, float]) -> Road:
    return Road("路", *ends)


@pytest.mark.parametrize(
    ("other", "met"),
    [
        (road((0.0, 2.0), (2.0, 0.0)), (1.0, 1.0)),
        (road((0.5, 0.0), (0.5, 3.0)), (0.5, 0.5)),
        # These do not meet: beside it, beyond its end, before the other begins.
        (road((1.0, 0.0), (3.0, 2.0)), (1.0, 1.0)),
        (road((3.0, 0.0), (3.0, 9.0)), (1.0, 1.0)),
        (road((0.5, 0.7), (0.5, 3.0)), (1.0, 1.0)),
    ],
)
def test_a_corner_is_where_the_roads_meet_or_the_middle_of_the_first(other, met):
    assert crossing(road((0.0, 0.0), (2.0, 2.0)), other) == met


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("和安市", "He'an City"),
        ("东湖区", "Donghu District"),
        ("金井街道", "Jinjing Street Office"),
        ("北门镇", "Beimen Town"),
        ("春风东路社区", "Chunfengdonglu Community"),
    ],
)
def test_a_place_is_called_in_english_what_it_is(name, written):
    assert english(name) == written
