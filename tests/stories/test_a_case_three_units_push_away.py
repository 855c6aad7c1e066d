"""A case three units push away: objection upon objection, until one is named and must act."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from huiyin.cases.models import Application, Assignment, Round, Status
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, fresh, lighting, make_case, make_unit, minutes, officer_of, parks
from tests.people import chen, gao, lin, zhao

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(monkeypatch):
    """A clock that the story turns on."""
    moment = [NOON + minutes(30)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


@pytest.fixture
def roads():
    """The unit that looks after roads."""
    return make_unit("市政道路处")


def test_a_case_that_three_units_push_away(at_work, roads):
    case = make_case(Status.DISPATCHED)
    first_due = fresh(case).due_at
    objected(case, chen(), parks(), "灯杆在公园围墙内。")
    still_with(case, lighting(), first_due)
    at_work(hours=1)
    ruled(case, "redispatch", parks())
    at_work(hours=2)
    objected(case, zhao(), roads, "灯杆在人行道上。")
    at_work(hours=1)
    ruled(case, "redispatch", roads)
    at_work(hours=2)
    objected(case, officer_of(roads), lighting(), "灯具不归道路处维护。")
    at_work(hours=1)
    cannot_be_sent_round(case, parks())
    ruled(case, "designate", lighting())
    still_with(case, lighting(), first_due)
    no_more_objections(case)
    at_work(hours=3)
    mended(case)
    what_remains(case)


def objected(case, by, proposed, why):
    words = {"ground": "not_our_duty", "reason": why, "unit": proposed.pk}
    answer = press(at_desk(by), case, "object", **words)
    assert answer.status_code == 302, text(answer)


def still_with(case, unit, due):
    now = fresh(case)
    assert (now.unit, now.due_at) == (unit, due)
    assert case.number in text(at_desk(officer_of(unit)).get("/desk/"))


def waiting(case):
    desk, filed = at_desk(lin()), Application.objects.get(case=case, state="open")
    assert case.number in text(desk.get(reverse("desk:rulings")))
    return desk, reverse("desk:ruling", args=[filed.pk])


def ruled(case, ruling, unit):
    desk, page = waiting(case)
    answer = desk.post(page, {"ruling": ruling, "words": "已看现场。", "unit": unit.pk})
    assert answer.status_code == 302, text(answer)
    assert fresh(case).unit == unit


def cannot_be_sent_round(case, unit):
    desk, page = waiting(case)
    for ruling in ("redispatch", "return"):
        answer = desk.post(page, {"ruling": ruling, "words": "再转。", "unit": unit.pk})
        assert answer.status_code == 409
    assert Application.objects.get(case=case, state="open").ruling == ""


def no_more_objections(case):
    page = text(at_desk(chen()).get(address(case)))
    assert "step=object" not in page
    words = {"ground": "not_our_duty", "reason": "还是不归我们。", "seen": "0"}
    again = at_desk(chen()).post(f"{address(case)}steps/object/", words)
    assert again.status_code == 409
    assert not Application.objects.filter(case=case, state="open").exists()


def mended(case):
    desk = at_desk(chen())
    words = {"resident_told": "已电话告知。", "reply": "已更换灯具。"}
    assert press(desk, case, "answer_directly", **words).status_code == 302
    assert fresh(case).status == Status.ANSWERED


def what_remains(case):
    turn = Round.objects.get(case=case)
    assert turn.is_designated
    # The clock never stopped: it began with the first sending.
    leads = Assignment.objects.filter(case=case, role="lead").order_by("pk")
    assert turn.started_at == leads.first().sent_at
    assert [part.state for part in leads] == ["returned", "returned", "returned", "done"]
    assert fresh(case).returns == 3
    rulings = Application.objects.filter(case=case).order_by("pk").values_list("ruling", flat=True)
    assert list(rulings) == ["redispatch", "redispatch", "designate"]
    told = Notice.objects.filter(about=case.number, code="objection.ruled")
    assert told.count() == 3
    assert [line.code for line in entries_about(case.number)].count("application.ruled") == 3
    assert case.number in text(at_desk(gao()).get(address(case)))
