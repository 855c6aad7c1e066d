"""What the table of the life of a case promises by itself, without a database."""

import pytest

from huiyin.cases.effects import EFFECTS
from huiyin.cases.rules import ARROWS, BY_ENDS, OPEN, RESIDENT, Status
from huiyin.departments.rules import Post

ENDS = {Status.CLOSED, Status.WITHDRAWN}


def reach(status):
    found, grown = {status}, True
    while grown:
        ends = {arrow.end for arrow in ARROWS if arrow.start in found}
        grown, found = not ends <= found, found | ends
    return found


@pytest.mark.parametrize("status", Status)
def test_no_case_can_get_stuck(status):
    assert reach(status) == set(Status)


@pytest.mark.parametrize("status", sorted(OPEN))
def test_an_open_case_can_be_led_to_an_end(status):
    assert reach(status) & ENDS


@pytest.mark.parametrize("status", Status)
def test_some_official_can_always_go_on_without_the_resident(status):
    leaving = [arrow for arrow in ARROWS if arrow.start == status]
    assert any(arrow.who - {RESIDENT} for arrow in leaving)


def test_two_arrows_never_join_the_same_ends():
    assert len(BY_ENDS) == len(ARROWS)


def test_every_step_has_an_effect_and_every_effect_a_step():
    assert {arrow.step for arrow in ARROWS} == set(EFFECTS)


def test_nobody_moves_a_case_by_a_post_that_reads_no_cases():
    posts = set().union(*(arrow.who for arrow in ARROWS))
    assert not posts & {Post.ADMINISTRATOR, Post.AUDITOR, Post.ANALYST, Post.LEADER}


def test_the_resident_can_close_ask_again_withdraw_and_come_back_and_nothing_else():
    steps = {arrow.step for arrow in ARROWS if RESIDENT in arrow.who}
    assert steps == {"close", "ask_again", "withdraw", "split", "take_up_again"}
