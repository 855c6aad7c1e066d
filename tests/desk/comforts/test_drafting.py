"""Drafts at the desk: kept by the button and by the page, shown again, never anybody else's."""

import re

import pytest

from huiyin.cases.models import Status
from huiyin.replies.actions import accept_case
from huiyin.replies.models import Draft, StandardText
from huiyin.replies.standard_texts import Wording, write_text
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, lighting, make_case, make_official, minutes
from tests.people import WANG, chen, lin, zhao

pytestmark = pytest.mark.django_db
WORDS = "已更换灯泡,今晚亮灯。"


def keep(client, case, step="answer", **words):
    """Press “keep as a draft”."""
    return client.post(f"{address(case)}steps/{step}/draft/", words)


def form(client, case, step="answer"):
    """The page with the form of a step."""
    return text(client.get(f"{address(case)}?step={step}"))


def test_what_was_kept_stands_in_the_form_again_with_a_word_about_it():
    case, desk = make_case(Status.IN_HAND), at_desk(chen())
    answer = keep(desk, case, reply=WORDS)
    assert answer["Location"] == f"{address(case)}?step=answer#step"
    page = form(desk, case)
    assert re.search(rf"<textarea[^>]*name=\"reply\"[^>]*>\s*{WORDS}</textarea>", page)
    assert "was put in again" in page


def test_the_page_keeps_by_itself_and_is_told_when():
    case, desk = make_case(Status.IN_HAND), at_desk(chen())
    there = f"{address(case)}steps/answer/draft/"
    answer = desk.post(there, {"reply": WORDS}, headers={"X-Huiyin-Keep": "1"})
    assert (answer.status_code, text(answer)) == (200, "Draft kept at 12:00.")
    assert answer["Content-Type"].startswith("text/plain")


def test_a_draft_can_only_be_sent_and_needs_the_page_it_comes_from():
    case, desk = make_case(Status.IN_HAND), at_desk(chen())
    desk.get(f"{address(case)}steps/answer/draft/", {"reply": WORDS})
    desk.handler.enforce_csrf_checks = True
    assert keep(desk, case, reply=WORDS).status_code == 403
    assert not Draft.objects.exists()


def test_no_colleague_and_no_head_finds_my_words_on_their_page():
    case = make_case(Status.IN_HAND)
    keep(at_desk(chen()), case, reply=WORDS)
    for other in (make_official("officer", unit=lighting()), lin()):
        desk = at_desk(other)
        assert WORDS not in form(desk, case)
        assert WORDS not in text(desk.get("/desk/drafts/"))


def test_a_draft_is_gone_once_the_step_is_taken():
    case, desk = make_case(Status.IN_HAND), at_desk(chen())
    keep(desk, case, reply=WORDS)
    press(desk, case, "answer", reply=WORDS, resident_told="已告知", opened="answer")
    assert not Draft.objects.exists()


def test_a_draft_for_a_case_that_moved_on_is_shown_and_not_filled_in():
    case, desk = make_case(Status.DISPATCHED), at_desk(chen())
    keep(desk, case, "answer_directly", reply=WORDS)
    accept_case(case.number, by=make_official("officer", unit=lighting()), at=NOON + minutes(30))
    page = text(desk.get(address(case)))
    assert "no longer fits" in page
    assert WORDS in page
    assert WORDS not in re.sub(
        r"<section class=\"panel stack-small\".*?</section>", "", form(desk, case), flags=re.DOTALL
    )
    desk.post(f"{address(case)}steps/answer_directly/draft/drop/")
    assert WORDS not in text(desk.get(address(case)))


def test_words_that_come_after_the_step_was_closed_are_not_lost():
    case, desk = make_case(Status.ANSWERED), at_desk(chen())
    keep(desk, case, reply=WORDS)
    assert WORDS in text(desk.get(address(case)))


def test_my_drafts_are_listed_also_of_a_case_i_see_no_more():
    case, desk = make_case(Status.DISPATCHED), at_desk(chen())
    keep(desk, case, "answer_directly", reply=WORDS)
    case.assignments.update(state="returned")
    page = text(desk.get("/desk/drafts/"))
    assert WORDS in page
    assert case.number in page
    assert case.title not in page
    desk.post(f"{address(case)}steps/answer_directly/draft/drop/")
    assert not Draft.objects.exists()


def test_a_draft_that_is_too_long_is_refused_in_one_sentence():
    case, desk = make_case(Status.IN_HAND), at_desk(chen())
    assert keep(desk, case, reply="字" * 20_001).status_code == 400
    assert not Draft.objects.exists()


class TestInserting:
    """A standard text comes into the form without script, by way of the draft."""

    def insert(self, client, case, standard_text, into="reply", **typed):
        there = f"{address(case)}steps/answer/text/"
        return client.post(there, {"standard_text": standard_text.pk, "into": into, **typed})

    def test_a_text_is_put_behind_what_was_typed_filled_in_from_the_case(self):
        case, desk = make_case(Status.IN_HAND), at_desk(chen())
        standard = write_text(Wording("路灯", "编号{工单编号}已办理。"), by=chen(), at=NOON)
        self.insert(desk, case, standard, reply="您好!", resident_told="已电话告知")
        page = form(desk, case)
        assert f"您好!\n编号{case.number}已办理。" in page
        assert "已电话告知" in page

    def test_the_use_is_counted_once_when_the_step_is_taken(self):
        case, desk = make_case(Status.IN_HAND), at_desk(chen())
        standard = write_text(Wording("路灯", "已办理。"), by=chen(), at=NOON)
        self.insert(desk, case, standard), self.insert(desk, case, standard, into="resident_told")
        assert StandardText.objects.get().used == 0
        inserted = re.search(r'name="inserted" value="([^"]*)"', form(desk, case))[1]
        press(desk, case, "answer", reply="已", resident_told="已", inserted=inserted)
        assert StandardText.objects.get().used == 1

    def test_the_page_carries_the_filled_words_but_never_the_name_of_the_person(self):
        case, desk = make_case(Status.IN_HAND), at_desk(chen())
        write_text(Wording("称呼", "{诉求人}您好"), by=chen(), at=NOON)
        write_text(Wording("编号", "编号{工单编号}"), by=chen(), at=NOON)
        page = form(desk, case)
        assert f'data-words="编号{case.number}"' in page
        assert WANG.name not in page

    def test_anothers_text_cannot_be_put_in(self):
        case, desk = make_case(Status.IN_HAND), at_desk(chen())
        standard = write_text(Wording("别人的", "秘密"), by=zhao(), at=NOON)
        assert self.insert(desk, case, standard).status_code == 404
        assert "秘密" not in form(desk, case)

    @pytest.mark.parametrize("into", ["", "seen", "status", "<script>"])
    def test_a_text_goes_only_into_a_field_of_the_form(self, into):
        case, desk = make_case(Status.IN_HAND), at_desk(chen())
        standard = write_text(Wording("路灯", "已办理。"), by=chen(), at=NOON)
        assert self.insert(desk, case, standard, into=into).status_code == 400


def test_the_page_asks_once_for_all_that_stands_beside_a_case(django_assert_max_num_queries):
    case, desk = make_case(Status.IN_HAND), at_desk(chen())
    form(desk, case)
    for number in range(30):
        write_text(Wording(f"第{number}条", "已办理。"), by=chen(), at=NOON)
        desk.post(f"{address(case)}notes/", {"note": f"第{number}条备注"})
    with django_assert_max_num_queries(18):
        assert form(desk, case).count("条备注</p>") == 30
