"""吹哨报到: who calls, who comes, who is late, and what the answer waits for."""

from datetime import timedelta

import pytest

from huiyin.cases.access import case_for, may_know_person, visible_cases
from huiyin.cases.models import Assignment, Status
from huiyin.cases.papers.applications import Verdict
from huiyin.cases.parts import accept_part, finish_part, open_parts, release_part
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.objections import Objection, object_to_dispatch, rule_on_objection
from huiyin.followup.actions import reopen_case
from huiyin.intake.actions import withdraw_case
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.actions import answer_case, tell_resident
from huiyin.replies.joint.arrivals import Arrival, report_arrival
from huiyin.replies.joint.models import Whistle
from huiyin.replies.joint.whistles import Spot, blow_whistle
from tests.makers import NOON, NOT_SOLVED, fresh, give_back, hotline_staff, minutes, parks
from tests.people import EVERYBODY, chen, lin, sun
from tests.replies.street import BEGUN, call, case_of, make_street, part_now, whistled

pytestmark = pytest.mark.django_db
LATER = BEGUN + minutes(30)
CAME = Arrival("李强、周敏", 2)


@pytest.fixture
def town():
    return make_street()


def codes(case):
    return [line.code for line in entries_about(case.number)]


def said(code):
    return {(one.unit.code, one.post) for one in Notice.objects.filter(code=code)}


def test_each_called_unit_gets_its_own_part_with_its_own_clock(town):
    case, parts = whistled(town)
    assert set(parts) == set(town.called)
    assert {part.due_at for part in parts.values()} == {NOON + timedelta(days=1)}
    assert {(part.role, part.state) for part in parts.values()} == {("assist", "sent")}
    assert fresh(case).due_at != NOON + timedelta(days=1)


def test_a_whistle_is_one_entry_and_one_more_for_each_part(town):
    case, _ = whistled(town, "fire", "market")
    assert codes(case)[-3:] == ["whistle.blown", "part.asked", "part.asked"]
    assert verify().problems == []


def test_the_called_units_are_told_what_for_where_and_until_when(town):
    whistled(town, "fire")
    notice = Notice.objects.get(code="part.called")
    assert (notice.unit, notice.post) == (town.called["fire"], "officer")
    assert notice.facts["where"] == "槐树街夜市东口"
    assert notice.facts["due"].startswith("2026-03-04T")
    assert notice.facts["task"].startswith("联合检查")


@pytest.mark.parametrize("person", EVERYBODY)
def test_only_the_lead_whistles(town, person):
    case = case_of(town)
    with pytest.raises(NotAllowed):
        blow_whistle(case.number, call(town), by=EVERYBODY[person](), at=BEGUN)
    assert not Whistle.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"what_for": " "},
        {"where": Spot("")},
        {"report_by": BEGUN},
        {"due_at": NOON + timedelta(hours=1)},
    ],
    ids=str,
)
def test_a_whistle_without_its_papers_calls_nobody(town, wrong):
    case = case_of(town)
    with pytest.raises(WrongInput):
        blow_whistle(case.number, call(town, **wrong), by=town.officer(), at=BEGUN)
    assert (Whistle.objects.count(), open_parts(case)) == (0, [])


def test_a_field_operation_needs_two_units(town):
    case = case_of(town)
    with pytest.raises(WrongInput):
        blow_whistle(case.number, call(town, "fire", is_field=True), by=town.officer(), at=BEGUN)
    both = call(town, "fire", "market", is_field=True)
    assert blow_whistle(case.number, both, by=town.officer(), at=BEGUN).is_field


def test_a_unit_that_cannot_be_called_leaves_all_others_uncalled(town):
    case, _ = whistled(town, "power")
    with pytest.raises(NotPossible):
        blow_whistle(case.number, call(town, "fire", "power"), by=town.officer(), at=LATER)
    assert [part.unit.code for part in open_parts(case)] == ["power"]
    assert Whistle.objects.count() == 1


