"""What verifying promises: whatever the owner of the database changed is found and named."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.logbook import verifying
from huiyin.logbook.models import Entry
from huiyin.logbook.queries import entries_about, published_seals
from huiyin.logbook.sealing import seal
from huiyin.logbook.verifying import verify
from tests.logbook.book import NOON, NUMBERS, write
from tests.logbook.tampering import IN_ONE_ENTRY, TAMPERING


def done(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("book")
def test_a_logbook_as_it_was_written_is_clean():
    verdict = verify()
    assert verdict.as_json() == {
        "entries": 12,
        "chains": 3,
        "seals": 2,
        "erased_words": 0,
        "unsealed_entries": 0,
        "problems": [],
    }


@pytest.mark.django_db
def test_an_empty_logbook_is_clean():
    assert verify().problems == []


@pytest.mark.usefixtures("owners_book")
@pytest.mark.parametrize("change", TAMPERING, ids=lambda change: change.what)
def test_what_the_owner_changed_is_found_and_named(change):
    done(change.statement)
    problems = verify().problems
    assert any(
        (fault.about, fault.position) == (change.about, change.position)
        and change.sentence in fault.problem
        for fault in problems
    ), problems


@pytest.mark.usefixtures("owners_book")
@pytest.mark.parametrize("change", IN_ONE_ENTRY, ids=lambda change: change.what)
def test_a_single_change_is_blamed_on_that_entry_only(change):
    done(change.statement)
    entry = Entry.objects.filter(position=1).order_by("about").values_list("pk", flat=True)[1]
    (fault,) = verify().problems
    assert (fault.about, fault.position, fault.entry) == ("HY-2", 1, entry)


@pytest.mark.usefixtures("owners_book")
def test_an_entry_that_is_missing_casts_no_doubt_on_its_neighbours():
    done("DELETE FROM logbook_entry WHERE about = 'HY-2' AND position = 2")
    assert {(fault.about, fault.position) for fault in verify().problems} == {("HY-2", 2)}


@pytest.mark.usefixtures("owners_book")
def test_an_entry_that_was_rewritten_with_a_right_hash_is_found_by_the_one_after_it():
    done(
        "UPDATE logbook_entry SET body = replace(body, 'received', 'closed'), hash = sha256("
        "'huiyin-entry-1'::bytea || prev || int8send(position)"
        " || sha256(convert_to(replace(body, 'received', 'closed'), 'UTF8')))"
        " WHERE about = 'HY-2' AND position = 1"
    )
    first, second = verify().problems
    assert (first.about, first.position) == (second.about, second.position) == ("HY-2", 1)
    assert "was exchanged" in first.problem
    assert "Seal 1 holds another" in second.problem


@pytest.mark.usefixtures("owners_book")
def test_a_case_that_was_rewritten_from_its_start_is_found_by_the_seals():
    done("DELETE FROM logbook_entry WHERE about = 'HY-2'")
    done("DELETE FROM logbook_words WHERE about = 'HY-2'")
    done("DELETE FROM logbook_chain WHERE about = 'HY-2'")
    for turn in range(4):
        write("HY-2", number=turn)
    problems = {fault.problem for fault in verify().problems if fault.position is not None}
    assert problems == {f"Seal {number} holds another entry at this position." for number in (1, 2)}


@pytest.mark.usefixtures("owners_book")
def test_seals_that_were_all_made_again_differ_from_the_published_ones():
    published = published_seals()
    done("DELETE FROM logbook_sealleaf; DELETE FROM logbook_seal")
    done("UPDATE logbook_chain SET sealed_length = 0")
    seal(at=NOON)
    assert verify().problems == []
    found = {(fault.about, fault.problem) for fault in verify(published=published).problems}
    assert found == {
        ("seal:1", "This seal is not the one that was published."),
        ("seal:2", "This seal was published, but does not stand here."),
    }


@pytest.mark.usefixtures("owners_book")
def test_erased_words_are_counted_and_break_nothing():
    write("HY-2")
    write("HY-4")
    done("DELETE FROM logbook_words WHERE about = 'HY-2'")
    verdict = verify()
    assert (verdict.erased_words, verdict.problems) == (4, [])
    assert [line.words_erased for line in entries_about("HY-2")] == [True] * 4 + [False]


@pytest.mark.usefixtures("owners_book")
def test_words_that_were_slipped_in_are_found():
    write("HY-4")
    done("INSERT INTO logbook_words VALUES ('HY-4', 0, '', '{}')")
    (fault,) = verify().problems
    assert (fault.about, fault.position) == ("HY-4", 0)
    assert "written without any" in fault.problem


@pytest.mark.usefixtures("owners_book")
def test_of_very_many_faults_the_rest_is_counted(monkeypatch):
    monkeypatch.setattr(verifying, "MOST_PROBLEMS", 5)
    done("UPDATE logbook_entry SET body = body || ' '")
    verdict = verify()
    assert (len(verdict.problems), verdict.as_json()["more_problems"]) == (5, 7)


@pytest.mark.usefixtures("book")
def test_the_progress_is_told(monkeypatch):
    monkeypatch.setattr(verifying, "PORTION", 5)
    told = []
    verify(told.append)
    assert told == [8]


HASHES = {"logbook_entry": ("prev", "hash"), "logbook_sealleaf": ("head",)}
HASHES |= {"logbook_seal": ("merkle_root", "prev_hash", "hash"), "logbook_words": ("salt",)}


@pytest.mark.usefixtures("owners_book")
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_single_byte_that_is_changed_is_found_where_it_was_changed(data):
    about, position = data.draw(st.sampled_from(NUMBERS)), data.draw(st.integers(0, 3))
    table = data.draw(st.sampled_from(sorted(HASHES)))
    column = data.draw(st.sampled_from([*HASHES[table], *_texts_of(table)]))
    where = f"about = '{about}' AND position = {position}"
    named = {about}
    if table == "logbook_sealleaf":
        where = f"about = '{about}' AND seal = {1 + position // 2}"
    elif table == "logbook_seal":
        where = f"number = {1 + position // 2}"
        named = {"seal:1", "seal:2"}
    with transaction.atomic():
        if _flip(data, table=table, column=column, where=where):
            problems = verify().problems
            assert {fault.about for fault in problems} & named
            if table in {"logbook_entry", "logbook_words"}:
                assert {fault.position for fault in problems if fault.about == about} == {position}
        transaction.set_rollback(True)


def _texts_of(table):
    return {"logbook_entry": ("body",), "logbook_words": ("text",)}.get(table, ())


def _flip(data, *, table, column, where):
    """Put another byte or letter somewhere into a column; False where it is the same."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {where}")  # noqa: S608
        (before,) = cursor.fetchone()
        at = data.draw(st.integers(0, len(before) - 1))
        if isinstance(before, str):
            letter = data.draw(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
            after = before[:at] + letter + before[at + 1 :]
        else:
            byte = data.draw(st.binary(min_size=1, max_size=1))
            after = bytes(before[:at]) + byte + bytes(before[at + 1 :])
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [after])  # noqa: S608
    return after != before
