"""Who works a case in person: taking it, giving it on, handing all over when somebody is ill."""

import pytest

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Status
from huiyin.departments.actions import end_post
from huiyin.departments.models import Post, PostHeld
from huiyin.dispatch.actions import dispatch_case
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.actions import accept_case
from huiyin.replies.handlers import (
    HandOver,
    colleagues_at,
    hand_over,
    handled_by,
    handlers_of,
    open_cases_at,
    set_handler,
)
from huiyin.replies.models import Handler
from tests.makers import NOON, lighting, make_case, make_official, minutes, official_once, parks
from tests.people import chen, gao, lin, ma, song, zhao

pytestmark = pytest.mark.django_db
ILL = "病假两周"


def li():
    """Chen's colleague."""
    return official_once("li", "李红", Post.OFFICER, unit=lighting())


def give(case, to, by, reason=""):
    return set_handler(
        case.number, to, unit=lighting(), by=by, at=NOON + minutes(90), reason=reason
    )


def handler_of(case):
    return [one.official.name for one in handlers_of(case)]


def handled(official):
    return set(handled_by(visible_cases(official), official))


def all_of(leaving, to, reason=ILL, unit=None):
    return HandOver(leaving, to, unit or lighting(), reason)


def test_whoever_signs_for_a_case_works_it():
    case = make_case(Status.DISPATCHED)
    accept_case(case.number, by=chen(), at=NOON + minutes(30))
    assert handler_of(case) == ["陈国强"]
    assert handled(chen()) == {case}


def test_signing_for_a_case_that_a_colleague_has_taken_leaves_it_with_them():
    case = make_case(Status.DISPATCHED)
    give(case, li(), by=li())
    accept_case(case.number, by=chen(), at=NOON + minutes(95))
    assert handler_of(case) == ["李红"]


def test_a_case_is_given_to_a_colleague_who_is_told_and_the_logbook_says_so():
    case = make_case(Status.DISPATCHED)
    give(case, chen(), by=chen())
    give(case, li(), by=chen(), reason="她熟悉这条街")
    assert handler_of(case) == ["李红"]
    entry = entries_about(case.number)[-1]
    assert (entry.code, entry.official_id) == ("handler.set", chen().pk)
    assert (entry.details["official"], entry.words) == (
        f"official:{li().pk}",
        {"handler": "李红", "reason": "她熟悉这条街"},
    )
    assert list(Notice.objects.filter(official=li()).values_list("code", "about")) == [
        ("handover.given", case.number)
    ]
    assert not Notice.objects.filter(official=chen()).exists()


def test_a_case_that_a_colleague_works_is_not_taken_away_by_another():
    case = make_case(Status.DISPATCHED)
    give(case, chen(), by=chen())
    with pytest.raises(NotAllowed, match="陈国强"):
        give(case, li(), by=li())
    assert handler_of(case) == ["陈国强"]


@pytest.mark.parametrize("head", [gao, song])
def test_who_runs_the_unit_gives_a_colleagues_case_to_another(head):
    case = make_case(Status.DISPATCHED)
    give(case, chen(), by=chen())
    give(case, li(), by=head())
    assert handler_of(case) == ["李红"]


def test_the_case_of_somebody_who_left_the_unit_can_be_taken():
    case = make_case(Status.DISPATCHED)
    give(case, li(), by=li())
    end_post(PostHeld.objects.get(official=li()), last_on=(NOON - minutes(3000)).date())
    give(case, chen(), by=chen())
    assert handler_of(case) == ["陈国强"]


@pytest.mark.parametrize("who", [zhao, lin, ma])
def test_only_the_officers_of_the_unit_share_out_its_cases(who):
    case = make_case(Status.DISPATCHED)
    with pytest.raises(NotAllowed):
        give(case, chen(), by=who())
    assert handler_of(case) == []


@pytest.mark.parametrize("to", [zhao, lin, gao])
def test_a_case_goes_only_to_an_officer_of_the_same_unit(to):
    case = make_case(Status.DISPATCHED)
    with pytest.raises(WrongInput):
        give(case, to(), by=chen())
    assert handler_of(case) == []


@pytest.mark.parametrize("status", [Status.CLOSED, Status.WITHDRAWN])
def test_nobody_works_a_case_that_is_over(status):
    case = make_case(status)
    with pytest.raises(NotPossible):
        give(case, chen(), by=chen())


def test_a_unit_without_a_part_names_no_handler():
    case = make_case(Status.DISPATCHED)
    with pytest.raises(NotPossible):
        set_handler(case.number, zhao(), unit=parks(), by=zhao(), at=NOON + minutes(90))


