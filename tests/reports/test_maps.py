"""The map sketch: whose outlines, every case once, and no single door."""

import re

import pytest
from shapely.geometry import box

from huiyin.cases.models import Case
from huiyin.places.actions import PlaceRow, add_places
from huiyin.places.models import Place
from huiyin.reports.maps import draw, shown_parts
from tests.makers import city, lighting, make_unit
from tests.reports.lives import LATER, lived, sent

pytestmark = pytest.mark.django_db
TODAY = LATER.date()
DOT = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"')


def row(code: str, level: str, parent: str | None, shape) -> PlaceRow:
    """A place with a boundary."""
    return PlaceRow(code, code, level, parent, boundary=shape)


@pytest.fixture
def land() -> dict[str, Place]:
    """A city of two districts, the eastern one with two streets; 0.2 by 0.1 degrees."""
    rows = [
        row("city", "city", None, box(118.0, 31.0, 118.2, 31.1)),
        row("west", "district", "city", box(118.0, 31.0, 118.1, 31.1)),
        row("east", "district", "city", box(118.1, 31.0, 118.2, 31.1)),
        row("north", "street", "east", box(118.1, 31.05, 118.2, 31.1)),
        row("south", "street", "east", box(118.1, 31.0, 118.2, 31.05)),
    ]
    return {place.code: place for place in add_places(rows)}


def at(lng: float, lat: float, **more) -> None:
    """A case of the lighting unit at a point."""
    lived(sent(1, due=24), longitude=lng, latitude=lat, **more)


def drawing(parts: list[Place]):
    """The drawing of all cases."""
    return draw(parts, Case.objects.all())


def dots(svg: str) -> list[tuple[float, ...]]:
    """Where the dots stand, and how large they are."""
    return [tuple(map(float, found)) for found in DOT.findall(svg)]


def names(parts: list[Place]) -> set[str]:
    """The codes of places."""
    return {part.code for part in parts}


def test_a_unit_is_shown_its_own_place_one_level_finer(land):
    root = city()
    root.place = land["city"]
    district = make_unit(place=land["east"])
    assert names(shown_parts(district, root, on=TODAY)) == {"north", "south"}
    assert names(shown_parts(root, root, on=TODAY)) == {"west", "east"}


def test_a_place_that_is_not_divided_is_shown_itself(land):
    assert names(shown_parts(make_unit(place=land["west"]), city(), on=TODAY)) == {"west"}


def test_a_unit_without_a_place_is_shown_its_citys(land):
    root = city()
    root.place = land["city"]
    assert names(shown_parts(lighting(), root, on=TODAY)) == {"west", "east"}


def test_a_part_that_no_longer_exists_is_not_shown(land):
    Place.objects.filter(code="west").update(valid_to=TODAY)
    root = city()
    root.place = land["city"]
    assert names(shown_parts(root, root, on=TODAY)) == {"east"}


def test_every_case_is_drawn_outside_or_without_a_point(land):
    at(118.05, 31.05)
    at(118.15, 31.05)
    at(119.0, 31.05)
    lived(sent(1, due=24))
    found = drawing([land["west"], land["east"]])
    assert (found.drawn, found.outside, found.without_point) == (2, 1, 1)
    assert found.svg.count("<path") == 2
    # The western point stands a quarter of the way, the eastern one three quarters.
    assert [round(x / found.width, 2) for x, _y, _r in dots(found.svg)] == [0.25, 0.75]


def test_cases_at_one_point_are_one_larger_dot(land):
    for _ in range(9):
        at(118.05, 31.05)
    at(118.15, 31.05)
    small, large = sorted(radius for _x, _y, radius in dots(drawing([land["city"]]).svg))
    assert large == pytest.approx(3 * small)


def test_a_dot_stands_on_a_grid_so_wide_that_it_shows_no_door(land):
    tiny = box(118.0, 31.0, 118.004, 31.004)
    [hamlet] = add_places([row("hamlet", "community", land["west"].code, tiny)])
    for east in (1, 2, 3, 4):
        at(118.001 + east * 0.0001, 31.0012)
    found = drawing([hamlet])
    assert found.grid_metres == 100
    assert len(dots(found.svg)) == 1
    assert found.drawn == 4


def test_without_outlines_the_points_stand_in_a_frame_of_nearly_all():
    for number in range(200):
        at(118 + number % 20 * 0.01, 31 + number % 10 * 0.01)
    at(0.0, 0.0)
    found = drawing([])
    assert not found.has_outlines
    assert "<rect" in found.svg
    assert (found.drawn, found.outside) == (200, 1)


def test_a_single_point_without_outlines_has_a_frame_too():
    at(118.0, 31.0)
    found = drawing([])
    assert (found.drawn, found.outside) == (1, 0)
    assert found.height == pytest.approx(found.width, rel=0.2)


def test_points_in_a_line_have_a_frame_that_is_no_line():
    for east in range(20):
        at(118.0 + east, 31.0)
    found = drawing([])
    assert found.height > found.width / 3


def test_with_neither_points_nor_outlines_nothing_is_drawn():
    lived(sent(1, due=24))
    found = drawing([])
    assert (found.svg, found.without_point) == ("", 1)


def test_outlines_are_drawn_where_no_case_has_a_point(land):
    found = drawing([land["city"]])
    assert found.has_outlines
    assert dots(found.svg) == []


def test_places_that_were_never_drawn_count_as_without_outlines():
    place = Place.objects.create(code="x", name="x", sort_key="x", level="street", path="/1/")
    at(118.0, 31.0)
    assert not drawing([place]).has_outlines
