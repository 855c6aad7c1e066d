"""The polygons in memory are those in the database, whoever changed them and whatever failed."""

import pytest
from django.db import connection, transaction

from huiyin.places.actions import add_place
from huiyin.places.index import current_index
from huiyin.places.models import Boundary, Place, Stamp
from huiyin.places.queries import place_at
from tests.places.ground import small_city, tile

pytestmark = pytest.mark.django_db


def stamp():
    return Stamp.objects.values_list("value", flat=True).first()


def test_polygons_are_read_once_and_then_only_the_stamp(django_assert_num_queries):
    small_city()
    first = current_index()
    with django_assert_num_queries(1):
        assert current_index() is first


@pytest.mark.parametrize(
    "change",
    [
        lambda: Place.objects.filter(code="1201").update(level="community"),
        lambda: Boundary.objects.filter(place__code="1201").delete(),
        lambda: add_place(code="2", name="乙市", level="city"),
    ],
)
def test_every_change_renews_the_stamp(change):
    small_city()
    before = stamp()
    change()
    assert stamp() != before


def test_a_change_written_past_the_program_is_seen():
    small_city()
    assert place_at(110.05, 30.05).code == "1201"
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM places_boundary WHERE place_id IN "
            "(SELECT id FROM places_place WHERE code = '1201')"
        )
    assert place_at(110.05, 30.05).code == "12"


def test_places_that_were_rolled_back_are_forgotten():
    small_city()
    with transaction.atomic():
        add_place(code="2", name="乙市", level="city", boundary=tile(9, 9))
        assert place_at(110.95, 30.95).code == "2"
        transaction.set_rollback(True)
    assert place_at(110.95, 30.95) is None
    add_place(code="3", name="丙市", level="city", boundary=tile(9, 9))
    assert place_at(110.95, 30.95).code == "3"


def test_without_a_stamp_the_polygons_are_read_each_time():
    small_city()
    Stamp.objects.all().delete()
    assert current_index() is not current_index()
