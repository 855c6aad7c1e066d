"""Somebody is threatened: handed over in the call, written down after, and open to new facts."""

import pytest
from django.test import Client

from huiyin.cases.models import Case, Status
from huiyin.logbook.queries import entries_about
from huiyin.logbook.receipts import receipt_secret
from huiyin.notices.queries import notices_to_resident
from tests.desk.test_take_down import NEW, words
from tests.desk.visits import address, at_desk, press, text
from tests.makers import status_of
from tests.people import lin, ma

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


def test_a_request_for_the_police_is_handed_over_at_once():
    desk = at_desk(ma())
    form = text(desk.get(NEW))
    assert form.index("Hand over now") < form.index("What is the matter?")
    assert "Stay on the line" in form
    taken = desk.post(NEW, words(text="楼上有人持刀威胁邻居！"))
    case = Case.objects.get()
    assert "?step=redirect#step" in text(desk.get(taken.url))
    told = "已为您转接 110，民警正在赶来，请锁好门。"
    assert press(desk, case, "redirect", route="emergency", reply=told).status_code == 302
    assert status_of(case) == Status.REDIRECTED
    assert case.number not in text(at_desk(lin()).get("/desk/dispatch/"))
    step = entries_about(case.number)[-1]
    assert (step.details["route"], step.words["reply"]) == ("emergency", told)
    assert "case.redirected" in [notice.code for notice in notices_to_resident(case.number)]
    it_may_come_back(case)


def it_may_come_back(case):
    phone = Client()
    phone.post("/follow/", {"number": case.number, "secret": receipt_secret(case.number)})
    page = text(phone.get(f"/follow/{case.number}/"))
    assert "已为您转接 110" in page
    said = {"facts-reason": "民警走了，但楼道的门锁还是坏的。"}
    assert phone.post(f"/follow/{case.number}/new-facts/", said).status_code == 303
    assert status_of(case) == Status.RECEIVED
    desk = at_desk(lin())
    assert case.number in text(desk.get("/desk/dispatch/"))
    assert "楼道的门锁还是坏的" in text(desk.get(address(case)))
