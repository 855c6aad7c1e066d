"""The operator's three commands: import, check, at."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from huiyin.places.models import Place
from tests.places.ground import feature, saved, small_city, tile

pytestmark = pytest.mark.django_db

FIELDS = ["--code-field", "code", "--name-field", "name", "--parent-field", "parent"]


def said(*words):
    out = StringIO()
    with translation.override("en"):
        call_command("places", *map(str, words), stdout=out, no_color=True)
    return out.getvalue()


def refused(*words):
    out = StringIO()
    with translation.override("en"), pytest.raises(CommandError) as error:
        call_command("places", *map(str, words), stdout=out)
    return out.getvalue(), str(error.value), error.value.returncode


def test_a_file_is_imported_and_counted(tmp_path):
    path = saved(tmp_path, feature("1", "和安市", tile(0, 0), parent=None, people=7))
    words = ["import", path, "--level", "city", *FIELDS, "--population-field", "people"]
    assert said(*words) == "1 places added, 0 drawn, 0 unchanged.\n"
    assert Place.objects.get(code="1").population == 7


def test_a_refused_file_lists_every_fault_and_ends_with_one(tmp_path):
    path = saved(tmp_path, feature("11", "东区", None), feature("12", "", tile(0, 0)))
    out, error, status = refused("import", path, "--level", "district", *FIELDS)
    assert len(out.splitlines()) >= 4
    assert (error, status) == ("Nothing was imported.", 1)


def test_a_file_that_is_not_there_is_wrong_use():
    out, error, status = refused("import", "/no/such.geojson", "--level", "city", *FIELDS)
    assert (out, status) == ("", 2)
    assert "/no/such.geojson" in error


def test_a_city_in_order_passes_the_check():
    small_city()
    assert said("check") == "All places are in order.\n"
    assert json.loads(said("check", "--json")) == {"problems": []}


def test_a_city_in_disorder_fails_the_check():
    small_city()
    Place.objects.filter(code="1201").update(path="/9/")
    out, error, status = refused("check")
    assert out.startswith("河街道 (1201) does not stand below its parent")
    assert (error, status) == ("Problems found: 1.", 1)


def test_a_point_is_named_from_the_city_down():
    small_city()
    assert said("at", "110.05", "30.05") == "1  He'an\n12  西区\n1201  河街道\n"
    found = json.loads(said("at", "110.05", "30.05", "--json"))
    assert [place["level"] for place in found["places"]] == ["city", "district", "street"]


def test_a_point_in_the_west_is_understood():
    out, error, status = refused("at", "-71.06", "42.36")
    assert (out, status) == ("", 1)
    assert "-71.06, 42.36" in error
