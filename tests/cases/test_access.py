"""Who sees a case, and which buttons they are offered."""

import pytest

from huiyin.cases.access import case_for, open_steps, visible_cases
from huiyin.cases.models import Status
from huiyin.cases.moves import Papers, move
from huiyin.cases.rules import RESIDENT
from huiyin.departments.access import seat_of
from huiyin.departments.actions import give_post
from huiyin.departments.models import Post, Unit
from huiyin.dispatch.actions import dispatch_case
from huiyin.followup.actions import close_case, reopen_case
from huiyin.intake.actions import take_up_again
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotFound
from tests.makers import (
    NOON,
    NOT_SOLVED,
    SOLVED,
    city,
    fresh,
    give_back,
    hotline,
    hotline_staff,
    lighting,
    make_case,
    make_official,
    make_unit,
    minutes,
    officer_of,
    parks,
)
from tests.people import EVERYBODY, chen, lin, outsider, sun, zhao

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(300)
READERS = {"operator", "dispatcher", "lighting officer", "caller", "supervisor", "leader"}


def steps(case, by):
    return {arrow.step for arrow in open_steps(fresh(case), by=by)}


@pytest.mark.parametrize("person", EVERYBODY)
def test_a_case_is_seen_by_the_hotline_its_unit_and_those_above_and_by_nobody_else(person):
    case, by = make_case(Status.IN_HAND), EVERYBODY[person]()
    assert list(visible_cases(by)) == ([case] if person in READERS else [])


def test_a_foreign_case_is_as_absent_as_one_that_never_was():
    case, stranger = make_case(Status.IN_HAND), zhao()
    with pytest.raises(NotFound) as foreign:
        case_for(case.number, by=stranger)
    with pytest.raises(NotFound) as absent:
        case_for("HY000000-0000000", by=stranger)
    assert str(foreign.value).replace(case.number, "") == str(absent.value).replace(
        "HY000000-0000000", ""
    )


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n"])
def test_a_number_is_found_as_people_type_it(typed):
    case = make_case()
    spoken = typed.format(case.number.lower().replace("-", " "))
    assert case_for(spoken, by=lin()) == case


def test_an_officer_of_a_unit_above_sees_and_answers_the_case_of_a_team_below():
    team = make_unit("东城班组", parent=lighting())
    case = make_case(Status.DISPATCHED, unit=team)
    assert case_for(case.number, by=chen()) == case
    assert "accept" in steps(case, chen())


def test_an_officer_of_a_team_does_not_see_the_case_of_the_unit_above():
    team = make_unit("东城班组", parent=lighting())
    case = make_case(Status.DISPATCHED)
    assert case not in visible_cases(officer_of(team))


def test_a_unit_whose_number_begins_like_anothers_is_not_seen_from_there():
    unit, stranger = make_unit(), make_unit()
    Unit.objects.filter(pk=stranger.pk).update(path=f"{unit.path.rstrip('/')}0/")
    case = make_case(Status.DISPATCHED, unit=stranger)
    assert case not in visible_cases(officer_of(unit))


def test_a_unit_that_assists_sees_the_case_and_does_not_answer_it():
    case = make_case(Status.IN_HAND)
    case.assignments.create(
        round_number=1, unit=parks(), role="assist", state="sent", sent_at=LATER
    )
    assert case in visible_cases(zhao())
    assert steps(case, zhao()) == set()


def test_a_unit_that_answered_one_round_still_sees_the_case_when_the_next_goes_elsewhere():
    case = make_case(Status.ANSWERED)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER, unit=parks())
    assert case in visible_cases(chen())
    assert steps(case, chen()) == set()


def test_a_unit_that_returned_a_case_no_longer_sees_it():
    case = make_case(Status.DISPATCHED)
    give_back(case, at=LATER)
    assert case not in visible_cases(chen())
    dispatch_case(case.number, parks(), by=lin(), at=LATER)
    assert case in visible_cases(zhao())
    assert case not in visible_cases(chen())


def test_a_unit_that_gets_its_returned_case_again_sees_it_again():
    case = make_case(Status.DISPATCHED)
    give_back(case, at=LATER)
    dispatch_case(case.number, lighting(), by=lin(), at=LATER)
    assert case in visible_cases(chen())


def test_a_case_with_several_parts_of_one_unit_is_listed_once():
    case = make_case(Status.ANSWERED)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER)
    assert list(visible_cases(chen())) == [case]


def test_a_post_that_ended_shows_nothing():
    case = make_case(Status.DISPATCHED)
    held = give_post(outsider(), Post.OFFICER, unit=lighting())
    assert case in visible_cases(outsider())
    held.held_until = NOON.date().replace(year=2000)
    held.save()
    assert case not in visible_cases(outsider())


