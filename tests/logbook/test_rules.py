"""What the logbook's mathematics promises: one way to write, and trees that prove."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.logbook import rules
from huiyin.logbook.rules import NotCanonical, Step
from tests.logbook.book import NOON, OFFICER

BEIJING = timezone(timedelta(hours=8))


class Word(StrEnum):
    CLOSED = "closed"


SAID = [
    ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
    ('灯\t坏了\n"\\/\x07\x7f🔥', '"灯\\t坏了\\n\\"\\\\/\\u0007\x7f🔥"'),
    (Word.CLOSED, '"closed"'),
    ((1, -(2**53 - 1)), "[1,-9007199254740991]"),
    (datetime(2026, 3, 4, 12, tzinfo=BEIJING), '"2026-03-04T04:00:00.000000Z"'),
    (datetime(2026, 3, 4, 4, 0, 0, 5, tzinfo=UTC), '"2026-03-04T04:00:00.000005Z"'),
    (date(2026, 3, 4), '"2026-03-04"'),
    ({}, "{}"),
]  # fmt: skip
UNSAYABLE = [
    1.5, float("nan"), 2**53, -(2**53), datetime(2026, 3, 4), b"x", {1, 2}, object(),  # noqa: DTZ001
    {"A": 1}, {"a b": 1}, {1: 1}, {"": 1}, {"名": 1}, "\ud800", ["\udfff"],
]  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
plain = st.none() | st.booleans() | st.integers(-(2**53 - 1), 2**53 - 1) | texts
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
leaves = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


@pytest.mark.parametrize(("value", "text"), SAID)
def test_there_is_one_way_to_write_a_value(value, text):
    assert rules.canonical(value) == text


@pytest.mark.parametrize("value", UNSAYABLE, ids=map(str, range(len(UNSAYABLE))))
def test_what_another_reader_could_read_differently_is_refused(value):
    with pytest.raises(NotCanonical):
        rules.canonical(value)


@given(values)
def test_what_is_written_is_read_again(value):
    text = rules.canonical(value)
    assert json.loads(text) == value
    assert rules.canonical(json.loads(text)) == text


@pytest.mark.parametrize("details", [{"note": "x" * 201}, {"a": [{"b": "one\ntwo"}]}])
def test_prose_may_not_stand_in_what_is_hashed(details):
    step = Step("case.moved", NOON, OFFICER, details)
    with pytest.raises(NotCanonical, match="as words"):
        rules.entry_body("HY-1", step, salt="", committed=None)


@pytest.mark.parametrize(
    ("about", "code", "by"),
    [
        ("", "case.moved", OFFICER),
        ("HY 1", "case.moved", OFFICER),
        ("HY-1", "moved", OFFICER),
        ("HY-1", "case.Moved", OFFICER),
        ("HY-1", "case.moved", "王阿姨"),
        ("HY-1", "case.moved", "resident:王阿姨"),
        ("HY-1", "case.moved", ""),
    ],
)
def test_an_entry_is_named_in_stable_words(about, code, by):
    with pytest.raises(NotCanonical, match="cannot be"):
        rules.entry_body(about, Step(code, NOON, by), salt="", committed=None)


@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("official:12@unit:5", (12, 5)),
        ("official:12", (12, None)),
        ("resident", (None, None)),
        ("import:boston311", (None, None)),
    ],
)
def test_a_label_tells_the_official_and_the_unit(label, known):
    assert rules.author(label) == known
    if known[0]:
        assert rules.official_label(*known) == label


def test_an_entry_is_bound_to_its_body_its_place_and_the_one_before():
    first = rules.entry_hash(bytes(32), 1, rules.body_hash("{}"))
    assert first != rules.entry_hash(bytes(32), 2, rules.body_hash("{}"))
    assert first != rules.entry_hash(bytes(31) + b"1", 1, rules.body_hash("{}"))
    assert first != rules.entry_hash(bytes(32), 1, rules.body_hash("[]"))
    assert rules.chain_start("HY-1") != rules.chain_start("HY-2")


def test_the_same_words_with_another_salt_are_committed_to_differently():
    assert rules.commitment(bytes(16), '"x"') != rules.commitment(bytes(15) + b"1", '"x"')


# The example tree that every implementation of RFC 6962 is tried on.
LOGGED = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
LOGGED += ["606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_a_tree_has_the_root_that_rfc_6962_gives_it(size):
    hashed = [sha256(b"\0" + bytes.fromhex(text)).digest() for text in LOGGED[:size]]
    assert rules.merkle_root(hashed).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert rules.merkle_root([]) == sha256(b"").digest()


def root_by_definition(hashed):
    if len(hashed) == 1:
        return hashed[0]
    split = 1 << (len(hashed) - 1).bit_length() - 1
    return rules.node_hash(root_by_definition(hashed[:split]), root_by_definition(hashed[split:]))


@given(leaves)
def test_the_root_is_the_one_of_the_definition(hashed):
    assert rules.merkle_root(hashed) == root_by_definition(hashed)


@given(leaves, st.data())
def test_every_leaf_is_proven_by_its_path(hashed, data):
    index = data.draw(st.integers(0, len(hashed) - 1))
    path = rules.merkle_path(hashed, index)
    found = rules.root_from_path(hashed[index], index=index, size=len(hashed), path=path)
    assert found == rules.merkle_root(hashed)


@given(leaves.filter(lambda hashed: len(hashed) > 1), st.data())
def test_a_wrong_path_proves_nothing(hashed, data):
    index = data.draw(st.integers(0, len(hashed) - 1))
    leaf, size, path = hashed[index], len(hashed), rules.merkle_path(hashed, index)
    change = data.draw(st.sampled_from(["leaf", "step", "shorter", "longer", "elsewhere"]))
    if change == "leaf":
        leaf = sha256(leaf).digest()
    elif change == "step":
        at = data.draw(st.integers(0, len(path) - 1))
        path[at] = sha256(path[at]).digest()
    elif change == "shorter":
        path.pop()
    elif change == "longer":
        path.append(bytes(32))
    else:
        others = [place for place in range(-1, size + 1) if place != index]
        index = data.draw(st.sampled_from(others))
    try:
        found = rules.root_from_path(leaf, index=index, size=size, path=path)
    except NotCanonical:
        return
    alike = hashed[index] == leaf and rules.merkle_path(hashed, index) == path
    assert alike or found != rules.merkle_root(hashed)
