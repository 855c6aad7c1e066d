"""Two who bring in the same boundaries at the same time do not get into each other's way."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from huiyin.office.problems import WrongInput
from huiyin.places.actions import PlaceRow, add_place, add_places, import_geojson
from huiyin.places.models import Place
from huiyin.places.queries import place_at
from tests.places.ground import feature, order, saved, tile

pytestmark = pytest.mark.slow


def at_once(work):
    """Let two do the same work from the same moment, each on a connection of its own."""
    start = Barrier(2)

    def one(_):
        start.wait(timeout=60)
        try:
            return work()
        except WrongInput as problem:
            return str(problem)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pair:
        return list(pair.map(one, range(2)))


@pytest.mark.usefixtures("committed_city")
def test_of_two_imports_of_one_file_one_adds_and_one_finds_it_done(tmp_path):
    add_place(code="1", name="和安市", level="city")
    tiles = [feature(f"1{n}", f"第{n}区", tile(n, 0)) for n in range(30)]
    path = saved(tmp_path, *tiles)
    reports = at_once(lambda: import_geojson(path, order()))
    assert sorted((report.added, report.unchanged) for report in reports) == [(0, 30), (30, 0)]
    assert Place.objects.filter(level="district").count() == 30


@pytest.mark.usefixtures("committed_city")
def test_of_two_who_add_the_same_code_one_is_told_so():
    add_place(code="1", name="和安市", level="city")
    rows = [PlaceRow(f"1{n}", f"第{n}区", "district", "1") for n in range(50)]
    told = at_once(lambda: len(add_places(rows)))
    assert 50 in told
    assert any(isinstance(answer, str) for answer in told)


@pytest.mark.usefixtures("committed_city")
def test_what_another_process_drew_is_seen_at_the_next_question():
    add_place(code="1", name="和安市", level="city", boundary=tile(0, 0))
    assert place_at(110.15, 30.05) is None

    def draw():
        add_place(code="2", name="乙市", level="city", boundary=tile(1, 0))
        connection.close()

    with ThreadPoolExecutor(1) as other:
        other.submit(draw).result()
    assert place_at(110.15, 30.05).code == "2"
