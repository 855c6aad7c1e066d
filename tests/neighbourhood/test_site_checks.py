"""What a patrol found comes back to the patroller, who looks at it on site."""

import uuid

import pytest
from django.urls import reverse

from huiyin.cases.models import Attachment, Case, Round
from huiyin.cases.rules import Status
from huiyin.departments.actions import give_post
from huiyin.departments.models import Post
from huiyin.dispatch.actions import dispatch_case
from huiyin.followup.actions import close_case
from huiyin.neighbourhood.models import SiteCheck
from huiyin.neighbourhood.patrols import receive_upload
from huiyin.neighbourhood.queries import waiting_for_site_check
from huiyin.neighbourhood.site_checks import Looked, check_on_site
from huiyin.neighbourhood.uploads import FindingSaid, PatrolSaid, Upload
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.actions import answer_case
from tests.desk.visits import at_desk, text
from tests.makers import (
    NOON,
    SOLVED,
    fresh,
    hotline,
    hotline_staff,
    lighting,
    make_case,
    minutes,
    officer_of,
)
from tests.neighbourhood.ground import POINT, chief, luo
from tests.people import gao, sun
from tests.photos import photo, upload

LATER = NOON + minutes(300)


def answered() -> Case:
    """A finding that the lighting unit has answered."""
    hotline()
    chief()
    walk = PatrolSaid(uuid.uuid4(), "huaishu-lane", NOON)
    lid = FindingSaid(uuid.uuid4(), NOON, "井盖松动。")
    kept = receive_upload(Upload(NOON, walk, [], [lid]), by=luo(), at=NOON)
    number = kept.cases[lid.id]
    dispatch_case(number, lighting(), by=hotline_staff(), at=NOON + minutes(5))
    answer_case(number, "已更换井盖。", by=officer_of(lighting()), at=NOON + minutes(60))
    return fresh(number)


def looked(*, solved: bool, words: str = "", with_photo: bool = True) -> Looked:
    return Looked(solved, upload(photo()) if with_photo else None, words, POINT)


def test_a_mended_finding_is_closed_by_the_patroller_with_a_photo_from_the_site():
    case = answered()
    assert list(waiting_for_site_check(luo())) == [case]
    check_on_site(case.number, looked(solved=True), by=luo(), at=LATER)
    turn = Round.objects.get(case=case)
    assert (fresh(case).status, turn.solved, turn.satisfied) == (Status.CLOSED, True, "")
    check = SiteCheck.objects.get()
    assert (check.attachment, check.longitude) == (Attachment.objects.get(), POINT[0])
    assert not waiting_for_site_check(luo()).exists()


def test_what_is_not_mended_goes_to_the_same_unit_in_a_next_round():
    case = answered()
    check_on_site(case.number, looked(solved=False, words="仍松动。"), by=luo(), at=LATER)
    case = fresh(case)
    assert (case.status, case.round_number, case.unit) == (Status.DISPATCHED, 2, lighting())
    assert Round.objects.get(case=case, number=1).solved is False


@pytest.mark.parametrize(
    "wrong", [looked(solved=True, with_photo=False), looked(solved=False, words=" ")]
)
def test_a_look_without_photo_or_without_words_is_refused(wrong):
    case = answered()
    with pytest.raises(WrongInput):
        check_on_site(case.number, wrong, by=luo(), at=LATER)
    assert fresh(case).status == Status.ANSWERED
    assert not Attachment.objects.exists()


def test_callers_do_not_call_back_what_no_resident_asked():
    case = answered()
    with pytest.raises(NotAllowed):
        check_on_site(case.number, looked(solved=True), by=sun(), at=LATER)


def test_whoever_leads_the_case_does_not_judge_it_even_as_its_finder():
    case = answered()
    by = luo()
    give_post(by, Post.OFFICER, unit=lighting())
    with pytest.raises(NotAllowed):
        check_on_site(case.number, looked(solved=True), by=by, at=LATER)


def test_a_second_look_meets_what_the_first_decided():
    case = answered()
    check_on_site(case.number, looked(solved=True), by=luo(), at=LATER)
    with pytest.raises(NotPossible):
        check_on_site(case.number, looked(solved=True), by=luo(), at=LATER)


def test_a_residents_request_is_not_looked_at_by_a_patroller():
    with pytest.raises(NotPossible):
        check_on_site(make_case(Status.ANSWERED).number, looked(solved=True), by=sun(), at=LATER)


def test_the_page_takes_the_look_and_keeps_the_words_after_a_fault():
    case, phone = answered(), at_desk(luo())
    address = reverse("patrols:verify", args=[case.number])
    assert "已更换井盖。" in phone.get(address).content.decode()
    assert case.title in phone.get(reverse("patrols:home")).content.decode()
    wrong = phone.post(address, {"solved": "no", "words": "仍松动。"})
    assert wrong.status_code == 400
    assert "仍松动。" in wrong.content.decode()
    right = {"solved": "no", "words": "仍松动。", "photo": upload(photo()), "longitude": "110.02"}
    assert phone.post(address, right | {"latitude": "30.02"}).status_code == 302
    assert fresh(case).round_number == 2


def test_who_found_it_is_offered_the_look_on_site_and_no_call():
    case = answered()
    page = text(at_desk(luo()).get(case.get_absolute_url()))
    assert reverse("patrols:verify", args=[case.number]) in page
    for step in ("note_call_back", "close", "reopen", "refuse_round"):
        assert f"step={step}" not in page
    with pytest.raises(NotPossible):
        close_case(case.number, SOLVED, by=luo(), at=LATER)
    assert fresh(case).status == Status.ANSWERED


@pytest.mark.parametrize(("solved", "status"), [(True, Status.CLOSED), (False, Status.DISPATCHED)])
def test_a_supervisor_looks_where_the_finder_has_left(solved, status):
    case = answered()
    looking = looked(solved=solved, words="到场查看。")
    check_on_site(case.number, looking, by=gao(), at=LATER)
    assert fresh(case).status == status
