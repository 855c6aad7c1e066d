"""Two officials with one part at the same moment: one signs, the other reads why not."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from huiyin.cases.parts import accept_part, finish_part, open_parts, release_part
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.office.problems import NotPossible
from huiyin.replies.joint.whistles import blow_whistle
from tests.makers import make_official, minutes
from tests.replies.street import BEGUN, call, case_of, make_street, part_now, whistled

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_city")]
LATER = BEGUN + minutes(30)


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


def refused(results):
    return [str(result) for result in results if isinstance(result, NotPossible)]


def test_of_two_officers_one_accepts_the_part_and_the_other_reads_that_it_is_accepted():
    town = make_street()
    case, parts = whistled(town, "fire")
    officers = [town.officer("fire"), make_official("officer", unit=town.called["fire"])]
    part = parts["fire"].pk
    results = at_once(
        *(lambda by=by: accept_part(case.number, part, by=by, at=LATER) for by in officers)
    )
    (why,) = refused(results)
    assert "accepted" in why or "签收" in why
    assert [line.code for line in entries_about(case.number)].count("part.accepted") == 1
    assert verify().problems == []


def test_a_unit_called_twice_at_once_gets_one_part():
    town = make_street()
    case, by = case_of(town), town.officer()
    wanted = call(town, "fire", "market")
    blow = lambda: blow_whistle(case.number, wanted, by=by, at=BEGUN)  # noqa: E731 - told twice
    assert len(refused(at_once(blow, blow))) == 1
    assert len(open_parts(case)) == 2


def test_a_part_is_done_or_released_and_never_both():
    town = make_street()
    case, parts = whistled(town, "fire")
    part, helper, lead = parts["fire"], town.officer("fire"), town.officer()
    results = at_once(
        lambda: finish_part(case.number, part.pk, "已办。", by=helper, at=LATER),
        lambda: release_part(case.number, part.pk, "不用。", by=lead, at=LATER),
    )
    assert len(refused(results)) == 1
    ends = [line.code for line in entries_about(case.number) if line.code != "part.asked"]
    assert ends[-1] == f"part.{part_now(part).state}"
