"""Watching a case, and notes among officials: told once each, and only to those who may see."""

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from huiyin.cases.models import Case, Status
from huiyin.departments.actions import end_post
from huiyin.departments.models import Post, PostHeld
from huiyin.dispatch.actions import dispatch_case
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotFound, WrongInput
from huiyin.replies.actions import accept_case, tell_resident
from huiyin.replies.models import Note, Watch
from huiyin.replies.notes import colleagues_on, notes_on, write_note
from huiyin.replies.rules import LONGEST_NOTE, mentioned
from huiyin.replies.watching import stop_watching, watch_case
from tests.makers import NOON, answer, fresh, lighting, make_case, minutes, official_once
from tests.people import chen, gao, he, lin, ma, outsider, qian, wu, zhao

STRANGERS = [zhao, wu, he, qian, outsider]


def told(official, code):
    """What an official was told under this code."""
    return list(Notice.objects.filter(official=official, code=code).order_by("pk"))


def note(case, words, by=None, **facts):
    return write_note(case.number, words, by=by or chen(), at=NOON + minutes(90), **facts)


@pytest.mark.django_db
class TestWatching:
    def test_who_watches_is_told_of_each_step_once(self):
        case = make_case(Status.RECEIVED)
        watch_case(case.number, by=ma(), at=NOON)
        watch_case(case.number, by=ma(), at=NOON)
        dispatch_case(case.number, lighting(), by=lin(), at=NOON + minutes(1))
        accept_case(case.number, by=chen(), at=NOON + minutes(2))
        answer(case.number, by=chen(), at=NOON + minutes(3))
        assert [one.facts["status"] for one in told(ma(), "watch.moved")] == [
            "dispatched",
            "in_hand",
            "answered",
        ]

    def test_who_took_the_step_needs_no_notice_of_it(self):
        case = make_case(Status.DISPATCHED)
        watch_case(case.number, by=chen(), at=NOON)
        accept_case(case.number, by=chen(), at=NOON + minutes(30))
        assert told(chen(), "watch.moved") == []

    def test_a_step_that_was_undone_tells_nobody(self):
        case = make_case(Status.DISPATCHED)
        watch_case(case.number, by=ma(), at=NOON)
        with transaction.atomic():
            accept_case(case.number, by=chen(), at=NOON + minutes(30))
            transaction.set_rollback(True)
        assert told(ma(), "watch.moved") == []

    def test_nothing_is_told_after_one_stopped_watching(self):
        case = make_case(Status.DISPATCHED)
        watch_case(case.number, by=ma(), at=NOON)
        stop_watching(case, by=ma())
        accept_case(case.number, by=chen(), at=NOON + minutes(30))
        assert told(ma(), "watch.moved") == []

    def test_who_may_no_longer_see_the_case_is_told_nothing_and_watches_no_more(self):
        case = make_case(Status.DISPATCHED)
        watch_case(case.number, by=ma(), at=NOON)
        end_post(PostHeld.objects.get(official=ma()), last_on=(NOON - minutes(3000)).date())
        accept_case(case.number, by=chen(), at=NOON + minutes(30))
        assert told(ma(), "watch.moved") == []
        assert not Watch.objects.exists()

    @pytest.mark.parametrize("who", STRANGERS)
    def test_a_case_one_may_not_see_cannot_be_watched(self, who):
        case = make_case(Status.DISPATCHED)
        with pytest.raises(NotFound):
            watch_case(case.number, by=who(), at=NOON)


