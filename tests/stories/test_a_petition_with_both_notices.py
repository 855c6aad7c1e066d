"""A petition goes to the petition office: told where it went, asked on the day, told what came."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Status
from huiyin.followup.models import CallBack
from huiyin.logbook.queries import entries_about
from huiyin.logbook.receipts import receipt_secret
from huiyin.notices.queries import notices_to_resident
from tests.desk.visits import at_desk, press, text
from tests.makers import NOON, make_case, status_of
from tests.people import lin

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(monkeypatch, settings):
    """A clock that the story turns on; pages are read in English."""
    settings.LANGUAGE_CODE = "en"
    moment = [NOON + timedelta(hours=1)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


def typed(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def opened(case):
    """The resident's telephone: after two hours the page is opened anew."""
    phone = Client()
    phone.post("/follow/", {"number": case.number, "secret": receipt_secret(case.number)})
    return phone


def test_a_petition_is_handed_out_with_both_notices(at_work):
    case = make_case(text="十年前的征地补偿一直没有说法。")
    page = f"/follow/{case.number}/"
    said = {
        "body": "petition_office",
        "name": "和安市信访局",
        "reply": "您反映的征地补偿问题已转市信访局依法办理。",
        "until": typed(NOON + timedelta(days=10)),
    }
    assert press(at_desk(lin()), case, "transfer", **said).status_code == 302
    first = text(opened(case).get(page))
    assert "petition office · 和安市信访局" in first
    assert "We ask there by" in first
    at_work(days=10)
    asked = {"reason": "信访局:材料已收，正在核查。", "until": typed(NOON + timedelta(days=20))}
    assert press(at_desk(lin()), case, "ask_later", **asked).status_code == 302
    assert "We asked there" in text(opened(case).get(page))
    at_work(days=9)
    outcome = "市信访局已出具受理告知书，将在六十日内答复您。"
    assert press(at_desk(lin()), case, "report_outcome", reply=outcome).status_code == 302
    second = text(opened(case).get(page))
    assert outcome in second
    assert "正在核查" not in second
    codes = [notice.code for notice in notices_to_resident(case.number)]
    assert {"case.transferred", "case.transfer_result"} <= set(codes)
    rated = {"solved": "yes", "satisfied": "basically", "remark": ""}
    assert opened(case).post(f"{page}rate/", rated).status_code == 303
    assert status_of(case) == Status.CLOSED
    assert CallBack.objects.filter(case=case).count() == 1
    steps = [line.details.get("step", line.code) for line in entries_about(case.number)]
    assert steps[:4] == ["case.received", "transfer", "transfer.asked", "report_outcome"]