@pytest.mark.parametrize("status", [s for s in Status if s not in {"dispatched", "in_hand"}])
def test_nobody_is_called_while_a_case_is_not_being_worked(town, status):
    case = case_of(town, status)
    if status == Status.PARKED:
        assert blow_whistle(case.number, call(town), by=town.officer(), at=LATER)
    else:
        with pytest.raises((NotPossible, NotAllowed)):
            blow_whistle(case.number, call(town), by=town.officer(), at=BEGUN)


def test_an_arrival_says_when_where_and_who_and_signs_for_the_part(town):
    case, parts = whistled(town, "fire")
    came = report_arrival(case.number, parts["fire"].pk, CAME, by=town.officer("fire"), at=LATER)
    assert (came.arrived_at, came.people, came.people_count) == (LATER, "李强、周敏", 2)
    assert (came.place_words, came.is_late) == ("槐树街夜市东口", False)
    part = part_now(parts["fire"])
    assert (part.state, part.accepted_at) == ("accepted", LATER)
    assert said("part.arrived") == {("locust", "officer")}


def test_who_comes_after_the_named_moment_is_late(town):
    case, parts = whistled(town, "fire")
    late = NOON + timedelta(hours=2, minutes=1)
    came = report_arrival(case.number, parts["fire"].pk, CAME, by=town.officer("fire"), at=late)
    assert came.is_late
    assert entries_about(case.number)[-1].details["late"] is True


def test_an_arrival_written_down_late_shows_both_moments(town):
    case, parts = whistled(town, "fire")
    arrival = Arrival("李强", 1, at=NOON + timedelta(hours=2))
    night = NOON + timedelta(hours=9)
    came = report_arrival(case.number, parts["fire"].pk, arrival, by=town.officer("fire"), at=night)
    assert (came.is_late, came.noted_at) == (False, night)


@pytest.mark.parametrize("moment", [BEGUN - minutes(1), LATER + minutes(1)], ids=["before", "yet"])
def test_nobody_comes_before_the_whistle_or_in_the_future(town, moment):
    case, parts = whistled(town, "fire")
    arrival = Arrival("李强", 1, at=moment)
    with pytest.raises(WrongInput):
        report_arrival(case.number, parts["fire"].pk, arrival, by=town.officer("fire"), at=LATER)


def test_the_lead_may_write_an_arrival_down_and_others_may_not(town):
    case, parts = whistled(town, "fire", "market")
    report_arrival(case.number, parts["fire"].pk, CAME, by=town.officer(), at=LATER)
    for stranger in (town.officer("power"), chen(), town.officer("fire")):
        with pytest.raises(NotAllowed):
            report_arrival(case.number, parts["market"].pk, CAME, by=stranger, at=LATER)


def test_a_unit_arrives_once(town):
    case, parts = whistled(town, "fire")
    report_arrival(case.number, parts["fire"].pk, CAME, by=town.officer("fire"), at=LATER)
    with pytest.raises(NotPossible):
        report_arrival(case.number, parts["fire"].pk, CAME, by=town.officer("fire"), at=LATER)
    assert codes(case).count("part.arrived") == 1


def test_the_answer_waits_for_open_parts_unless_the_lead_says_why(town):
    case, parts = whistled(town, "fire", "market")
    finish_part(case.number, parts["fire"].pk, "通道已清。", by=town.officer("fire"), at=LATER)
    given = {"by": town.officer(), "at": LATER, "resident_told": "电话告知。"}
    with pytest.raises(WrongInput, match="市场监督管理局"):
        answer_case(case.number, "已处理。", **given)
    why = "市场部门另案处理油烟。"
    answer_case(case.number, "已处理。", **given, without_parts=why)
    moved = next(
        line for line in entries_about(case.number) if line.details.get("step") == "answer"
    )
    assert moved.words["without_parts"] == why
    assert part_now(parts["market"]).state == "released"
    assert part_now(parts["fire"]).state == "done"


