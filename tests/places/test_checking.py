"""`huiyin places check` finds what was written past the program."""

import pytest

from huiyin.places.actions import add_place
from huiyin.places.checking import everything_wrong
from huiyin.places.faults import Fault
from huiyin.places.models import Place
from tests.places.ground import small_city, tile

pytestmark = pytest.mark.django_db


def faults(**options):
    return [(finding.fault, finding.name) for finding in everything_wrong(**options)]


def test_a_city_in_order_has_no_faults():
    small_city()
    assert faults() == []


def test_an_empty_city_has_no_faults():
    assert faults() == []


def test_a_place_beside_its_parents_path_is_found():
    small_city()
    Place.objects.filter(code="1201").update(path="/1/1/1/")
    assert faults() == [(Fault.BROKEN_PATH, "河街道")]


def test_a_name_used_twice_under_one_parent_is_found():
    city = small_city()
    add_place(code="13", name="东区", level="district", parent=city["和安市"])
    assert faults() == [(Fault.DUPLICATE_NAME, "东区")]


def test_overlaps_gaps_and_strays_are_found_at_every_level():
    city = small_city()
    Place.objects.filter(code="1202").update(valid_to="2020-01-01")
    add_place(code="13", name="远区", level="district", parent=city["和安市"], boundary=tile(3, 0))
    add_place(code="14", name="飞区", level="district", parent=city["和安市"], boundary=tile(9, 9))
    assert faults() == [
        (Fault.OVERLAP, "东区"),
        (Fault.FAR_OUTSIDE, "飞区"),
        (Fault.GAP, "西区"),
    ]
    assert (Fault.GAP, "西区") not in faults(accept_gaps=True)
