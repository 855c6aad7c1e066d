"""A call-back that should not count: asked for with proof, ruled on, annulled by a third person.

All over HTTP, as the officer, two supervisors and the analyst see it.
"""

from datetime import timedelta

import pytest

from huiyin.counting.exclusions.models import Exclusion
from huiyin.counting.facts.folding import fold
from huiyin.departments.models import Post
from tests.counting.papers import CALLED, LATER, called_case, draws_all
from tests.desk.visits import at_desk, text
from tests.makers import fresh, hotline, make_official
from tests.people import chen, gao, wu, zhao
from tests.photos import photo, upload

pytestmark = pytest.mark.django_db
PUBLISHED = "/api/counting/exclusion/counts/?month=2026-03"


@pytest.fixture
def today(monkeypatch):
    """Sets the clock that the doors read."""

    def set_clock(at):
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        fold(at=at)
        return at

    return set_clock


def left_out(by) -> tuple[int, int]:
    """Call-backs of the lighting unit, and how many of them are left out, as published."""
    rows = at_desk(by).get(PUBLISHED).json()["units"]
    [row] = [row for row in rows if row["unit"] == "lighting"]
    return row["call_backs"], row["left_out"]


def test_a_call_back_that_should_not_count(today, settings):
    draws_all(settings)
    case = called_case(at=CALLED)
    today(LATER)
    officer, other = at_desk(chen()), at_desk(zhao())
    counts = f"/desk/cases/{case.number}/counts/"
    asking = f"{counts}1/exclusion/"

    # The unit finds its way from the case; a foreign unit finds nothing.
    assert counts in text(officer.get(f"/desk/cases/{case.number}/"))
    assert "还是没有解决" in text(officer.get(counts))
    assert other.get(counts).status_code == 404
    given = {"ground": "legal_channel", "words": "法院已受理，附通知书。"}
    assert officer.post(asking, given).status_code == 400
    sent = officer.post(asking, {**given, "evidence": upload(photo())})
    assert sent.status_code == 302
    assert left_out(wu()) == (1, 0)
    paper = Exclusion.objects.get()
    page = f"/desk/counting/papers/exclusion/{paper.pk}/"

    # Nobody of the unit rules, and a refusal without a reason is none.
    supervisor = at_desk(gao())
    assert case.title in text(supervisor.get("/desk/counting/papers/?list=waiting"))
    assert officer.post(page, {"ruling": "grant"}).status_code == 403
    assert supervisor.post(page, {"ruling": "refuse"}).status_code == 400
    today(LATER + timedelta(hours=5))
    assert supervisor.post(page, {"ruling": "grant", "words": "材料齐全。"}).status_code == 302
    today(LATER + timedelta(hours=6))
    assert left_out(wu()) == (1, 1)

    # The lot falls on it; who granted it cannot look again, a third person annuls it.
    look = {"found": "annulled", "words": "通知书是另一案的。"}
    assert supervisor.post(f"{page}recheck/", look).status_code == 403
    third = at_desk(make_official(Post.SUPERVISOR, unit=hotline()))
    assert case.title in text(third.get("/desk/counting/papers/?list=recheck"))
    assert third.post(f"{page}recheck/", look).status_code == 302
    today(LATER + timedelta(hours=7))
    assert left_out(wu()) == (1, 0)

    # Both stay to be read, with what the resident said; the case never moved.
    shown = text(officer.get(page))
    assert all(words in shown for words in ("材料齐全", "另一案", "还是没有解决"))
    assert fresh(case).status == "closed"
    assert officer.post(asking, {**given, "evidence": upload(photo())}).status_code == 409