@pytest.mark.django_db
class TestNotes:
    def test_a_note_stands_in_the_logbook_and_is_read_by_hotline_and_unit(self):
        case = make_case(Status.DISPATCHED)
        note(case, "电缆旧了,明年要整条换。")
        entry = entries_about(case.number)[-1]
        assert (entry.code, entry.words) == ("note.written", {"note": "电缆旧了,明年要整条换。"})
        for reader in (lin, chen, gao):
            assert [one.words for one in notes_on(case, by=reader())] == [entry.words["note"]]
        assert "电缆" not in str(entry.details)

    @pytest.mark.parametrize("who", STRANGERS)
    def test_whoever_does_not_see_the_case_writes_and_reads_no_note(self, who):
        case = make_case(Status.DISPATCHED)
        note(case, "只给同事看")
        with pytest.raises(NotFound):
            note(case, "偷看", by=who())
        assert notes_on(case, by=who()) == []

    def test_whoever_found_the_matter_sees_the_case_and_not_the_notes(self):
        case = make_case(Status.DISPATCHED)
        note(case, "只给同事看")
        Case.objects.filter(pk=case.pk).update(found_by=zhao())
        assert notes_on(case, by=zhao()) == []
        with pytest.raises(NotAllowed):
            note(case, "我也写", by=zhao())

    def test_a_unit_that_gave_the_case_back_reads_the_notes_no_more(self):
        case = make_case(Status.DISPATCHED)
        note(case, "只给同事看")
        case.assignments.update(state="returned")
        assert notes_on(case, by=chen()) == []

    def test_a_colleague_who_is_mentioned_is_told_once_and_the_writer_is_not(self):
        case = make_case(Status.DISPATCHED)
        lin(), chen()
        note(case, "请@林静看一下,@lin 和@陈国强都要知道")
        assert [one.about for one in told(lin(), "mention")] == [case.number]
        assert told(chen(), "mention") == []

    def test_nobody_who_may_not_see_the_case_can_be_mentioned(self):
        case = make_case(Status.DISPATCHED)
        zhao()
        with pytest.raises(WrongInput, match="赵玉兰"):
            note(case, "请@赵玉兰看一下")
        assert not Note.objects.exists()
        assert zhao() not in colleagues_on(case)

    def test_two_colleagues_of_one_name_are_told_apart_by_their_sign_in_names(self):
        case = make_case(Status.DISPATCHED)
        lin()
        other = official_once("lin2", "林静", Post.OFFICER, unit=lighting())
        with pytest.raises(WrongInput, match="林静"):
            note(case, "@林静 看一下")
        note(case, "@lin2 看一下")
        assert [bool(told(one, "mention")) for one in (lin(), other)] == [False, True]

    def test_a_second_press_writes_no_second_note(self):
        case = make_case(Status.DISPATCHED)
        assert note(case, "一样") == note(case, "一样")
        assert len([e for e in entries_about(case.number) if e.code == "note.written"]) == 1

    @pytest.mark.parametrize("words", ["  ", "字" * (LONGEST_NOTE + 1)])
    def test_a_note_has_words_and_an_end(self, words):
        with pytest.raises(WrongInput):
            note(make_case(), words, by=ma())

    def test_a_note_is_corrected_by_a_further_note_and_never_changed(self):
        case, other = make_case(Status.DISPATCHED), make_case(Status.DISPATCHED)
        first = note(case, "换了三盏")
        second = note(case, "是两盏", corrects=first.pk)
        assert second.corrects == first
        with pytest.raises(NotFound):
            note(other, "别的工单", corrects=first.pk)
        for act in ("UPDATE replies_note SET words = 'x'", "DELETE FROM replies_note"):
            with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(act)

    def test_a_note_moves_nothing(self):
        case = make_case(Status.DISPATCHED)
        watch_case(case.number, by=ma(), at=NOON)
        note(case, "没有进展")
        assert (fresh(case).status, fresh(case).moved_at) == (case.status, case.moved_at)
        assert told(ma(), "watch.moved") == []
        tell_resident(case.number, "已告知", by=chen(), at=NOON + minutes(95))


def test_an_address_of_mail_mentions_nobody_and_the_longest_name_wins():
    names = {"林": 1, "林静": 2, "sun": 3}
    assert mentioned("写信给 a@sun.cn,或找＠林静吧 @sun", names) == ([2, 3], [])
    assert mentioned("@nobody", names) == ([], ["nobody"])