def test_a_result_is_told_to_the_lead_and_nobody_else(town):
    case, parts = whistled(town, "fire")
    finish_part(case.number, parts["fire"].pk, "通道已清。", by=town.officer("fire"), at=LATER)
    assert said("part.done") == {("locust", "officer")}
    assert part_now(parts["fire"]).result == "通道已清。"


def test_helping_units_see_the_case_but_neither_speak_nor_learn_who_asked(town):
    case, parts = whistled(town, "fire")
    helper = town.officer("fire")
    accept_part(case.number, parts["fire"].pk, by=helper, at=LATER)
    seen = case_for(case.number, by=helper)
    assert may_know_person(seen, by=helper) is False
    assert may_know_person(seen, by=town.officer()) is True
    with pytest.raises(NotAllowed):
        tell_resident(case.number, "今晚清理。", by=helper, at=LATER)
    with pytest.raises(NotAllowed):
        answer_case(case.number, "已清理。", by=helper, at=LATER, resident_told="已告知。")


def _withdrawn(case, _town):
    withdraw_case(case.number, "不用了。", by=hotline_staff(), at=LATER)


def _given_to_another(case, town):
    give_back(case, at=LATER, by=town.officer())
    dispatch_case(case.number, parks(), by=lin(), at=LATER + minutes(5))


def _redispatched_by_a_ruling(case, town):
    objection = Objection("not_our_duty", "属园林绿化。")
    filed = object_to_dispatch(case.number, objection, by=town.officer(), at=LATER)
    verdict = Verdict("redispatch", "改派。")
    rule_on_objection(filed.pk, verdict, by=lin(), at=LATER + minutes(5), unit=parks())


def _next_round(case, town):
    answer_case(
        case.number,
        "已处理。",
        by=town.officer(),
        at=LATER,
        resident_told="已告知。",
        without_parts="不再需要。",
    )
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER + minutes(60))


@pytest.mark.parametrize(
    "end", [_withdrawn, _given_to_another, _redispatched_by_a_ruling, _next_round]
)
def test_a_part_ends_with_the_work_it_belongs_to_and_the_unit_is_told(town, end):
    case, parts = whistled(town, "fire", "market")
    end(case, town)
    assert {part_now(part).state for part in parts.values()} == {"released"}
    assert codes(case).count("part.released") == 2
    assert said("part.released") == {("fire", "officer"), ("market", "officer")}
    assert visible_cases(town.officer("fire")).filter(pk=case.pk).exists()


def test_the_caller_may_release_a_unit_with_a_reason_and_others_may_not(town):
    case, parts = whistled(town, "fire", "market")
    with pytest.raises(NotAllowed):
        release_part(case.number, parts["fire"].pk, "算了", by=town.officer("fire"), at=LATER)
    with pytest.raises(WrongInput):
        release_part(case.number, parts["fire"].pk, " ", by=town.officer(), at=LATER)
    release_part(case.number, parts["fire"].pk, "消防已来过。", by=town.officer(), at=LATER)
    assert [part.unit.code for part in open_parts(case)] == ["market"]
    assert Assignment.objects.get(pk=parts["fire"].pk).done_at == LATER


def test_a_part_that_ended_takes_no_further_step(town):
    case, parts = whistled(town, "fire")
    part, by = parts["fire"].pk, town.officer("fire")
    finish_part(case.number, part, "通道已清。", by=by, at=LATER)
    for step in (
        lambda: accept_part(case.number, part, by=by, at=LATER),
        lambda: finish_part(case.number, part, "又清。", by=by, at=LATER),
        lambda: report_arrival(case.number, part, CAME, by=by, at=LATER),
        lambda: release_part(case.number, part, "不用。", by=town.officer(), at=LATER),
    ):
        with pytest.raises(NotPossible):
            step()
    assert part_now(parts["fire"]).result == "通道已清。"
