"""Sending a case to the unit that must act, and giving it back in writing."""

import pytest

from huiyin.cases.models import Status
from huiyin.dispatch.actions import dispatch_case, return_case
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.makers import NOON, fresh, lighting, make_case, minutes, parks, status_of
from tests.people import EVERYBODY, chen, lin, zhao

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(30)


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "dispatcher"])
def test_only_a_dispatcher_sends(person):
    case = make_case()
    with pytest.raises(NotAllowed):
        dispatch_case(case.number, lighting(), by=EVERYBODY[person](), at=LATER)
    assert status_of(case) == Status.RECEIVED


def test_the_logbook_says_to_whom_and_until_when():
    case = make_case()
    dispatch_case(case.number, lighting(), by=lin(), at=LATER)
    details = entries_about(case.number)[-1].details
    assert (details["step"], details["lead"]) == ("dispatch", "lighting")
    assert details["due"].startswith(fresh(case).due_at.strftime("%Y-%m-%dT%H:%M"))


def test_a_case_goes_nowhere_without_a_unit():
    case = make_case()
    with pytest.raises(WrongInput):
        dispatch_case(case.number, None, by=lin(), at=LATER)


def test_a_case_that_is_with_a_unit_is_not_sent_to_another_over_its_head():
    case = make_case(Status.DISPATCHED)
    with pytest.raises(NotPossible):
        dispatch_case(case.number, parks(), by=lin(), at=LATER)
    assert fresh(case).unit == lighting()


def test_a_unit_returns_a_case_in_writing_and_it_goes_back_to_the_dispatcher():
    case = make_case(Status.DISPATCHED)
    return_case(case.number, "A park lamp.", by=chen(), at=LATER)
    assert (status_of(case), fresh(case).unit) == (Status.RECEIVED, None)
    assert entries_about(case.number)[-1].words == {"reason": "A park lamp."}


def test_a_case_is_not_returned_without_a_reason():
    case = make_case(Status.DISPATCHED)
    with pytest.raises(WrongInput):
        return_case(case.number, " ", by=chen(), at=LATER)
    assert status_of(case) == Status.DISPATCHED


def test_a_case_that_was_accepted_is_no_longer_returned():
    case = make_case(Status.IN_HAND)
    with pytest.raises(NotPossible):
        return_case(case.number, "A park lamp.", by=chen(), at=LATER)


def test_another_unit_does_not_return_it():
    case = make_case(Status.DISPATCHED)
    with pytest.raises(NotAllowed):
        return_case(case.number, "A park lamp.", by=zhao(), at=LATER)
