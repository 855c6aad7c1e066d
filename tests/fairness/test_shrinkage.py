"""Shrinkage: published priors and figures, and what must hold for any group of units."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.fairness.distributions import digamma, log_gamma
from huiyin.fairness.shrinkage import (
    Prior,
    beta_prior,
    between_variance,
    gamma_prior,
    james_stein,
    shrink_counts,
    shrink_rates,
    shrink_scores,
)
from tests.fairness.oracles import column, scalars, table

quick = settings(max_examples=50, deadline=None, derandomize=True)
rate = st.integers(0, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
groups = st.lists(rate, min_size=1, max_size=15).filter(lambda group: any(n for _, n in group))


def sixteen():
    """The published sixteen units."""
    rows = table("funnel_pr16.csv")
    return rows, np.array(column(rows, "numerator")), np.array(column(rows, "denominator"))


def log_likelihood(k, n, a, b):
    """Of the beta-binomial model, written apart from the code that climbs it."""
    return math.fsum(
        math.lgamma(m + 1) - math.lgamma(j + 1) - math.lgamma(m - j + 1)
        + math.lgamma(j + a) + math.lgamma(m - j + b) - math.lgamma(m + a + b)
        - math.lgamma(a) - math.lgamma(b) + math.lgamma(a + b)
        for j, m in zip(k, n, strict=True)
    )  # fmt: skip


def test_the_published_beta_prior_is_found():
    expected, (_, k, n) = scalars("betabinomial_16"), sixteen()
    found = beta_prior(k, n)
    assert found.log_likelihood == pytest.approx(expected["loglik"], abs=1e-5)
    assert found.mean == pytest.approx(expected["mean"], abs=1e-5)
    size = found.first + found.second
    assert 1 / (size + 1) == pytest.approx(expected["rho"], abs=1e-5)
    # The published climb stopped 1e-9 of likelihood short of the top, 4e-3 before our a.
    assert (found.first, found.second) == pytest.approx((expected["a"], expected["b"]), rel=1e-4)
    theirs = log_likelihood(k, n, expected["a"], expected["b"])
    assert theirs <= log_likelihood(k, n, found.first, found.second) <= theirs + 1e-7


def test_at_the_beta_prior_the_likelihood_is_level():
    _, k, n = sixteen()
    found = beta_prior(k, n)
    a, b = np.array([found.first]), np.array([found.second])
    base = digamma(n + a + b) - digamma(a + b)
    assert abs(np.sum(digamma(k + a) - digamma(a) - base)) < 1e-9
    assert abs(np.sum(digamma(n - k + b) - digamma(b) - base)) < 1e-9


def test_with_the_published_prior_every_unit_has_its_published_figure():
    expected, (rows, k, n) = scalars("betabinomial_16"), sixteen()
    a, b = expected["a"], expected["b"]
    given_prior = Prior(a / (a + b), 0.03, a, b, has_spread=True)
    found = shrink_rates(k, n, prior=given_prior)
    assert found.means == pytest.approx(column(rows, "eb_betabin"), abs=1e-6)
    assert found.means == pytest.approx((a + k) / (a + b + n), abs=1e-12)
    # Ours, from the very top of the likelihood, differ in the sixth digit.
    assert shrink_rates(k, n).means == pytest.approx(column(rows, "eb_betabin"), abs=5e-6)


def test_the_published_gamma_prior_and_relative_risks_are_found():
    rows, expected = table("scotland_eb.csv"), scalars("eb_scotland")
    found = shrink_counts(column(rows, "cases"), column(rows, "expected"))
    # The published beta is the logarithm of the prior's mean.
    assert found.prior.first == pytest.approx(expected["alpha"], abs=1e-8)
    assert math.log(found.prior.mean) == pytest.approx(expected["beta"], abs=1e-8)
    assert found.means == pytest.approx(column(rows, "eb_rr"), abs=1e-6)
    assert found.medians == pytest.approx(column(rows, "eb_median"), abs=1e-6)
    assert (found.means.min(), found.means.max()) == pytest.approx(expected["rr_range"], abs=1e-6)


def test_the_published_batting_averages_are_found():
    given_ = scalars("james_stein_baseball")
    averages = np.array(given_["hits"]) / given_["n"]
    mean = averages.mean()
    found, factor = james_stein(averages, mean * (1 - mean) / given_["n"])
    assert mean == pytest.approx(given_["grand_mean"], abs=1e-6)
    assert factor == pytest.approx(given_["c"], abs=1e-6)
    assert round(factor, 3) == given_["published_c"]
    assert np.round(found, 4).tolist() == given_["js"]
    season = np.array(given_["season_avg"])
    assert np.sum((found - season) ** 2) < np.sum((averages - season) ** 2) / 3


@given(groups)
@quick
def test_a_shrunken_rate_lies_between_the_own_rate_and_that_of_all_alike(group):
    k, n = np.array(group, dtype=float).T
    found = shrink_rates(k, n)
    own = np.divide(k, n, out=np.full(len(n), found.prior.mean), where=n > 0)
    low, high = np.minimum(own, found.prior.mean), np.maximum(own, found.prior.mean)
    assert np.all((low - 1e-12 <= found.means) & (found.means <= high + 1e-12))
    mixed = found.weights * own + (1 - found.weights) * found.prior.mean
    assert found.means == pytest.approx(mixed, abs=1e-9)
    assert np.all((found.lows <= found.medians) & (found.medians <= found.highs))
    assert np.all((found.lows >= 0) & (found.highs <= 1))


@given(groups)
@quick
def test_no_other_prior_explains_the_rates_better(group):
    k, n = np.array(group, dtype=float).T
    found = beta_prior(k, n)
    if found.has_spread:
        best = log_likelihood(k, n, found.first, found.second)
        assert best == pytest.approx(found.log_likelihood, abs=1e-6)
        for one in (0.98, 1, 1.02):
            for other in (0.98, 1, 1.02):
                nearby = log_likelihood(k, n, found.first * one, found.second * other)
                # At the edge of what is looked for, units of all or nothing, it may still rise.
                assert nearby <= best + 1e-7 or found.first + found.second < 2e-3


@given(groups, st.randoms(use_true_random=False))
@quick
def test_the_order_of_the_units_does_not_matter(group, chance):
    order = list(range(len(group)))
    chance.shuffle(order)
    k, n = np.array(group, dtype=float).T
    found, turned = shrink_rates(k, n), shrink_rates(k[order], n[order])
    assert turned.means == pytest.approx(found.means[order], abs=1e-6)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.floats(0.5, 100)), min_size=1, max_size=12),
)
@quick
def test_a_shrunken_count_lies_between_the_own_one_and_that_of_all(group):
    y, expected = np.array(group, dtype=float).T
    found = shrink_counts(y, expected)
    own, centre = y / expected, found.prior.mean
    assert np.all(np.minimum(own, centre) - 1e-9 <= found.means)
    assert np.all(found.means <= np.maximum(own, centre) + 1e-9)
    assert np.all((found.lows <= found.medians) & (found.medians <= found.highs))


@given(st.lists(st.lists(st.sampled_from([0, 10, 60, 96, 100]), max_size=25), max_size=8))
@quick
def test_a_shrunken_composite_lies_between_the_own_one_and_that_of_all(units):
    n, sums = [len(s) for s in units], [sum(s) for s in units]
    found = shrink_scores(n, sums, [sum(x * x for x in s) for s in units])
    for i, count in enumerate(n):
        if count:
            ends = sorted((sums[i] / count, found.prior.mean))
            assert ends[0] - 1e-9 <= found.means[i] <= ends[1] + 1e-9
            assert found.lows[i] <= found.means[i] <= found.highs[i]


def test_a_unit_without_cases_gets_what_the_others_show():
    rates = shrink_rates([90, 60, 99, 0], [100, 100, 100, 0])
    assert (rates.means[3], rates.weights[3]) == (pytest.approx(rates.prior.mean), 0)
    scores = shrink_scores([50, 50, 50, 0], [4500, 4900, 3900, 0], [409e3, 485e3, 310e3, 0])
    assert (scores.means[3], scores.weights[3]) == (pytest.approx(scores.prior.mean), 0)
    assert scores.highs[3] - scores.lows[3] > scores.highs[0] - scores.lows[0]
    counts = shrink_counts([5, 80, 30, 0], [10, 40, 30, 0])
    assert (counts.means[3], counts.weights[3]) == (pytest.approx(counts.prior.mean), 0)


@pytest.mark.parametrize(
    ("k", "n"), [([0, 0], [9, 4]), ([9, 4], [9, 4]), ([18, 8], [20, 9]), ([3], [4])]
)
def test_units_that_differ_no_more_than_by_chance_get_one_figure(k, n):
    found = shrink_rates(k, n)
    assert not found.prior.has_spread
    assert found.means == pytest.approx([sum(k) / sum(n)] * len(k))
    assert found.lows[0] <= found.means[0] <= found.highs[0]
    assert found.lows[0] < found.highs[0]


def test_counts_and_composites_that_differ_no_more_than_by_chance_get_one_figure():
    counts = shrink_counts([10, 21, 30], [10, 20, 30])
    assert counts.means.tolist() == pytest.approx([61 / 60] * 3)
    assert counts.lows[0] < 61 / 60 < counts.highs[0]
    scores = shrink_scores([10, 10], [960, 962], [93_000, 93_300])
    assert scores.means == pytest.approx([96.1, 96.1])


def test_nothing_at_all_says_nothing():
    for found in (shrink_rates([0], [0]), shrink_scores([0], [0], [0]), shrink_counts([0], [0])):
        assert math.isnan(found.means[0])
        assert not found.prior.has_spread


def test_composites_without_any_variation_stand_for_themselves():
    found = shrink_scores([3, 4], [300, 384], [30_000, 36_864])
    assert found.means == pytest.approx([100, 96])


def test_the_fewer_its_cases_the_more_a_unit_is_drawn_to_the_others():
    found = shrink_rates([8, 80, 800, 700, 950, 990], [10, 100, 1000, 1000, 1000, 1000])
    assert found.weights[0] < found.weights[1] < found.weights[2]
    assert found.means[0] > found.means[1] > found.means[2] > 0.8


def test_the_credible_interval_of_a_rate_holds_the_truth_as_often_as_it_says():
    source = np.random.RandomState(5)
    n = np.maximum(1, source.lognormal(5, 1.2, 3000)).astype(int)
    truth = source.beta(60, 4, 3000)
    found = shrink_rates(source.binomial(n, truth), n)
    assert (found.prior.first, found.prior.second) == pytest.approx((60, 4), rel=0.15)
    assert 0.94 <= np.mean((found.lows <= truth) & (truth <= found.highs)) <= 0.96


def test_the_credible_interval_of_a_count_holds_the_truth_as_often_as_it_says():
    source = np.random.RandomState(6)
    expected, truth = source.lognormal(2, 1, 3000), source.gamma(4, 1 / 4, 3000)
    found = shrink_counts(source.poisson(expected * truth), expected)
    assert 0.94 <= np.mean((found.lows <= truth) & (truth <= found.highs)) <= 0.96


def test_the_interval_of_a_composite_holds_the_truth_as_often_as_it_says():
    source = np.random.RandomState(7)
    n = np.maximum(2, source.lognormal(5, 1.2, 3000)).astype(int)
    truth = source.normal(90, 1.5, 3000)
    means = source.normal(truth, 8 / np.sqrt(n))
    squares = n * means**2 + 64 * source.chisquare(n - 1)
    found = shrink_scores(n, n * means, squares)
    assert found.prior.deviation == pytest.approx(1.5, rel=0.1)
    assert 0.94 <= np.mean((found.lows <= truth) & (truth <= found.highs)) <= 0.96


def test_the_deviation_of_a_composite_holds_the_doubt_about_the_whole():
    means, n, variance = np.array([90.0, 94, 95, 96, 99]), np.full(5, 25.0), 25.0
    found = shrink_scores(n, n * means, n * means**2 + (n - 1) * variance)
    error, between = variance / 25, found.prior.second
    # With errors all alike, the variance between units is what the values' own leaves over.
    assert between == pytest.approx(np.var(means, ddof=1) - error)
    pull = error / (error + between)
    away = means - means.mean()
    # Morris 1983: the own error, the doubt about the mean, the doubt about the pull.
    parts = (1 - pull) * error, pull**2 * (error + between) / 5, 2 / (5 - 3) * pull**2 * away**2
    assert found.means == pytest.approx(means.mean() + (1 - pull) * away)
    assert found.deviations**2 == pytest.approx(sum(parts))


def test_among_few_units_the_interval_of_a_composite_still_holds_the_truth_nearly_so_often():
    source, inside = np.random.RandomState(12), []
    for _ in range(400):
        n, truth = np.tile([20.0, 60], 4), source.normal(90, 1, 8)
        means = source.normal(truth, 8 / np.sqrt(n))
        found = shrink_scores(n, n * means, n * means**2 + 64 * source.chisquare(n - 1))
        inside.extend((found.lows <= truth) & (truth <= found.highs))
    assert 0.92 <= np.mean(inside) <= 0.98


def test_shrinking_brings_the_figures_nearer_to_the_truth():
    source = np.random.RandomState(8)
    n, truth = np.tile([20, 60, 200, 900], 80), source.beta(90, 10, 320)
    k = source.binomial(n, truth)
    mended = np.mean((shrink_rates(k, n).means - truth) ** 2)
    assert mended < 0.6 * np.mean((k / n - truth) ** 2)


def test_the_variance_between_units_is_what_is_left_after_chance():
    assert between_variance(np.array([1.0, 2, 3]), np.full(3, 0.25)) == pytest.approx(0.75)
    assert between_variance(np.array([1.0, 2, 3]), np.full(3, 4.0)) == 0
    assert between_variance(np.array([1.0]), np.array([0.1])) == 0


@pytest.mark.parametrize("values", [[5.0], [5.0, 6.0, 9.0], [4.0, 4.0, 4.0, 4.0]])
def test_three_values_or_fewer_are_not_drawn_together(values):
    assert james_stein(values, 1.0)[0] == pytest.approx(values)


def test_values_that_differ_less_than_chance_become_one():
    found, factor = james_stein([1.0, 1.1, 0.9, 1.05, 0.95], 1.0)
    assert (found.tolist(), factor) == ([pytest.approx(1)] * 5, 0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: shrink_rates([3], [2]),
        lambda: shrink_rates([1, 2], [5]),
        lambda: shrink_counts([1], [0]),
        lambda: shrink_scores([-1], [0], [0]),
    ],
)
def test_what_is_no_figure_is_refused(call):
    with pytest.raises(ValueError, match=r"\."):
        call()


def test_the_likelihood_of_counts_is_highest_at_their_prior():
    y, expected = np.array([3.0, 0, 12, 40, 7]), np.array([5.0, 4, 6, 20, 9])
    found = gamma_prior(y, expected)

    def height(shape, rate):
        parts = log_gamma(y + shape) - log_gamma(np.array([shape])) - log_gamma(y + 1)
        whole = expected + rate
        return np.sum(parts + shape * np.log(rate / whole) + y * np.log(expected / whole))

    best = height(found.first, found.second)
    assert best == pytest.approx(found.log_likelihood)
    for one, other in [(0.95, 0.95), (1.05, 1), (1, 1.05), (1.05, 1.05)]:
        assert height(found.first * one, found.second * other) < best
