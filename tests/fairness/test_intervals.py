"""How exactly a rate, a composite and a change are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.fairness.intervals import (
    Change,
    compare_rates,
    compare_scores,
    newcombe,
    score_interval,
    spread_ratio,
    wilson,
)

quick = settings(max_examples=200, deadline=None, derandomize=True)
rates = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
# What a resident's call-back may earn: 0.1 contacted + 0.5 solved + 0.4 satisfied (or 0.9 of it).
EARNED, SHARES = np.array([100, 96, 60, 50, 10, 0]), [0.93, 0.03, 0.02, 0.005, 0.012, 0.003]


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, Table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_published_examples_of_wilsons_interval_are_found(k, n, low, high):
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("now", "then", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:873, Table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_published_examples_of_newcombes_interval_are_found(now, then, low, high):
    assert newcombe(now, then) == pytest.approx((low, high), abs=5e-5)


@given(rates)
@quick
def test_a_rate_lies_in_its_interval_and_the_interval_between_nothing_and_everything(rate):
    k, n = rate
    low, high = wilson(k, n)
    assert 0 <= low <= high <= 1
    assert not n or low <= k / n <= high
    assert (low == 0) == (k == 0)
    assert (high == 1) == (k == n)


@given(rates, st.floats(0.5, 0.99), st.floats(0.5, 0.99))
@quick
def test_more_confidence_gives_a_wider_interval_around_the_narrower(rate, one, other):
    less, more = (wilson(*rate, confidence=level) for level in sorted((one, other)))
    assert more.low <= less.low <= less.high <= more.high


@given(rates, st.integers(2, 20))
@quick
def test_more_cases_at_the_same_rate_are_known_more_exactly(rate, times):
    few, many = wilson(*rate), wilson(rate[0] * times, rate[1] * times)
    assert many.high - many.low <= few.high - few.low


@given(rates, rates)
@quick
def test_a_change_seen_from_the_other_month_is_the_same_change_backwards(now, then):
    there, back = newcombe(now, then), newcombe(then, now)
    assert there == pytest.approx((-back.high, -back.low))
    assert -1 <= there.low <= there.high <= 1


@pytest.mark.parametrize("rate", [(3, 2), (-1, 5), (1, 0)])
def test_more_solved_than_called_is_refused(rate):
    with pytest.raises(ValueError, match="k of n"):
        wilson(*rate)


def test_the_interval_of_a_rate_holds_the_truth_about_as_often_as_it_says():
    for n, truth in [(20, 0.9), (100, 0.97), (327, 0.97), (1000, 0.5)]:
        seen = np.random.RandomState(1).binomial(n, truth, 4000)
        inside = [wilson(k, n).low <= truth <= wilson(k, n).high for k in seen]
        assert 0.93 <= np.mean(inside) <= 0.99


def test_the_interval_of_a_change_holds_the_truth_about_as_often_as_it_says():
    source = np.random.RandomState(2)
    now, then = source.binomial(300, 0.95, 2000), source.binomial(80, 0.9, 2000)
    found = [newcombe((a, 300), (b, 80)) for a, b in zip(now, then, strict=True)]
    assert 0.93 <= np.mean([low <= 0.05 <= high for low, high in found]) <= 0.98


def test_the_interval_of_a_composite_holds_the_truth_about_as_often_as_it_says():
    source, truth = np.random.RandomState(3), float(EARNED @ SHARES)
    sizes = np.repeat([20, 100, 327, 2000], 500)
    scores = [source.choice(EARNED, n, p=SHARES) for n in sizes]
    sums = [float(row.sum()) for row in scores]
    ratio = spread_ratio(sizes, sums, [float((row**2).sum()) for row in scores])
    found = [score_interval(n, total, ratio=ratio) for n, total in zip(sizes, sums, strict=True)]
    for n in (20, 100, 327, 2000):
        inside = [
            low <= truth <= high for (low, high), m in zip(found, sizes, strict=True) if m == n
        ]
        assert 0.9 <= np.mean(inside) <= 1


def test_a_unit_whose_few_residents_all_gave_everything_is_still_not_known_exactly():
    low, high = score_interval(5, 500, ratio=0.7)
    assert high == 100
    assert low < 70


@given(st.lists(st.lists(st.sampled_from(EARNED.tolist()), max_size=30), max_size=6))
@quick
def test_a_composite_lies_in_its_interval_for_any_answers(units):
    n = [len(scores) for scores in units]
    sums, squares = [sum(s) for s in units], [sum(x * x for x in s) for s in units]
    ratio = spread_ratio(n, sums, squares)
    assert 0 <= ratio <= 1
    for count, total in zip(n, sums, strict=True):
        low, high = score_interval(count, total, ratio=ratio)
        assert 0 <= low <= high <= 100
        assert not count or low - 1e-9 <= total / count <= high + 1e-9


def test_a_composite_of_all_or_nothing_is_a_rate():
    assert spread_ratio([40, 60], [4000 * 0.5, 6000 * 0.5], [200_000, 300_000]) == 1
    found = score_interval(40, 3600)
    assert found == pytest.approx([100 * end for end in wilson(36, 40)])


def test_a_sum_beyond_what_so_many_answers_can_earn_is_refused():
    with pytest.raises(ValueError, match="top score"):
        score_interval(3, 301)


def test_two_bad_answers_more_in_a_small_street_are_no_clear_change():
    assert compare_rates((18, 20), (20, 20)).change == Change.NOT_CLEAR
    assert compare_scores((20, 1800), (20, 2000)).change == Change.NOT_CLEAR


def test_the_same_change_in_a_large_district_is_clear():
    fell = compare_rates((1800, 2000), (2000, 2000))
    assert (fell.change, fell.difference) == (Change.LOWER, pytest.approx(-0.1))
    rose = compare_scores((2000, 198_000), (2000, 180_000))
    assert (rose.change, rose.difference) == (Change.HIGHER, pytest.approx(9))
    assert rose.interval.low < 9 < rose.interval.high


@pytest.mark.parametrize("pair", [((0, 0), (5, 6)), ((5, 6), (0, 0))])
def test_a_month_without_answers_is_compared_with_nothing(pair):
    found = compare_rates(*pair)
    assert (found.change, found.difference, found.interval) == (Change.NOT_RATED, None, None)
    assert newcombe(*pair) == (-1, 1)
    turned = [(n, 100 * k) for k, n in pair]
    assert compare_scores(*turned).change == Change.NOT_RATED
