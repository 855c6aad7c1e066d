"""What the guard holds against a unit, and what it never does: pure rules."""

import math

import pytest

from huiyin.reports.guard.odds import Count, discoveries, likelihoods, predicted_tail
from huiyin.reports.guard.rules import RULES, Cell, Seen, Signal, judged

EVEN = dict.fromkeys(range(30), "department")


def look(cells, *, signal=Signal.NO_CONTACT, before=(), level=0.01):
    """The figures of one signal, by unit."""
    figures = judged({signal: Seen(cells, before)}, EVEN, level=level)
    return {figure.unit: figure for figure in figures}


def alike(*, n=100, k=10, units=30):
    return [Cell(unit, "", n, k + unit % 3 - 1) for unit in range(units)]


def test_units_that_are_alike_are_asked_nothing():
    assert not [one for one in look(alike()).values() if one.is_raised]


def test_a_unit_that_reaches_half_of_what_others_reach_is_asked():
    found = look([*alike()[1:], Cell(0, "", 100, 50)])
    assert [unit for unit, one in found.items() if one.is_raised] == [0]
    assert found[0].usual == pytest.approx(0.1, abs=0.01)


def test_two_units_do_not_hide_one_another():
    found = look([*alike()[2:], Cell(0, "", 100, 55), Cell(1, "", 100, 50)])
    assert {unit for unit, one in found.items() if one.is_raised} == {0, 1}


def test_few_cases_say_nothing():
    least = RULES[Signal.NO_CONTACT].least_n
    found = look([*alike()[1:], Cell(0, "", least - 1, least - 1)])
    assert found[0].chance is None
    assert not found[0].is_raised


def test_few_peers_say_nothing():
    found = look([*alike(units=8)[1:], Cell(0, "", 100, 60)])
    assert found[0].chance is None


def test_a_unit_with_harder_cases_is_compared_with_such_cases():
    cells = [
        Cell(unit, sort, 100, k) for unit in range(1, 30) for sort, k in (("web", 50), ("", 5))
    ]
    found = look([*cells, Cell(0, "web", 150, 75), Cell(0, "", 10, 1)])
    assert found[0].share > 0.4
    assert not found[0].is_raised


def test_where_units_differ_widely_the_same_count_is_no_wonder():
    wide = [Cell(unit, "", 100, 2 + unit * 2) for unit in range(1, 30)]
    narrow = alike()[1:]
    high = Cell(0, "", 100, 60)
    assert look([*wide, high])[0].chance > look([*narrow, high])[0].chance


def test_a_jump_that_all_units_made_is_no_sign():
    before = [Cell(unit, "", 200, 150) for unit in range(30)]
    now = [Cell(unit, "", 200, 190) for unit in range(30)]
    assert not any(one.is_raised for one in look(now, signal=Signal.JUMP, before=before).values())
    alone = [Cell(0, "", 200, 190), *(Cell(unit, "", 200, 150) for unit in range(1, 30))]
    found = look(alone, signal=Signal.JUMP, before=before)
    assert [unit for unit, one in found.items() if one.is_raised] == [0]
    assert found[0].before == (200, 150)


def test_one_large_matter_that_many_reported_is_not_many_witnesses():
    cells = [Cell(unit, "", 100, 5, 100) for unit in range(1, 30)]
    alone = look([*cells, Cell(0, "", 100, 25, 100)], signal=Signal.MERGED)[0].chance
    crowds = [Cell(unit, "", 100, 5, 1000) for unit in range(1, 30)]
    together = look([*crowds, Cell(0, "", 100, 25, 1000)], signal=Signal.MERGED)[0].chance
    assert together > 10 * alone


def test_many_tests_are_one_family():
    assert discoveries([0.04] + [0.5] * 99, level=0.05) == [False] * 100
    assert discoveries([0.0004] + [0.5] * 99, level=0.05)[0]
    # Several that are improbable together stand out where each alone would not.
    assert sum(discoveries([0.002] * 5 + [0.5] * 95, level=0.05)) == 5


def test_the_chances_of_all_counts_sum_to_one():
    for spread in range(3):
        said = [math.exp(likelihoods(Count(k, 25, 0.2))[spread]) for k in range(26)]
        ways = [math.comb(25, k) for k in range(26)]
        assert sum(one * way for one, way in zip(said, ways, strict=True)) == pytest.approx(1)


def test_more_cases_with_the_sign_are_never_less_improbable():
    peers = sum(likelihoods(Count(9 + unit % 3, 100, 0.1)) for unit in range(20))
    tails = [predicted_tail(Count(k, 40, 0.1), peers) for k in range(41)]
    assert tails[0] == pytest.approx(1)
    assert tails == sorted(tails, reverse=True)
