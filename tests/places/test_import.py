"""A file of boundaries is taken whole, or refused with everything that is wrong in it."""

import pytest
from django.utils import translation
from shapely.geometry import box

from huiyin.office.problems import WrongInput
from huiyin.places.actions import RefusedFile, add_place, import_geojson
from huiyin.places.models import Boundary, Place
from huiyin.places.queries import place_at
from huiyin.places.rules import Level
from tests.places.ground import feature, order, saved, tile

pytestmark = pytest.mark.django_db

EAST = feature("11", "东区", tile(1, 0))
WEST = feature("12", "西区", tile(0, 0))


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def city():
    return add_place(code="1", name="和安市", level="city", boundary=tile(0, 0, columns=2))


def refusal(path, wish):
    before = Place.objects.count(), Boundary.objects.count()
    with pytest.raises(RefusedFile) as refused:
        import_geojson(path, wish)
    assert (Place.objects.count(), Boundary.objects.count()) == before
    return refused.value.sentences


def test_the_places_of_a_good_file_stand_in_the_tree(tmp_path, city):
    report = import_geojson(saved(tmp_path, EAST, WEST), order(source="survey 2026"))
    assert (report.added, report.drawn, report.unchanged, report.notes) == (2, 0, 0, [])
    east = place_at(110.15, 30.05)
    assert (east.code, east.name, east.parent, east.source) == ("11", "东区", city, "survey 2026")


@pytest.mark.usefixtures("city")
def test_the_same_file_a_second_time_changes_nothing(tmp_path):
    path = saved(tmp_path, EAST, WEST)
    import_geojson(path, order())
    report = import_geojson(path, order())
    assert (report.added, report.drawn, report.unchanged) == (0, 0, 2)


def test_places_known_by_name_alone_are_drawn(tmp_path, city):
    known = add_place(code="11", name="东区", level="district", parent=city)
    report = import_geojson(saved(tmp_path, EAST, WEST), order())
    assert (report.added, report.drawn) == (1, 1)
    assert place_at(110.15, 30.05) == known


def test_a_parent_may_be_named_by_its_name(tmp_path, city):
    path = saved(tmp_path, feature("11", "东区", tile(0, 0, columns=2), parent="和安市"))
    import_geojson(path, order())
    assert Place.objects.get(code="11").parent == city


def test_one_parent_may_be_named_for_all(tmp_path, city):
    path = saved(tmp_path, feature("11", "东区", tile(0, 0, columns=2), parent=None))
    import_geojson(path, order(parent="1"))
    assert Place.objects.get(code="11").parent == city


def test_a_city_needs_no_parent(tmp_path):
    path = saved(tmp_path, feature("1", "和安市", tile(0, 0), parent=None))
    assert import_geojson(path, order(Level.CITY)).added == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"parent": None}, "Feature 1 (东区) names no parent"),
        ({"parent": "99"}, "names the parent “99”, which the city does not hold"),
        ({"code": "1"}, "under which the city already holds 和安市"),
        ({"name": "旧区"}, "has the same name and parent as 旧区"),
    ],
)
def test_a_feature_that_does_not_fit_the_tree_is_named(tmp_path, city, change, sentence):
    add_place(code="10", name="旧区", level="district", parent=city)
    wrong = feature("11", "东区", tile(0, 0, columns=2))
    wrong["properties"] |= change
    [found] = refusal(saved(tmp_path, wrong), order())
    assert sentence in found


def test_a_parent_of_the_same_level_is_too_small(tmp_path, city):
    add_place(code="10", name="旧区", level="district", parent=city)
    path = saved(tmp_path, feature("11", "东区", tile(0, 0), parent="10"))
    [found] = refusal(path, order())
    assert "names the parent 旧区, which is a district" in found


