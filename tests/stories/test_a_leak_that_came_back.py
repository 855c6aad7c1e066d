"""A leak that came back: closed, back again, two more rounds, and at last before a supervisor."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Case, Round, Status
from huiyin.departments.models import Post, UnitLevel
from huiyin.followup.models import Judgement, SecondAsking
from huiyin.followup.plans import adopt_plan
from huiyin.logbook.queries import accesses_about, entries_about
from huiyin.logbook.receipts import receipt
from huiyin.logbook.sealing import seal_all
from huiyin.logbook.verifying import verify
from huiyin.notices.models import Notice
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, make_case, make_official, make_unit, officer_of, status_of
from tests.people import WANG, sun

pytestmark = pytest.mark.django_db
SOLVED = {"reached": "yes", "contacted": "yes", "solved": "yes", "satisfied": "satisfied"}
UNSOLVED = {"reached": "yes", "contacted": "no", "solved": "no", "satisfied": "dissatisfied"}
QUEUE = "/desk/call-backs/"


@pytest.fixture
def at_work(monkeypatch, settings):
    """A clock that the story turns on; callers read English here."""
    settings.LANGUAGE_CODE = "en"
    moment = [NOON + timedelta(hours=2)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


def test_a_leak_that_came_back(at_work):
    district = make_unit("东城区", level=UnitLevel.DISTRICT, code="east")
    street = make_unit("槐树街道", parent=district, level=UnitLevel.STREET, code="elm-street")
    case = make_case(Status.ANSWERED, unit=street, text="楼道水管漏水，墙皮都泡掉了。")
    called_back_and_closed(case)
    at_work(days=3)
    came_back_says_wang(case)
    at_work(hours=1)
    into_the_next_round(case, 2)
    at_work(days=1)
    mended(case)
    at_work(hours=2)
    into_the_next_round(case, 3)
    taken_over_by_the_district(case, district)
    at_work(days=1)
    mended(case)
    at_work(hours=3)
    called_back_and_closed(case)
    assert [turn.solved for turn in Round.objects.filter(case=case).order_by("number")] == [
        False,
        False,
        True,
    ]
    assert Judgement.objects.filter(is_reasonable=True).count() == 2
    list(seal_all(at=timezone.now()))
    assert verify().problems == []


def called_back_and_closed(case):
    desk = at_desk(sun())
    opened = desk.post(f"{QUEUE}next/")
    assert opened.url == f"{QUEUE}cases/{case.number}/"
    page = text(desk.get(opened.url))
    assert WANG.phone not in page
    assert "did the unit get in touch" in page
    before = accesses_about(case.number).count()
    assert WANG.phone in text(desk.post(opened.url, {"act": "reveal"}))
    assert accesses_about(case.number).count() == before + 1
    assert desk.post(opened.url, {**SOLVED, "act": "close"}).url == QUEUE
    assert status_of(case) == Status.CLOSED


def came_back_says_wang(case):
    phone, said = Client(), {"number": case.number, "secret": receipt(case.number).secret}
    opened = phone.post("/follow/", said).url
    assert phone.post(f"{opened}ask-again/", {"again-reason": "又漏了。"}).status_code == 303
    assert status_of(case) == Status.ANSWERED


def into_the_next_round(case, number):
    desk = at_desk(sun())
    page = text(desk.get(QUEUE))
    assert f"{QUEUE}cases/{case.number}/" in page
    where = desk.post(f"{QUEUE}next/").url
    words = {**UNSOLVED, "remark": "换过的接头又漏。", "act": "reopen"}
    assert desk.post(where, words).url == QUEUE
    after = Case.objects.get(pk=case.pk)
    assert (after.status, after.round_number) == (Status.DISPATCHED, number)


def mended(case):
    desk = at_desk(officer_of(Case.objects.get(pk=case.pk).unit))
    words = {"resident_told": "已电话告知。", "reply": "已更换整段水管。"}
    assert press(desk, case, "answer_directly", **words).status_code == 302


def taken_over_by_the_district(case, district):
    by = make_official(Post.SUPERVISOR, unit=district)
    desk = at_desk(by)
    page = text(desk.get("/desk/problems/"))
    assert case.number in page
    assert "nobody looks after it yet" in page
    empty = desk.post(f"/desk/problems/{case.number}/", {"note": "", "act": "take"})
    assert (empty.status_code, case.number in text(empty)) == (400, True)
    words = {"note": "明日现场会，更换整段立管。", "act": "take"}
    assert desk.post(f"/desk/problems/{case.number}/", words).status_code == 302
    assert by.name in text(desk.get("/desk/problems/"))
    assert Notice.objects.filter(code="problem.taken_over").exists()


def test_another_team_hears_another_answer(at_work):
    text_of_plan = 'name = "复访"\nsource = "试验"\nsecond_percent = 100\n'
    adopt_plan(text_of_plan, from_on=NOON.date(), by=None, at=NOON)
    case = make_case(Status.ANSWERED)
    called_back_and_closed(case)
    at_work(hours=1)
    assert "Nothing is waiting" in text(at_desk(sun()).get(f"{QUEUE}second/"))
    other = at_desk(make_official(Post.CALLER))
    where = other.post(f"{QUEUE}second/").url
    page = text(other.get(where))
    assert case.title in page
    assert "the lamp is lit" not in page.lower()
    assert WANG.phone in text(other.post(where, {"act": "reveal"}))
    assert other.post(where, {"act": "note", "reached": "yes"}).status_code == 400
    assert other.post(where, {**UNSOLVED, "remark": "还在滴。", "act": "note"}).status_code == 302
    assert status_of(case) == Status.CLOSED
    assert SecondAsking.objects.get().solved is False
    supervisor = at_desk(make_official(Post.SUPERVISOR))
    compared = text(supervisor.get(f"{QUEUE}compared/"))
    assert case.number in compared
    assert re.search(r"1 of them were answered otherwise", compared)
    assert "Asked a second time" in text(supervisor.get(address(case)))
    assert entries_about(case.number)[-1].code == "call_back.second"
