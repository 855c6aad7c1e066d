"""A file of boundaries is read whole, or each thing wrong with it is named."""

import json
import math

import pytest
import shapely

from huiyin.places.faults import Fault, Mended
from huiyin.places.features import FieldNames, read_features
from huiyin.places.projection import wgs84_to_gcj02
from tests.places.ground import FIELDS, as_bytes, collection, feature, tile

GOOD = feature("11", "东区", tile(0, 0))
RING = [[110, 30], [111, 30], [111, 31], [110, 31], [110, 30]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def faults(content, fields=FIELDS):
    return [finding.fault for finding in read_features(content, fields).findings]


def facts_of(shape):
    found = read_features(as_bytes(GOOD, feature("12", "西区", shape)), FIELDS).findings
    assert [(finding.number, finding.name) for finding in found] == [(2, "西区")]
    return found[0].fault, found[0].facts


def test_a_good_file_gives_its_features_in_order():
    reading = read_features(as_bytes(GOOD, feature("12", "西区", tile(1, 0))), FIELDS)
    assert [(f.number, f.code, f.name, f.parent) for f in reading.features] == [
        (1, "11", "东区", "1"),
        (2, "12", "西区", "1"),
    ]
    assert reading.findings == reading.notes == []
    assert reading.features[0].shape.equals(tile(0, 0))


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf", b"\x00\x00\x00"])
def test_an_empty_file_is_named_so(content):
    assert faults(content) == [Fault.EMPTY_FILE]


def test_a_half_written_file_is_said_to_break_off_wherever_it_does():
    content = collection(GOOD, feature("12", "西\\区", tile(1, 0)))
    for length in range(1, len(content)):
        cut = content[:length].encode()
        assert faults(cut) == [Fault.BROKEN_OFF], content[max(length - 20, 0) : length]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"code,name\n11,East", Fault.NOT_JSON),
        (b"PK\x03\x04" + bytes(range(256)), Fault.BROKEN_TEXT),
        (b'{"type": "Topology"}', Fault.NOT_FEATURES),
        (b"[1, 2]", Fault.NOT_FEATURES),
        (b"17", Fault.NOT_FEATURES),
        (b'{"type": "FeatureCollection"}', Fault.NOT_FEATURES),
        (b'{"type": "FeatureCollection", "features": []}', Fault.NO_FEATURES),
    ],
)
def test_what_is_no_collection_of_features_is_named_so(content, fault):
    assert faults(content) == [fault]


def test_a_gbk_file_is_read_and_said_to_be_one():
    reading = read_features(collection(GOOD).encode("gbk"), FIELDS)
    assert [f.name for f in reading.features] == ["东区"]
    assert [note.mended for note in reading.notes] == [Mended.GBK]


def test_a_byte_order_mark_does_no_harm():
    assert faults(b"\xef\xbb\xbf" + as_bytes(GOOD)) == []


@pytest.mark.parametrize(
    ("system", "good"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
        ("EPSG:4326", True),
        ("urn:ogc:def:crs:EPSG::4490", True),
        ("urn:ogc:def:crs:EPSG::3857", False),
        ("EPSG:4549", False),
    ],
)
def test_only_systems_in_degrees_of_wgs84_are_taken(system, good):
    crs = {"type": "name", "properties": {"name": system}}
    assert faults(as_bytes(GOOD, crs=crs)) == ([] if good else [Fault.WRONG_SYSTEM])


def test_a_field_that_no_feature_has_is_named_with_those_there_are():
    found = read_features(as_bytes(GOOD), FieldNames(code="kode", name="name")).findings
    assert [finding.fault for finding in found] == [Fault.UNKNOWN_FIELD]
    assert found[0].facts == {"field": "kode", "known": "code, name, parent"}


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        (None, Fault.EMPTY_SHAPE),
        (polygon(), Fault.EMPTY_SHAPE),
        ({"type": "Point", "coordinates": [110, 30]}, Fault.WRONG_SHAPE),
        ({"type": "GeometryCollection", "geometries": []}, Fault.WRONG_SHAPE),
        (polygon([[110, 30], [111, 30]]), Fault.BROKEN_COORDINATES),
        (polygon([[110, 30], [111, 30], [110, 30]]), Fault.BROKEN_COORDINATES),
        (polygon([[110, 30], ["x", 30], [110, 31], [110, 30]]), Fault.BROKEN_COORDINATES),
        (polygon([[110], [111], [110], [110]]), Fault.BROKEN_COORDINATES),
        (polygon(7), Fault.BROKEN_COORDINATES),
        ({"type": "Polygon", "coordinates": 7}, Fault.BROKEN_COORDINATES),
        (polygon([[math.nan, 30], [111, 30], [110, 31], [110, 30]]), Fault.BROKEN_COORDINATES),
        (polygon(RING[:-1]), Fault.OPEN_RING),
        (polygon([[y, x] for x, y in RING]), Fault.SWAPPED),
        (polygon([[42, -71], [42, -70], [43, -70], [42, -71]]), Fault.SWAPPED),
        (polygon([[440_000, 4.4e6], [441_000, 4.4e6], [441_000, 4.5e6]] * 2), Fault.IN_METRES),
    ],
)
def test_a_boundary_that_cannot_be_used_is_named(shape, fault):
    assert facts_of(shape)[0] == fault


