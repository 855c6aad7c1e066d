"""What `move` promises: along an arrow, by the right post, with its papers, all or nothing."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from huiyin.cases import moves
from huiyin.cases.access import open_steps
from huiyin.cases.models import Case, Round, Status
from huiyin.cases.moves import Outcome, Papers, move
from huiyin.cases.papers.applications import Plea, Verdict, file_application, settle
from huiyin.cases.rules import ARROWS, BY_ENDS, RESIDENT, SYSTEM, Paper
from huiyin.departments.models import Post
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.makers import (
    NOON,
    fresh,
    hotline_staff,
    lighting,
    make_case,
    make_official,
    make_unit,
    minutes,
    officer_of,
    parks,
    status_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LATER = NOON + timedelta(days=1)
OUTCOME = Outcome(asked=True, solved=True, satisfied="satisfied")
EMPTY = {
    Paper.REASON: {"reason": " \n"},
    Paper.UNIT: {"unit": None},
    Paper.REPLY: {"reply": ""},
    Paper.RESIDENT_TOLD: {"resident_told": " "},
    Paper.OUTCOME: {"outcome": None},
    Paper.ROUTE: {"route": ""},
    Paper.BODY: {"body": ""},
    Paper.UNTIL: {"until": LATER},
    Paper.PARENT: {"parent": None},
    Paper.RULING: {"application": None},
}
OWED = [(arrow, paper) for arrow in ARROWS for paper in sorted(arrow.owes)]


def name_of(value):
    return f"{value.step}-{value.start}" if hasattr(value, "step") else str(value)


def all_papers(arrow=None, case=None):
    papers = Papers("Seen on site.", lighting(), "Told by phone.", "Mended.", OUTCOME)
    papers = replace(papers, route="secret", body="court", until=LATER + timedelta(days=1))
    if arrow is None:
        return papers
    if Paper.RULING in arrow.owes:
        papers = replace(papers, unit=parks(), application=ruling_for(case))
    if Paper.PARENT in arrow.owes:
        papers = replace(papers, parent=case.parent or make_case(Status.IN_HAND))
    return papers


def ruling_for(case):
    """A settled application of this case; what exactly was asked does not matter here."""
    plea = Plea("objection", "not_our_duty", "A park lamp.")
    filed = file_application(case.number, plea, by=officer_of(lighting()), at=LATER)
    return settle(filed.pk, Verdict("redispatch", "So it is."), by=hotline_staff(), at=LATER)


def taker_of(arrow):
    if SYSTEM in arrow.who:
        return SYSTEM
    return officer_of(lighting()) if Post.OFFICER in arrow.who else hotline_staff()


def entries(case):
    return len(entries_about(case.number))


@pytest.mark.parametrize(("start", "end"), list(product(Status, Status)))
def test_a_case_moves_exactly_where_an_arrow_is_drawn(start, end):
    case, arrow = make_case(start), BY_ENDS.get((start, end))
    if arrow:
        papers = all_papers(arrow, case)
        move(case.number, end, by=taker_of(arrow), at=LATER, papers=papers)
        assert status_of(case) == end
    else:
        with pytest.raises(NotPossible):
            move(case.number, end, by=hotline_staff(), at=LATER, papers=all_papers())
        assert status_of(case) == start


@pytest.mark.parametrize("post", [*Post, RESIDENT, SYSTEM], ids=str)
@pytest.mark.parametrize("arrow", ARROWS, ids=name_of)
def test_only_the_named_posts_may_take_a_step(arrow, post):
    case = make_case(arrow.start)
    person = post if post in {RESIDENT, SYSTEM} else make_official(post)
    offered = arrow in open_steps(case, by=person)
    # A step that follows a ruling has no button of its own.
    assert offered == (post in arrow.who and Paper.RULING not in arrow.owes)
    papers = all_papers(arrow, case)
    if post not in arrow.who:
        with pytest.raises(NotAllowed):
            move(case.number, arrow.end, by=person, at=LATER, papers=papers)
        assert status_of(case) == arrow.start
    else:
        move(case.number, arrow.end, by=person, at=LATER, papers=papers)
        assert status_of(case) == arrow.end


def test_a_stranger_who_is_neither_official_nor_resident_moves_nothing():
    case = make_case(Status.ANSWERED)
    with pytest.raises(NotAllowed):
        move(case.number, Status.CLOSED, by="import:boston", at=LATER, papers=all_papers())


def test_an_officer_of_another_unit_may_not_answer():
    case, stranger = make_case(Status.IN_HAND), officer_of(make_unit("自来水公司"))
    with pytest.raises(NotAllowed):
        move(case.number, Status.ANSWERED, by=stranger, at=LATER, papers=all_papers())


def test_the_dispatcher_of_another_hotline_may_not_send():
    case, stranger = make_case(), make_official(Post.DISPATCHER, unit=make_unit("邻市热线"))
    with pytest.raises(NotAllowed):
        move(case.number, Status.DISPATCHED, by=stranger, at=LATER, papers=all_papers())


@pytest.mark.parametrize(("arrow", "paper"), OWED, ids=name_of)
def test_a_step_without_one_of_its_papers_changes_nothing(arrow, paper):
    case = make_case(arrow.start)
    papers = replace(all_papers(arrow, case), **EMPTY[paper])
    before = entries(case)
    # Into the same status without a ruling: that is a button pressed twice.
    wrong = NotPossible if paper == Paper.RULING and arrow.start == arrow.end else WrongInput
    with pytest.raises(wrong):
        move(case.number, arrow.end, by=taker_of(arrow), at=LATER, papers=papers)
    assert (status_of(case), entries(case)) == (arrow.start, before)


def test_a_case_without_a_known_resident_is_answered_without_telling_anybody():
    case = make_case(Status.IN_HAND)
    Case.objects.filter(pk=case.pk).update(resident=None)
    papers = Papers(reply="Mended.")
    move(case.number, Status.ANSWERED, by=officer_of(lighting()), at=LATER, papers=papers)
    assert status_of(case) == Status.ANSWERED


def test_a_dissolved_unit_is_sent_nothing():
    case, gone = make_case(), make_unit(dissolved_on=NOON.date())
    with pytest.raises(WrongInput, match=str(gone)):
        move(case.number, Status.DISPATCHED, by=hotline_staff(), at=LATER, papers=Papers(unit=gone))
    assert status_of(case) == Status.RECEIVED


def test_a_case_is_not_reopened_at_a_unit_that_was_dissolved_meanwhile():
    unit = make_unit("旧照明队")
    case = make_case(Status.ANSWERED, unit=unit)
    unit.dissolved_on = NOON.date()
    unit.save()
    papers = Papers(reason="Still dark.")
    with pytest.raises(WrongInput, match="旧照明队"):
        move(case.number, Status.DISPATCHED, by=hotline_staff(), at=LATER, papers=papers)
    papers = Papers(reason="Still dark.", unit=lighting())
    move(case.number, Status.DISPATCHED, by=hotline_staff(), at=LATER, papers=papers)
    assert fresh(case).unit == lighting()


def test_a_case_answered_at_once_needs_a_unit_before_it_goes_into_a_second_round():
    case, staff = make_case(), hotline_staff()
    move(case.number, Status.ANSWERED, by=staff, at=LATER, papers=Papers(reply="In June."))
    with pytest.raises(WrongInput):
        move(case.number, Status.DISPATCHED, by=staff, at=LATER, papers=Papers(reason="Wrong."))
    assert status_of(case) == Status.ANSWERED


def test_the_second_press_of_a_button_is_told_that_nothing_was_changed():
    case, officer = make_case(Status.DISPATCHED), officer_of(lighting())
    move(case.number, Status.IN_HAND, by=officer, at=LATER)
    before = entries(case)
    with pytest.raises(NotPossible):
        move(case.number, Status.IN_HAND, by=officer, at=LATER + minutes(1))
    assert (entries(case), fresh(case).moved_at) == (before, LATER)


def test_a_move_the_logbook_cannot_hold_is_not_made(monkeypatch):
    case, officer = make_case(Status.DISPATCHED), officer_of(lighting())
    monkeypatch.setattr(moves, "record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        move(case.number, Status.IN_HAND, by=officer, at=LATER)
    assert status_of(case) == Status.DISPATCHED
    assert Round.objects.get(case=case).accepted_at is None


def test_a_move_is_written_in_the_logbook_with_its_ends_and_its_reason():
    case, staff = make_case(Status.DISPATCHED), hotline_staff()
    papers = Papers(reason="The lamp is private.")
    move(case.number, Status.WITHDRAWN, by=staff, at=LATER, papers=papers)
    line = entries_about(case.number)[-1]
    assert (line.code, line.at, line.official_id) == ("case.moved", LATER, staff.pk)
    assert line.details["step"] == "withdraw"
    assert (line.details["start"], line.details["end"]) == ("dispatched", "withdrawn")
    assert line.words == {"reason": "The lamp is private."}


def test_a_reason_never_stands_in_the_hashed_details():
    case = make_case(Status.DISPATCHED)
    papers = Papers(reason="王阿姨家的灯是私装的")
    move(case.number, Status.WITHDRAWN, by=hotline_staff(), at=LATER, papers=papers)
    assert all("王阿姨" not in str(line.details) for line in entries_about(case.number))


@pytest.mark.parametrize(("days", "late"), [(29, False), (31, True)])
def test_a_resident_asks_again_within_thirty_days_of_the_end(days, late):
    case = make_case(Status.CLOSED)
    at = case.closed_at + timedelta(days=days)
    if late:
        with pytest.raises(NotPossible, match="30"):
            move(case.number, Status.ANSWERED, by=RESIDENT, at=at, papers=Papers(reason="Dark."))
    else:
        move(case.number, Status.ANSWERED, by=RESIDENT, at=at, papers=Papers(reason="Dark."))
    assert status_of(case) == (Status.CLOSED if late else Status.ANSWERED)


def test_the_hotline_may_bring_an_old_case_back_that_the_resident_no_longer_can():
    case = make_case(Status.CLOSED)
    at = case.closed_at + timedelta(days=300)
    move(case.number, Status.ANSWERED, by=hotline_staff(), at=at, papers=Papers(reason="Dark."))
    assert status_of(case) == Status.ANSWERED
