"""Places are put in the tree by one function: all or none, each below its parent."""

from datetime import date

import pytest
import shapely
from django.db import connection
from shapely.geometry import Point, Polygon, mapping

from huiyin.office.problems import WrongInput
from huiyin.places import actions
from huiyin.places.actions import PlaceRow, add_place, add_places, give_boundaries
from huiyin.places.models import Boundary, Place
from huiyin.places.queries import boundaries, place_at
from huiyin.places.rules import Level
from tests.places.ground import small_city, tile

pytestmark = pytest.mark.django_db


def test_a_place_knows_the_way_down_from_its_root():
    city = small_city()
    street = Place.objects.get(code="1201")
    assert street.path == f"/{city['和安市'].id}/{city['西区'].id}/{street.id}/"
    assert street.parent == city["西区"]


def test_parents_may_come_after_their_children_in_a_list():
    rows = [
        PlaceRow("1201", "河街道", "street", "12"),
        PlaceRow("12", "西区", "district", "1"),
        PlaceRow("1", "和安市", "city"),
    ]
    assert [place.code for place in add_places(rows)] == ["1201", "12", "1"]
    assert Place.objects.get(code="1201").parent.parent.code == "1"


def test_everything_said_of_a_place_is_kept():
    city = add_place(code="1", name="和安市", level=Level.CITY)
    add_place(
        code="11",
        name="东区",
        level="district",
        parent=city,
        boundary=mapping(tile(0, 0)),
        name_en="East",
        population=120_000,
        population_basis="常住人口 2025",
        valid_from=date(2020, 1, 1),
        valid_to=date(2030, 1, 1),
        source="survey",
        source_id="E-7",
    )
    kept = Place.objects.get(code="11")
    assert (kept.name, kept.name_en, kept.sort_key) == ("东区", "East", "dong qu")
    assert (kept.population, kept.population_basis) == (120_000, "常住人口 2025")
    assert (kept.valid_from, kept.valid_to) == (date(2020, 1, 1), date(2030, 1, 1))
    assert (kept.source, kept.source_id, kept.level) == ("survey", "E-7", "district")
    assert (kept.west, kept.south, kept.east, kept.north) == pytest.approx((110, 30, 110.1, 30.1))
    assert kept.area_km2 == pytest.approx(106.9, abs=0.1)
    assert kept.boundary.shape.equals_exact(tile(0, 0), 1e-12)


def test_a_place_may_have_no_boundary():
    place = add_place(code="1", name="和安市", level="city")
    assert (place.west, place.area_km2) == (None, None)
    assert boundaries([place]) == {}


def test_a_height_in_a_boundary_is_left_out():
    place = add_place(code="1", name="和安市", level="city", boundary=shapely.force_3d(tile(0, 0)))
    assert not Boundary.objects.get(place=place).shape.has_z


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (PlaceRow("", "东区", "district"), "needs a code and a name"),
        (PlaceRow("11", " ", "district"), "needs a code and a name"),
        (PlaceRow("11", "东区", "county"), "county"),
        (PlaceRow("1", "东区", "district"), "already a place with the code 1"),
        (PlaceRow("11", "东区", "district", "99"), "99, which does not exist"),
        (PlaceRow("11", "东区", "city", "1"), "cannot lie in"),
        (PlaceRow("11", "东区", "district", "1", Point(110, 30)), "no usable polygon"),
        (PlaceRow("11", "东区", "district", "1", Polygon()), "no usable polygon"),
        (
            PlaceRow("11", "东区", "street", "1", Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])),
            "Self-intersection",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_and_nothing_is_added(row, part, settings):
    settings.LANGUAGE_CODE = "en"
    add_place(code="1", name="和安市", level="city")
    with pytest.raises(WrongInput, match=part):
        add_places([PlaceRow("10", "好区", "district", "1"), row])
    assert Place.objects.count() == 1


def test_places_whose_boundaries_cannot_be_written_are_not_added(monkeypatch):
    monkeypatch.setattr(actions, "_copy_boundaries", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add_place(code="1", name="和安市", level="city", boundary=tile(0, 0))
    assert not Place.objects.exists()


def test_two_rows_with_one_code_are_refused():
    with pytest.raises(WrongInput):
        add_places([PlaceRow("1", "甲", "city"), PlaceRow("1", "乙", "city")])
    assert not Place.objects.exists()


def test_a_level_may_be_left_out():
    city = add_place(code="4419", name="无区市", level="city")
    street = add_place(code="441900", name="东街道", level="street", parent=city)
    assert street.parent == city


def test_a_place_known_by_name_can_be_drawn_later():
    city = add_place(code="1", name="和安市", level="city")
    assert place_at(110.05, 30.05) is None
    give_boundaries({city.id: tile(0, 0)})
    assert place_at(110.05, 30.05) == city
    assert Place.objects.get(code="1").area_km2 == pytest.approx(106.9, abs=0.1)


def test_a_real_citys_number_of_places_is_written_in_a_few_statements(
    django_assert_max_num_queries,
):
    rows = [PlaceRow("1", "和安市", "city", None, tile(0, 0))]
    rows += [PlaceRow(f"1{n:04}", f"第{n}社区", "community", "1") for n in range(2000)]
    with django_assert_max_num_queries(8):
        add_places(rows)
    assert Place.objects.count() == 2001


def test_the_next_place_gets_an_id_of_its_own_after_a_bulk():
    small_city()
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM places_place_id_seq")
        assert cursor.fetchone()[0] == max(Place.objects.values_list("id", flat=True))


def test_adding_nothing_is_no_error():
    assert add_places([]) == []
