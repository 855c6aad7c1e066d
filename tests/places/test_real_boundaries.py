"""Real files of real cities pass, or fail for what is really wrong with them."""

import csv
import json

import numpy as np
import pytest
import shapely
from django.utils import translation
from shapely.geometry import shape

from huiyin.places.actions import PlaceRow, RefusedFile, add_place, add_places, import_geojson
from huiyin.places.features import FieldNames
from huiyin.places.models import Place
from huiyin.places.queries import ancestors, boundaries, match_place, place_at, places_at
from huiyin.places.rules import Level
from huiyin.places.sketch import outline
from tests.places.ground import order, real

pytestmark = pytest.mark.django_db

DISTRICTS = FieldNames(code="adcode", name="name", name_en="english")
STREETS = FieldNames(code="street_code", name="street", parent="district", population="population")


@pytest.fixture
def beijing():
    path = real("beijing_admin/districts_16_m3_wgs84.geojson")
    add_place(code="11", name="北京市", level="city")
    return import_geojson(path, order(fields=DISTRICTS, parent="11"))


def import_streets(**wishes):
    path = real("beijing_dongcheng/streets_17.geojson")
    return import_geojson(path, order(Level.STREET, fields=STREETS, **wishes))


def test_sixteen_districts_tile_beijing(beijing):
    assert (beijing.added, len(beijing.notes)) == (16, 1)
    assert Place.objects.get(code="110101").name_en == "DONGCHENG"
    total = sum(Place.objects.filter(level="district").values_list("area_km2", flat=True))
    assert total == pytest.approx(16_410, rel=0.001)


@pytest.mark.usefixtures("beijing")
def test_boundaries_from_two_hands_are_refused_at_ten_metres_and_taken_at_two_hundred():
    with translation.override("en"), pytest.raises(RefusedFile) as refused:
        import_streets()
    assert any("和平里街道" in line and "out of 东城区" in line for line in refused.value.sentences)
    assert import_streets(tolerance_m=200).added == 17
    names = [place.name for place in ancestors(place_at(116.42, 39.93))]
    assert (names, place_at(116.42, 39.93).name) == (["北京市", "东城区"], "东四街道")


def test_streets_have_the_areas_and_people_that_were_published():
    add_place(code="110101", name="东城区", level="district")
    import_streets()
    file = json.loads(real("beijing_dongcheng/streets_17.geojson").read_text())
    published = {f["properties"]["street_code"]: f["properties"] for f in file["features"]}
    for place in Place.objects.filter(level="street"):
        said = published[place.code]
        assert place.area_km2 == pytest.approx(said["area_km2"], rel=0.002)
        assert place.population == said["population"]


def test_facilities_lie_in_the_street_that_the_survey_names():
    add_place(code="110101", name="东城区", level="district")
    import_streets()
    with real("beijing_dongcheng/facilities.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["street"]]
    found = places_at([float(r["lon"]) for r in rows], [float(r["lat"]) for r in rows])
    names = dict(Place.objects.values_list("id", "name"))
    same = sum(names.get(i) == row["street"] for i, row in zip(found.tolist(), rows, strict=True))
    assert len(rows) > 4_000
    assert same / len(rows) > 0.999


@pytest.mark.usefixtures("beijing")
def test_all_streets_and_communities_of_beijing_are_taken_by_name():
    with real("beijing_admin/beijing_communities.csv").open() as file:
        rows = list(csv.DictReader(file))
    streets = {row["street_code"]: row for row in rows}
    add_places(
        PlaceRow(code, row["street"], "street", row["district_code"])
        for code, row in streets.items()
    )
    add_places(
        PlaceRow(row["community_code"], row["community"], "community", row["street_code"])
        for row in rows
    )
    assert Place.objects.filter(level="community").count() == 7_535
    [found] = match_place("多福巷社区居委会", within=match_place("东城区")[0])
    assert found.parent.name == "东华门街道"


@pytest.mark.parametrize(
    ("file", "fields", "count"),
    [
        ("nyc_community_districts_71.geojson", FieldNames(code="BoroCD", name="BoroCD"), 71),
        ("sf_neighborhoods.geojson", FieldNames(code="nhood", name="nhood"), 41),
        ("sf_tracts_with_neighborhood_195.geojson", FieldNames(code="geoid", name="geoid"), 195),
    ],
)
def test_american_boundaries_pass_with_the_usual_slivers(file, fields, count):
    add_place(code="C", name="City", level="city")
    path = real(f"us_boundaries/{file}")
    assert import_geojson(path, order(fields=fields, parent="C")).added == count
    with pytest.raises(RefusedFile):
        import_geojson(path, order(Level.STREET, fields=fields, parent="C", tolerance_m=0.01))


@pytest.mark.usefixtures("beijing")
def test_random_points_of_beijing_agree_with_a_slow_loop():
    draw = np.random.default_rng(5)
    lngs, lats = draw.uniform(115.4, 117.5, 3000), draw.uniform(39.4, 41.1, 3000)
    shapes = sorted(boundaries(Place.objects.all()).items())
    slow = [
        next((i for i, shape in shapes if shape.intersects(shapely.Point(x, y))), 0)
        for x, y in zip(lngs, lats, strict=True)
    ]
    assert places_at(lngs, lats).tolist() == slow


@pytest.mark.usefixtures("beijing")
def test_the_districts_of_beijing_make_a_small_drawing():
    shapes = boundaries(Place.objects.all())
    drawn = outline([shapes[key] for key in sorted(shapes)], 200)
    assert len(drawn.paths) == 16
    assert sum(map(len, drawn.paths)) < 30_000


@pytest.mark.parametrize("width", [20, 300])
def test_neighbours_that_overlap_by_slivers_are_drawn_at_any_size(width):
    file = json.loads(real("us_boundaries/sf_neighborhoods.geojson").read_text())
    drawn = outline([shape(feature["geometry"]) for feature in file["features"]], width)
    assert len(drawn.paths) == 41
    assert all(drawn.paths)
