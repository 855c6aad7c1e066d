"""Reminding: each at most once, none lost after any pause, and fast with many open cases."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases.due import extend
from huiyin.cases.models import Assignment, AssignmentRole, Case, Round, Status
from huiyin.cases.parts import Task, ask_for_part
from huiyin.deadlines.queries import work_calendar
from huiyin.departments.models import Official, Post
from huiyin.dispatch.objections import Objection, object_to_dispatch
from huiyin.followup.models import Asking, Wanted
from huiyin.inspection.measures import answer_measure, judge_answer, open_by_hand
from huiyin.inspection.models import LedgerRow, Walk
from huiyin.inspection.preset_files import shipped_clocks
from huiyin.inspection.reminders import _reached, last_morning, remind
from huiyin.inspection.rules import points
from huiyin.inspection.waits import WAITS
from huiyin.notices.models import Notice
from tests.inspection.test_ledger import parked
from tests.makers import (
    NOON,
    answer,
    fresh,
    hotline,
    lighting,
    make_case,
    minutes,
    parks,
    twins,
)
from tests.neighbourhood.test_site_checks import answered as answered_finding
from tests.people import chen, gao

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LATER = NOON + minutes(90)


def begin(at=LATER):
    """The first walk of a city, which tells nothing of the time before it."""
    remind(at=at)


def codes(*prefixes):
    rows = Notice.objects.filter(code__regex="|".join(f"^{prefix}" for prefix in prefixes))
    return list(rows.order_by("at", "pk").values_list("code", flat=True))


def test_a_unit_is_reminded_before_at_and_each_working_day_after():
    due = make_case(Status.IN_HAND).due_at
    begin()
    for at in (due - 25 * HOUR, due - 24 * HOUR, due - 2 * HOUR, due, due + 4 * DAY):
        remind(at=at)
    assert codes("due") == ["due.soon", "due.soon", "due.now", "due.over"]
    assert set(Notice.objects.filter(code__startswith="due").values_list("unit", "post")) == {
        (lighting().pk, Post.OFFICER)
    }


def test_nobody_is_reminded_on_a_day_off():
    calendar = work_calendar()
    saturday = NOON + 3 * DAY
    assert last_morning(saturday, calendar).date() == (NOON + 2 * DAY).date()


def test_after_a_pause_only_the_latest_reminder_is_told():
    due = make_case(Status.IN_HAND).due_at
    begin()
    remind(at=due - HOUR)
    assert codes("due") == ["due.soon"]
    remind(at=due + HOUR)
    remind(at=due + HOUR)
    assert codes("due") == ["due.soon", "due.now"]


def test_a_moved_deadline_reminds_anew():
    case = make_case(Status.IN_HAND)
    begin()
    remind(at=case.due_at - HOUR)
    extend(fresh(case), case.due_at + 2 * DAY, by=gao(), at=case.due_at - HOUR)
    remind(at=case.due_at + DAY)
    assert codes("due") == ["due.soon", "due.soon"]


def test_an_answered_case_reminds_the_callers_and_no_more_the_unit():
    case = make_case(Status.IN_HAND)
    begin()
    answer(case.number, by=chen(), at=LATER + HOUR)
    remind(at=LATER + 30 * DAY)
    assert codes("due", "call_back") == ["call_back.due"]


def test_who_must_rule_is_reminded():
    case = make_case(Status.DISPATCHED)
    begin()
    filed = object_to_dispatch(case.number, Objection("not_our_duty", "No."), by=chen(), at=LATER)
    remind(at=filed.rule_by)
    told = Notice.objects.get(code="ruling.due")
    assert (told.unit, told.post) == (hotline(), Post.DISPATCHER)


def test_a_called_unit_is_reminded_of_its_part():
    case = make_case(Status.IN_HAND)
    begin()
    ask_for_part(
        case.number,
        parks(),
        Task("剪枝", LATER + 30 * HOUR),
        role=AssignmentRole.ASSIST,
        by=chen(),
        at=LATER + MINUTE,
    )
    remind(at=LATER + 7 * HOUR)
    assert Notice.objects.get(code="part.due").unit == parks()


def test_the_hotline_is_reminded_to_ask_the_outside_body():
    case = make_case(Status.TRANSFERRED)
    begin()
    remind(at=case.wait_until)
    assert Notice.objects.get(code="case.transfer_due").post == Post.DISPATCHER


def test_the_unit_is_reminded_of_its_supervision():
    case = make_case(Status.IN_HAND)
    begin()
    measure = open_by_hand(case.number, "remind", "请说明。", by=gao(), at=LATER + MINUTE)
    remind(at=measure.answer_due)
    assert codes("measure.due") == ["measure.due"]


def test_the_keeper_is_reminded_of_milestones_and_reviews():
    parked(("招标", "2026-03-20"))
    begin(LATER + 6 * MINUTE)
    remind(at=LATER + 17 * DAY)
    assert codes("milestone") == ["milestone.due", "milestone.due"]
    remind(at=LATER + 31 * DAY)
    assert codes("parking.review_due") == ["parking.review_due", "parking.review_due"]


def test_what_falls_between_two_walks_is_told_and_not_looked_at_again():
    due = make_case(Status.IN_HAND).due_at
    begin()
    remind(at=due - MINUTE)
    assert remind(at=due + MINUTE) > 0
    assert codes("due") == ["due.soon", "due.now"]
    # A walk looks back a little, for steps that were committed while the last one ran.
    remind(at=due + HOUR)
    assert remind(at=due + 2 * HOUR) == 0


def test_a_clock_that_was_set_back_tells_nothing_and_forgets_nothing():
    due = make_case(Status.IN_HAND).due_at
    begin(due)
    assert remind(at=due - DAY) == 0
    assert set(Walk.objects.values_list("upto", flat=True)) == {due}


SPAN = 4 * 24 * 60


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    dues=st.lists(st.integers(30, SPAN), min_size=1, max_size=4),
    walks=st.lists(st.integers(1, SPAN + 2000), min_size=1, max_size=8, unique=True),
)
def test_any_pattern_of_pauses_tells_what_a_walker_of_every_minute_finds(dues, walks):
    with transaction.atomic():
        first = make_case(Status.IN_HAND)
        cases = [first, *twins(first, len(dues) - 1)]
        for case, minute in zip(cases, dues, strict=True):
            Case.objects.filter(pk=case.pk).update(wait_until=NOON + minutes(minute))
        begin(NOON)
        for minute in sorted(walks):
            remind(at=NOON + minutes(minute))
        told = sorted(
            (row.about, row.key.rpartition("/")[2])
            for row in Notice.objects.filter(code__startswith="due.")
        )
        # Each at most once, or the two lists could not be equal.
        assert told == sorted(_walked(cases, dues, sorted(walks)))
        transaction.set_rollback(True)


def _walked(cases, dues, walks):
    """Go minute by minute: between two walks the last reminder met is the one that is told."""
    clock, calendar = shipped_clocks()["case"], work_calendar()
    mornings = {
        minute: last_morning(NOON + minutes(minute), calendar) for minute in range(walks[-1] + 1)
    }
    for case, due_minute in zip(cases, dues, strict=True):
        due, since, met = NOON + minutes(due_minute), case.received_at, None
        for minute in range(1, walks[-1] + 1):
            now = NOON + minutes(minute)
            for point in points(clock, due, since=since, morning=mornings[minute]):
                if now - MINUTE < point.moment <= now:
                    met = point
            if minute in walks and met is not None:
                yield case.number, met.word
                met = None


def test_a_walk_over_many_open_cases_reads_only_what_has_come(swept_afterwards):  # noqa: ARG001
    case = make_case(Status.IN_HAND)
    Case.objects.filter(pk=case.pk).update(wait_until=LATER + 40 * DAY)
    twins(fresh(case), 20_000)
    begin()
    with connection.cursor() as cursor:
        for model in (Case, Assignment, Round):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    clocks, at = shipped_clocks(), LATER + DAY
    for wait in WAITS:
        since = Walk.objects.get(name=wait.name).upto
        ranges = _reached(wait, clocks[wait.name], since=since, at=at, morning=at)
        plans = [rows.explain() for rows in ranges]
        assert plans
        if wait.name in {"case", "part", "transfer", "call_back"}:
            assert [plan for plan in plans if "Seq Scan on cases_" in plan] == [], wait.name
    assert remind(at=at) == 0


def test_nobody_is_reminded_to_call_whom_nobody_calls():
    case = make_case(Status.ANSWERED)
    Asking.objects.update_or_create(
        case=case,
        round_number=1,
        defaults={"wanted": Wanted.NOT_SAMPLED, "ask_at": LATER, "parts": 0, "lot": 1},
    )
    begin()
    remind(at=case.wait_until)
    assert codes("call_back") == []


def test_a_review_on_the_date_of_the_ledger_itself_is_told_once():
    parked()
    row = LedgerRow.objects.get()
    LedgerRow.objects.filter(pk=row.pk).update(review_at=row.until)
    begin()
    remind(at=row.until - DAY)
    told = Notice.objects.filter(code="parking.review_due", audience="unit")
    assert told.count() == 1


def test_who_found_something_is_reminded_to_look_at_it_on_site_and_no_caller_is():
    case = answered_finding()
    begin(at=case.moved_at)
    remind(at=case.wait_until)
    told = Notice.objects.get(code__in=["site_check.due", "call_back.due"])
    assert (told.code, told.official) == ("site_check.due", case.found_by)


def test_where_the_finder_has_left_the_supervisors_are_reminded_to_look():
    case = answered_finding()
    Official.objects.filter(pk=case.found_by_id).update(is_active=False)
    begin(at=case.moved_at)
    remind(at=case.wait_until)
    told = Notice.objects.get(code="site_check.due")
    assert (told.unit, told.post) == (case.intake_unit, Post.SUPERVISOR)


def test_an_answer_to_supervision_that_nobody_judges_is_told_each_working_day():
    case = make_case(Status.IN_HAND)
    begin()
    measure = open_by_hand(case.number, "remind", "请说明。", by=gao(), at=LATER)
    answer_measure(measure.pk, "已安排抢修。", [], by=chen(), at=LATER + HOUR)
    remind(at=LATER + 2 * HOUR)
    assert codes("measure.unjudged") == []
    for days in (1, 2, 2):
        remind(at=LATER + days * DAY)
    told = Notice.objects.filter(code="measure.unjudged")
    assert [(one.unit, one.post) for one in told] == [(hotline(), Post.SUPERVISOR)] * 2
    judge_answer(measure.pk, "accepted", "", by=gao(), at=LATER + 2 * DAY + HOUR)
    remind(at=LATER + 5 * DAY)
    assert told.count() == 2
