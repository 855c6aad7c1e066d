"""A street hands a leaking roof down to a community, and that to its grid worker."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Assignment, Status
from huiyin.departments.models import Post
from huiyin.dispatch.models import Duty, Stance
from huiyin.logbook.receipts import receipt
from huiyin.logbook.verifying import verify
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, make_category, official_once, status_of
from tests.replies.street import case_of, make_street

pytestmark = pytest.mark.django_db
LOOK = {"task": "上门查看漏点，拍照。", "due_at": "2026-03-05T18:00"}


@pytest.fixture(autouse=True)
def _in_english(monkeypatch, settings):
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(hours=2))


@pytest.fixture
def town():
    return make_street()


@pytest.fixture
def roof(town):
    category = make_category("屋面漏水")
    Duty.objects.create(unit_level="community", category=category, stance=Stance.ASSIST_ONLY)
    return case_of(town, category=category, text="顶楼屋面漏水，墙皮脱落。")


def test_a_leaking_roof_goes_down_to_the_community_and_its_grid_worker(town, roof):
    street, committee = at_desk(town.officer()), at_desk(town.officer("community"))
    worker = official_once("grid-3", "第三网格员", Post.OFFICER, unit=town.community)
    assert committee.get(address(roof)).status_code == 404

    said = LOOK | {"unit": town.community.pk}
    assert street.post(f"{address(roof)}hand-down/", said).status_code == 302
    part = Assignment.objects.get(role="below")
    assert "上门查看漏点" in text(committee.get("/desk/joint/"))
    acts = f"{address(roof)}parts/{part.pk}/"
    assert committee.post(f"{acts}accept/").status_code == 302
    assert f"{address(roof)}handler/" in text(committee.get(address(roof)))
    given = {"unit": town.community.pk, "to": worker.pk, "reason": "第三网格的楼。"}
    assert committee.post(f"{address(roof)}handler/", given).status_code == 302

    grid = at_desk(worker)
    assert roof.number in text(grid.get("/desk/?list=handled"))
    # The community helps and is never in charge: it neither answers nor learns who asked.
    answer = {"reply": "已修。", "resident_told": "已告知。"}
    assert grid.post(f"{address(roof)}steps/answer/", answer).status_code == 403
    assert grid.post(f"{address(roof)}person/", {"why": "上门"}).status_code == 403
    assert press(street, roof, "answer", **answer).status_code == 400
    assert grid.post(f"{acts}report/", {"result": "漏点在女儿墙，已拍照。"}).status_code == 302
    assert grid.post(f"{acts}report/", {"result": "再报一次。"}).status_code == 409

    assert "漏点在女儿墙" in text(street.get(address(roof)))
    assert press(street, roof, "answer", **answer).status_code == 302
    assert status_of(roof) == Status.ANSWERED
    assert verify().problems == []
    phone = Client()
    secret = {"number": roof.number, "secret": receipt(roof.number).secret}
    page = text(phone.get(phone.post("/follow/", secret).url))
    assert ("a unit below it" in page, "第三网格员" in page, "女儿墙" in page) == (
        True,
        False,
        False,
    )


def test_what_the_list_of_duties_does_not_hold_is_not_handed_down(town):
    case = case_of(town, category=make_category("违法建设"))
    said = LOOK | {"unit": town.community.pk}
    refused = at_desk(town.officer()).post(f"{address(case)}hand-down/", said)
    assert (refused.status_code, Assignment.objects.filter(role="below").count()) == (400, 0)
    assert "list of duties" in text(refused)
    assert LOOK["task"] in text(refused)
