"""A number whose calls were abusive is marked on paper, by two persons, and keeps nobody out."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from huiyin.cases.models import Case
from huiyin.cases.residents import ResidentData, phone_index
from huiyin.departments.models import Post
from huiyin.intake.jobs import forget_marks
from huiyin.intake.marks import (
    Complaint,
    file_mark,
    marks_for,
    marks_on_caller_of,
    marks_speaking,
    object_to_mark,
    rule_on_mark,
)
from huiyin.logbook.models import Access
from huiyin.logbook.queries import entries_about
from huiyin.notices.queries import notices_to_resident
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from tests.makers import NOON, WANG, hotline, make_case, make_official, make_unit
from tests.people import gao, lin, ma

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOON)
WEEK = TODAY + timedelta(days=7)
INDEX_DAY = timedelta(days=1)


def complaint(**changed):
    said = {"ground": "insults", "words": "三次来电辱骂话务员。", "until": WEEK} | changed
    return Complaint(**said)


def filed(case=None):
    return file_mark((case or make_case()).number, complaint(), by=ma(), at=NOON)


def granted():
    return rule_on_mark(filed().pk, "录音属实。", granted=True, by=gao(), at=NOON)


def speaking(on=TODAY):
    return marks_speaking(phone_index("13800138000"), on=on)


def test_a_mark_warns_only_after_a_second_person_ruled():
    mark = filed()
    assert speaking() == []
    rule_on_mark(mark.pk, "录音属实。", granted=True, by=gao(), at=NOON)
    assert [one.pk for one in speaking()] == [mark.pk]


def test_whoever_files_a_mark_does_not_rule_on_it():
    both = make_official(Post.OPERATOR, Post.SUPERVISOR, unit=hotline())
    mark = file_mark(make_case().number, complaint(), by=both, at=NOON)
    with pytest.raises(NotAllowed):
        rule_on_mark(mark.pk, "属实。", granted=True, by=both, at=NOON)


def test_an_operator_does_not_rule():
    mark = filed()
    with pytest.raises(NotAllowed):
        rule_on_mark(
            mark.pk,
            "属实。",
            granted=True,
            by=make_official(Post.OPERATOR, unit=hotline()),
            at=NOON,
        )
    assert speaking() == []


def test_a_refused_mark_never_warns():
    rule_on_mark(filed().pk, "证据不足。", granted=False, by=gao(), at=NOON)
    assert speaking() == []


def test_a_mark_ends_by_itself():
    granted()
    assert speaking(on=WEEK)
    assert speaking(on=WEEK + INDEX_DAY) == []


@pytest.mark.parametrize("until", [TODAY, TODAY - INDEX_DAY, TODAY + timedelta(days=91)])
def test_a_mark_without_a_near_end_is_not_filed(until):
    with pytest.raises(WrongInput):
        file_mark(make_case().number, complaint(until=until), by=ma(), at=NOON)


@pytest.mark.parametrize("changed", [{"words": "  "}, {"ground": "annoying"}])
def test_a_mark_owes_a_ground_and_words(changed):
    with pytest.raises(WrongInput):
        file_mark(make_case().number, complaint(**changed), by=ma(), at=NOON)


def test_every_request_of_a_marked_number_is_still_taken_in():
    granted()
    again = make_case(at=NOON + timedelta(hours=1), text="家里停水了。")
    assert Case.objects.get(pk=again.pk).status == "received"
    assert [mark.ground for mark in marks_on_caller_of([again], on=TODAY)] == ["insults"]


def test_another_number_is_not_touched():
    granted()
    other = make_case(resident=ResidentData(phone="13900139000"))
    assert marks_on_caller_of([other], on=TODAY) == []


def test_a_case_without_a_number_has_none_to_mark():
    case = make_case(resident=ResidentData(name="匿名"))
    with pytest.raises(NotPossible):
        filed(case)


def test_one_number_is_marked_once_at_a_time():
    filed()
    with pytest.raises(NotPossible):
        filed(make_case())


def test_the_person_is_told_objects_and_another_ruling_lifts_it():
    mark = granted()
    number = mark.case.number
    codes = [notice.code for notice in notices_to_resident(number)]
    assert "caller.marked" in codes
    object_to_mark(mark.pk, "是邻居借用我的电话。", by=ma(), at=NOON)
    assert speaking(), "it warns until it is ruled on anew"
    rule_on_mark(mark.pk, "核实为他人借用。", granted=False, by=gao(), at=NOON)
    assert speaking() == []
    assert "caller.mark_lifted" in [notice.code for notice in notices_to_resident(number)]
    steps = [line.code for line in entries_about(number) if line.code.startswith("mark.")]
    assert steps == ["mark.filed", "mark.ruled", "mark.objected", "mark.ruled"]


def test_nobody_objects_twice_before_it_was_ruled_on():
    mark = granted()
    object_to_mark(mark.pk, "不是我。", by=ma(), at=NOON)
    with pytest.raises(NotPossible):
        object_to_mark(mark.pk, "不是我。", by=ma(), at=NOON)


def test_a_dispatcher_files_no_mark_and_another_hotline_sees_none():
    with pytest.raises(NotAllowed):
        file_mark(make_case().number, complaint(), by=lin(), at=NOON)
    mark = filed()
    far = make_official(Post.OPERATOR, Post.SUPERVISOR, unit=make_unit("他区热线"))
    assert not marks_for(far).exists()
    with pytest.raises(NotFound):
        rule_on_mark(mark.pk, "x", granted=True, by=far, at=NOON)


def test_marking_opens_nobodys_data():
    granted()
    assert WANG.phone not in str(entries_about(Case.objects.get().number))
    assert not Access.objects.exists()


def test_what_waits_for_a_ruling_stands_before_all_that_was_ruled():
    waiting = filed()
    case = make_case(resident=ResidentData(name="李女士", phone="13900139000"))
    later = file_mark(case.number, complaint(), by=ma(), at=NOON + INDEX_DAY / 24)
    rule_on_mark(later.pk, "录音属实。", granted=True, by=gao(), at=NOON + INDEX_DAY / 12)
    assert list(marks_for(gao())) == [waiting, later]
    rule_on_mark(waiting.pk, "录音不符。", granted=False, by=gao(), at=NOON + INDEX_DAY / 12)
    assert list(marks_for(gao())) == [later, waiting]


@pytest.mark.parametrize(("days", "is_kept"), [(settings.MARK_DAYS, True), (91, False)])
def test_a_mark_that_ended_long_ago_knows_no_number_any_more(days, is_kept):
    mark = granted()
    forgotten = forget_marks(on=mark.until + timedelta(days=days))
    mark.refresh_from_db()
    assert forgotten == (not is_kept)
    assert (bytes(mark.phone_index) != b"", mark.words != "") == (is_kept, is_kept)
    assert marks_for(gao()).get() == mark
    assert forget_marks(on=mark.until + timedelta(days=days)) == 0
