"""Asked a second time by somebody else, and what becomes of a problem case."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Round, Status
from huiyin.departments.models import Post, UnitLevel
from huiyin.followup.actions import Said, ask_again, close_case, reopen_case
from huiyin.followup.escalating import may_take_over, pass_up, problem_cases, take_over
from huiyin.followup.models import Problem, SecondAsking
from huiyin.followup.plans import adopt_plan
from huiyin.followup.second import (
    asked_twice,
    differences,
    differing,
    note_second,
    open_seconds,
    take_second,
)
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from tests.makers import (
    NOBODY,
    NOON,
    NOT_SOLVED,
    SOLVED,
    answer,
    city,
    fresh,
    hotline,
    make_case,
    make_official,
    make_unit,
    minutes,
    officer_of,
    status_of,
)
from tests.people import chen, gao, ma, sun

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=5)
ALL_TWICE = 'name = "复访"\nsource = "试验"\nsecond_percent = 100\n'


def closed_case(**facts):
    adopt_plan(ALL_TWICE, from_on=NOON.date(), by=None, at=NOON - minutes(9))
    case = make_case(Status.ANSWERED, **facts)
    close_case(case.number, SOLVED, by=sun(), at=LATER)
    return fresh(case)


def another():
    return make_official(Post.CALLER, unit=hotline())


def test_whoever_called_first_is_never_the_second():
    closed_case()
    row = SecondAsking.objects.get()
    assert not open_seconds(sun(), at=LATER).exists()
    with pytest.raises(NotFound):
        note_second(row.pk, SOLVED, by=sun(), at=LATER)
    assert list(open_seconds(another(), at=LATER)) == [row]


def test_the_lead_unit_asks_its_own_cases_no_second_time_either():
    closed_case()
    both = make_official(Post.CALLER, Post.OFFICER)
    assert not open_seconds(both, at=LATER).exists()
    assert not open_seconds(chen(), at=LATER).exists()


def test_where_a_team_is_named_only_its_callers_ask():
    team = make_unit("质量监督组", parent=hotline(), code="quality")
    text = f'{ALL_TWICE}second_unit = "quality"\n'
    closed_case()
    adopt_plan(text, from_on=NOON.date(), by=None, at=NOON)
    assert not open_seconds(another(), at=LATER).exists()
    inside = make_official(Post.CALLER, unit=team)
    assert not open_seconds(inside, at=LATER).exists(), "the team does not see the case"
    at_the_city = text.replace("quality", city().code)
    adopt_plan(at_the_city, from_on=NOON.date(), by=None, at=NOON)
    assert open_seconds(make_official(Post.CALLER, unit=city()), at=LATER).exists()
    assert not open_seconds(another(), at=LATER).exists()


def test_the_second_answer_stands_beside_the_first_and_changes_nothing():
    case, by = closed_case(), another()
    row = take_second(by=by, at=LATER)
    note_second(row.pk, NOT_SOLVED, by=by, at=LATER + minutes(5))
    turn = Round.objects.get(case=case)
    assert (status_of(case), turn.solved, turn.satisfied) == (Status.CLOSED, True, "satisfied")
    found = {(one.question, one.first, one.second) for one in differences(asked_twice(gao())[0])}
    assert found == {("solved", True, False), ("satisfied", "satisfied", "dissatisfied")}
    assert [one.pk for one in differing(asked_twice(gao()))] == [row.pk]
    assert entries_about(case.number)[-1].code == "call_back.second"
    with pytest.raises(NotFound):
        note_second(row.pk, SOLVED, by=another(), at=LATER + minutes(9))


def test_the_same_answer_twice_is_no_difference():
    closed_case()
    by = another()
    note_second(take_second(by=by, at=LATER).pk, SOLVED, by=by, at=LATER)
    assert (asked_twice(gao()).count(), differing(asked_twice(gao())).count()) == (1, 0)


def test_a_second_call_that_reaches_nobody_is_tried_again_and_given_up_by_the_same_rule():
    closed_case()
    by, row = another(), SecondAsking.objects.get()
    for hours in (0, 3):
        note_second(row.pk, NOBODY, by=by, at=LATER + timedelta(hours=hours))
        row.refresh_from_db()
        assert row.ended_at is None
        assert not open_seconds(by, at=LATER + timedelta(hours=hours, minutes=9)).exists()
    note_second(row.pk, NOBODY, by=by, at=LATER + timedelta(days=1))
    row.refresh_from_db()
    assert (row.reached, row.tries, row.ended_at) == (False, 3, LATER + timedelta(days=1))


def test_two_take_two_different_second_calls():
    closed_case()
    closed_case()
    taken = [take_second(by=another(), at=LATER) for _ in range(3)]
    assert len({row.pk for row in taken[:2]}) == 2
    assert taken[2] is None


def test_a_case_that_comes_back_is_not_asked_a_second_time_about_the_round_before():
    case = closed_case()
    ask_again(case.number, "Dark again.", by=ma(), at=LATER + minutes(9))
    assert not open_seconds(another(), at=LATER + minutes(10)).exists()
    assert SecondAsking.objects.get().ended_at is not None


@pytest.mark.parametrize("closing", ["nobody", "no sample"])
def test_only_who_was_asked_is_asked_again(closing):
    share = "second_percent = 0\n" if closing == "no sample" else "second_percent = 100\n"
    text = f'name = "复访"\nsource = "试验"\n{share}'
    adopt_plan(text, from_on=NOON.date(), by=None, at=NOON - minutes(9))
    case = make_case(Status.ANSWERED)
    said = Said(reached=False, result="refused") if closing == "nobody" else SOLVED
    close_case(case.number, said, by=sun(), at=LATER)
    assert not SecondAsking.objects.exists()


def problem_case():
    """A case of a street, sent into its third round."""
    district = make_unit("东城区", level=UnitLevel.DISTRICT, code="east")
    street = make_unit("槐树街道", parent=district, level=UnitLevel.STREET, code="elm-street")
    case = make_case(Status.ANSWERED, unit=street)
    for turn in (1, 2):
        at = LATER + timedelta(days=turn)
        reopen_case(case.number, NOT_SOLVED, by=sun(), at=at)
        if turn == 1:
            answer(case.number, by=officer_of(street), at=at + minutes(60))
    return fresh(case), district


def test_the_third_round_is_put_before_the_supervisors_of_the_district():
    case, district = problem_case()
    assert case.problem_since is not None
    assert Problem.objects.get().unit == district
    told = Notice.objects.filter(code="problem.escalated").values_list("unit__code", "post")
    assert set(told) == {("hotline", "supervisor"), ("east", "supervisor")}
    assert list(problem_cases(gao())) == [case]


def test_a_supervisor_of_the_district_takes_it_over_with_a_note():
    case, district = problem_case()
    by = make_official(Post.SUPERVISOR, unit=district)
    at = LATER + timedelta(days=3)
    with pytest.raises(WrongInput):
        take_over(case.number, " ", by=by, at=at)
    row = take_over(case.number, "本周现场协调。", by=by, at=at)
    assert (row.taken_by, row.taken_at) == (by, at)
    last = entries_about(case.number)[-1]
    assert (last.code, last.words) == ("problem.taken_over", {"note_on_problem": "本周现场协调。"})
    told = Notice.objects.get(code="problem.taken_over")
    assert told.unit == case.unit
    with pytest.raises(NotPossible):
        take_over(case.number, "本周现场协调。", by=by, at=at + minutes(1))


def test_what_a_district_cannot_solve_goes_before_the_city():
    case, district = problem_case()
    by, at = make_official(Post.SUPERVISOR, unit=district), LATER + timedelta(days=3)
    pass_up(case.number, "涉及三家市属单位。", by=by, at=at)
    assert (Problem.objects.get().unit, Problem.objects.get().taken_by) == (city(), None)
    with pytest.raises(NotAllowed):
        take_over(case.number, "本周现场协调。", by=by, at=at + minutes(1))
    assert may_take_over(case, by=gao())
    with pytest.raises(NotPossible):
        pass_up(case.number, "再提级。", by=gao(), at=at + minutes(2))


@pytest.mark.parametrize("who", [sun, chen, ma])
def test_nobody_else_takes_a_problem_case_over(who):
    case, _district = problem_case()
    with pytest.raises((NotAllowed, NotFound)):
        take_over(case.number, "我来办理。", by=who(), at=LATER + timedelta(days=3))


def test_a_problem_case_leaves_the_list_when_it_ends():
    case, _district = problem_case()
    at = LATER + timedelta(days=4)
    answer(case.number, by=officer_of(case.unit), at=at)
    assert problem_cases(gao()).count() == 1
    close_case(case.number, SOLVED, by=sun(), at=at + minutes(60))
    assert (problem_cases(gao()).count(), Problem.objects.get().ended_at) == (0, at + minutes(60))


def test_a_case_of_two_rounds_is_no_problem_case():
    case = make_case(Status.ANSWERED)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER)
    assert problem_cases(gao()).count() == 0
    with pytest.raises(NotPossible):
        take_over(case.number, "我来办理。", by=gao(), at=LATER + minutes(1))


@pytest.mark.parametrize("hours", [None, -1, 24 * 365])
def test_a_second_call_is_put_off_only_to_an_hour_soon_ahead(hours):
    closed_case()
    row = SecondAsking.objects.get()
    later_at = None if hours is None else LATER + timedelta(hours=hours)
    said = Said(reached=False, result="later", later_at=later_at)
    with pytest.raises(WrongInput):
        note_second(row.pk, said, by=another(), at=LATER)
    assert SecondAsking.objects.get().ask_at == row.ask_at
