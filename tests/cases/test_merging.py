"""One matter, many voices: worked once, each resident answered and asked in their own name."""

from datetime import timedelta

import pytest

from huiyin.cases.merging import children_of, merge_case, split_case
from huiyin.cases.models import Case, Link, Round
from huiyin.cases.queries import waiting_for_call_back
from huiyin.cases.residents import ResidentData
from huiyin.cases.rules import RESIDENT
from huiyin.dispatch.actions import dispatch_case
from huiyin.followup.actions import close_case
from huiyin.intake.actions import withdraw_case
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.notices.queries import notices_to_resident
from huiyin.office.problems import NotPossible, WrongInput
from huiyin.replies.actions import answer_case
from tests.makers import NOON, SOLVED, answer, fresh, make_case, minutes, parks, status_of
from tests.people import chen, lighting, lin, ma, sun

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(200)
DAYS = timedelta(days=3)


def voices(count=3, **parent):
    """A parent in hand and some cases that follow it, the eldest first."""
    first = make_case("in_hand", **parent)
    later = [
        make_case(
            at=NOON + minutes(30 + n),
            text=f"第 {n} 位居民:夜里施工。",
            resident=ResidentData(phone=f"1390000000{n}"),
        )
        for n in range(count)
    ]
    for case in later:
        merge_case(case.number, first.number, by=lin(), at=NOON + minutes(60))
    return first, later


def test_each_voice_gets_its_own_answer_and_its_own_call_back():
    parent, children = voices()
    answer(parent.number, by=chen(), at=LATER)
    replies = [Round.objects.get(case=child).reply for child in children]
    for child, reply in zip(children, replies, strict=True):
        assert status_of(child) == "answered"
        assert child.number in reply
        assert reply.endswith("已更换灯泡,恢复照明。")
        assert parent.number not in reply
        assert "case.answered" in [n.code for n in notices_to_resident(child.number)]
    assert len(set(replies)) == len(replies)
    assert {*waiting_for_call_back(Case.objects.all())} == {parent, *children}


def test_the_number_in_the_words_becomes_each_ones_own():
    parent, (child,) = voices(1)
    words = f"您的诉求 {parent.number} 已办结。"
    answer_case(parent.number, words, by=chen(), at=LATER, resident_told="电话告知。")
    assert Round.objects.get(case=child).reply == f"您的诉求 {child.number} 已办结。"
    assert Round.objects.get(case=parent).reply == words


def test_one_voice_is_closed_without_the_others():
    parent, (first, second) = voices(2)
    answer(parent.number, by=chen(), at=LATER)
    close_case(first.number, SOLVED, by=sun(), at=LATER + minutes(30))
    assert [status_of(one) for one in (parent, first, second)] == ["answered", "closed", "answered"]


def test_when_the_worked_case_is_withdrawn_the_eldest_takes_over():
    parent, (eldest, *others) = voices()
    withdraw_case(parent.number, "已自行解决。", by=RESIDENT, at=LATER)
    assert (status_of(eldest), fresh(eldest).parent) == ("received", None)
    assert list(children_of(fresh(eldest))) == others
    assert [status_of(one) for one in others] == ["merged", "merged"]
    dispatch_case(eldest.number, lighting(), by=lin(), at=LATER + minutes(5))
    assert {fresh(one).due_at for one in others} == {fresh(eldest).due_at}
    assert verify().problems == []


def test_a_voice_that_is_split_off_waits_for_its_own_dispatch_with_its_history():
    parent, (child, other) = voices(2)
    split_case(child.number, "我家是另一处。", by=RESIDENT, at=LATER)
    now = fresh(child)
    assert (now.status, now.parent, now.unit, now.due_at) == ("received", None, None, None)
    assert now.wait_until > LATER
    assert Link.objects.get(case=child, kind="split").other == parent
    steps = [line.details.get("step", line.code) for line in entries_about(child.number)]
    assert steps == ["case.received", "merge", "split"]
    answer(parent.number, by=chen(), at=LATER + minutes(10))
    assert (status_of(child), status_of(other)) == ("received", "answered")


def test_a_case_that_had_its_own_deadline_keeps_it_when_it_is_split_off():
    parent, case = make_case("in_hand"), make_case("in_hand", at=NOON + DAYS)
    promised = case.due_at
    merge_case(case.number, parent.number, by=lin(), at=NOON + DAYS + minutes(90))
    assert fresh(case).due_at == fresh(parent).due_at != promised
    split_case(case.number, "另一处。", by=ma(), at=NOON + DAYS + minutes(95))
    assert fresh(case).due_at == promised


def test_merging_a_case_takes_those_who_follow_it_along():
    parent, children = voices(2)
    bigger = make_case("in_hand", unit=parks())
    merge_case(parent.number, bigger.number, by=lin(), at=NOON + minutes(120))
    assert set(children_of(bigger)) == {parent, *children}
    assert not children_of(parent).exists()


def test_a_case_follows_neither_itself_nor_a_follower_nor_what_is_over():
    parent, (child,) = voices(1)
    case, over = make_case(), make_case("closed")
    for into, problem in (
        (case.number, WrongInput),
        (child.number, NotPossible),
        (over.number, NotPossible),
    ):
        with pytest.raises(problem):
            merge_case(case.number, into, by=lin(), at=LATER)
    assert status_of(case) == "received"
    with pytest.raises(NotPossible):
        split_case(parent.number, "x", by=ma(), at=LATER)