def test_one_case_has_one_handler_at_a_unit_and_a_second_press_is_told_so():
    case = make_case(Status.DISPATCHED)
    give(case, chen(), by=chen())
    with pytest.raises(NotPossible):
        give(case, chen(), by=chen())
    assert Handler.objects.filter(case=case, until=None).count() == 1


def test_a_colleague_who_falls_ill_is_relieved_of_all_open_cases_and_of_no_other():
    cases = [make_case(Status.DISPATCHED) for _ in range(3)]
    for case in cases:
        give(case, chen(), by=chen())
    over, others = make_case(Status.CLOSED), make_case(Status.DISPATCHED)
    Handler.objects.filter(case=over).update(official=chen())
    give(others, li(), by=li())
    before = {case.number: len(entries_about(case.number)) for case in [*cases, over, others]}
    assert hand_over(all_of(chen(), li()), by=gao(), at=NOON + minutes(200)) == 3
    assert [handler_of(case) for case in cases] == [["李红"]] * 3
    grown = {case.number: len(entries_about(case.number)) for case in [*cases, over, others]}
    assert {n for n in grown if grown[n] == before[n] + 1} == {case.number for case in cases}
    assert entries_about(cases[0].number)[-1].words == {"handler": "李红", "reason": ILL}
    told = Notice.objects.filter(official=li(), code="handover.many")
    assert [one.facts["count"] for one in told] == [3]
    assert handled(chen()) == set()
    assert handled(li()) == {*cases, others}


def test_a_colleague_hands_their_own_cases_over():
    give(make_case(Status.DISPATCHED), chen(), by=chen())
    assert hand_over(all_of(chen(), li()), by=chen(), at=NOON + minutes(200)) == 1


@pytest.mark.parametrize("who", [li, zhao, lin])
def test_nobody_else_hands_a_colleagues_cases_over(who):
    case = make_case(Status.DISPATCHED)
    give(case, chen(), by=chen())
    with pytest.raises(NotAllowed):
        hand_over(all_of(chen(), li()), by=who(), at=NOON + minutes(200))
    assert handler_of(case) == ["陈国强"]


def test_a_head_of_another_unit_hands_nothing_over_here():
    case = make_case(Status.DISPATCHED)
    give(case, chen(), by=chen())
    head = make_official(Post.SUPERVISOR, unit=parks())
    with pytest.raises(NotAllowed):
        hand_over(all_of(chen(), li()), by=head, at=NOON + minutes(200))
    assert handler_of(case) == ["陈国强"]


@pytest.mark.parametrize(
    ("papers", "problem"),
    [
        (lambda: all_of(chen(), li(), reason="  "), WrongInput),
        (lambda: all_of(chen(), chen()), WrongInput),
        (lambda: all_of(chen(), zhao()), WrongInput),
        (lambda: all_of(li(), chen()), NotPossible),
    ],
)
def test_a_hand_over_owes_a_reason_an_heir_and_something_to_hand_over(papers, problem):
    case = make_case(Status.DISPATCHED)
    give(case, chen(), by=chen())
    with pytest.raises(problem):
        hand_over(papers(), by=gao(), at=NOON + minutes(200))
    assert handler_of(case) == ["陈国强"]


def test_a_case_that_went_to_another_unit_is_no_longer_among_those_i_work():
    case = make_case(Status.RECEIVED)
    dispatch_case(case.number, lighting(), by=lin(), at=NOON + minutes(10))
    give(case, chen(), by=chen())
    assert handled(chen()) == {case}
    case.assignments.update(state="returned")
    assert handled(chen()) == set()


def test_colleagues_are_those_who_are_officers_here_today():
    chen(), zhao(), li()
    gone = official_once("gone", "走了", Post.OFFICER, unit=lighting())
    end_post(PostHeld.objects.get(official=gone), last_on=(NOON - minutes(3000)).date())
    assert {one.name for one in colleagues_at(lighting())} == {"陈国强", "李红"}


def test_closed_cases_are_neither_counted_nor_handed_over():
    over = make_case(Status.CLOSED)
    Handler.objects.filter(case=over).update(official=chen())
    assert open_cases_at(lighting()) == {}
    with pytest.raises(NotPossible):
        hand_over(all_of(chen(), li()), by=gao(), at=NOON + minutes(200))
    give(make_case(Status.DISPATCHED), chen(), by=chen())
    assert open_cases_at(lighting()) == {chen().pk: 1}
