"""What a seal promises: it holds every chain that grew, once, and follows the seal before."""

from datetime import timedelta

import pytest

from huiyin.logbook import rules, sealing
from huiyin.logbook.actions import record_many
from huiyin.logbook.models import Chain, SealLeaf
from huiyin.logbook.queries import last_seal, published_seals
from huiyin.logbook.sealing import seal, seal_all
from huiyin.logbook.verifying import verify
from tests.logbook.book import NOON, histories, write

pytestmark = pytest.mark.django_db


def sealed_in(number):
    leaves = SealLeaf.objects.filter(seal=number).order_by("index")
    return list(leaves.values_list("about", "length"))


def test_a_seal_holds_the_cases_in_which_something_was_written_since_the_last():
    for about in ("HY-2", "HY-10", "HY-1", "甲-1"):
        write(about)
    seal(at=NOON)
    write("HY-2")
    seal(at=NOON)
    assert sealed_in(1) == [("HY-1", 1), ("HY-10", 1), ("HY-2", 1), ("甲-1", 1)]
    assert sealed_in(2) == [("HY-2", 2)]


@pytest.mark.usefixtures("book")
def test_a_seal_follows_the_one_before_it():
    first, second = published_seals()
    assert (first.number, first.prev) == (1, "00" * 32)
    assert (second.number, second.prev) == (2, first.hash)
    assert second.own_hash() == second.hash
    assert second.at == rules.moment(NOON + timedelta(hours=2))
    assert last_seal() == second


@pytest.mark.usefixtures("book")
def test_an_hour_in_which_nothing_was_written_makes_no_seal():
    assert seal(at=NOON) is None
    assert len(published_seals()) == 2


def test_before_anything_is_written_there_is_no_seal():
    assert seal(at=NOON) is None
    assert last_seal() is None


def test_after_a_great_import_the_backlog_is_sealed_in_portions(monkeypatch):
    monkeypatch.setattr(sealing, "CHAINS_PER_SEAL", 2)
    record_many(histories(5, 2))
    assert [header.leaves for header in seal_all(at=NOON)] == [2, 2, 1]
    assert verify().problems == []


@pytest.mark.usefixtures("book")
def test_the_head_of_a_chain_says_how_much_is_sealed():
    write("HY-1")
    assert (
        Chain.objects.get(about="HY-1").length,
        Chain.objects.get(about="HY-1").sealed_length,
    ) == (5, 4)
    assert verify().unsealed_entries == 1


def test_a_seal_that_cannot_be_finished_is_not_begun(monkeypatch):
    write("HY-1")
    monkeypatch.setattr(sealing, "copy_rows", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seal(at=NOON)
    assert last_seal() is None
