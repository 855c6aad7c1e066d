"""An overflow at 2 a.m.: two hours by the clock, a utility on duty, a call-back by day."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Case, Round, Status
from huiyin.deadlines.actions import adopt_preset
from huiyin.departments.models import Official, Post, UnitLevel
from huiyin.logbook.queries import entries_about
from tests.desk.visits import at_desk, press, text
from tests.makers import PASSWORD, lighting, make_category, make_unit, official_once, status_of
from tests.people import WANG, lin, ma, sun

pytestmark = pytest.mark.django_db
# The night from Saturday to Sunday.
NIGHT = datetime(2026, 3, 8, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def at_work(monkeypatch):
    """A clock that the story turns on."""
    moment = [NIGHT]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


@pytest.fixture
def water():
    """The water company, which is on duty day and night, and its officer of the night."""
    adopt_preset("plain", from_on=date(2026, 1, 1))
    unit = make_unit("自来水集团", level=UnitLevel.UTILITY, calendar_code="round-the-clock")
    official_once("jiang", "江夜班", Post.OFFICER, unit=unit)
    return unit


def jiang():
    return Official.objects.get(sign_in_name="jiang")


def test_an_overflow_at_two_in_the_morning(at_work, water):
    overflow = make_category("污水外溢", deadline_class="emergency")
    lamps = make_category("路灯", deadline_class="general")
    number = called_in_by("污水从井口冒出来,已经流进一楼。")
    other = called_in_by("楼下的路灯不亮。")
    at_work(minutes=4)
    sent_by_lin(number, water, overflow)
    sent_by_lin(other, lighting(), lamps)
    two_hours_by_the_clock(number, other)
    at_work(minutes=6)
    stopped_by_jiang(number, at_work)
    at_work(hours=6)
    called_back_by_day(number)
    what_remains(number)


def called_in_by(words):
    ma()
    desk = Client()
    desk.post("/desk/sign-in/", {"username": "ma", "password": PASSWORD})
    form = text(desk.get("/desk/cases/new/"))
    said = {
        "form_key": re.search(r'name="form_key" value="([^"]+)"', form)[1],
        "text": words,
        "address": "槐树街 12 号",
        "request_kind": "help",
        "channel": "phone",
        "name": WANG.name,
        "phone": WANG.phone,
    }
    desk.post("/desk/cases/new/", said)
    return Case.objects.latest("pk").number


def sent_by_lin(number, unit, category):
    desk = at_desk(lin())
    assert number in text(desk.get("/desk/dispatch/"))
    answer = press(desk, number, "dispatch", unit=unit.pk, category=category.pk)
    assert answer.status_code == 302, text(answer)
    assert status_of(number) == Status.DISPATCHED


def two_hours_by_the_clock(number, other):
    sent_at = NIGHT + timedelta(minutes=4)
    assert Case.objects.get(number=number).due_at == sent_at + timedelta(hours=2)
    # The lamp has working days: its clock waits for Monday.
    assert Case.objects.get(number=other).due_at > sent_at + timedelta(days=3)


def stopped_by_jiang(number, at_work):
    desk = at_desk(jiang())
    queue = text(desk.get("/desk/"))
    assert number in queue
    press(desk, number, "accept")
    press(desk, number, "tell_resident", resident_told="抢修人员二十分钟到场,请先断电。")
    at_work(minutes=75)
    answer = press(desk, number, "answer", reply="已关阀抽水,井盖已清理,一楼已消毒。")
    assert answer.status_code == 302
    assert status_of(number) == Status.ANSWERED


def called_back_by_day(number):
    desk = at_desk(sun())
    assert number in text(desk.get("/desk/call-backs/"))
    said = {"reached": "yes", "contacted": "yes", "solved": "yes", "satisfied": "satisfied"}
    answer = press(desk, number, "close", **said)
    assert answer.status_code == 302, text(answer)
    assert status_of(number) == Status.CLOSED


def what_remains(number):
    turn = Round.objects.get(case__number=number)
    assert turn.answered_at - turn.started_at == timedelta(minutes=81)
    assert turn.answered_at < turn.due_at
    hours = [line.at.astimezone(NIGHT.tzinfo).hour for line in entries_about(number)]
    assert hours == sorted(hours)
    assert (hours[0], hours[-1]) == (2, 9)
