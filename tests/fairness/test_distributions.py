"""The distributions agree with closed forms, and quantiles undo them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.fairness.distributions import (
    beta_cdf,
    beta_quantile,
    digamma,
    gamma_cdf,
    gamma_quantile,
    log_gamma,
    trigamma,
    z_of,
)

quick = settings(max_examples=150, deadline=None, derandomize=True)
shapes = st.floats(min_value=0.2, max_value=5e4)
shares = st.sampled_from([0.001, 0.025, 0.5, 0.975, 0.999])
EULER = 0.5772156649015329


def row(*values):
    return np.array(values, dtype=np.float64)


def test_the_published_standard_errors_of_the_funnel_are_found():
    assert (round(z_of(0.95), 6), round(z_of(0.998), 6)) == (1.959964, 3.090232)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5])
def test_a_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        z_of(confidence)


@given(st.floats(min_value=1e-6, max_value=1e9))
@quick
def test_the_gamma_function_agrees_with_that_of_the_language(x):
    assert log_gamma(row(x))[0] == pytest.approx(math.lgamma(x), rel=1e-13, abs=1e-13)


def test_the_derivatives_agree_with_closed_forms():
    half = [-EULER - 2 * math.log(2), math.pi**2 / 2]
    assert digamma(row(1, 2, 0.5)) == pytest.approx([-EULER, 1 - EULER, half[0]], abs=1e-13)
    whole = math.pi**2 / 6
    assert trigamma(row(1, 2, 0.5)) == pytest.approx([whole, whole - 1, half[1]], abs=1e-13)


@given(
    st.floats(min_value=0, max_value=1),
    st.integers(min_value=1, max_value=60),
    st.integers(min_value=1, max_value=60),
)
@quick
def test_the_beta_distribution_counts_like_coins(x, a, b):
    count = a + b - 1
    tails = sum(math.comb(count, j) * x**j * (1 - x) ** (count - j) for j in range(a, count + 1))
    assert beta_cdf(row(x), row(a), row(b))[0] == pytest.approx(tails, abs=1e-12)


@given(st.floats(min_value=0, max_value=200), st.integers(min_value=1, max_value=80))
@quick
def test_the_gamma_distribution_counts_like_rare_events(x, shape):
    fewer = math.fsum(
        math.exp(-x + j * math.log(x or 1) - math.lgamma(j + 1)) for j in range(shape)
    )
    expected = 1 - fewer if x else 0
    assert gamma_cdf(row(x), row(shape))[0] == pytest.approx(expected, abs=1e-12)


@given(shares, shapes, shapes)
@quick
def test_a_quantile_of_the_beta_distribution_undoes_it(share, a, b):
    x = beta_quantile(share, row(a), row(b))
    assert 0 <= x[0] <= 1
    # Where the distribution leaps from one number to the next, no number has just that share.
    below, above = (beta_cdf(np.clip(x + step, 0, 1), row(a), row(b)) for step in (-1e-15, 1e-15))
    assert below[0] - 1e-9 <= share <= above[0] + 1e-9


@given(shares, shapes)
@quick
def test_a_quantile_of_the_gamma_distribution_undoes_it(share, shape):
    assert gamma_cdf(gamma_quantile(share, row(shape)), row(shape))[0] == pytest.approx(
        share, abs=1e-9
    )
