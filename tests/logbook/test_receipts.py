"""What a receipt promises: it opens its own case, and proves offline that the case stands."""

import re
from copy import deepcopy
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.logbook import receipts, rules
from huiyin.logbook.queries import entries_about, published_seals
from huiyin.logbook.receipts import (
    check_receipt,
    proof,
    receipt,
    receipt_qr_svg,
    receipt_secret,
    secret_is_right,
)
from huiyin.logbook.rules import Doubt, NotProven
from huiyin.logbook.sealing import seal
from huiyin.office.problems import NotFound, NotPossible, WrongInput
from tests.logbook.book import NOON, write

OLD, NEW = bytes(range(32)), bytes(range(1, 33))


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.DATA_KEYS = {"k1": OLD}
    settings.SITE_URL = "https://12345.example"


def test_a_secret_is_twelve_letters_that_can_be_read_aloud():
    secrets = {receipt_secret(f"HY-{number}") for number in range(500)}
    assert len(secrets) == 500
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{12}", secret) for secret in secrets)
    assert set("".join(secrets)) == set(receipts.LETTERS)


def test_a_secret_can_be_printed_again():
    assert receipt_secret("HY-1") == receipt_secret("HY-1")
    assert secret_is_right("HY-1", receipt_secret("HY-1"))


def test_a_secret_opens_no_other_case():
    assert not secret_is_right("HY-2", receipt_secret("HY-1"))


@pytest.mark.parametrize("text", ["", "0", "灯", "\ud800", "0" * 12, "0" * 5000, "-" * 12])
def test_what_is_not_the_secret_opens_nothing(text):
    assert not secret_is_right("HY-1", text)


@given(st.text())
def test_no_text_that_somebody_types_is_an_error(text):
    assert not secret_is_right("HY-1", text)


def test_a_secret_may_be_typed_as_people_type():
    number = next(f"HY-{n}" for n in range(99) if {"0", "1"} <= set(receipt_secret(f"HY-{n}")))
    secret = receipt_secret(number)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in secret)
    for typed in (
        secret.lower(),
        f" {secret[:4]}-{secret[4:8]} {secret[8:]}\n",
        secret.replace("0", "O").replace("1", "I"),
        secret.replace("0", "o").replace("1", "l"),
        wide,
    ):
        assert secret_is_right(number, typed), typed


def test_after_a_new_key_old_receipts_still_open_and_new_ones_are_other(settings):
    old = receipt_secret("HY-1")
    settings.DATA_KEYS = {"k2": NEW, "k1": OLD}
    assert receipt_secret("HY-1") != old
    assert secret_is_right("HY-1", old)
    assert secret_is_right("HY-1", receipt_secret("HY-1"))
    settings.DATA_KEYS = {"k2": NEW}
    assert not secret_is_right("HY-1", old)


@pytest.mark.usefixtures("book")
def test_a_receipt_holds_the_number_the_secret_and_the_hash_of_the_first_entry():
    found = receipt("HY-1")
    assert (found.number, found.secret) == ("HY-1", receipt_secret("HY-1"))
    assert found.entry_hash == entries_about("HY-1")[0].hash
    said = f"HY-1.{found.secret}.{found.entry_hash}"
    assert found.follow_url == f"https://12345.example/follow/#{said}"


@pytest.mark.django_db
def test_there_is_no_receipt_for_a_number_that_does_not_exist():
    with pytest.raises(NotFound, match="no case with the number HY-9"):
        receipt("HY-9")


@pytest.mark.usefixtures("book")
def test_the_code_stands_in_a_page_that_forbids_inline_styles():
    svg = receipt_qr_svg(receipt("HY-1"))
    assert svg.startswith("<svg ")
    assert "viewBox" in svg
    assert "style" not in svg
    assert "<?xml" not in svg
    assert "<title>Code to follow case HY-1</title>" in svg


@pytest.mark.usefixtures("book")
def test_a_receipt_is_proven_by_the_published_seals_alone(django_assert_num_queries):
    write("HY-1")
    found, published = proof("HY-1"), published_seals()
    with django_assert_num_queries(0):
        assert check_receipt(found, published) == published[1]
    assert found["entry"] == receipt("HY-1").entry_hash
    assert len(found["bodies"]) == 4


@pytest.mark.usefixtures("book")
def test_a_proof_shows_nothing_of_what_the_entries_say():
    text = str(proof("HY-1"))
    for line in entries_about("HY-1"):
        assert line.code not in text
        assert line.by_label not in text
        assert line.words["reason"] not in text


