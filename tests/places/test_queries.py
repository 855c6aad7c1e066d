"""Which place a point is in, what lies below a place, and who is called so."""

from datetime import date

import numpy as np
import pytest
from django.utils import translation

from huiyin.places.actions import PlaceRow, add_place, add_places
from huiyin.places.models import Place
from huiyin.places.queries import ancestors, below, boundaries, match_place, place_at, places_at
from tests.places.ground import small_city, tile

pytestmark = pytest.mark.django_db


def names(places):
    return [place.name for place in places]


@pytest.mark.parametrize(
    ("lng", "lat", "name"),
    [
        (110.05, 30.05, "河街道"),
        (110.05, 30.15, "山街道"),
        (110.35, 30.05, "东区"),
        (110.05, 30.1, "河街道"),
        (110.2, 30.05, "河街道"),
        (110.0, 30.0, "河街道"),
    ],
)
def test_a_point_lies_in_the_finest_place(lng, lat, name):
    small_city()
    assert place_at(lng, lat).name == name


def test_a_point_outside_all_polygons_is_in_no_place():
    small_city()
    assert place_at(109.9, 30.05) is None
    assert place_at(0, 0) is None


@pytest.mark.parametrize(("level", "name"), [("city", "和安市"), ("district", "西区")])
def test_the_place_of_one_level_can_be_asked_for(level, name):
    small_city()
    assert place_at(110.05, 30.05, level=level).name == name


def test_a_level_without_a_place_there_finds_none():
    small_city()
    assert place_at(110.35, 30.05, level="street") is None


def test_many_points_find_their_places_at_once():
    city = small_city()
    found = places_at(np.array([110.05, 110.35, 109, np.nan]), np.array([30.05] * 4))
    assert found.tolist() == [city["河街道"].id, city["东区"].id, 0, 0]


def test_a_city_without_places_answers_too():
    assert place_at(110, 30) is None
    assert places_at([110], [30]).tolist() == [0]


def test_a_place_is_found_as_soon_as_it_is_drawn():
    city = small_city()
    assert place_at(110.35, 30.05).name == "东区"
    add_place(code="1101", name="湖街道", level="street", parent=city["东区"], boundary=tile(3, 0))
    assert place_at(110.35, 30.05).name == "湖街道"


def test_a_place_is_no_longer_found_when_it_is_gone():
    small_city()
    assert place_at(110.05, 30.05).name == "河街道"
    Place.objects.filter(name="河街道").delete()
    assert place_at(110.05, 30.05).name == "西区"


def test_a_point_is_found_with_two_queries_at_any_size(django_assert_num_queries):
    small_city()
    place_at(110.05, 30.05)
    with django_assert_num_queries(2):
        place_at(110.05, 30.05)


def test_a_point_in_the_past_lies_in_the_place_of_then():
    add_places(
        [
            PlaceRow("1", "和安市", "city", None, tile(0, 0, columns=2)),
            PlaceRow("11", "旧区", "district", "1", tile(0, 0), valid_to=date(2020, 1, 1)),
            PlaceRow("12", "新区", "district", "1", tile(0, 0), valid_from=date(2020, 1, 1)),
            PlaceRow("13", "短区", "district", "1", tile(1, 0), valid_to=date(2025, 1, 1)),
        ]
    )
    on = {
        day: place_at(110.05, 30.05, on=date(*day)).name for day in [(2019, 12, 31), (2020, 1, 1)]
    }
    assert on == {(2019, 12, 31): "旧区", (2020, 1, 1): "新区"}
    assert place_at(110.05, 30.05).name == "新区"
    assert place_at(110.15, 30.05, on=date(2024, 12, 31)).name == "短区"
    assert place_at(110.15, 30.05, on=date(2025, 1, 1)).name == "和安市"


def test_below_a_place_lies_itself_and_everything_in_it():
    city = small_city()
    assert names(below(city["西区"])) == ["河街道", "山街道", "西区"]
    assert below(city["和安市"]).count() == 5


def test_the_tenth_place_does_not_lie_in_the_first():
    city = add_place(code="1", name="甲", level="city")
    Place.objects.filter(id=city.id).update(path="/1/")
    other = add_place(code="2", name="乙", level="city")
    Place.objects.filter(id=other.id).update(path="/10/")
    assert names(below(Place.objects.get(code="1"))) == ["甲"]


def test_above_a_place_lie_its_parents_the_root_first():
    city = small_city()
    assert names(ancestors(city["河街道"])) == ["和安市", "西区"]
    assert names(ancestors(city["和安市"])) == []


def test_places_are_listed_by_pinyin():
    small_city()
    assert names(Place.objects.all()) == ["东区", "和安市", "河街道", "山街道", "西区"]


@pytest.mark.parametrize("called", ["河街道", " 河街道 ", "1201"])
def test_a_place_is_matched_by_its_exact_name_or_code(called):
    small_city()
    assert names(match_place(called)) == ["河街道"]


@pytest.mark.parametrize("called", ["河街", "", "  ", "河街道x"])
def test_half_a_name_matches_nothing(called):
    small_city()
    assert match_place(called) == []


def test_an_english_name_matches_in_any_case():
    small_city()
    assert names(match_place("HE'AN")) == ["和安市"]


def test_a_name_that_two_places_have_is_matched_within_the_one_asked_for():
    city = small_city()
    add_place(code="1101", name="河街道", level="street", parent=city["东区"])
    assert [place.code for place in match_place("河街道")] == ["1101", "1201"]
    assert [place.code for place in match_place("河街道", within=city["西区"])] == ["1201"]
    assert match_place("河街道", level="community") == []


def test_boundaries_come_by_place():
    city = small_city()
    found = boundaries([city["河街道"], city["东区"]])
    assert found[city["河街道"].id].equals_exact(tile(0, 0, columns=2), 1e-12)
    assert len(found) == 2


def test_a_place_is_called_in_the_readers_language():
    city = small_city()
    with translation.override("en"):
        assert (city["和安市"].label, city["东区"].label) == ("He'an", "东区")
    with translation.override("zh-hans"):
        assert city["和安市"].label == "和安市"
