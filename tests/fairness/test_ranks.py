"""Rank intervals: the published places, and what must hold for any group of units."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.fairness.ranks import chances_of_top, rank_sets
from tests.fairness.oracles import column, table

quick = settings(max_examples=40, deadline=None, derandomize=True)
figure = st.tuples(st.integers(0, 100), st.floats(0.1, 20))
groups = st.lists(figure, min_size=1, max_size=12)
ENDS = ["marg_L", "marg_U", "sim_L", "sim_U"]


def split(group):
    """Values and standard errors."""
    return [float(value) for value, _ in group], [error for _, error in group]


def ends(found):
    """First and last places of each unit."""
    return list(zip(found.firsts.tolist(), found.lasts.tolist(), strict=True))


def published():
    """The 37 published units, and how to find their marginal and simultaneous places."""
    rows = table("pisa2018_rank_ci.csv")
    figures = column(rows, "math"), column(rows, "se")
    return rows, lambda **how: (
        rank_sets(*figures, **how),
        rank_sets(*figures, simultaneous=True, **how),
    )


@pytest.mark.parametrize(
    "how",
    [{}, pytest.param({"draws": 100_000, "seed": 1}, marks=pytest.mark.slow)],
    ids=["as published", "with a hundred times as many draws, of another seed"],
)
def test_every_published_rank_interval_is_found(how):
    rows, sets = published()
    marginal, simultaneous = sets(**how)
    assert marginal.places.tolist() == column(rows, "rank")
    found = zip(
        marginal.firsts, marginal.lasts, simultaneous.firsts, simultaneous.lasts, strict=True
    )
    assert [tuple(row[end] for end in ENDS) for row in rows] == [tuple(ends) for ends in found]


@pytest.mark.parametrize("seed", range(1, 6))
def test_another_seed_moves_few_published_places_and_none_far(seed):
    # With 1,000 draws the critical value is known to about ±0.05; a difference may lie so near it.
    rows, sets = published()
    marginal, simultaneous = sets(seed=seed)
    found = np.array([marginal.firsts, marginal.lasts, simultaneous.firsts, simultaneous.lasts]).T
    away = np.abs(found - np.array([[row[end] for end in ENDS] for row in rows]))
    assert away.max() <= 2
    assert np.count_nonzero(away) <= 10


@given(groups)
@quick
def test_a_unit_lies_in_its_interval_and_the_simultaneous_one_is_no_narrower(group):
    alone, together = (rank_sets(*split(group), simultaneous=s) for s in (False, True))
    for place, (first, last), (wide, wider) in zip(
        alone.places, ends(alone), ends(together), strict=True
    ):
        assert 1 <= first <= place <= last <= len(group)
        # Marginal sets come from draws of their own: at the critical value one place may differ.
        assert wide <= first + 1
        assert last - 1 <= wider


@given(groups, st.sampled_from([0.6, 0.8, 0.9]))
@quick
def test_more_confidence_gives_wider_intervals(group, less):
    narrow = rank_sets(*split(group), simultaneous=True, confidence=less)
    wide = rank_sets(*split(group), simultaneous=True, confidence=0.99)
    assert np.all((wide.firsts <= narrow.firsts) & (narrow.lasts <= wide.lasts))


@given(groups)
@quick
def test_the_lowest_first_is_the_highest_first_turned_round(group):
    values, errors = split(group)
    high = rank_sets(values, errors, simultaneous=True)
    low = rank_sets(values, errors, simultaneous=True, highest_first=False)
    negative = rank_sets([-value for value in values], errors, simultaneous=True)
    assert ends(low) == ends(negative)
    # The draws are not turned round with the order; the same pairs are told apart but for one.
    assert abs(int(high.above.sum()) - int(low.above.sum())) <= len(group)


@given(groups, st.randoms(use_true_random=False), st.booleans())
@quick
def test_the_order_of_the_units_does_not_matter(group, chance, simultaneous):
    order = list(range(len(group)))
    chance.shuffle(order)
    found = rank_sets(*split(group), simultaneous=simultaneous)
    turned = rank_sets(*split([group[i] for i in order]), simultaneous=simultaneous)
    # Units of equal figures share a draw by lot.
    if len(set(group)) == len(group):
        assert ends(turned) == [ends(found)[i] for i in order]
        assert turned.places.tolist() == [found.places[i] for i in order]


def test_the_same_figures_and_seed_give_the_same_places_for_ever():
    values, errors = [90.0, 92, 95, 97, 99], [2.0, 1, 1, 0.5, 1.5]
    assert ends(rank_sets(values, errors)) == [(4, 5), (3, 5), (1, 5), (1, 3), (1, 3)]


def test_units_of_the_same_figure_may_stand_anywhere():
    found = rank_sets([95.0] * 6, [1.0, 2, 3, 1, 2, 3])
    assert found.places.tolist() == [1] * 6
    assert ends(found) == [(1, 6)] * 6


def test_one_unit_is_the_first_and_the_last():
    found = rank_sets([95.0], [1.0])
    assert (found.places.tolist(), ends(found)) == ([1], [(1, 1)])
    assert ends(rank_sets([], [])) == []


def test_counts_that_are_exact_have_exact_places_and_ties_share_theirs():
    found = rank_sets([30.0, 10, 20, 20], [0.0] * 4)
    assert found.places.tolist() == [1, 4, 2, 2]
    assert ends(found) == [(1, 1), (4, 4), (2, 3), (2, 3)]


def test_a_unit_without_a_figure_may_stand_anywhere_and_moves_no_other_up():
    found = rank_sets([99.0, float("nan"), 50.0], [0.5, float("inf"), 0.5])
    assert found.places.tolist() == [1, 0, 2]
    assert ends(found) == [(1, 2), (1, 3), (2, 3)]


def test_a_small_unit_between_large_ones_is_known_less_exactly():
    found = rank_sets([99.0, 95, 90, 94], [0.3, 0.3, 0.3, 9])
    assert ends(found)[:3] == [(1, 2), (2, 3), (3, 4)]
    assert ends(found)[3] == (1, 4)


def coverage(*, simultaneous):
    """How often the true places lie in the sets: of the unit in the middle, or of all units."""
    source, hits = np.random.RandomState(9), 0
    truth, errors = np.linspace(0, 12, 9), np.tile([0.5, 1.0, 2.0], 3)
    for turn in range(400):
        seen = truth + errors * source.standard_normal(9)
        found = rank_sets(seen, errors, simultaneous=simultaneous, draws=300, seed=turn)
        inside = (found.firsts <= np.arange(9, 0, -1)) & (np.arange(9, 0, -1) <= found.lasts)
        hits += bool(inside.all() if simultaneous else inside[4])
    return hits / 400


def test_the_interval_of_one_unit_holds_its_true_place_as_often_as_it_says():
    assert coverage(simultaneous=False) >= 0.94


def test_the_intervals_of_all_units_hold_all_true_places_as_often_as_they_say():
    assert coverage(simultaneous=True) >= 0.94


def test_of_units_of_equal_truth_none_is_placed_in_all_but_one_month_of_twenty():
    source, errors, called = np.random.RandomState(10), np.tile([0.4, 0.8, 1.6], 8), 0
    for turn in range(300):
        seen = 95 + errors * source.standard_normal(24)
        found = rank_sets(seen, errors, simultaneous=True, draws=300, seed=turn)
        called += bool(found.above.any())
    assert 0.02 <= called / 300 <= 0.08


@pytest.mark.parametrize(
    "wrong",
    [
        {"values": [1.0], "errors": [1.0, 2.0]},
        {"values": [1.0], "errors": [-1.0]},
        {"values": [1.0], "errors": [1.0], "confidence": 0.3},
    ],
)
def test_figures_without_errors_are_refused(wrong):
    with pytest.raises(ValueError, match=r"error|confidence"):
        rank_sets(**wrong)


def test_the_chances_of_the_first_places_add_up_to_the_places():
    chances = chances_of_top([99.0, 98, 95, 90], [1.0, 1, 1, 1], k=2)
    assert chances.sum() == pytest.approx(2)
    assert chances[0] > chances[1] > chances[2] > chances[3]
    assert chances[0] > 0.95


def test_two_units_have_the_chance_that_a_difference_of_two_normal_figures_has():
    [first, second] = chances_of_top([1.0, 0.0], [0.6, 0.8], k=1)
    assert first == pytest.approx(0.8413, abs=0.02)
    assert first + second == pytest.approx(1)


@pytest.mark.parametrize("deviation", [0.0, 1.0])
def test_units_that_are_alike_share_the_chance(deviation):
    assert chances_of_top([95.0] * 5, [deviation] * 5, k=2) == pytest.approx([0.4] * 5, abs=0.03)


def test_the_last_places_have_chances_too():
    chances = chances_of_top([99.0, 50.0], [1.0, 1.0], k=1, highest_first=False)
    assert chances.tolist() == [0, 1]


@pytest.mark.parametrize(("k", "expected"), [(0, 0), (3, 1)])
def test_nobody_is_among_no_places_and_everybody_among_all(k, expected):
    assert chances_of_top([1.0, 2, 3], [1.0, 1, 1], k=k, draws=50).tolist() == [expected] * 3


@pytest.mark.parametrize("wrong", [{"k": 3}, {"k": -1}])
def test_more_places_than_units_are_refused(wrong):
    with pytest.raises(ValueError, match="first k"):
        chances_of_top([1.0, 2], [1.0, 1], **wrong)
