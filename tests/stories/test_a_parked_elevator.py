"""A parked elevator: milestones, one missed, resumed at its date, answered, and it came back."""

import re
from datetime import timedelta

import pytest

from huiyin.cases.models import Case, Link, Status
from huiyin.cases.papers.applications import Verdict
from huiyin.followup.actions import close_case
from huiyin.inspection.models import LedgerRow, Milestone, Recheck
from huiyin.inspection.reminders import remind
from huiyin.inspection.walking import walk_on
from huiyin.notices.models import Notice
from huiyin.replies.actions import answer_case
from huiyin.replies.times import LedgerEntry, ask_to_park, rule_on_parking
from tests.desk.visits import address, at_desk, text
from tests.makers import NOON, SOLVED, hotline_staff, make_case, minutes, status_of
from tests.people import chen, gao, wu, zhao

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
UNTIL = NOON + 60 * DAY


@pytest.fixture
def today(monkeypatch):
    """Sets the clock that the doors read."""

    def set_clock(at):
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        return at

    return set_clock


def night_walk(at):
    """What the job does: first it moves on what is due, then it reminds."""
    walk_on(at=at)
    remind(at=at)


def parked_elevator():
    case = make_case(Status.IN_HAND, title="3 号楼电梯停运", text="3 号楼电梯停运半年。")
    steps = (("维修资金到位", "2026-03-20"), ("更换主机", "2026-04-20"))
    wanted = LedgerEntry("money", "维修资金表决中。", UNTIL, steps)
    filed = ask_to_park(case.number, wanted, by=chen(), at=NOON + minutes(60))
    verdict = Verdict("grant", "属实。")
    rule_on_parking(filed.pk, verdict, by=hotline_staff(), at=NOON + minutes(70))
    return case.number


def test_a_parked_elevator(today, django_assert_max_num_queries):
    number = parked_elevator()
    night_walk(NOON + minutes(75))
    row, officer, supervisor = LedgerRow.objects.get(), at_desk(chen()), at_desk(gao())
    page = f"/desk/ledger/{row.pk}/"

    # The first milestone is done with a note, the second one is missed.
    today(NOON + 10 * DAY)
    first, second = Milestone.objects.order_by("due_at")
    said = {"note": "业主表决通过,资金到位。"}
    assert officer.post(f"{page}milestones/{first.pk}/done/", said).status_code == 302
    assert "业主表决通过" in text(officer.get(page))
    night_walk(today(second.due_at + minutes(1)))
    # The officer reads it twice: as the unit's, and as the owner of this matter.
    assert Notice.objects.filter(code="milestone.due", facts__task="更换主机").count() == 2
    late = text(supervisor.get("/desk/ledger/?list=late"))
    assert "3 号楼电梯停运" in late
    with django_assert_max_num_queries(12):
        supervisor.get("/desk/ledger/")
    with django_assert_max_num_queries(12):
        supervisor.get(page)
    assert supervisor.post(f"{page}reviews/", {"words": "主机已订货。"}).status_code == 302
    report = {"words": "主机月底到货。", "for_resident": "新主机已订货,月底到货后安装。"}
    assert officer.post(f"{address(number)}stage-report/", report).status_code == 302
    assert "新主机已订货" in text(officer.get(address(number)))

    # Nobody acts until the date: the night job takes the matter up again.
    night_walk(today(UNTIL + minutes(2)))
    assert status_of(number) == Status.IN_HAND
    assert "left late" in text(at_desk(gao()).get(page, headers={"accept-language": "en"}))
    answered = today(UNTIL + minutes(60))
    answer_case(number, "电梯已恢复运行。", by=chen(), at=answered, resident_told="已电话告知。")
    close_case(number, SOLVED, by=hotline_staff(), at=answered + DAY)

    # A month later somebody looks: it stands still again.
    recheck = Recheck.objects.get()
    night_walk(today(recheck.due_at + minutes(1)))
    assert Notice.objects.filter(code="recheck.due").count() == 1
    supervisor = at_desk(gao())
    assert "3 号楼电梯停运" in text(supervisor.get("/desk/rechecks/"))
    look = {"found": "back", "words": "电梯再次停运。"}
    assert at_desk(wu()).post(f"/desk/rechecks/{recheck.pk}/", look).status_code == 403
    assert at_desk(zhao()).post(f"/desk/rechecks/{recheck.pk}/", look).status_code == 404
    assert supervisor.post(f"/desk/rechecks/{recheck.pk}/", look).status_code == 302
    new = Case.objects.get(status=Status.RECEIVED)
    assert Link.objects.get(kind="rebound").case == new
    assert number in text(supervisor.get(address(new)))


def test_what_is_missing_is_said_and_what_was_written_stays(today):
    number = parked_elevator()
    row, officer = LedgerRow.objects.get(), at_desk(chen())
    today(NOON + DAY)
    added = {"what": "安全检测", "due_at": "2020-01-01T10:00"}
    answer = officer.post(f"/desk/ledger/{row.pk}/milestones/", added)
    assert (answer.status_code, "安全检测" in text(answer)) == (400, True)
    report = {"words": "已订货。", "for_resident": ""}
    answer = officer.post(f"{address(number)}stage-report/", report)
    assert (answer.status_code, bool(re.search("已订货。", text(answer)))) == (400, True)