def test_a_parents_name_that_two_places_have_is_not_guessed(tmp_path, city):
    for code in ("13", "14"):
        add_place(code=code, name="双区", level="district", parent=city)
    path = saved(tmp_path, feature("1301", "河街道", tile(0, 0), parent="双区"))
    [found] = refusal(path, order(Level.STREET))
    assert "several places are called so" in found


@pytest.mark.usefixtures("city")
def test_two_features_of_one_name_under_one_parent_are_named(tmp_path):
    path = saved(tmp_path, EAST, feature("12", "东区", tile(0, 0)))
    [found] = refusal(path, order())
    assert found.startswith("Feature 2 (东区) has the same name and parent as Feature 1 (东区)")


@pytest.mark.usefixtures("city")
def test_a_known_place_with_another_boundary_is_not_redrawn_in_silence(tmp_path):
    import_geojson(saved(tmp_path, EAST, WEST), order())
    [found] = refusal(saved(tmp_path, feature("11", "东区", tile(1, 0, columns=2))), order())
    assert "another name, level, parent or boundary" in found


@pytest.mark.usefixtures("city")
def test_overlaps_and_gaps_are_named_with_their_size(tmp_path):
    wide = feature("12", "西区", box(110, 30, 110.11, 30.1))
    short = feature("11", "东区", box(110.1, 30, 110.19, 30.1))
    overlap, gap = refusal(saved(tmp_path, short, wide), order())
    assert overlap.startswith("Feature 1 (东区) and Feature 2 (西区) overlap by 10,69")
    assert "near 110.105, 30.05" in overlap
    assert gap.startswith("和安市 has a gap of 10,69")


def test_accepted_gaps_stay_open(tmp_path, city):
    assert import_geojson(saved(tmp_path, EAST), order(accept_gaps=True)).added == 1
    assert place_at(110.05, 30.05) == city


@pytest.mark.usefixtures("city")
def test_what_is_already_stored_fills_its_part_of_the_parent(tmp_path):
    import_geojson(saved(tmp_path, EAST), order(accept_gaps=True))
    assert import_geojson(saved(tmp_path, WEST), order()).added == 1


@pytest.mark.usefixtures("city")
def test_a_place_outside_its_parent_is_named(tmp_path):
    path = saved(tmp_path, EAST, WEST, feature("13", "远区", tile(5, 5)))
    [found] = refusal(path, order())
    assert found.startswith("Feature 3 (远区) lies wholly outside 和安市")


@pytest.mark.usefixtures("city")
def test_everything_wrong_is_listed_in_the_files_order(tmp_path):
    path = saved(
        tmp_path,
        feature("11", "", tile(0, 0)),
        feature("11", "西区", None),
        feature("13", "北区", tile(1, 0), parent="99"),
    )
    found = refusal(path, order())
    starts = ["Feature 1 (11)", "Feature 2 (西区)", "Feature 2 (西区)", "Feature 3 (北区)"]
    assert [line[: len(start)] for line, start in zip(found, starts, strict=True)] == starts


@pytest.mark.usefixtures("city")
def test_a_broken_polygon_is_not_counted_as_a_gap_besides(tmp_path):
    assert len(refusal(saved(tmp_path, EAST, feature("12", "西区", None)), order())) == 1


def test_a_file_that_is_not_there_is_said_so():
    with pytest.raises(WrongInput, match="cannot be read"):
        import_geojson("/nowhere/at-all.geojson", order())


def test_old_places_do_not_stand_in_the_way_of_their_successors(tmp_path, city):
    old = add_place(code="10", name="东区", level="district", parent=city, boundary=tile(1, 0))
    Place.objects.filter(id=old.id).update(valid_to="2020-01-01")
    assert import_geojson(saved(tmp_path, EAST, WEST), order()).added == 2


@pytest.mark.usefixtures("city")
def test_sentences_are_spoken_in_chinese_too(tmp_path):
    with translation.override("zh-hans"):
        [found] = refusal(saved(tmp_path, feature("11", "东区", None)), order(accept_gaps=True))
    assert "第1个要素（东区）" in found
