"""A deadline that the law lengthens: asked with the article, ruled on, told to both sides."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from huiyin.cases.models import Application, Round, Status
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from tests.desk.visits import at_desk, press, text
from tests.makers import NOON, fresh, lighting, make_case, minutes
from tests.people import chen, gao

pytestmark = pytest.mark.django_db
WHY = "《城市道路管理条例》第三十三条:挖掘道路须先经批准,批准约需十五日。"


@pytest.fixture
def at_work(monkeypatch):
    """A clock that the story turns on."""
    moment = [NOON + minutes(60)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


def test_a_deadline_that_the_law_lengthens(at_work):
    case = make_case(Status.IN_HAND)
    first = fresh(case).due_at
    until = first + timedelta(days=20)
    asked_by_chen(case, until)
    assert fresh(case).due_at == first
    at_work(hours=2)
    chen_cannot_grant_it_to_himself(case)
    granted_by_gao(case)
    assert fresh(case).due_at == until
    at_work(days=12)
    answered_by_chen(case)
    what_remains(case, first, until)


def asked_by_chen(case, until):
    desk = at_desk(chen())
    local = timezone.localtime(until)
    words = {"ground": "law", "reason": WHY, "until": local.strftime("%Y-%m-%dT%H:%M:%S")}
    answer = press(desk, case, "extend", **words)
    assert answer.status_code == 302, text(answer)


def ruling_page(case):
    return reverse("desk:ruling", args=[Application.objects.get(case=case).pk])


def chen_cannot_grant_it_to_himself(case):
    answer = at_desk(chen()).post(ruling_page(case), {"ruling": "grant", "words": "同意。"})
    assert answer.status_code == 403


def granted_by_gao(case):
    desk = at_desk(gao())
    assert case.number in text(desk.get(reverse("desk:rulings")))
    assert "第三十三条" in text(desk.get(ruling_page(case)))
    answer = desk.post(ruling_page(case), {"ruling": "grant", "words": "依据充分。"})
    assert answer.status_code == 302, text(answer)


def answered_by_chen(case):
    words = {"resident_told": "已告知施工已完成。", "reply": "经批准后已换好电缆。"}
    assert press(at_desk(chen()), case, "answer", **words).status_code == 302


def what_remains(case, first, until):
    turn = Round.objects.get(case=case)
    # Both promises stay on record: the first one, and the one the law allowed.
    assert (turn.first_due_at, turn.due_at) == (first, until)
    assert turn.answered_at <= turn.due_at
    told = Notice.objects.filter(about=case.number, code="extension.granted")
    assert sorted(bool(notice.unit_id) for notice in told) == [False, True]
    assert told.get(unit=lighting()).facts
    moved = [line for line in entries_about(case.number) if line.code == "due.moved"]
    assert len(moved) == 1
