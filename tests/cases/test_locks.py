"""Two people at the same moment: one is served, the other is told what happened."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from huiyin.cases.models import Case, Status
from huiyin.cases.moves import locked_case
from huiyin.dispatch.actions import dispatch_case
from huiyin.intake.actions import receive_case
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.office.problems import NotPossible
from tests.makers import NOON, hotline, make_case, make_wish, minutes, parks, status_of
from tests.people import lighting, lin, ma

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_city")]
LATER = NOON + minutes(30)


def at_once(*tasks):
    """Run these at the same moment, each with a connection of its own."""
    start = Barrier(len(tasks))

    def run(task):
        start.wait(timeout=60)
        try:
            return task()
        except NotPossible as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(run, tasks))


def test_of_two_dispatchers_one_sends_and_the_other_is_told():
    case, by = make_case(), lin()
    units = [lighting(), parks(), lighting(), parks()]
    results = at_once(
        *(lambda unit=unit: dispatch_case(case.number, unit, by=by, at=LATER) for unit in units)
    )
    assert sum(isinstance(result, NotPossible) for result in results) == 3
    assert [line.code for line in entries_about(case.number)] == ["case.received", "case.moved"]
    assert verify().problems == []


def test_the_second_official_waits_until_the_first_is_done():
    case, held, done = make_case(), Event(), []

    def holds_the_row():
        with transaction.atomic():
            locked_case(case.number)
            held.set()
            # The other one stands at the lock now; a done step would be seen here.
            Event().wait(0.3)
            done.append(status_of(case))

    def sends():
        held.wait(timeout=60)
        dispatch_case(case.number, parks(), by=lin(), at=LATER)

    lin(), parks()
    at_once(holds_the_row, sends)
    assert done == [Status.RECEIVED]
    assert status_of(case) == Status.DISPATCHED


def test_the_same_form_sent_four_times_at_once_is_one_case():
    unit, by, wish = hotline(), ma(), make_wish(form_key=uuid.uuid4())
    cases = at_once(*[lambda: receive_case(wish, by=by, at=NOON, intake_unit=unit)] * 4)
    assert len({case.number for case in cases}) == 1
    assert Case.objects.count() == 1
    assert len(entries_about(cases[0].number)) == 1
