"""An officer falls ill and the colleague goes on: nothing lies in a drawer."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Round, Status
from huiyin.departments.models import Post
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.replies.models import Draft
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, lighting, make_case, minutes, official_once, status_of
from tests.people import chen, lin

pytestmark = pytest.mark.django_db
HALF = "电缆已定位,明早开挖,"


@pytest.fixture
def at_work(monkeypatch):
    """A clock that the story turns on."""
    moment = [NOON + minutes(30)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(number):
        moment[0] += minutes(number)

    return later


def li():
    """The colleague who goes on."""
    return official_once("li", "李红", Post.OFFICER, unit=lighting())


def head():
    """Who runs the lighting unit."""
    return official_once("zhou", "周所长", Post.LEADER, unit=lighting())


def test_an_officer_falls_ill_and_the_colleague_goes_on(at_work):
    li(), head()
    cases = [make_case(Status.DISPATCHED) for _ in range(3)]
    chen_signs_for_all_at_once(cases)
    at_work(60)
    chen_begins_an_answer_and_leaves_a_note(cases[0])
    at_work(60)
    lin_watches(cases[0])
    nobody_but_the_head_can_relieve_chen(cases)
    at_work(5)
    li_goes_on(cases)
    at_work(60)
    chen_is_back_and_finds_what_was_written(cases[0])


def chen_signs_for_all_at_once(cases):
    desk = at_desk(chen())
    numbers = [case.number for case in cases]
    form = text(desk.get("/desk/bulk/", {"case": numbers}))
    key = re.search(r'name="form_key" value="([^"]+)"', form)[1]
    page = desk.post(
        "/desk/bulk/", {"form_key": key, "act": "accept", "case": numbers}, follow=True
    )
    assert text(page).count("tag--good") >= 3
    assert [status_of(case) for case in cases] == [Status.IN_HAND] * 3
    mine = text(desk.get("/desk/?list=handled"))
    assert all(number in mine for number in numbers)


def chen_begins_an_answer_and_leaves_a_note(case):
    desk = at_desk(chen())
    desk.post(f"{address(case)}steps/answer/draft/", {"reply": HALF})
    desk.post(f"{address(case)}notes/", {"note": "施工队联系人:老赵。@李红 你也知道一下"})
    assert Notice.objects.filter(official=li(), code="mention", about=case.number).count() == 1


def lin_watches(case):
    at_desk(lin()).post(f"{address(case)}watch/", {"watched": "yes"})


def nobody_but_the_head_can_relieve_chen(cases):
    words = {"unit": lighting().pk, "leaving": chen().pk, "to": li().pk, "reason": "陈国强病假两周"}
    assert at_desk(li()).post("/desk/hand-over/", words).status_code == 400
    assert li().pk not in handlers(cases)
    page = at_desk(head()).post("/desk/hand-over/", words, follow=True)
    assert page.status_code == 200
    assert handlers(cases) == {li().pk}
    told = Notice.objects.get(official=li(), code="handover.many")
    assert told.facts["count"] == 3
    for case in cases:
        assert "陈国强病假两周" in text(at_desk(lin()).get(address(case)))


def handlers(cases):
    return {one.official_id for case in cases for one in case.handlers.filter(until=None)}


def li_goes_on(cases):
    desk = at_desk(li())
    mine = text(desk.get("/desk/?list=handled"))
    assert all(case.number in mine for case in cases)
    page = text(desk.get(address(cases[0])))
    assert "老赵" in page
    assert HALF not in page
    press(desk, cases[0], "answer", resident_told="已电话告知", reply="电缆已更换,路灯已亮。")
    assert status_of(cases[0]) == Status.ANSWERED
    assert Notice.objects.filter(official=lin(), code="watch.moved").count() == 1


def chen_is_back_and_finds_what_was_written(case):
    desk = at_desk(chen())
    assert case.number not in text(desk.get("/desk/?list=handled"))
    page = text(desk.get(address(case)))
    assert HALF in page
    assert "no longer fits" in page or "已不适用" in page
    desk.post(f"{address(case)}steps/answer/draft/drop/")
    assert not Draft.objects.exists()
    assert Round.objects.get(case=case).reply == "电缆已更换,路灯已亮。"
    steps = [line.code for line in entries_about(case.number)]
    assert steps.count("handler.set") == 1
    assert HALF not in str([line.words for line in entries_about(case.number)])
    assert Client().get(address(case)).status_code == 302
