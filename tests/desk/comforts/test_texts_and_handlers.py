"""Standard texts, handlers and watching at the desk."""

import pytest

from huiyin.cases.models import Status
from huiyin.departments.models import Post
from huiyin.replies.handlers import handlers_of
from huiyin.replies.models import StandardText, Watch
from huiyin.replies.standard_texts import Wording, write_text
from tests.desk.visits import address, at_desk, text
from tests.makers import NOON, lighting, make_case, official_once, parks
from tests.people import chen, gao, lin, zhao

pytestmark = pytest.mark.django_db


def li():
    """Chen's colleague."""
    return official_once("li", "李红", Post.OFFICER, unit=lighting())


def names(case):
    return [one.official.name for one in handlers_of(case)]


class TestTexts:
    def test_a_text_is_written_for_the_unit_and_found_by_a_colleague(self):
        words = {"title": "路灯", "body": "{事项}已修。", "unit": lighting().pk}
        answer = at_desk(chen()).post("/desk/texts/", words, follow=True)
        assert "路灯" in text(answer)
        assert StandardText.objects.get().unit == lighting()
        assert "路灯" in text(at_desk(li()).get("/desk/texts/"))
        assert "路灯" not in text(at_desk(zhao()).get("/desk/texts/"))

    def test_a_text_with_an_unknown_variable_comes_back_with_one_sentence(self):
        answer = at_desk(chen()).post("/desk/texts/", {"title": "错", "body": "{编号码}"})
        assert answer.status_code == 400
        assert "{编号码} is no variable" in text(answer)
        assert "{编号码}</textarea>" in text(answer)

    def test_a_unit_that_is_not_ones_own_is_no_choice(self):
        words = {"title": "路灯", "body": "x", "unit": parks().pk}
        assert at_desk(chen()).post("/desk/texts/", words).status_code == 400
        assert not StandardText.objects.exists()

    def test_the_versions_say_who_changed_what(self):
        row = write_text(Wording("路灯", "一"), by=chen(), at=NOON, unit=lighting())
        there = f"/desk/texts/{row.pk}/"
        changed = {"title": "路灯", "body": "二", "version": 1}
        page = text(at_desk(li()).post(there, changed, follow=True))
        assert "李红" in page
        assert "陈国强" in page
        late = at_desk(chen()).post(there, {"title": "路灯", "body": "三", "version": 1})
        assert late.status_code == 409
        at_desk(chen()).post(f"{there}retire/")
        assert at_desk(chen()).get(there).status_code == 404


class TestHandlers:
    def test_one_press_takes_a_case_and_it_stands_among_those_i_handle(self):
        case, desk = make_case(Status.DISPATCHED), at_desk(chen())
        assert case.number not in text(desk.get("/desk/?list=handled"))
        desk.post(f"{address(case)}handler/", {"to": "me"})
        assert names(case) == ["陈国强"]
        assert case.number in text(desk.get("/desk/?list=handled"))
        assert case.number not in text(at_desk(li()).get("/desk/?list=handled"))

    def test_a_case_is_given_to_a_colleague_from_its_page(self):
        case, desk = make_case(Status.DISPATCHED), at_desk(chen())
        li()
        page = text(desk.get(f"{address(case)}handler/"))
        assert "李红" in page
        assert "赵玉兰" not in page
        words = {"unit": lighting().pk, "to": li().pk, "reason": "她在现场"}
        desk.post(f"{address(case)}handler/", words)
        assert names(case) == ["李红"]
        assert "她在现场" in text(desk.get(address(case)))

    def test_who_is_no_colleague_is_no_choice(self):
        case = make_case(Status.DISPATCHED)
        words = {"unit": lighting().pk, "to": zhao().pk}
        assert at_desk(chen()).post(f"{address(case)}handler/", words).status_code == 400
        assert names(case) == []

    def test_the_button_is_offered_only_to_those_who_may_press_it(self):
        case = make_case(Status.DISPATCHED)
        assert 'value="me"' in text(at_desk(chen()).get(address(case)))
        assert "handler/" not in text(at_desk(lin()).get(address(case)))
        assert 'value="me"' not in text(at_desk(gao()).get(address(case)))

    def test_an_officer_finds_only_their_own_name_among_those_who_leave(self):
        chen(), li()
        page = text(at_desk(chen()).get("/desk/hand-over/"))
        leaving = page[page.index('name="leaving"') : page.index('name="to"')]
        assert "陈国强" in leaving
        assert "李红" not in leaving

    def test_a_unit_one_does_not_work_at_cannot_be_chosen(self):
        page = text(at_desk(zhao()).get(f"/desk/hand-over/?unit={lighting().pk}"))
        assert "路灯管理所" not in page


class TestWatching:
    def test_a_case_is_watched_and_no_longer_watched_by_one_press(self):
        case, desk = make_case(Status.DISPATCHED), at_desk(lin())
        desk.post(f"{address(case)}watch/", {"watched": "yes"})
        assert case.number in text(desk.get("/desk/?list=watched"))
        assert "Watch it no longer" in text(desk.get(address(case)))
        desk.post(f"{address(case)}watch/", {"watched": "no"})
        assert case.number not in text(desk.get("/desk/?list=watched"))
        assert not Watch.objects.exists()
