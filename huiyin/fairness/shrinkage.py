"""Shrinkage: what a unit's figure is worth once chance is taken off it (empirical Bayes).

The figures of all units together say how far units truly differ; a unit's own figure counts the
more, the more cases stand behind it. Every function takes arrays of one length, a row a unit.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from huiyin.fairness.climbing import summit
from huiyin.fairness.distributions import (
    Floats,
    beta_quantile,
    digamma,
    gamma_quantile,
    log_gamma,
    z_of,
)
from huiyin.fairness.funnel import pooled_variance
from huiyin.fairness.intervals import wilson

# With a prior worth this many cases, units are alike to less than a figure of four digits shows.
ALIKE = 1e6


@dataclass(frozen=True)
class Prior:
    """How the units of a group truly differ, as far as their figures show it.

    `mean` and `deviation` describe the units; `first` and `second` are a and b of Beta(a, b),
    shape and rate of Gamma(shape, rate), or mean and variance of a normal distribution. Where the
    figures spread no further than chance explains, `has_spread` is False and deviation 0.
    `log_likelihood` is None where the prior was not found by maximum likelihood.
    """

    mean: float
    deviation: float
    first: float
    second: float
    has_spread: bool
    log_likelihood: float | None = None


@dataclass(frozen=True)
class Shrunk:
    """Shrunken figures in the order given: posterior mean, deviation, median and interval.

    `weights` is the share of a unit's own figure in its mean, from 0 (no cases) to 1.
    """

    prior: Prior
    means: Floats
    deviations: Floats
    medians: Floats
    lows: Floats
    highs: Floats
    weights: Floats


def shrink_rates(
    k: ArrayLike, n: ArrayLike, *, prior: Prior | None = None, confidence: float = 0.95
) -> Shrunk:
    """Rates k / n with a beta prior, given or found by maximum likelihood (beta-binomial model).

    Posterior Beta(a + k, b + n − k), mean (a + k)/(a + b + n). A unit with n = 0 gets the prior.
    Where Tarone's score (1979, Biometrika 66:585) shows no more spread than chance, every unit
    gets the rate of all together, with its Wilson interval.
    """
    k, n = _pair(k, n)
    if np.any(k > n):
        raise ValueError("Each rate is k of n with 0 <= k <= n.")
    prior = prior or beta_prior(k, n)
    if not prior.has_spread:
        ends = wilson(math.fsum(k), math.fsum(n), confidence=confidence)
        return _all_alike(prior, len(n), ends, confidence=confidence)
    a, b = k + prior.first, n - k + prior.second
    share = (1 - confidence) / 2
    return Shrunk(
        prior,
        means=a / (a + b),
        deviations=np.sqrt(a * b / (a + b + 1)) / (a + b),
        medians=beta_quantile(0.5, a, b),
        lows=beta_quantile(share, a, b),
        highs=beta_quantile(1 - share, a, b),
        weights=n / (n + prior.first + prior.second),
    )


def beta_prior(k: ArrayLike, n: ArrayLike) -> Prior:
    """The beta prior of rates k / n; its log-likelihood holds the binomial coefficients."""
    k, n = _pair(k, n)
    k, n = k[n > 0], n[n > 0]
    whole = math.fsum(n)
    mean = math.fsum(k) / whole if whole else math.nan
    varies = mean * (1 - mean)
    if not whole or varies <= 0 or _score(np.sum((k - n * mean) ** 2) / varies, whole) <= 0:
        return Prior(mean, 0.0, mean, 0.0, has_spread=False)
    coefficients = math.fsum(log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1))

    def likelihood(point: Floats) -> tuple[float, Floats]:
        share, size = 1 / (1 + math.exp(-point[0])), math.exp(point[1])
        a, b = np.array([share * size]), np.array([(1 - share) * size])
        value = np.sum(_log_beta(k + a, n - k + b) - _log_beta(a, b))
        base = digamma(n + size) - digamma(a + b)
        first = float(np.sum(digamma(k + a) - digamma(a) - base))
        second = float(np.sum(digamma(n - k + b) - digamma(b) - base))
        tilt = size * share * (1 - share) * (first - second)
        return float(value), np.array([tilt, a[0] * first + b[0] * second])

    start = np.array([math.log(mean / (1 - mean)), math.log(_first_size(k, n, mean))])
    top = summit(
        likelihood, start, low=np.array([-40.0, -7.0]), high=np.array([40.0, math.log(ALIKE)])
    )
    share, size = 1 / (1 + math.exp(-top[0])), math.exp(top[1])
    if size >= ALIKE * 0.999:
        return Prior(mean, 0.0, mean, 0.0, has_spread=False)
    return Prior(
        share,
        math.sqrt(share * (1 - share) / (size + 1)),
        share * size,
        (1 - share) * size,
        has_spread=True,
        log_likelihood=likelihood(top)[0] + coefficients,
    )


def shrink_counts(
    count: ArrayLike, expected: ArrayLike, *, prior: Prior | None = None, confidence: float = 0.95
) -> Shrunk:
    """Counts in relation to what is expected (or to the population), with a gamma prior.

    Clayton & Kaldor 1987 (Biometrics 43:671): count ~ Poisson(expected × θ), θ ~ Gamma(shape,
    rate) found by maximum likelihood; posterior Gamma(shape + count, rate + expected). For requests
    per 10,000 people, expected is the population / 10,000. A unit with nothing expected gets the
    prior.
    """
    count, expected = _pair(count, expected)
    if np.any((expected == 0) & (count > 0)):
        raise ValueError("What counted something had something to expect.")
    prior = prior or gamma_prior(count, expected)
    share = (1 - confidence) / 2
    if not prior.has_spread:
        ends = _poisson_interval(math.fsum(count), math.fsum(expected), share)
        return _all_alike(prior, len(count), ends, confidence=confidence)
    shape, rate = count + prior.first, expected + prior.second
    return Shrunk(
        prior,
        means=shape / rate,
        deviations=np.sqrt(shape) / rate,
        medians=gamma_quantile(0.5, shape) / rate,
        lows=gamma_quantile(share, shape) / rate,
        highs=gamma_quantile(1 - share, shape) / rate,
        weights=expected / rate,
    )


def gamma_prior(count: ArrayLike, expected: ArrayLike) -> Prior:
    """The gamma prior of relative counts; `first` is the shape, `second` the rate.

    The log-likelihood is that of the negative binomial, with its coefficients.
    """
    count, expected = _pair(count, expected)
    count, expected = count[expected > 0], expected[expected > 0]
    whole = math.fsum(expected)
    mean = math.fsum(count) / whole if whole else math.nan
    excess = float(np.sum((count - expected * mean) ** 2 - count)) if whole else 0.0
    if not whole or excess <= 1e-9 * math.fsum(count):
        return Prior(mean, 0.0, mean, 0.0, has_spread=False)

    def likelihood(point: Floats) -> tuple[float, Floats]:
        shape = np.array([math.exp(point[1])])
        rate = float(shape[0]) / math.exp(point[0])
        value = log_gamma(count + shape) - log_gamma(shape) - log_gamma(count + 1)
        value = value + shape * np.log(rate) - (shape + count) * np.log(expected + rate)
        value = value + count * np.log(expected)
        by_shape = digamma(count + shape) - digamma(shape) + np.log(rate / (expected + rate))
        by_rate = float(np.sum(shape / rate - (shape + count) / (expected + rate))) * rate
        slope = np.array([-by_rate, float(shape[0]) * float(np.sum(by_shape)) + by_rate])
        return float(np.sum(value)), slope

    first = mean**2 * float(np.sum(expected**2)) / excess
    start = np.array([math.log(mean), math.log(first)])
    top = summit(
        likelihood, start, low=np.array([-40.0, -7.0]), high=np.array([40.0, math.log(ALIKE)])
    )
    middle, shape = math.exp(top[0]), math.exp(top[1])
    if shape >= ALIKE * 0.999:
        return Prior(mean, 0.0, mean, 0.0, has_spread=False)
    return Prior(
        middle,
        middle / math.sqrt(shape),
        shape,
        shape / middle,
        has_spread=True,
        log_likelihood=likelihood(top)[0],
    )


def shrink_scores(
    n: ArrayLike, sums: ArrayLike, squares: ArrayLike, *, confidence: float = 0.95
) -> Shrunk:
    """Composites, means of n scores given as n, Σs and Σs², with a normal prior.

    The error variance of a unit is σ²/n with σ² pooled within units: a unit's own few scores are a
    poor guide to their spread, and a unit whose scores are all equal would seem exact. The
    variance between units solves Σ(m − μ)²/(σ²/n + A) = N − 1 (Paule & Mandel 1982); posterior
    deviations hold the uncertainty of μ and A (Morris 1983, JASA 78:47).
    """
    n, sums = _pair(n, sums)
    variance = pooled_variance(n, sums, np.asarray(squares, dtype=np.float64))
    rated = n > 0
    if not np.any(rated):
        nothing = Prior(math.nan, 0.0, math.nan, 0.0, has_spread=False)
        return _all_alike(nothing, len(n), (math.nan, math.nan), confidence=confidence)
    own, errors = sums[rated] / n[rated], variance / n[rated]
    between = between_variance(own, errors)
    centre, of_centre = _weighted(own, errors + between)
    # Without noise a figure stands for itself, whether or not the units differ.
    share = np.divide(between, errors + between, out=np.ones_like(own), where=errors > 0)
    known = share * errors + (1 - share) ** 2 * of_centre
    if len(own) > 3 and variance > 0:
        typical = (float(np.mean(errors)) + between) / (errors + between)
        known = known + 2 / (len(own) - 3) * (1 - share) ** 2 * typical * (own - centre) ** 2
    weights = np.zeros(len(n))
    means, variances = np.full(len(n), centre), np.full(len(n), between + of_centre)
    weights[rated], variances[rated] = share, known
    means[rated] = share * own + (1 - share) * centre
    deviations, z = np.sqrt(variances), z_of(confidence)
    prior = Prior(centre, math.sqrt(between), centre, between, has_spread=between > 0)
    return Shrunk(
        prior, means, deviations, means, means - z * deviations, means + z * deviations, weights
    )


def between_variance(values: Floats, errors: Floats) -> float:
    """The variance between units of values with these error variances; 0 where chance explains all.

    Paule & Mandel 1982 (J. Res. NBS 87:377): the A at which Σ(v − μ)²/(e + A) is N − 1.
    """
    free = len(values) - 1
    spread = float(np.var(values))
    if free < 1 or spread == 0:
        return 0.0

    def excess(between: float) -> float:
        middle, _ = _weighted(values, errors + between)
        return float(np.sum((values - middle) ** 2 / (errors + between))) - free

    if np.all(errors > 0) and excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, spread
    while excess(high) > 0:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high


def james_stein(values: ArrayLike, variance: float) -> tuple[Floats, float]:
    """Values of one common error variance, drawn to their mean, and the factor c by which.

    Efron & Morris 1975 (JASA 70:311): c = 1 − (N − 3) variance / Σ(v − mean)², at least 0; with
    three values or fewer nothing is drawn.
    """
    values = np.asarray(values, dtype=np.float64)
    mean = float(np.mean(values))
    spread = float(np.sum((values - mean) ** 2))
    pull = max(0, len(values) - 3) * variance
    factor = max(0.0, 1 - pull / spread) if spread > 0 else float(pull == 0)
    return mean + factor * (values - mean), factor


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError("Figures come as rows of one length, a place a unit.")
    if np.any(one < 0) or np.any(other < 0):
        raise ValueError("Counts and sums are not negative.")
    return one, other


def _score(squares: float, whole: float) -> float:
    """Tarone's numerator, 0 where it is only rounding."""
    excess = float(squares) - whole
    return 0.0 if abs(excess) < 1e-9 * whole else excess


