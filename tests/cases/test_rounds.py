"""Rounds and their clocks: started at dispatch, never stopped by a return, new with a round."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Assignment, Round, Status
from huiyin.cases.moves import Papers, current_round, lead_part, move
from huiyin.cases.rules import OPEN
from huiyin.deadlines.queries import due_for
from huiyin.dispatch.actions import dispatch_case
from huiyin.followup.actions import close_case, reopen_case
from huiyin.intake.actions import withdraw_case
from huiyin.logbook.queries import entries_about
from huiyin.replies.actions import accept_case, tell_resident
from tests.makers import (
    NOON,
    NOT_SOLVED,
    SOLVED,
    answer,
    fresh,
    give_back,
    lighting,
    make_case,
    make_category,
    minutes,
    parks,
)
from tests.people import chen, gao, lin, ma, sun, zhao

pytestmark = pytest.mark.django_db
DISPATCHED_AT = NOON + minutes(10)


def due(at, deadline_class="general"):
    return due_for(
        at, deadline_class=deadline_class, request_kind="complaint", calendar_code="city"
    ).due_at


def test_no_clock_runs_before_the_first_dispatch():
    case = make_case()
    assert (case.due_at, Round.objects.filter(case=case).count()) == (None, 0)


def test_the_clock_starts_at_dispatch_and_not_at_acceptance():
    case = make_case(Status.DISPATCHED)
    promised = case.due_at
    accept_case(case.number, by=chen(), at=NOON + timedelta(days=2))
    assert promised == due(DISPATCHED_AT)
    assert fresh(case).due_at == promised
    assert current_round(case).started_at == DISPATCHED_AT


def test_a_return_does_not_stop_the_clock():
    case = make_case(Status.DISPATCHED)
    give_back(case, at=NOON + timedelta(days=1))
    dispatch_case(case.number, parks(), by=lin(), at=NOON + timedelta(days=2))
    assert fresh(case).due_at == due(DISPATCHED_AT)
    assert Round.objects.get(case=case).unit == parks()


def test_a_category_brings_its_own_deadline():
    gas = make_category("燃气泄漏", deadline_class="emergency")
    case = make_case(Status.DISPATCHED, category=gas)
    assert case.due_at == due(DISPATCHED_AT, "emergency")
    assert case.due_at < due(DISPATCHED_AT)


def test_a_returned_case_waits_for_the_dispatcher_again_and_not_for_the_unit():
    case = make_case(Status.DISPATCHED)
    returned_at = NOON + timedelta(hours=3)
    give_back(case, at=returned_at)
    case = fresh(case)
    assert (case.unit, case.wait_until) == (None, returned_at + timedelta(hours=2))


def test_the_first_unit_stays_the_first_after_a_return():
    case = make_case(Status.DISPATCHED)
    give_back(case, at=NOON + minutes(30))
    dispatch_case(case.number, parks(), by=lin(), at=NOON + minutes(40))
    assert (fresh(case).first_unit, fresh(case).unit) == (lighting(), parks())


def test_a_next_round_has_the_same_number_the_same_unit_and_a_clock_of_its_own():
    case = make_case(Status.ANSWERED)
    again = NOON + timedelta(days=1)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=again)
    after = fresh(case)
    assert (after.number, after.unit, after.round_number) == (case.number, lighting(), 2)
    assert (after.status, after.due_at) == (Status.DISPATCHED, due(again))
    first, second = Round.objects.filter(case=case).order_by("number")
    assert (first.solved, first.satisfied) == (False, "dissatisfied")
    assert (second.started_at, second.due_at, second.answered_at) == (again, due(again), None)


def test_the_first_rounds_answer_stays_when_the_second_is_answered():
    case = make_case(Status.ANSWERED)
    first = current_round(case)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=NOON + timedelta(days=1))
    accept_case(case.number, by=chen(), at=NOON + timedelta(days=1, hours=1))
    answer(case.number, by=chen(), at=NOON + timedelta(days=1, hours=2))
    kept = Round.objects.get(pk=first.pk)
    assert (kept.reply, kept.answered_at) == (first.reply, first.answered_at)
    assert fresh(case).round_number == 2


def test_what_was_told_in_the_first_round_does_not_count_in_the_second():
    case = make_case(Status.ANSWERED)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=NOON + timedelta(days=1))
    assert current_round(fresh(case)).resident_told_at is None


def test_the_first_telling_counts_and_a_second_is_only_written_down():
    case = make_case(Status.IN_HAND)
    tell_resident(case.number, "Tonight.", by=chen(), at=NOON + minutes(30))
    tell_resident(case.number, "Tomorrow.", by=chen(), at=NOON + minutes(90))
    assert current_round(case).resident_told_at == NOON + minutes(30)
    told = [line for line in entries_about(case.number) if line.code == "resident.told"]
    assert [line.words["resident_told"] for line in told] == ["Tonight.", "Tomorrow."]


def test_a_supervisor_sends_a_closed_case_into_a_next_round():
    case = make_case(Status.CLOSED)
    papers = Papers(reason="Dark again after a day.")
    move(case.number, Status.DISPATCHED, by=gao(), at=NOON + timedelta(days=2), papers=papers)
    after = fresh(case)
    assert (after.round_number, after.closed_at, after.unit) == (2, None, lighting())


def test_a_case_asked_again_waits_for_a_person_in_the_same_round():
    case = make_case(Status.CLOSED)
    at = NOON + timedelta(days=2)
    move(case.number, Status.ANSWERED, by=ma(), at=at, papers=Papers(reason="Dark again."))
    after = fresh(case)
    assert (after.round_number, after.closed_at) == (1, None)
    assert after.wait_until == at + timedelta(days=7)


def test_every_open_case_has_an_end_of_its_wait_and_no_ended_one_has():
    for status in Status:
        ended = status not in OPEN
        assert (make_case(status).wait_until is None) == ended


def test_the_lead_part_follows_the_life_of_the_case():
    case = make_case(Status.DISPATCHED)
    assert lead_part(case).state == "sent"
    accept_case(case.number, by=chen(), at=NOON + minutes(20))
    assert lead_part(case).state == "accepted"
    answer(case.number, by=chen(), at=NOON + minutes(60))
    assert (lead_part(case).state, lead_part(case).done_at) == ("done", NOON + minutes(60))
    close_case(case.number, SOLVED, by=sun(), at=NOON + minutes(90))
    assert lead_part(case).done_at == NOON + minutes(60)


def test_an_answer_without_acceptance_ends_the_part_too():
    case = make_case(Status.DISPATCHED)
    answer(case.number, by=chen(), at=NOON + minutes(60))
    assert lead_part(case).state == "done"


def test_a_returned_part_stays_returned_when_the_case_goes_on_elsewhere():
    case = make_case(Status.DISPATCHED)
    give_back(case, at=NOON + minutes(30))
    dispatch_case(case.number, parks(), by=lin(), at=NOON + minutes(40))
    answer(case.number, by=zhao(), at=NOON + minutes(60))
    states = Assignment.objects.filter(case=case).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["returned", "done"]


def test_a_returned_part_stays_returned_when_the_case_is_withdrawn():
    case = make_case(Status.DISPATCHED)
    give_back(case, at=NOON + minutes(30))
    withdraw_case(case.number, "No longer wanted.", by=lin(), at=NOON + minutes(40))
    assert lead_part(case).state == "returned"


def test_the_basis_of_a_deadline_is_kept_with_the_round():
    case = make_case(Status.DISPATCHED)
    assert (
        current_round(case).basis
        == due_for(
            DISPATCHED_AT, deadline_class="general", request_kind="complaint", calendar_code="city"
        ).basis()
    )