def test_a_closed_account_sees_nothing():
    case, leaving = make_case(), make_official(Post.DISPATCHER)
    leaving.is_active = False
    leaving.save()
    assert case not in visible_cases(leaving)


def test_a_caller_who_is_an_officer_of_the_lead_unit_may_not_close_or_reopen():
    case = make_case(Status.ANSWERED)
    judge = make_official(Post.CALLER)
    give_post(judge, Post.OFFICER, unit=lighting())
    assert steps(case, judge) == set()
    for step, said in ((close_case, SOLVED), (reopen_case, NOT_SOLVED)):
        with pytest.raises(NotAllowed):
            step(case.number, said, by=judge, at=LATER)
    assert fresh(case).status == Status.ANSWERED


def test_a_supervisor_who_is_an_officer_above_the_lead_unit_may_not_reopen():
    case = make_case(Status.ANSWERED)
    with pytest.raises(NotAllowed):
        reopen_case(case.number, NOT_SOLVED, by=make_official(*Post), at=LATER)


def test_an_officer_of_another_unit_may_call_back():
    case, judge = make_case(Status.ANSWERED), make_official(Post.CALLER)
    give_post(judge, Post.OFFICER, unit=parks())
    assert steps(case, judge) == {"close", "reopen"}


@pytest.mark.parametrize(
    ("status", "person", "offered"),
    [
        (
            "received",
            "dispatcher",
            {"dispatch", "answer_at_once", "redirect", "transfer", "merge", "withdraw"},
        ),
        ("received", "operator", {"answer_at_once", "redirect", "withdraw"}),
        ("received", "lighting officer", set()),
        ("dispatched", "lighting officer", {"accept", "answer_directly"}),
        ("dispatched", "dispatcher", {"transfer", "merge", "withdraw"}),
        ("dispatched", "operator", {"withdraw"}),
        ("in_hand", "lighting officer", {"answer"}),
        ("in_hand", "parks officer", set()),
        ("answered", "caller", {"close", "reopen"}),
        ("answered", "supervisor", {"reopen"}),
        ("answered", "lighting officer", set()),
        ("closed", "operator", {"ask_again"}),
        ("closed", "supervisor", {"reopen_closed"}),
        ("closed", "leader", set()),
        ("withdrawn", "dispatcher", {"take_up_again"}),
        ("redirected", "operator", {"take_up_again"}),
        ("parked", "lighting officer", {"resume", "answer_parked"}),
        ("parked", "supervisor", {"resume"}),
        ("transferred", "dispatcher", {"report_outcome", "take_back", "withdraw"}),
        ("merged", "dispatcher", {"split", "withdraw"}),
        ("merged", "lighting officer", set()),
    ],
)
def test_each_person_is_offered_the_buttons_of_their_post(status, person, offered):
    assert steps(make_case(status), EVERYBODY[person]()) == offered


def test_the_resident_is_offered_withdrawal_until_the_answer_and_then_the_judgement():
    offered = {status: steps(make_case(status), RESIDENT) for status in Status}
    assert offered[Status.RECEIVED] == offered[Status.IN_HAND] == {"withdraw"}
    assert offered[Status.ANSWERED] == {"close"}
    assert offered[Status.CLOSED] == {"ask_again"}
    assert offered[Status.WITHDRAWN] == set()


def test_a_withdrawn_case_leaves_its_unit_when_it_is_taken_up_again():
    case = make_case(Status.DISPATCHED)
    move(
        case.number,
        Status.WITHDRAWN,
        by=hotline_staff(),
        at=LATER,
        papers=Papers(reason="No longer wanted."),
    )
    take_up_again(case.number, "Wanted after all.", by=hotline_staff(), at=LATER)
    assert (fresh(case).unit, steps(case, chen())) == (None, set())


def test_an_entry_says_at_which_unit_the_official_acts():
    case = make_case(status=Status.IN_HAND)
    labels = [line.by_label for line in entries_about(case.number)]
    takes, sends, works = labels
    assert takes.endswith(f"@unit:{hotline().pk}")
    assert sends.endswith(f"@unit:{hotline().pk}")
    assert works.endswith(f"@unit:{lighting().pk}")


def test_of_two_posts_the_nearest_seat_is_named():
    by = make_official(Post.OFFICER, unit=city())
    give_post(by, Post.OFFICER, unit=lighting())
    assert seat_of(by, lighting()) == lighting().pk
    assert seat_of(by, parks()) == city().pk
    assert seat_of(by, parks(), posts=frozenset({Post.CALLER})) is None
