"""A case sent to the wrong unit is taken back within minutes, on paper; later it is not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.cases.models import Application, Assignment, Status
from huiyin.logbook.queries import entries_about
from tests.desk.visits import address, at_desk, press, text
from tests.makers import NOON, fresh, lighting, make_case, minutes, parks
from tests.people import chen, lin, zhao

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(monkeypatch):
    """A clock that the story turns on."""
    moment = [NOON + minutes(5)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


def test_a_case_sent_wrongly_is_taken_back_within_minutes(at_work):
    case, desk = make_case(), at_desk(lin())
    assert press(desk, case, "dispatch", unit=parks().pk).status_code == 302
    assert case.number in text(at_desk(zhao()).get("/desk/"))
    at_work(minutes=3)
    answer = press(desk, case, "recall", reason="选错了单位。", unit=lighting().pk)
    assert answer.status_code == 302, text(answer)
    assert (fresh(case).unit, fresh(case).status) == (lighting(), Status.DISPATCHED)
    assert at_desk(zhao()).get(address(case)).status_code == 404
    assert case.number in text(at_desk(chen()).get("/desk/"))
    at_work(minutes=30)
    too_late(case, desk)
    what_remains(case)


def too_late(case, desk):
    assert "step=recall" not in text(desk.get(address(case)))
    words = {"reason": "又选错了。", "unit": parks().pk, "seen": "0"}
    assert desk.post(f"{address(case)}steps/recall/", words).status_code == 409
    assert fresh(case).unit == lighting()


def what_remains(case):
    paper = Application.objects.get(case=case)
    assert (paper.kind, paper.ground, paper.ruling) == ("recall", "wrong_unit", "redispatch")
    parts = Assignment.objects.filter(case=case, role="lead").order_by("pk")
    assert [part.state for part in parts] == ["returned", "sent"]
    # The clock of the first sending goes on.
    assert parts[0].due_at == parts[1].due_at == fresh(case).due_at
    codes = [line.code for line in entries_about(case.number)]
    assert codes[-3:] == ["application.filed", "application.ruled", "case.moved"]
