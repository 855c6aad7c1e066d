"""The ledger of parked matters: kept from parking to leaving, with owner, milestones, reviews."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Case, Link, Status
from huiyin.cases.papers.applications import Verdict
from huiyin.departments.models import Post
from huiyin.followup.actions import ask_again, close_case
from huiyin.inspection.ledger import (
    add_milestone,
    enter_missing,
    finish_milestone,
    review_row,
    set_owner,
)
from huiyin.inspection.models import LedgerRow, Milestone, Recheck
from huiyin.inspection.rechecks import Look, note_recheck
from huiyin.inspection.stage_reports import Stage, file_stage_report
from huiyin.inspection.walking import walk_on
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.actions import answer_case
from huiyin.replies.times import LedgerEntry, ask_to_park, resume_case, rule_on_parking
from tests.makers import (
    NOON,
    SOLVED,
    answer,
    fresh,
    hotline_staff,
    lighting,
    make_case,
    make_official,
    minutes,
    status_of,
)
from tests.people import EVERYBODY, chen, gao, zhao

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOON + minutes(90)
UNTIL = NOON + 60 * DAY


def parked(*milestones):
    """A case parked for sixty days, with these milestones."""
    case = make_case(Status.IN_HAND)
    wanted = LedgerEntry("money", "明年列入计划。", UNTIL, milestones)
    filed = ask_to_park(case.number, wanted, by=chen(), at=LATER)
    rule_on_parking(filed.pk, Verdict("grant", "属实。"), by=hotline_staff(), at=LATER + minutes(5))
    return fresh(case)


def test_parking_writes_a_row_with_owner_reason_and_milestones():
    case = parked(("招标", "2026-03-20"), ("进场", "2026-04-10"), ("没有日期", ""))
    row = LedgerRow.objects.get()
    assert (row.case, row.unit, row.owner, row.words) == (
        case,
        lighting(),
        chen(),
        "明年列入计划。",
    )
    assert (row.until, row.review_at) == (UNTIL, row.parked_at + 30 * DAY)
    assert list(row.milestones.order_by("due_at").values_list("what", flat=True)) == [
        "招标",
        "进场",
    ]


@pytest.mark.parametrize("early", [True, False])
def test_the_row_is_kept_when_the_case_leaves_and_says_whether_in_time(early):
    case = parked(("招标", "2026-03-20"))
    at = UNTIL - DAY if early else UNTIL + DAY
    resume_case(case.number, "有资金了。", by=chen(), at=at)
    row = LedgerRow.objects.get()
    assert (row.closed_at, row.closed_by_step, row.was_in_time) == (at, "resume", early)
    assert Milestone.objects.get().dropped_at == at


def test_an_answer_out_of_the_ledger_closes_the_row():
    case = parked()
    answer_case(case.number, "已装。", by=chen(), at=UNTIL - DAY, resident_told="已告知。")
    assert LedgerRow.objects.get().closed_by_step == "answer_parked"


def test_at_its_date_a_parked_case_comes_back_by_itself():
    case = parked()
    walk_on(at=UNTIL - minutes(1))
    assert status_of(case) == Status.PARKED
    for _ in range(2):
        walk_on(at=UNTIL)
    assert status_of(case) == Status.IN_HAND
    assert Notice.objects.filter(code="ledger.resumed", unit=lighting()).count() == 1


def test_a_parked_case_that_was_brought_in_gets_its_row():
    case = parked()
    LedgerRow.objects.all().delete()
    assert (enter_missing(most=10), enter_missing(most=10)) == (1, 0)
    assert LedgerRow.objects.get().until == fresh(case).wait_until


def test_a_milestone_is_reported_once_by_the_unit():
    parked(("招标", "2026-03-20"))
    key = Milestone.objects.get().pk
    for person in set(EVERYBODY) - {"lighting officer"}:
        with pytest.raises(NotAllowed):
            finish_milestone(key, "已完成。", [], by=EVERYBODY[person](), at=LATER + DAY)
    with pytest.raises(WrongInput):
        finish_milestone(key, " ", [], by=chen(), at=LATER + DAY)
    finish_milestone(key, "已完成。", [], by=chen(), at=LATER + DAY)
    assert Milestone.objects.get().note == "已完成。"
    with pytest.raises(NotPossible):
        finish_milestone(key, "再报。", [], by=chen(), at=LATER + DAY)


def test_a_further_milestone_lies_before_the_date_of_the_row():
    parked()
    row = LedgerRow.objects.get()
    for due in (LATER, UNTIL + DAY):
        with pytest.raises(WrongInput):
            add_milestone(row.pk, "设计", due, by=chen(), at=LATER + DAY)
    add_milestone(row.pk, "设计", UNTIL, by=chen(), at=LATER + DAY)
    assert row.milestones.count() == 1


def test_a_review_moves_the_next_one_on_but_never_beyond_the_date():
    parked()
    row = LedgerRow.objects.get()
    first = review_row(row.pk, "设计已完成。", by=gao(), at=LATER + 20 * DAY)
    assert first.next_at == LATER + 50 * DAY
    assert review_row(row.pk, "已招标。", by=chen(), at=LATER + 50 * DAY).next_at == UNTIL
    with pytest.raises(NotAllowed):
        review_row(row.pk, "看看。", by=zhao(), at=LATER + 51 * DAY)


def test_the_owner_is_an_officer_of_the_unit():
    parked()
    row, colleague = LedgerRow.objects.get(), make_official(Post.OFFICER, unit=lighting())
    with pytest.raises(WrongInput):
        set_owner(row.pk, zhao(), by=chen(), at=LATER + DAY)
    with pytest.raises(NotAllowed):
        set_owner(row.pk, colleague, by=zhao(), at=LATER + DAY)
    assert set_owner(row.pk, colleague, by=gao(), at=LATER + DAY).owner == colleague


def test_what_has_left_the_ledger_is_not_written_on():
    case = parked(("招标", "2026-03-20"))
    row = LedgerRow.objects.get()
    resume_case(case.number, "有资金了。", by=chen(), at=LATER + DAY)
    with pytest.raises(NotPossible):
        review_row(row.pk, "看看。", by=chen(), at=LATER + 2 * DAY)
    with pytest.raises(NotPossible):
        finish_milestone(Milestone.objects.get().pk, "完成。", [], by=chen(), at=LATER + 2 * DAY)


def closed_after_parking():
    """A case that stood in the ledger, was answered and closed."""
    case = parked()
    resume_case(case.number, "有资金了。", by=chen(), at=LATER + DAY)
    answer(case.number, by=chen(), at=LATER + 2 * DAY)
    close_case(case.number, SOLVED, by=hotline_staff(), at=LATER + 3 * DAY)
    return fresh(case)


def test_a_parked_matter_is_to_be_looked_at_again_after_its_closing(settings):
    settings.RECHECK_DAYS = 14
    closed_after_parking()
    assert Recheck.objects.get().due_at == LATER + 17 * DAY


def test_an_easy_case_is_not_looked_at_again():
    make_case(Status.CLOSED)
    assert not Recheck.objects.exists()


def test_what_came_back_is_a_new_case_that_names_the_old_one():
    case = closed_after_parking()
    look, at = Look(True, "电梯又停了。"), LATER + 40 * DAY
    with pytest.raises(NotAllowed):
        note_recheck(Recheck.objects.get().pk, look, by=chen(), at=at)
    row = note_recheck(Recheck.objects.get().pk, look, by=gao(), at=at)
    link = Link.objects.get(kind="rebound")
    assert (link.case, link.other, row.new_case) == (row.new_case, case, row.new_case)
    assert (row.new_case.status, row.new_case.text) == (Status.RECEIVED, "电梯又停了。")
    with pytest.raises(NotPossible):
        note_recheck(row.pk, look, by=gao(), at=at)
    assert Case.objects.count() == 2


def test_what_still_holds_opens_no_case():
    closed_after_parking()
    row = note_recheck(
        Recheck.objects.get().pk, Look(False, "正常。"), by=gao(), at=LATER + 40 * DAY
    )
    assert (row.found, row.new_case) == ("holds", None)


def test_a_case_that_is_asked_about_again_needs_no_recheck():
    case = closed_after_parking()
    ask_again(case.number, "It stands still.", by="resident", at=LATER + 4 * DAY)
    assert Recheck.objects.get().found == "lapsed"


def test_a_stage_report_tells_the_resident_and_stays_in_the_logbook():
    case = parked()
    stage = Stage("招标完成,五月进场。", "已选定施工单位,预计五月开工。")
    file_stage_report(case.number, stage, by=chen(), at=LATER + DAY)
    told = Notice.objects.get(code="stage.reported", audience="resident")
    line = entries_about(case.number)[-1]
    assert told.facts["progress"] == "已选定施工单位,预计五月开工。"
    assert (line.code, line.words["result"]) == ("stage.reported", "招标完成,五月进场。")
    assert fresh(case).wait_until == UNTIL


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "lighting officer"])
def test_only_the_unit_in_charge_files_a_stage_report(person):
    case = make_case(Status.IN_HAND)
    with pytest.raises(NotAllowed):
        file_stage_report(case.number, Stage("好。", "好。"), by=EVERYBODY[person](), at=LATER)


def test_a_stage_report_says_something_to_both_sides():
    case = make_case(Status.IN_HAND)
    for stage in (Stage(" ", "好。"), Stage("好。", " "), Stage("好。", "长" * 201)):
        with pytest.raises(WrongInput):
            file_stage_report(case.number, stage, by=chen(), at=LATER)
    with pytest.raises(NotPossible):
        file_stage_report(
            make_case(Status.ANSWERED).number, Stage("好。", "好。"), by=chen(), at=LATER
        )