def test_a_self_crossing_ring_is_named_with_the_crossing():
    bow = polygon([[110, 30], [111, 31], [111, 30], [110, 31], [110, 30]])
    fault, facts = facts_of(bow)
    assert (fault, facts["where"]) == (Fault.CROSSING_RING, "110.5 30.5")


def test_an_open_ring_is_named_with_its_end():
    assert facts_of(polygon(RING[:-1])) == (Fault.OPEN_RING, {"lng": 110, "lat": 31})


def test_heights_are_left_out():
    high = polygon([[*point, 50] for point in RING])
    reading = read_features(as_bytes(feature("11", "东区", high)), FIELDS)
    assert not reading.features[0].shape.has_z


def test_stray_lines_beside_a_polygon_are_left_out_and_said_so():
    line = {"type": "LineString", "coordinates": RING[:2]}
    pile = {"type": "GeometryCollection", "geometries": [polygon(RING), line]}
    reading = read_features(as_bytes(feature("11", "东区", pile)), FIELDS)
    assert reading.findings == []
    assert [(n.mended, n.number, n.name) for n in reading.notes] == [(Mended.LEFT_OUT, 1, "东区")]
    assert reading.features[0].shape.area == 1


@pytest.mark.parametrize(
    ("code", "name", "fault"),
    [
        (None, "东区", Fault.NO_CODE),
        ("  ", "东区", Fault.NO_CODE),
        ("11", "", Fault.NO_NAME),
        ("1" * 65, "东区", Fault.TOO_LONG),
        ("11", "东" * 201, Fault.TOO_LONG),
    ],
)
def test_a_feature_needs_a_code_and_a_name(code, name, fault):
    assert faults(as_bytes(feature(code, name, tile(0, 0)))) == [fault]


def test_a_code_that_a_table_made_a_number_stays_the_code():
    shapes = [feature(110101.0, "东区", tile(0, 0)), feature(110102, "西区", tile(1, 0))]
    assert [f.code for f in read_features(as_bytes(*shapes), FIELDS).features] == [
        "110101",
        "110102",
    ]


def test_a_code_used_twice_is_named_with_its_first_use():
    found = read_features(as_bytes(GOOD, GOOD), FIELDS).findings
    assert [(f.fault, f.number, f.facts["first"]) for f in found] == [(Fault.DUPLICATE_CODE, 2, 1)]


@pytest.mark.parametrize("said", ["many", -1, True, 3e10, math.inf])
def test_a_population_that_is_no_number_of_people_is_named(said):
    fields = FieldNames(code="code", name="name", population="people")
    assert faults(as_bytes(feature("11", "东区", tile(0, 0), people=said)), fields) == [
        Fault.BAD_POPULATION
    ]


def test_all_faults_are_listed_and_not_the_first_alone():
    broken = [feature("", "甲", None), feature("2", "乙", polygon(RING[:-1]))]
    assert faults(as_bytes(*broken)) == [Fault.NO_CODE, Fault.EMPTY_SHAPE, Fault.OPEN_RING]


@pytest.mark.parametrize("wreck", [[7], [None], [{"properties": 3}], ["x", []]])
def test_features_that_are_no_features_are_refused(wreck):
    content = json.dumps({"type": "FeatureCollection", "features": wreck}).encode()
    assert faults(content)


def test_a_boundary_from_a_chinese_web_map_is_moved_back():
    moved = shapely.transform(tile(0, 0), wgs84_to_gcj02)
    reading = read_features(as_bytes(feature("11", "东区", moved)), FIELDS, "gcj02")
    assert reading.features[0].shape.equals_exact(tile(0, 0), 1e-9)
    assert [note.mended for note in reading.notes] == [Mended.GCJ02]
