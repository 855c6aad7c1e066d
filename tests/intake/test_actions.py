"""Taking requests in: by whom, where they lie on the map, and what is added to them later."""

import uuid

import pytest

from huiyin.cases.models import Attachment, Case, Status
from huiyin.cases.rules import OPEN, RESIDENT
from huiyin.departments.models import Post
from huiyin.intake.actions import (
    Addition,
    add_to_case,
    answer_at_once,
    receive_case,
    receive_with_files,
    take_up_again,
    withdraw_case,
)
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.makers import (
    NOON,
    fresh,
    hotline,
    make_case,
    make_official,
    make_unit,
    make_wish,
    minutes,
    status_of,
)
from tests.people import EVERYBODY, lin, ma
from tests.photos import photo, upload

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(90)
TAKES_DOWN = {"operator", "dispatcher"}


def received(by=None, **facts):
    return receive_case(make_wish(**facts), by=by or ma(), at=NOON, intake_unit=hotline())


@pytest.mark.parametrize("person", EVERYBODY)
def test_operators_and_dispatchers_take_down_and_nobody_else(person):
    by = EVERYBODY[person]()
    if person in TAKES_DOWN:
        assert received(by).intake_unit == hotline()
    else:
        with pytest.raises(NotAllowed):
            received(by)
        assert Case.objects.count() == 0


def test_an_operator_of_another_hotline_takes_nothing_down_here():
    with pytest.raises(NotAllowed):
        received(make_official(Post.OPERATOR, unit=make_unit("邻市热线")))


def test_a_resident_asks_without_a_post():
    case = received(RESIDENT, channel="web")
    assert entries_about(case.number)[0].by_label == RESIDENT


def test_nobody_asks_under_another_name():
    with pytest.raises(NotAllowed):
        received("somebody")


@pytest.mark.parametrize(("longitude", "latitude"), [(181, 30), (118, -91), (-180.1, 0)])
def test_a_point_off_the_globe_is_refused(longitude, latitude):
    with pytest.raises(WrongInput):
        received(longitude=longitude, latitude=latitude)
    assert Case.objects.count() == 0


def test_a_point_outside_all_places_is_kept_without_a_place():
    case = received(longitude=0.0, latitude=0.0)
    assert (case.place, case.longitude, case.latitude) == (None, 0.0, 0.0)


def test_a_request_with_a_bad_photo_is_not_taken_down_at_all():
    files = [upload(photo()), upload(b"no photo", "灯.jpg")]
    with pytest.raises(WrongInput):
        receive_with_files(make_wish(), files, by=RESIDENT, at=NOON, intake_unit=hotline())
    assert (Case.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_request_sent_twice_with_its_photo_has_the_photo_once():
    wish, unit = make_wish(form_key=uuid.uuid4()), hotline()
    for _ in range(2):
        receive_with_files(wish, [upload(photo())], by=RESIDENT, at=NOON, intake_unit=unit)
    assert (Case.objects.count(), Attachment.objects.count()) == (1, 1)


@pytest.mark.parametrize("status", Status)
def test_a_resident_adds_to_a_request_as_long_as_it_is_open(status):
    case, more = make_case(status), Addition(words="The next lamp too.")
    if status in OPEN:
        add_to_case(case.number, more, by=RESIDENT, at=LATER)
        line = entries_about(case.number)[-1]
        assert (line.code, line.words["text"]) == ("resident.added", "The next lamp too.")
    else:
        with pytest.raises(NotPossible):
            add_to_case(case.number, more, by=RESIDENT, at=LATER)
    assert status_of(case) == status


@pytest.mark.parametrize("person", EVERYBODY)
def test_only_the_hotline_writes_down_what_a_resident_adds(person):
    case, by = make_case(Status.IN_HAND), EVERYBODY[person]()
    before = len(entries_about(case.number))
    if person in TAKES_DOWN:
        add_to_case(case.number, Addition(words="More."), by=by, at=LATER)
        assert len(entries_about(case.number)) == before + 1
    else:
        with pytest.raises(NotAllowed):
            add_to_case(case.number, Addition(words="More."), by=by, at=LATER)
        assert len(entries_about(case.number)) == before


def test_an_addition_sent_twice_is_written_once():
    case, more = make_case(), Addition(words="More.", form_key=uuid.uuid4())
    for _ in range(2):
        add_to_case(case.number, more, by=RESIDENT, at=LATER)
    codes = [line.code for line in entries_about(case.number)]
    assert codes.count("resident.added") == 1


@pytest.mark.parametrize("words", ["", "  \n", "长" * 5001, "nul \x00"])
def test_an_addition_that_cannot_be_kept_is_refused(words):
    case = make_case()
    with pytest.raises(WrongInput):
        add_to_case(case.number, Addition(words=words), by=RESIDENT, at=LATER)
    assert len(entries_about(case.number)) == 1


def test_a_consultation_is_answered_in_the_call():
    case = make_case(request_kind="consultation")
    answer_at_once(case.number, "Open from nine to five.", by=ma(), at=LATER)
    assert status_of(case) == Status.ANSWERED
    assert fresh(case).rounds.get().reply == "Open from nine to five."
    assert fresh(case).unit is None


def test_an_answer_at_once_has_words():
    case = make_case()
    with pytest.raises(WrongInput):
        answer_at_once(case.number, "  ", by=ma(), at=LATER)
    assert status_of(case) == Status.RECEIVED


@pytest.mark.parametrize("by", [RESIDENT, "operator"])
def test_a_request_is_withdrawn_and_can_be_taken_up_again(by):
    case = make_case(Status.IN_HAND)
    person = by if by == RESIDENT else ma()
    withdraw_case(case.number, "The neighbour has asked.", by=person, at=LATER)
    assert (status_of(case), fresh(case).wait_until) == (Status.WITHDRAWN, None)
    take_up_again(case.number, "It is not the same lamp.", by=lin(), at=LATER)
    assert (status_of(case), fresh(case).unit) == (Status.RECEIVED, None)


def test_an_answered_request_is_no_longer_withdrawn():
    case = make_case(Status.ANSWERED)
    with pytest.raises(NotPossible):
        withdraw_case(case.number, "Changed my mind.", by=RESIDENT, at=LATER)
