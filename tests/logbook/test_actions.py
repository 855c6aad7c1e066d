"""What writing promises: with its step or not at all, in its place, and nobody's words hashed."""

import pytest
from django.db import connection, transaction

from huiyin.departments.models import Official
from huiyin.logbook import actions, rules
from huiyin.logbook.actions import record, record_access, record_many
from huiyin.logbook.models import Chain, Entry, Words
from huiyin.logbook.queries import accesses_about, accesses_by, entries_about
from huiyin.logbook.verifying import verify
from huiyin.office.problems import WrongInput
from tests.logbook.book import NOON, OFFICER, histories, step, write

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture
def lin():
    return Official.objects.create(sign_in_name="lin", name="林")


def test_entries_about_a_case_follow_one_another():
    for number in range(3):
        assert write("HY-1", number=number).position == number
    write("HY-2")
    entries = list(Entry.objects.filter(about="HY-1").order_by("position"))
    assert bytes(entries[0].prev) == rules.chain_start("HY-1")
    assert [bytes(entry.prev) for entry in entries[1:]] == [bytes(e.hash) for e in entries[:-1]]
    assert verify().problems == []


def test_the_receipt_hash_is_the_one_that_is_kept():
    first = write("HY-1")
    assert bytes(Entry.objects.get(about="HY-1").hash) == first.hash
    second = write("HY-1")
    assert bytes(Chain.objects.get(about="HY-1").head) == second.hash


def test_an_entry_says_who_when_and_what(lin):
    record(
        "case.moved", about="HY-1", by=lin, at=NOON, unit=5, words={"reason": "灯"}, end="closed"
    )
    (line,) = entries_about("HY-1")
    assert (line.code, line.at, line.details) == ("case.moved", NOON, {"end": "closed"})
    assert (line.official_id, line.unit_id, line.words) == (lin.pk, 5, {"reason": "灯"})
    assert line.words_erased is False


def test_a_phone_number_in_words_is_nowhere_in_what_is_hashed():
    text = f"请打 {PHONE}"
    write("HY-1", words=text)
    record_many([("HY-2", [step(words=text)])])
    assert {line.words["reason"] for line in entries_about("HY-1", "HY-2")} == {text}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM logbook_entry e WHERE e::text LIKE %s", [f"%{PHONE}%"])
        assert cursor.fetchone() == (0,)


def test_two_entries_that_say_the_same_cannot_be_told_from_their_hashes():
    write("HY-1")
    write("HY-2")
    bodies = [entry.body.replace("HY-2", "HY-1") for entry in Entry.objects.all()]
    assert bodies[0] != bodies[1]


def test_two_equal_words_have_two_salts():
    write("HY-1", words="灯坏了")
    write("HY-2", words="灯坏了")
    assert len({bytes(words.salt) for words in Words.objects.all()}) == 2


def test_words_that_cannot_be_kept_are_refused_in_one_sentence():
    with pytest.raises(WrongInput, match="broken character"):
        write("HY-1", words="\ud800")
    assert not Entry.objects.exists()


def test_a_step_without_words_keeps_none():
    write("HY-1")
    assert not Words.objects.exists()
    assert entries_about("HY-1")[0].words == {}


@pytest.mark.parametrize("first", [True, False])
def test_writing_an_entry_asks_the_database_once(django_assert_num_queries, first):
    if not first:
        write("HY-1", words="灯坏了")
    with transaction.atomic(), django_assert_num_queries(1):
        record("case.moved", about="HY-1", by=OFFICER, at=NOON, words={"reason": "灯"})


def test_an_entry_of_a_step_that_fails_is_not_kept():
    write("HY-1")
    with transaction.atomic():
        record("case.moved", about="HY-1", by=OFFICER, at=NOON)
        transaction.set_rollback(True)
    assert len(entries_about("HY-1")) == 1
    assert write("HY-1").position == 1


def test_a_history_in_bulk_is_the_same_as_step_by_step(monkeypatch):
    # Without chance in the salts both ways of writing must arrive at the same bytes.
    monkeypatch.setattr(actions.os, "urandom", bytes)
    with transaction.atomic():
        record_many(histories(1, 5))
        in_bulk = entries_about("HY-1")
        transaction.set_rollback(True)
    for turn in range(5):
        write("HY-1", number=turn, words="路灯不亮" if turn % 2 else "")
    assert entries_about("HY-1") == in_bulk


def test_histories_go_on_where_they_ended(monkeypatch):
    monkeypatch.setattr(actions, "CHAINS_AT_ONCE", 2)
    write("HY-2", words="灯坏了")
    assert record_many(histories(3, 2)) == 6
    again = [("HY-2", [step(5)]), ("HY-1", [step(6)]), ("HY-2", [step(7)])]
    assert record_many(iter(again)) == 3
    verdict = verify()
    assert (verdict.entries, verdict.chains, verdict.problems) == (10, 3, [])
    turns = [line.details["turn"] for line in entries_about("HY-2")]
    assert turns == [0, 0, 1, 5, 7]


def test_histories_are_written_all_or_none(monkeypatch):
    monkeypatch.setattr(actions, "CHAINS_AT_ONCE", 1)
    broken = [*histories(2, 2), ("HY-9", [rules.Step("no code", NOON, OFFICER)])]
    with pytest.raises(rules.NotCanonical):
        record_many(broken)
    assert not Entry.objects.exists()
    assert not Chain.objects.exists()


def test_a_look_at_personal_data_is_written_down(lin):
    record_access("HY-1", by=lin, at=NOON, why="call-back", unit=5)
    (access,) = accesses_about("HY-1")
    assert (access.by_label, access.at, access.why) == (
        f"official:{lin.pk}@unit:5",
        NOON,
        "call-back",
    )
    assert [access.about for access in accesses_by(lin.pk)] == ["HY-1"]
