"""What holds when two write at the same moment, on two connections."""

from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from huiyin.logbook import verifying
from huiyin.logbook.actions import record
from huiyin.logbook.models import Entry, Seal
from huiyin.logbook.sealing import seal
from huiyin.logbook.verifying import verify
from tests.logbook.book import NOON, OFFICER, write

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_city")]


def at_once(*works):
    """Start all works at the same moment, each on its own connection; give their answers."""
    start = Barrier(len(works))

    def begin(work):
        start.wait(timeout=60)
        return on_its_own_connection(work)

    with ThreadPoolExecutor(len(works)) as people:
        return list(people.map(begin, works))


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def on_its_own_connection(work):
    try:
        return work()
    finally:
        connection.close()


def test_an_entry_outside_any_step_is_refused():
    with pytest.raises(TransactionManagementError, match="open one first"):
        record("case.moved", about="HY-1", by=OFFICER, at=NOON)


def test_two_recorders_of_one_case_take_two_places():
    recorded = at_once(*[lambda: [write("HY-1").position for _ in range(20)]] * 2)
    assert sorted(chain.from_iterable(recorded)) == list(range(40))
    assert verify().problems == []


def test_the_second_recorder_waits_for_the_first_and_follows_it():
    write("HY-1")
    with ThreadPoolExecutor(1) as second:
        with transaction.atomic():
            first = record("case.moved", about="HY-1", by=OFFICER, at=NOON)
            answer = second.submit(on_its_own_connection, lambda: write("HY-1"))
            while not somebody_waits():
                assert not answer.done()
        assert answer.result(timeout=60).position == first.position + 1 == 2


def test_of_two_sealers_at_once_the_second_waits_and_follows():
    write("HY-1")
    with ThreadPoolExecutor(1) as second:
        with transaction.atomic():
            first = seal(at=NOON)
            # Written after the first sealer has looked: only the second can take it.
            at_once(lambda: write("HY-2"))
            answer = second.submit(on_its_own_connection, lambda: seal(at=NOON))
            while not somebody_waits():
                assert not answer.done()
        assert answer.result(timeout=60).prev == first.hash
    assert verify().problems == []


def test_what_one_sealer_has_sealed_the_other_does_not_seal_again():
    for number in range(50):
        write(f"HY-{number}")
    made = at_once(*[lambda: seal(at=NOON)] * 2)
    assert sorted(header is not None for header in made) == [False, True]
    assert Seal.objects.get().leaves == 50


def test_sealing_passes_by_a_case_that_is_being_written_and_takes_it_next_time():
    write("HY-1")
    write("HY-2")
    with ThreadPoolExecutor(1) as sealer, transaction.atomic():
        record("case.moved", about="HY-1", by=OFFICER, at=NOON)
        assert (
            sealer.submit(on_its_own_connection, lambda: seal(at=NOON).leaves).result(timeout=60)
            == 1
        )
    assert seal(at=NOON).leaves == 1
    verdict = verify()
    assert (verdict.unsealed_entries, verdict.problems, Entry.objects.count()) == (0, [], 3)


def test_verifying_looks_at_one_moment_while_the_city_goes_on(monkeypatch):
    write("HY-1")
    rows = verifying._rows

    def rows_while_somebody_writes(query):
        if query == verifying.CHAINS:
            at_once(lambda: write("HY-1"))
        yield from rows(query)

    monkeypatch.setattr(verifying, "_rows", rows_while_somebody_writes)
    verdict = verify()
    assert (verdict.entries, verdict.problems) == (1, [])
    assert Entry.objects.count() == 2
