"""43 residents and one noisy building site: one says theirs is different; each is answered."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Case, Round, Status
from huiyin.cases.residents import ResidentData
from huiyin.intake.actions import receive_case
from huiyin.logbook.receipts import receipt_secret
from huiyin.logbook.verifying import verify
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, fresh, hotline, lighting, make_wish, minutes, status_of
from tests.people import chen, lin, ma, sun

pytestmark = pytest.mark.django_db
VOICES = 43
ANSWER = "已责令工地夜间停工，噪声监测已达标。"


@pytest.fixture
def at_work(monkeypatch, settings):
    """A clock that the story turns on; pages are read in English."""
    settings.LANGUAGE_CODE = "en"
    moment = [NOON + timedelta(hours=2)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


def asked_by(number: int) -> Case:
    person = ResidentData(name=f"居民{number}", phone=f"139{number:08}")
    wish = make_wish(
        text=f"{number} 号楼:工地夜里打桩，睡不着。", resident=person, address="柳树街工地"
    )
    return receive_case(wish, by=ma(), at=NOON + minutes(number), intake_unit=hotline())


def browser_of(case: Case) -> Client:
    phone = Client()
    phone.post("/follow/", {"number": case.number, "secret": receipt_secret(case.number)})
    return phone


def merged_by_lin(parent: Case, others: list[Case]):
    desk = at_desk(lin())
    page = text(desk.get(f"{address(parent)}voices/"))
    offered = set(re.findall(r'name="case" value="([^"]+)"', page))
    assert offered == {case.number for case in others}
    said = {"form_key": str(uuid.uuid4()), "case": sorted(offered)}
    result = text(desk.get(desk.post(f"{address(parent)}voices/", said).url))
    assert f"done: {len(others)}" in result


def test_each_of_43_residents_gets_an_answer_and_a_call_back_of_their_own(at_work):
    parent, *others = [asked_by(number) for number in range(VOICES)]
    press(at_desk(lin()), parent, "dispatch", unit=lighting().pk)
    merged_by_lin(fresh(parent), others)
    at_work(hours=1)
    different = others[7]
    phone = browser_of(different)
    assert "43 requests are worked on together" in text(phone.get(f"/follow/{different.number}/"))
    words = {"different-reason": "我说的是柳树街北边那个工地。"}
    assert phone.post(f"/follow/{different.number}/different/", words).status_code == 303
    at_work(hours=1)
    desk = at_desk(chen())
    press(desk, parent, "accept")
    page = text(desk.get(address(parent)))
    assert "41 more voices in the same matter" in page
    assert "13900000003" not in page
    assert "居民3" not in page
    press(desk, parent, "answer", resident_told="已电话告知。", reply=ANSWER)
    joint = [case for case in others if case.pk != different.pk]
    for case in joint:
        assert status_of(case) == Status.ANSWERED
        assert Round.objects.get(case=case).reply.endswith(ANSWER)
        assert case.number in Round.objects.get(case=case).reply
    assert status_of(different) == Status.RECEIVED
    assert different.number in text(at_desk(lin()).get("/desk/dispatch/"))
    each_is_asked(joint)
    assert verify().problems == []


def each_is_asked(joint: list[Case]):
    first, second, *_rest = joint
    phone = browser_of(first)
    page = text(phone.get(f"/follow/{first.number}/"))
    assert ANSWER in page
    assert first.number in page
    assert second.number not in page
    said = {"solved": "yes", "satisfied": "satisfied", "remark": ""}
    assert phone.post(f"/follow/{first.number}/rate/", said).status_code == 303
    assert [status_of(first), status_of(second)] == [Status.CLOSED, Status.ANSWERED]
    waiting = Case.objects.filter(status=Status.ANSWERED).count()
    assert waiting == VOICES - 2
    assert second.number in text(at_desk(sun()).get("/desk/call-backs/?per=100"))
