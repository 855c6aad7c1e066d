"""Asking whether it was solved: attempts, both questions, the end or the next round."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Round, Status
from huiyin.cases.rules import RESIDENT
from huiyin.followup.actions import (
    Said,
    ask_again,
    close_case,
    note_call_back,
    rate_case,
    reopen_case,
)
from huiyin.followup.models import CallBack
from huiyin.followup.queries import with_word, without_word
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.makers import (
    NOBODY,
    NOON,
    NOT_SOLVED,
    SOLVED,
    answer,
    fresh,
    lighting,
    make_case,
    minutes,
    parks,
    status_of,
)
from tests.people import EVERYBODY, chen, gao, ma, sun

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(600)
HALF_ASKED = [
    Said(reached=True),
    Said(reached=True, solved=True),
    Said(reached=True, satisfied="satisfied"),
    Said(reached=True, solved=True, satisfied="delighted"),
    Said(reached=True, solved=True, satisfied="satisfied", remark="Lit."),
    Said(reached=True, contacted=True, solved=False, satisfied="dissatisfied", remark="  "),
]


def rounds(case):
    return list(Round.objects.filter(case=case).order_by("number"))


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "caller"])
def test_only_a_caller_notes_a_call_and_closes(person):
    case, by = make_case(Status.ANSWERED), EVERYBODY[person]()
    for step in (note_call_back, close_case):
        with pytest.raises(NotAllowed):
            step(case.number, SOLVED, by=by, at=LATER)
    assert (status_of(case), CallBack.objects.count()) == (Status.ANSWERED, 0)


@pytest.mark.parametrize("said", HALF_ASKED)
@pytest.mark.parametrize("step", [note_call_back, close_case, reopen_case])
def test_a_resident_who_was_reached_was_asked_both_questions(step, said):
    case = make_case(Status.ANSWERED)
    with pytest.raises(WrongInput):
        step(case.number, said, by=sun(), at=LATER)
    assert (status_of(case), CallBack.objects.count()) == (Status.ANSWERED, 0)


def test_a_case_is_closed_with_what_the_resident_said():
    case = make_case(Status.ANSWERED)
    close_case(case.number, SOLVED, by=sun(), at=LATER)
    turn, after = rounds(case)[0], fresh(case)
    assert (after.status, after.closed_at, after.wait_until) == (Status.CLOSED, LATER, None)
    assert (turn.solved, turn.satisfied, turn.closed_at) == (True, "satisfied", LATER)


def test_an_attempt_is_written_down_and_the_case_stays_answered():
    case = make_case(Status.ANSWERED)
    note_call_back(case.number, NOBODY, by=sun(), at=LATER)
    call = CallBack.objects.get()
    assert (call.reached, call.via, call.by, call.at) == (False, "phone", sun(), LATER)
    assert status_of(case) == Status.ANSWERED
    assert entries_about(case.number)[-1].details["reached"] is False


def test_nobody_reached_closes_a_case_only_at_the_third_attempt_and_counts_as_unasked():
    case = make_case(Status.ANSWERED)
    for hours in (0, 3):
        with pytest.raises(NotPossible):
            close_case(case.number, NOBODY, by=sun(), at=LATER + timedelta(hours=hours))
        note_call_back(case.number, NOBODY, by=sun(), at=LATER + timedelta(hours=hours))
    close_case(case.number, NOBODY, by=sun(), at=LATER + timedelta(days=1))
    assert (rounds(case)[0].solved, rounds(case)[0].satisfied) == (None, "")
    assert entries_about(case.number)[-1].details["asked"] is False


def test_a_refused_closing_leaves_no_attempt_behind():
    case = make_case(Status.ANSWERED)
    with pytest.raises(NotPossible):
        close_case(case.number, NOBODY, by=sun(), at=LATER)
    assert CallBack.objects.count() == 0


def test_attempts_of_an_earlier_round_do_not_count_in_the_next():
    case = make_case(Status.ANSWERED)
    for days in (0, 1):
        note_call_back(case.number, NOBODY, by=sun(), at=LATER + timedelta(days=days))
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER + timedelta(days=2))
    answer(case.number, by=chen(), at=LATER + timedelta(days=3))
    with pytest.raises(NotPossible):
        close_case(case.number, NOBODY, by=sun(), at=LATER + timedelta(days=4))


@pytest.mark.parametrize("status", [status for status in Status if status != Status.ANSWERED])
def test_only_an_answered_case_is_called_back(status):
    case = make_case(status)
    with pytest.raises(NotPossible):
        note_call_back(case.number, SOLVED, by=sun(), at=LATER)


def test_not_solved_begins_the_next_round_at_the_same_unit():
    case = make_case(Status.ANSWERED)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER)
    after = fresh(case)
    assert (after.status, after.round_number, after.unit) == (Status.DISPATCHED, 2, lighting())
    moved = [line for line in entries_about(case.number) if line.details.get("step") == "reopen"]
    assert moved[0].words == {"reason": "Still dark."}


def test_the_next_round_may_begin_at_another_unit():
    case = make_case(Status.ANSWERED)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER, unit=parks())
    assert [turn.unit for turn in rounds(case)] == [lighting(), parks()]


def test_a_supervisor_sends_a_case_into_the_next_round_by_their_own_judgement():
    case = make_case(Status.ANSWERED)
    reason = Said(reached=False, remark="The answer speaks of another street.")
    reopen_case(case.number, reason, by=gao(), at=LATER)
    assert (fresh(case).round_number, CallBack.objects.count()) == (2, 0)


def test_no_round_begins_without_a_reason():
    case = make_case(Status.ANSWERED)
    with pytest.raises(WrongInput):
        reopen_case(case.number, NOBODY, by=gao(), at=LATER)
    assert fresh(case).round_number == 1


def test_a_resident_who_says_solved_closes_the_case():
    case = make_case(Status.ANSWERED)
    rate_case(case.number, SOLVED, at=LATER)
    call = CallBack.objects.get()
    assert (status_of(case), call.via, call.by) == (Status.CLOSED, "web", None)
    assert rounds(case)[0].solved is True


def test_a_resident_who_says_not_solved_brings_it_before_a_person():
    case, other = make_case(Status.ANSWERED), make_case(Status.ANSWERED)
    rate_case(case.number, NOT_SOLVED, at=LATER)
    assert (status_of(case), fresh(case).round_number) == (Status.ANSWERED, 1)
    cases = type(case).objects.all()
    assert list(with_word(cases)) == [case]
    assert list(without_word(cases)) == [other]


@pytest.mark.parametrize("by", [RESIDENT, "operator"])
def test_a_closed_case_comes_back_before_a_person_when_the_resident_says_so(by):
    case = make_case(Status.CLOSED)
    person = by if by == RESIDENT else ma()
    ask_again(case.number, "Dark again.", by=person, at=LATER)
    after = fresh(case)
    assert (after.status, after.round_number, after.closed_at) == (Status.ANSWERED, 1, None)


def test_asking_again_needs_a_reason():
    case = make_case(Status.CLOSED)
    with pytest.raises(WrongInput):
        ask_again(case.number, "", by=RESIDENT, at=LATER)
    assert status_of(case) == Status.CLOSED
