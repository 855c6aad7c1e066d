"""A dark street lamp, from the call to the end of its second round, each person at their door."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Case, Round, Status
from huiyin.logbook.queries import accesses_about, entries_about
from huiyin.logbook.sealing import seal_all
from huiyin.logbook.verifying import verify
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, PASSWORD, lighting, status_of
from tests.people import WANG, chen, lin, ma, sun

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(monkeypatch):
    """A clock that the story turns on, so that each step has a moment of its own."""
    moment = [NOON]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


def test_a_dark_street_lamp_from_the_call_to_the_second_round(at_work):
    number, secret = taken_down_by_ma()
    at_work(minutes=20)
    sent_by_lin(number)
    at_work(minutes=40)
    mended_by_chen(number, "已更换灯泡。")
    at_work(days=1)
    not_solved_says_wang(number, secret)
    at_work(minutes=30)
    judged_by_sun(number)
    at_work(hours=1)
    mended_by_chen(number, "已更换整条线路,逐盏点亮。")
    at_work(hours=5)
    closed_by_sun(number)
    what_remains(number)


def taken_down_by_ma():
    ma(), lin(), chen(), sun()
    desk = Client()
    desk.post("/desk/sign-in/", {"username": "ma", "password": PASSWORD})
    form = text(desk.get("/desk/cases/new/"))
    said = {
        "form_key": re.search(r'name="form_key" value="([^"]+)"', form)[1],
        "text": "槐树街的路灯三天不亮了,晚上走路看不清。",
        "address": "槐树街 12 号门前",
        "request_kind": "complaint",
        "channel": "phone",
        "name": WANG.name,
        "phone": WANG.phone,
    }
    answer = desk.post("/desk/cases/new/", said)
    again = desk.post("/desk/cases/new/", said)
    assert again.url == f"{answer.url}?again=1"
    case = Case.objects.get()
    read_out = re.findall(r'<dd class="mono">([^<]+)</dd>', text(desk.get(answer.url)))
    assert read_out[0] == case.number
    return read_out


def sent_by_lin(number):
    desk = at_desk(lin())
    assert number in text(desk.get("/desk/dispatch/"))
    desk.post("/desk/dispatch/", {"unit": lighting().pk, "case": [number]})
    assert status_of(number) == Status.DISPATCHED
    desk.get("/desk/dispatch/")
    assert number not in text(desk.get("/desk/dispatch/"))


def mended_by_chen(number, reply):
    desk = at_desk(chen())
    assert number in text(desk.get("/desk/"))
    assert press(desk, number, "accept").status_code == 302
    assert press(desk, number, "tell_resident", resident_told="今晚更换。").status_code == 302
    assert press(desk, number, "answer", reply=reply).status_code == 302
    assert status_of(number) == Status.ANSWERED


def not_solved_says_wang(number, secret):
    phone = Client()
    opened = phone.post("/follow/", {"number": number, "secret": secret})
    assert opened.status_code == 303
    assert "已更换灯泡。" in text(phone.get(opened.url))
    said = {"solved": "no", "satisfied": "dissatisfied", "remark": "还是不亮。"}
    assert phone.post(f"{opened.url}rate/", said).status_code == 303
    assert status_of(number) == Status.ANSWERED


def judged_by_sun(number):
    desk = at_desk(sun())
    assert number in text(desk.get("/desk/call-backs/"))
    page = desk.post(f"{address(number)}person/", {"why": "回访", "step": "close"})
    assert WANG.phone in text(page)
    said = {"reached": "yes", "contacted": "yes", "solved": "no", "satisfied": "dissatisfied"}
    said["remark"] = "线路坏了"
    assert press(desk, number, "reopen", **said).status_code == 302
    assert (status_of(number), Case.objects.get().round_number) == (Status.DISPATCHED, 2)


def closed_by_sun(number):
    desk = at_desk(sun())
    said = {"reached": "yes", "contacted": "yes", "solved": "yes", "satisfied": "satisfied"}
    assert press(desk, number, "close", **said).status_code == 302
    assert status_of(number) == Status.CLOSED


def what_remains(number):
    first, second = Round.objects.filter(case__number=number).order_by("number")
    assert (first.solved, second.solved, second.satisfied) == (False, True, "satisfied")
    assert first.due_at < second.due_at
    steps = [line.details.get("step", line.code) for line in entries_about(number)]
    work = ["accept", "resident.told", "answer"]
    # What was not solved is under supervision until it is.
    assert next(step for step in steps if step.startswith("measure.")) == "measure.opened"
    assert [step for step in steps if not step.startswith("measure.")] == [
        "case.received",
        "dispatch",
        *work,
        "call_back.noted",
        "call_back.noted",
        "reopen",
        *work,
        "call_back.noted",
        "close",
    ]
    assert accesses_about(number).count() == 1
    list(seal_all(at=timezone.now()))
    assert verify().problems == []
