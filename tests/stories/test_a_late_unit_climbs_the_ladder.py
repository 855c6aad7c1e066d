"""A unit that is late climbs the ladder: reminded, supervised, answers too thinly, is called in."""

import pytest

from huiyin.cases.models import Status
from huiyin.followup.actions import close_case
from huiyin.inspection.models import Measure
from huiyin.inspection.walking import walk_on
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from tests.desk.visits import address, at_desk, text
from tests.makers import SOLVED, answer, hotline_staff, make_case, minutes, twins
from tests.people import chen, gao, zhao

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(monkeypatch):
    """Sets the clock that the doors read."""

    def set_clock(at):
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        return at

    return set_clock


def test_a_unit_that_is_late_climbs_the_ladder(today):
    case = make_case(Status.IN_HAND)
    walk_on(at=today(case.due_at))
    reminder = Measure.objects.get()
    assert reminder.rung == "remind"

    # Silence: the next rung opens by itself, once.
    for late in (0, 1):
        walk_on(at=today(reminder.climb_at + minutes(late)))
    supervised = Measure.objects.get(closed_at=None)
    assert (supervised.rung, supervised.after) == ("supervise", reminder)
    officer, supervisor, page = (
        at_desk(chen()),
        at_desk(gao()),
        f"/desk/supervision/{supervised.pk}/",
    )
    assert case.title in text(officer.get("/desk/supervision/"))
    assert officer.get(page).status_code == 200
    assert at_desk(zhao()).get(page).status_code == 404

    # An empty answer is refused, a thin one is judged insufficient.
    assert officer.post(f"{page}answer/", {"words": " "}).status_code == 400
    assert officer.post(f"{page}answer/", {"words": "正在办理。"}).status_code == 302
    assert case.title in text(supervisor.get("/desk/supervision/?list=judge"))
    judged = {"judged": "insufficient", "words": "没有写明完成日期。"}
    assert officer.post(f"{page}judge/", judged).status_code == 403
    assert supervisor.post(f"{page}judge/", judged).status_code == 302
    called_in = Measure.objects.get(closed_at=None)
    assert called_in.rung == "interview"
    assert supervisor.post(f"{page}judge/", judged).status_code == 409

    # A good answer ends it; a last reminder by hand lapses when the case is closed.
    page = f"/desk/supervision/{called_in.pk}/"
    officer.post(f"{page}answer/", {"words": "明晚八点前更换完毕。"})
    assert supervisor.post(f"{page}judge/", {"judged": "accepted"}).status_code == 302
    given = {"rung": "remind", "reason": "请按时完成。"}
    assert supervisor.post(f"{address(case)}supervise/", given).status_code == 302
    at = today(called_in.opened_at + minutes(90))
    answer(case.number, by=chen(), at=at)
    close_case(case.number, SOLVED, by=hotline_staff(), at=at + minutes(5))
    assert {row.ending for row in Measure.objects.all()} == {"climbed", "accepted", "lapsed"}
    assert Notice.objects.filter(code="measure.opened").count() == 4
    codes = [line.code for line in entries_about(case.number)]
    assert codes[-1] == "measure.lapsed"
    told = text(at_desk(gao()).get(address(case), headers={"accept-language": "en"}))
    assert "Put under supervision" in told


def test_long_lists_of_supervision_cost_few_queries(django_assert_max_num_queries):
    first = make_case(Status.IN_HAND)
    walk_on(at=first.due_at - minutes(1))
    twins(first, 60)
    walk_on(at=first.due_at)
    assert Measure.objects.count() == 61
    supervisor, officer = at_desk(gao()), at_desk(chen())
    for browser, name in ((officer, "answer"), (supervisor, "open"), (supervisor, "judge")):
        with django_assert_max_num_queries(12):
            browser.get(f"/desk/supervision/?list={name}")
    with django_assert_max_num_queries(12):
        officer.get(f"/desk/supervision/{Measure.objects.first().pk}/")
    assert "page=2" in text(supervisor.get("/desk/supervision/?list=open"))
