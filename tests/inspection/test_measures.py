"""The supervision ladder: who opens, who answers, who judges, and that nothing climbs twice."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Status
from huiyin.cases.papers.applications import Verdict
from huiyin.cases.rules import SYSTEM
from huiyin.departments.models import Post
from huiyin.dispatch.objections import Objection, object_to_dispatch, rule_on_objection
from huiyin.followup.actions import close_case, reopen_case
from huiyin.inspection.ladder import ladder_in_force, set_rung, set_trigger
from huiyin.inspection.measures import answer_measure, climb, judge_answer, open_by_hand
from huiyin.inspection.models import Cause, Measure
from huiyin.inspection.preset_files import RungTimes, TriggerLine
from huiyin.inspection.rules import RUNGS, Rung, Trigger
from huiyin.inspection.walking import walk_on
from huiyin.intake.actions import withdraw_case
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.makers import (
    NOON,
    NOT_SOLVED,
    SOLVED,
    answer,
    city,
    fresh,
    give_back,
    hotline,
    hotline_staff,
    lighting,
    make_case,
    make_official,
    minutes,
    officer_of,
    parks,
    status_of,
)
from tests.people import EVERYBODY, chen, gao, zhao

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(90)
DAY = timedelta(days=1)


def opened(case, rung="remind", at=LATER, by=None):
    return open_by_hand(case.number, rung, "群众多次反映,请说明进展。", by=by or gao(), at=at)


def codes(case):
    return [line.code for line in entries_about(case.number) if line.code.startswith("measure.")]


def test_a_supervisor_opens_with_a_reason_and_the_unit_reads_it():
    case = make_case(Status.IN_HAND)
    measure = opened(case)
    told = Notice.objects.get(code="measure.opened")
    assert (measure.unit, measure.opened_by, measure.rung) == (lighting(), gao(), "remind")
    assert (told.unit, told.facts["reason"]) == (lighting(), measure.reason)
    assert codes(case) == ["measure.opened"]


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "supervisor"])
def test_nobody_but_a_supervisor_opens(person):
    case = make_case(Status.IN_HAND)
    with pytest.raises(NotAllowed):
        opened(case, by=EVERYBODY[person]())
    assert not Measure.objects.exists()


def test_a_supervisor_does_not_supervise_a_case_of_their_own_unit():
    case = make_case(Status.IN_HAND)
    own = make_official(Post.SUPERVISOR, unit=lighting())
    both = make_official(Post.SUPERVISOR, Post.OFFICER)
    for somebody in (own, both):
        with pytest.raises(NotAllowed):
            opened(case, by=somebody)


def test_supervision_needs_a_reason_and_a_known_rung():
    case = make_case(Status.IN_HAND)
    for rung, reason in (("remind", "  "), ("shout", "Why not?")):
        with pytest.raises(WrongInput):
            open_by_hand(case.number, rung, reason, by=gao(), at=LATER)


@pytest.mark.parametrize(
    "status", [Status.RECEIVED, Status.CLOSED, Status.WITHDRAWN, Status.TRANSFERRED]
)
def test_nobody_is_supervised_for_a_case_no_unit_answers_for(status):
    with pytest.raises(NotPossible):
        opened(make_case(status))


def test_a_second_measure_by_hand_must_lie_higher():
    case = make_case(Status.IN_HAND)
    first = opened(case, "supervise")
    with pytest.raises(NotPossible):
        opened(case, "supervise")
    second = opened(case, "listed")
    first.refresh_from_db()
    assert (first.ending, second.after, Measure.objects.filter(closed_at=None).count()) == (
        "climbed",
        first,
        1,
    )


def test_the_unit_answers_and_the_hotline_is_told():
    measure = opened(make_case(Status.IN_HAND))
    answer_measure(measure.pk, "明早更换。", [], by=chen(), at=LATER + minutes(5))
    told = Notice.objects.get(code="measure.answered")
    assert (told.unit, told.post) == (hotline(), Post.SUPERVISOR)
    with pytest.raises(NotPossible):
        answer_measure(measure.pk, "再答。", [], by=chen(), at=LATER + minutes(6))


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "lighting officer"])
def test_nobody_but_the_unit_answers(person):
    measure = opened(make_case(Status.IN_HAND))
    with pytest.raises(NotAllowed):
        answer_measure(measure.pk, "我来答。", [], by=EVERYBODY[person](), at=LATER)


def answered(case, rung="remind"):
    measure = opened(case, rung)
    return answer_measure(measure.pk, "明早更换。", [], by=chen(), at=LATER + minutes(5))


def test_an_accepted_answer_ends_it():
    case = make_case(Status.IN_HAND)
    measure = judge_answer(answered(case).pk, "accepted", "", by=gao(), at=LATER + minutes(9))
    assert (measure.ending, measure.judged_by) == ("accepted", gao())
    assert Notice.objects.filter(code="measure.accepted", unit=lighting()).count() == 1
    assert codes(case) == ["measure.opened", "measure.answered", "measure.judged"]


def test_an_insufficient_answer_opens_the_next_rung_once():
    first = answered(make_case(Status.IN_HAND))
    at = LATER + minutes(9)
    second = judge_answer(first.pk, "insufficient", "没有写明日期。", by=gao(), at=at)
    assert (second.rung, second.after) == (Rung.SUPERVISE, first)
    with pytest.raises(NotPossible):
        judge_answer(first.pk, "insufficient", "再来。", by=gao(), at=at)
    assert Measure.objects.count() == 2


def test_the_highest_rung_stays_the_highest():
    last = judge_answer(
        answered(make_case(Status.IN_HAND), "meeting").pk,
        "insufficient",
        "不够。",
        by=gao(),
        at=LATER + minutes(9),
    )
    assert last.rung == Rung.MEETING


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "supervisor"])
def test_nobody_but_a_supervisor_judges(person):
    measure = answered(make_case(Status.IN_HAND))
    with pytest.raises(NotAllowed):
        judge_answer(measure.pk, "accepted", "", by=EVERYBODY[person](), at=LATER + minutes(9))


def test_what_was_not_answered_is_not_judged():
    measure = opened(make_case(Status.IN_HAND))
    with pytest.raises(NotPossible):
        judge_answer(measure.pk, "accepted", "", by=gao(), at=LATER)


def test_a_silent_unit_climbs_rung_by_rung_and_never_twice():
    case = make_case(Status.IN_HAND)
    measure = opened(case)
    seen = [measure.rung]
    for _ in range(4):
        measure = Measure.objects.get(closed_at=None)
        assert climb(measure.pk, at=measure.climb_at - minutes(1)) is None
        at = measure.climb_at
        assert climb(measure.pk, at=at) is not None
        assert climb(measure.pk, at=at) is None
        seen.append(Measure.objects.get(closed_at=None).rung)
    assert seen == list(RUNGS)
    assert [line.by_label for line in entries_about(case.number)][-1] == SYSTEM


def test_a_case_that_was_answered_does_not_climb_by_itself():
    case = make_case(Status.IN_HAND)
    measure = opened(case)
    answer(case.number, by=officer_of(lighting()), at=LATER + minutes(1))
    walk_on(at=measure.climb_at + DAY)
    assert Measure.objects.get().rung == "remind"


def _closed(case):
    answer(case.number, by=officer_of(lighting()), at=LATER + minutes(1))
    close_case(case.number, SOLVED, by=hotline_staff(), at=LATER + minutes(2))


def _withdrawn(case):
    withdraw_case(case.number, "It is lit.", by=hotline_staff(), at=LATER + minutes(2))


def _given_back(case):
    give_back(fresh(case), at=LATER + minutes(2))


@pytest.mark.parametrize("way", [_closed, _withdrawn, _given_back])
def test_no_measure_outlives_its_case(way):
    case = make_case(Status.IN_HAND)
    measure = opened(case)
    way(case)
    measure.refresh_from_db()
    assert (measure.ending, codes(case)[-1]) == ("lapsed", "measure.lapsed")


def test_an_overdue_case_is_a_cause_once():
    case = make_case(Status.IN_HAND)
    walk_on(at=case.due_at - minutes(1))
    assert not Measure.objects.exists()
    for late in (0, 1, 5):
        walk_on(at=case.due_at + minutes(late))
    measure = Measure.objects.get()
    assert (measure.trigger, measure.rung, measure.opened_by) == ("overdue", "remind", None)
    assert Cause.objects.count() == 1


def test_unsolved_opens_supervision_and_a_problem_case_is_listed():
    case = make_case(Status.ANSWERED)
    at = LATER
    reopen_case(case.number, NOT_SOLVED, by=hotline_staff(), at=at)
    assert Measure.objects.get(closed_at=None).rung == Rung.SUPERVISE
    answer(case.number, by=chen(), at=at + minutes(5))
    reopen_case(case.number, NOT_SOLVED, by=hotline_staff(), at=at + minutes(9))
    now = Measure.objects.get(closed_at=None)
    assert (now.rung, now.trigger) == (Rung.LISTED, Trigger.PROBLEM)
    # The same round is unsolved, too: it is noted beside the higher rung.
    assert Cause.objects.filter(trigger=Trigger.UNSOLVED, measure=now).count() == 1


def test_an_objection_without_ground_is_a_cause():
    case = make_case(Status.DISPATCHED)
    filed = object_to_dispatch(case.number, Objection("not_our_duty", "No."), by=chen(), at=LATER)
    rule_on_objection(filed.pk, Verdict("uphold", "Yours."), by=hotline_staff(), at=LATER)
    walk_on(at=LATER + minutes(5))
    walk_on(at=LATER + minutes(10))
    assert Measure.objects.get().trigger == Trigger.REFUSED


def objected(case, ruling, unit=None):
    filed = object_to_dispatch(case.number, Objection("not_our_duty", "No."), by=chen(), at=LATER)
    verdict = Verdict(ruling, "Ruled.")
    rule_on_objection(filed.pk, verdict, by=hotline_staff(), at=LATER, unit=unit)
    walk_on(at=LATER + minutes(5))
    return list(Measure.objects.values_list("trigger", flat=True))


def test_a_unit_that_objected_and_was_designated_itself_refused_without_ground():
    assert objected(make_case(Status.DISPATCHED), "designate", lighting()) == [Trigger.REFUSED]


def test_a_unit_whose_objection_brought_another_unit_in_refused_nothing():
    assert objected(make_case(Status.DISPATCHED), "designate", parks()) == []


def test_a_city_sets_its_own_ladder():
    at = LATER
    set_rung(RungTimes(Rung.REMIND, 3, 2), unit=city(), by=gao(), at=at)
    line = TriggerLine(Trigger.OVERDUE, Rung.INTERVIEW, 1, "本市办法第九条")
    set_trigger(line, unit=city(), by=gao(), at=at)
    case = make_case(Status.IN_HAND)
    walk_on(at=case.due_at)
    assert Measure.objects.get().rung == Rung.INTERVIEW
    assert ladder_in_force().rungs[Rung.REMIND].answer_days == 3
    with pytest.raises(NotAllowed):
        set_trigger(line, unit=city(), by=zhao(), at=at)


def test_a_trigger_that_is_off_opens_nothing():
    line = TriggerLine(Trigger.OVERDUE, Rung.REMIND, 1, "本市办法", is_on=False)
    set_trigger(line, unit=city(), by=gao(), at=NOON)
    case = make_case(Status.IN_HAND)
    walk_on(at=case.due_at + minutes(5))
    assert not Measure.objects.exists()
    assert status_of(case) == Status.IN_HAND
