"""The published seals: for everybody, so that receipts can be checked without trusting us."""

import pytest
from django.utils import timezone

from huiyin.counter import receipts
from huiyin.logbook.queries import published_seals
from huiyin.logbook.receipts import check_receipt, proof
from huiyin.logbook.rules import Header
from huiyin.logbook.sealing import seal
from tests.makers import NOON, make_case

pytestmark = pytest.mark.django_db


def sealed(count: int) -> list[str]:
    numbers = []
    for _ in range(count):
        numbers.append(make_case().number)
        seal(at=NOON)
    return numbers


def test_before_the_first_seal_the_page_says_so(client):
    assert "No seal has been published yet" in client.get("/seals/").content.decode()


def test_the_newest_seals_stand_first_and_older_ones_a_page_further(client, monkeypatch):
    monkeypatch.setattr(receipts, "SEALS_A_PAGE", 2)
    sealed(3)
    hashes = {header.number: header.hash for header in published_seals()}
    first = client.get("/seals/").content.decode()
    assert first.index(hashes[3]) < first.index(hashes[2])
    assert hashes[1] not in first
    assert '<a href="?before=2">Older seals' in first
    second = client.get("/seals/?before=2").content.decode()
    assert hashes[1] in second
    assert "Older seals" not in second


@pytest.mark.parametrize("before", ["1", "0", "-3", "x", "٣", "9" * 30, ""])
def test_a_strange_page_number_breaks_nothing(client, before):
    sealed(1)
    assert client.get("/seals/", {"before": before}).status_code == 200


def test_the_list_of_seals_costs_two_queries(client, django_assert_num_queries):
    sealed(2)
    with django_assert_num_queries(2):
        client.get("/seals/")


def test_the_moment_of_a_seal_is_told_by_the_clock_of_the_city(client, settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    sealed(1)
    words = client.get("/seals/").content.decode()
    assert f">{timezone.localtime(NOON):%Y-%m-%d %H:%M}<" in words
    assert "UTC" not in words


def test_the_downloaded_seals_prove_a_receipt(client):
    number = sealed(2)[0]
    published = [Header(**said) for said in client.get("/seals.json").json()["seals"]]
    assert check_receipt(proof(number), published).number == 1