@pytest.mark.django_db
def test_a_case_that_waits_for_its_seal_has_no_proof_yet():
    write("HY-1")
    with pytest.raises(NotPossible, match="not in a seal yet"):
        proof("HY-1")


@pytest.mark.usefixtures("book")
def test_a_proof_may_reach_on_to_the_one_seal_that_was_published():
    for number in (5, 6):
        write(f"HY-{number}")
        seal(at=NOON)
    newest = published_seals()[-1:]
    assert check_receipt(proof("HY-1", up_to_seal=4), newest) == newest[0]
    with pytest.raises(WrongInput, match="No seal in the proof is among the published ones"):
        check_receipt(proof("HY-1"), newest)


def changed(found, place, value):
    other = deepcopy(found)
    *way, last = place
    inner = other
    for step in way:
        inner = inner[step]
    inner[last] = value
    return other


ZERO = "00" * 32
WRONG = [
    (("about",), "HY-2", Doubt.RECEIPT),
    (("entry",), ZERO, Doubt.RECEIPT),
    (("bodies", 0), ZERO, Doubt.RECEIPT),
    (("bodies",), [], Doubt.RECEIPT),
    (("bodies", 1), ZERO, Doubt.TREE),
    (("index",), 1, Doubt.TREE),
    (("path", 0), ZERO, Doubt.TREE),
    (("path",), [], Doubt.UNREADABLE),
    (("index",), 3, Doubt.UNREADABLE),
    (("index",), -1, Doubt.UNREADABLE),
    (("seals", 0, "merkle_root"), ZERO, Doubt.TREE),
    (("seals", 0, "at"), "2020-01-01T00:00:00.000000Z", Doubt.SEAL),
    (("seals", 0, "hash"), ZERO, Doubt.SEAL),
    (("seals", 0, "number"), 7, Doubt.SEAL),
    (("seals", 1, "prev"), ZERO, Doubt.SEAL),
    (("seals",), [], Doubt.UNREADABLE),
    (("seals", 0, "leaves"), "3", Doubt.UNREADABLE),
    (("seals", 0, "more"), 1, Doubt.UNREADABLE),
    (("bodies", 0), "not hexadecimal", Doubt.UNREADABLE),
    (("bodies",), 5, Doubt.UNREADABLE),
    (("about",), None, Doubt.UNREADABLE),
]


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(("place", "value", "doubt"), WRONG, ids=str)
def test_a_proof_in_which_anything_was_changed_convinces_nobody(place, value, doubt):
    write("HY-5")
    seal(at=NOON)
    found, published = proof("HY-1", up_to_seal=3), published_seals()
    with pytest.raises(NotProven) as caught:
        rules.check_proof(changed(found, place, value), published)
    assert caught.value.doubt is doubt


@pytest.mark.parametrize("found", [None, [], {}, "x", 5, {"about": "HY-1"}], ids=repr)
def test_what_is_not_a_proof_is_refused_in_one_sentence(found):
    with pytest.raises(WrongInput, match="not a proof that can be read"):
        check_receipt(found, [])


@pytest.mark.usefixtures("book")
def test_a_seal_that_is_forged_whole_is_not_among_the_published_ones():
    found, published = proof("HY-1"), published_seals()
    header = rules.Header(**found["seals"][0])
    forged = rules.header_after(None, NOON, [rules.leaf_hash("HY-1", 4, bytes(32))])
    assert forged.own_hash() == forged.hash
    assert check_receipt(found, [forged, header]) == header
    with pytest.raises(NotProven) as caught:
        rules.check_proof(found, [forged, published[0]])
    assert caught.value.doubt is Doubt.UNPUBLISHED


@pytest.mark.usefixtures("book")
def test_a_forged_seal_is_not_believed_for_standing_before_a_published_one():
    published, body = published_seals(), rules.body_hash("{}")
    head = rules.entry_hash(rules.chain_start("HY-7"), 0, body)
    forged = rules.header_after(None, NOON, [rules.leaf_hash("HY-7", 1, head)])
    made_up = {
        "about": "HY-7",
        "entry": head.hex(),
        "bodies": [body.hex()],
        "index": 0,
        "path": [],
        "seals": [asdict(forged)],
    }
    assert rules.check_proof(made_up, [forged]) == forged
    made_up["seals"].append(asdict(published[1]))
    with pytest.raises(NotProven) as caught:
        rules.check_proof(made_up, published)
    assert caught.value.doubt is Doubt.SEAL
