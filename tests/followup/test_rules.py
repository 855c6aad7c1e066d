"""Who is in the sample and when nobody was reached: rules that read no database."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.followup.plans import read_plan, shipped_plans
from huiyin.followup.rules import (
    PARTS,
    Drawn,
    Share,
    Sort,
    Start,
    Try,
    counted_tries,
    lot,
    may_give_up,
    share_for,
)
from huiyin.office.problems import WrongInput

PLAIN = read_plan(shipped_plans()["plain"])
MORNING = datetime(2026, 3, 4, 9, tzinfo=UTC)
CONSULTATION = Sort("consultation", "phone", ("roads", "lamps"))


def tries(*hours, result="no_answer"):
    moments = [MORNING + timedelta(hours=each) for each in hours]
    return [Try(at, at.date(), result) for at in moments]


@pytest.mark.parametrize("percent", [5, 20, 50, 80])
def test_over_many_numbers_the_sample_has_its_share(percent):
    parts, key = percent * 100, b"a key of this city"
    drawn = [Drawn(lot(key, f"HY260304-{n:07}", 1), parts).is_in for n in range(20_000)]
    # Four standard deviations of a fair draw: about 1.4 points at one half.
    off = 4 * (percent / 100 * (1 - percent / 100) / len(drawn)) ** 0.5
    assert abs(sum(drawn) / len(drawn) - percent / 100) < off


@given(st.binary(min_size=1, max_size=64), st.text(max_size=30), st.integers(1, 99))
def test_a_lot_is_the_same_whenever_anybody_draws_it_again(key, number, turn):
    said = f"first/{number}/{turn}".encode("utf-8", "surrogatepass")
    if said.decode("utf-8", "replace") != said.decode("utf-8", "surrogatepass"):
        return
    digest = hmac.new(key, said, hashlib.sha256).digest()
    assert lot(key, number, turn) == int.from_bytes(digest[:8], "big") * PARTS // 2**64
    assert 0 <= lot(key, number, turn) < PARTS


def test_another_round_another_key_and_the_second_asking_are_drawn_apart():
    base = [lot(b"one", f"n{n}", 1) for n in range(200)]
    assert base != [lot(b"two", f"n{n}", 1) for n in range(200)]
    assert base != [lot(b"one", f"n{n}", 2) for n in range(200)]
    assert base != [lot(b"one", f"n{n}", 1, what="second") for n in range(200)]


@given(st.integers(0, PARTS - 1))
def test_all_are_in_a_sample_of_all_and_none_in_one_of_none(drawn):
    assert Drawn(drawn, PARTS).is_in
    assert not Drawn(drawn, 0).is_in


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((), PARTS),
        ((Share(500),), 500),
        ((Share(500), Share(2000, request_kind="consultation")), 2000),
        ((Share(500, channel="phone"), Share(2000, request_kind="consultation")), 2000),
        ((Share(2000, request_kind="consultation"), Share(7, category="roads")), 7),
        ((Share(7, category="roads"), Share(9, category="lamps")), 9),
        ((Share(9, category="lamps", request_kind="complaint"), Share(7, category="roads")), 7),
        ((Share(3, channel="web"), Share(4, request_kind="complaint")), PARTS),
    ],
)
def test_the_rule_that_fits_best_says_the_share(shares, expected):
    assert share_for(CONSULTATION, shares) == expected


@pytest.mark.parametrize(
    ("hours", "enough"),
    [
        ((0, 3, 24), True),
        ((0, 3), False),
        ((0, 24), False),
        # All on one day, or so close together that they are one attempt.
        ((0, 3, 6), False),
        ((0, 0.1, 0.2, 24), False),
        ((0, 1, 2, 24), True),
    ],
)
def test_nobody_was_reached_after_three_attempts_on_two_days_hours_apart(hours, enough):
    assert may_give_up(tries(*hours), PLAIN) is enough


def test_whoever_refuses_is_not_called_again_and_a_wrong_number_is_tried_like_any():
    assert may_give_up(tries(0, result="refused"), PLAIN)
    assert not may_give_up(tries(0, result="wrong_number"), PLAIN)
    both = frozenset({"refused", "wrong_number"})
    assert may_give_up(tries(0, result="wrong_number"), replace(PLAIN, final=both))


def test_whoever_asked_to_be_called_later_was_not_out_of_reach():
    assert counted_tries(tries(0, 24, 48, result="later"), PLAIN) == []


@given(st.lists(st.floats(0, 200), max_size=30))
def test_more_attempts_never_make_a_case_harder_to_give_up(hours):
    before = may_give_up(tries(*hours), PLAIN)
    last = max(hours, default=0)
    assert not before or may_give_up(tries(*hours, last + 30), PLAIN)


@pytest.mark.parametrize("code", shipped_plans())
def test_each_plan_that_comes_along_is_whole_and_says_its_source(code):
    plan = read_plan(shipped_plans()[code])
    assert plan.source
    assert plan.source_en
    assert set(plan.scripts) == {"zh-hans", "en"}
    assert all(all(vars(script).values()) for script in plan.scripts.values())


def test_a_sample_elsewhere_still_asks_all_who_complain():
    plan = read_plan(shipped_plans()["qinglong"])
    assert share_for(CONSULTATION, plan.shares) == 1000
    assert share_for(Sort("complaint", "phone"), plan.shares) == PARTS
    assert plan.start == Start.ANSWER


@pytest.mark.parametrize(
    "wrong",
    [
        "tries = 0",
        "tries = true",
        'start = "whenever"',
        'colour = "red"',
        "second_percent = 101",
        "[[share]]\npercent = -1",
        '[[share]]\npercent = 5\nrequest_kind = "wish"',
        '[[share]]\nsome = "word"',
        'final = ["asleep"]',
        "not toml",
        '[script.en]\njoke = "No."',
    ],
)
def test_a_plan_that_says_something_unknown_is_refused(wrong):
    with pytest.raises(WrongInput):
        read_plan(f'name = "x"\nsource = "y"\n{wrong}')


def test_a_plan_needs_a_name_and_a_source():
    for text in ('name = "x"', 'source = "x"', ""):
        with pytest.raises(WrongInput):
            read_plan(text)
    assert read_plan('name = "x"\nsource = "y"').tries == PLAIN.tries
    assert date(2026, 3, 4) == MORNING.date()
