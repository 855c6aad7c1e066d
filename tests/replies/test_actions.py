"""The unit's work: two feedbacks are owed, one to the resident and one to the hotline."""

import pytest

from huiyin.cases.models import Status
from huiyin.cases.moves import current_round
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.actions import accept_case, answer_case, tell_resident
from tests.makers import NOON, fresh, make_case, minutes, status_of
from tests.people import EVERYBODY, chen

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(60)
WITH_UNIT = {Status.DISPATCHED, Status.IN_HAND}


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "lighting officer"])
def test_only_an_officer_of_the_lead_unit_works_the_case(person):
    by, sent, in_hand = EVERYBODY[person](), make_case("dispatched"), make_case("in_hand")
    with pytest.raises(NotAllowed):
        accept_case(sent.number, by=by, at=LATER)
    with pytest.raises(NotAllowed):
        tell_resident(in_hand.number, "Tonight.", by=by, at=LATER)
    with pytest.raises(NotAllowed):
        answer_case(in_hand.number, "Mended.", by=by, at=LATER, resident_told="Tonight.")
    assert (status_of(sent), status_of(in_hand)) == ("dispatched", "in_hand")


def test_acceptance_is_kept_with_the_round():
    case = make_case(Status.DISPATCHED)
    accept_case(case.number, by=chen(), at=LATER)
    assert current_round(case).accepted_at == LATER


def test_an_answer_without_telling_the_resident_is_refused_in_a_sentence_that_says_why():
    case = make_case(Status.IN_HAND)
    with pytest.raises(WrongInput, match=r"两次反馈|two feedbacks"):
        answer_case(case.number, "Mended.", by=chen(), at=LATER)
    assert (status_of(case), current_round(case).answered_at) == (Status.IN_HAND, None)


def test_an_answer_after_telling_the_resident_closes_both_feedbacks():
    case = make_case(Status.IN_HAND)
    tell_resident(case.number, "Tonight.", by=chen(), at=NOON + minutes(40))
    answer_case(case.number, "Mended.", by=chen(), at=LATER)
    turn = current_round(case)
    assert (turn.resident_told_at, turn.answered_at) == (NOON + minutes(40), LATER)
    assert turn.reply == "Mended."


def test_telling_and_answering_in_one_step_is_both_feedbacks():
    case = make_case(Status.IN_HAND)
    answer_case(case.number, " Mended. ", by=chen(), at=LATER, resident_told="By phone.")
    turn = current_round(case)
    assert (turn.resident_told_at, turn.answered_at, turn.reply) == (LATER, LATER, "Mended.")
    assert entries_about(case.number)[-1].words == {
        "reply": "Mended.",
        "resident_told": "By phone.",
    }


def test_an_empty_answer_is_refused():
    case = make_case(Status.IN_HAND)
    with pytest.raises(WrongInput):
        answer_case(case.number, "\n", by=chen(), at=LATER, resident_told="By phone.")


def test_a_unit_may_answer_before_it_accepted():
    case = make_case(Status.DISPATCHED)
    answer_case(case.number, "Mended.", by=chen(), at=LATER, resident_told="By phone.")
    assert (status_of(case), current_round(case).accepted_at) == (Status.ANSWERED, None)


@pytest.mark.parametrize("status", Status)
def test_a_resident_is_told_only_while_the_case_is_with_a_unit(status):
    case = make_case(status)
    if status in WITH_UNIT:
        tell_resident(case.number, "Tonight.", by=chen(), at=LATER)
        assert current_round(case).resident_told_at == LATER
    else:
        with pytest.raises(NotPossible):
            tell_resident(case.number, "Tonight.", by=chen(), at=LATER)


def test_an_empty_telling_is_refused_and_written_nowhere():
    case = make_case(Status.IN_HAND)
    before = len(entries_about(case.number))
    with pytest.raises(WrongInput):
        tell_resident(case.number, "  ", by=chen(), at=LATER)
    assert (current_round(case).resident_told_at, len(entries_about(case.number))) == (None, before)


def test_an_answered_case_waits_seven_days_for_its_call_back():
    case = make_case(Status.IN_HAND)
    answer_case(case.number, "Mended.", by=chen(), at=LATER, resident_told="By phone.")
    assert fresh(case).wait_until == LATER + minutes(7 * 24 * 60)


@pytest.mark.parametrize("person", ["operator", "dispatcher", "caller"])
def test_the_hotline_tells_a_resident_whom_the_unit_may_not_know(person):
    case = make_case(Status.IN_HAND, is_confidential=True)
    tell_resident(case.number, "Tonight.", by=EVERYBODY[person](), at=LATER)
    answer_case(case.number, "Mended.", by=chen(), at=LATER)
    assert status_of(case) == Status.ANSWERED


def test_the_hotline_does_not_speak_for_a_unit_that_knows_its_resident():
    case = make_case(Status.IN_HAND)
    with pytest.raises(NotAllowed):
        tell_resident(case.number, "Tonight.", by=EVERYBODY["operator"](), at=LATER)


@pytest.mark.parametrize("person", ["supervisor", "leader", "parks officer", "auditor"])
def test_nobody_else_relays_for_a_unit(person):
    case = make_case(Status.IN_HAND, is_confidential=True)
    with pytest.raises(NotAllowed):
        tell_resident(case.number, "Tonight.", by=EVERYBODY[person](), at=LATER)
