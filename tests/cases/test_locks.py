"""Two people at the same moment: one is served, the other is told what happened."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction
from django.utils import translation

from huiyin.cases.models import Application, Case, Round, Status
from huiyin.cases.moves import locked_case
from huiyin.cases.papers.applications import Verdict
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.objections import Objection, object_to_dispatch, rule_on_objection
from huiyin.intake.actions import receive_case
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.notices.models import Notice
from huiyin.office.problems import NotPossible, Problem
from huiyin.replies.actions import answer_case
from tests.makers import (
    NOON,
    fresh,
    hotline,
    hotline_staff,
    make_case,
    make_wish,
    minutes,
    parks,
    status_of,
)
from tests.people import chen, lighting, lin, ma

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_city")]
LATER = NOON + minutes(30)


def at_once(*tasks):
    """Run these at the same moment, each with a connection of its own."""
    start = Barrier(len(tasks))

    def run(task):
        start.wait(timeout=60)
        try:
            # A thread speaks the city's language unless told otherwise.
            with translation.override("en"):
                return task()
        except Problem as problem:
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


def who_wins(*tasks):
    """Press at the same moment; gives what the one got and what the others read."""
    results = at_once(*tasks)
    told = [str(result) for result in results if isinstance(result, NotPossible)]
    (won,) = [result for result in results if not isinstance(result, NotPossible)]
    assert verify().problems == []
    return won, told


def codes_of(case):
    return [line.code for line in entries_about(case.number)]


def test_of_two_objections_one_is_filed_and_the_other_learns_that_it_waits():
    case, by = make_case(Status.DISPATCHED), chen()
    said = Objection("not_our_duty", "属公园照明。")
    won, told = who_wins(*[lambda: object_to_dispatch(case.number, said, by=by, at=LATER)] * 2)
    assert won.state == "open"
    assert told == ["This was asked for already and waits for a ruling."]
    assert Application.objects.count() == 1
    assert codes_of(case).count("application.filed") == 1


def test_of_two_rulings_one_holds_and_the_other_learns_that_it_was_settled():
    case, staff, other = make_case(Status.DISPATCHED), hotline_staff(), lin()
    said = Objection("not_our_duty", "属公园照明。")
    filed = object_to_dispatch(case.number, said, by=chen(), at=LATER)
    unit, at = parks(), LATER + minutes(5)
    uphold, send = Verdict("uphold", "仍属贵单位。"), Verdict("redispatch", "改派。")
    _, told = who_wins(
        lambda: rule_on_objection(filed.pk, uphold, by=staff, at=at),
        lambda: rule_on_objection(filed.pk, send, by=other, at=at, unit=unit),
    )
    assert "nothing was changed" in told[0]
    filed.refresh_from_db()
    led_by = fresh(case).unit
    assert led_by == (unit if filed.ruling == "redispatch" else lighting())
    assert codes_of(case).count("application.ruled") == 1


def test_of_two_answers_one_reaches_the_resident():
    case, by = make_case(Status.IN_HAND), chen()
    _, told = who_wins(
        *[
            lambda reply=reply: answer_case(
                case.number, reply, by=by, at=LATER, resident_told="已电话告知。"
            )
            for reply in ("已更换灯泡。", "已更换线路。")
        ]
    )
    assert told == ["This case is already answered; nothing was changed."]
    assert Round.objects.get(case=case).reply in {"已更换灯泡。", "已更换线路。"}
    assert Notice.objects.filter(about=case.number, code="case.answered").count() == 1


def test_an_answer_and_a_ruling_that_takes_the_case_away_do_not_both_hold():
    case, by, staff, unit = make_case(Status.IN_HAND), chen(), lin(), parks()
    said = Objection("not_our_duty", "属公园照明。")
    filed = object_to_dispatch(case.number, said, by=by, at=LATER)
    send, at = Verdict("redispatch", "改派。"), LATER + minutes(5)
    results = at_once(
        lambda: answer_case(case.number, "已修。", by=by, at=at, resident_told="已告知。"),
        lambda: rule_on_objection(filed.pk, send, by=staff, at=at, unit=unit),
    )
    assert sum(isinstance(result, Problem) for result in results) == 1
    filed.refresh_from_db()
    ends = {"answered": "lapsed", "dispatched": "granted"}
    assert filed.state == ends[status_of(case)]
    assert verify().problems == []