def _first_size(k: Floats, n: Floats, mean: float) -> float:
    """A guess of a + b from the moments, to climb from."""
    excess = float(np.sum((k - n * mean) ** 2)) / (mean * (1 - mean)) - float(np.sum(n))
    pairs = float(np.sum(n * (n - 1)))
    share = min(0.9, max(1e-5, excess / pairs)) if pairs else 0.5
    return 1 / share - 1


def _log_beta(a: Floats, b: Floats) -> Floats:
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b)


def _weighted(values: Floats, variances: Floats) -> tuple[float, float]:
    """The mean with weights 1 / variance, and its variance; exact values count alone."""
    if np.any(variances == 0):
        return float(np.mean(values[variances == 0])), 0.0
    weights = 1 / variances
    whole = float(np.sum(weights))
    return float(np.sum(weights * values)) / whole, 1 / whole


def _poisson_interval(count: float, expected: float, share: float) -> tuple[float, float]:
    """The exact interval of a relative count (Garwood 1936, Biometrika 28:437)."""
    if not expected:
        return math.nan, math.nan
    low = float(gamma_quantile(share, np.array([count]))[0]) if count else 0.0
    return low / expected, float(gamma_quantile(1 - share, np.array([count + 1.0]))[0]) / expected


def _all_alike(prior: Prior, count: int, ends: tuple[float, float], *, confidence: float) -> Shrunk:
    low, high = ends
    same, half = np.full(count, prior.mean), (high - low) / (2 * z_of(confidence))
    return Shrunk(
        prior,
        same,
        np.full(count, half),
        same.copy(),
        np.full(count, low),
        np.full(count, high),
        np.zeros(count),
    )
