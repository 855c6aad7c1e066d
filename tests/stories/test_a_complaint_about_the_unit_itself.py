"""A complaint about the unit itself: the accused acts on it and never learns who spoke."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Case, Status
from huiyin.logbook.queries import accesses_about
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, PASSWORD, lighting, status_of
from tests.people import chen, lin, ma, sun

pytestmark = pytest.mark.django_db
NAME, PHONE, HOME = "欧阳匿名者", "13987654321", "暗语巷 77 号"
MARKS = (NAME, "欧阳", PHONE, "139 8765 4321", "4321", HOME, "暗语巷")
MOST = 150


@pytest.fixture
def at_work(monkeypatch):
    """A clock that the story turns on."""
    moment = [NOON]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


def test_the_accused_never_learns_who_spoke(at_work):
    number = told_to_ma()
    at_work(minutes=10)
    press(at_desk(lin()), number, "dispatch", unit=lighting().pk)
    at_work(minutes=30)
    nothing_is_found_by(chen(), number)
    acts(number)
    nothing_is_found_by(chen(), number)
    at_work(days=1)
    the_hotline_can_still_call(number)
    nothing_is_found_by(chen(), number)


def told_to_ma():
    ma()
    desk = Client()
    desk.post("/desk/sign-in/", {"username": "ma", "password": PASSWORD})
    form = text(desk.get("/desk/cases/new/"))
    said = {
        "form_key": re.search(r'name="form_key" value="([^"]+)"', form)[1],
        "text": "路灯所的人收了钱才肯换灯泡。",
        "address": "槐树街",
        "request_kind": "complaint",
        "channel": "phone",
        "name": NAME,
        "phone": PHONE,
        "home": HOME,
        "is_confidential": "on",
    }
    assert desk.post("/desk/cases/new/", said).status_code == 302
    case = Case.objects.get()
    assert case.is_confidential
    return case.number


def nothing_is_found_by(official, number):
    """Open every page that leads on from the desk, as a page and as JSON; look for the person."""
    desk = at_desk(official)
    seen, waiting = set(), ["/desk/", address(number)]
    while waiting and len(seen) < MOST:
        page = waiting.pop(0)
        if page in seen:
            continue
        seen.add(page)
        for accept in ("text/html", "application/json"):
            answer = desk.get(page, headers={"accept": accept})
            body = b"".join(answer) if answer.streaming else answer.content
            said = body.decode(errors="replace") + repr(dict(answer.headers))
            assert [mark for mark in MARKS[:4] if mark in said] == [], page
            assert [mark for mark in MARKS[5:] if mark in said] == [], page
        waiting += re.findall(r'href="(/desk/[^"#]*)"', said.replace("&amp;", "&"))
        waiting += re.findall(r'href="(/desk/[^"#]*)"', text(desk.get(page)).replace("&amp;", "&"))
    assert address(number) in seen
    assert len(seen) > 10
    asked = desk.post(f"{address(number)}person/", {"why": "想知道是谁", "step": "accept"})
    assert asked.status_code in {403, 404}
    assert [mark for mark in MARKS if mark in text(asked)] == []
    assert not accesses_about(number).filter(official_id=official.pk).exists()


def acts(number):
    desk = at_desk(chen())
    assert press(desk, number, "accept").status_code == 302
    words = {"resident_told": "经热线转告:已开始调查。", "reply": "已停职调查,费用已退还。"}
    assert press(desk, number, "answer", **words).status_code == 302
    assert status_of(number) == Status.ANSWERED


def the_hotline_can_still_call(number):
    desk = at_desk(sun())
    page = desk.post(f"{address(number)}person/", {"why": "回访", "step": "close"})
    assert PHONE[-4:] in text(page)
    said = {"reached": "yes", "solved": "yes", "satisfied": "satisfied", "contacted": "yes"}
    assert press(desk, number, "close", **said).status_code == 302
    assert accesses_about(number).count() == 1
