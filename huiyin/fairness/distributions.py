"""The distributions behind the intervals: normal, beta and gamma, over whole arrays.

Written from the formulas of Abramowitz & Stegun (1964) and checked to 1e-12 against closed
forms; numpy alone, so that a city needs no further package for it.
"""

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NORMAL = NormalDist()
# Stirling's series is exact to double precision from here on; smaller arguments are moved up.
FAR = 10
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
DIGAMMA = (-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760, -1 / 12)
TRIGAMMA = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
TINY = 1e-300
# What changes less than this changes nothing that a figure shows.
ENOUGH = 1e-14
TURNS = 3000


def z_of(confidence: float) -> float:
    """How many standard errors to each side hold this share of a normal distribution."""
    if not 0 < confidence < 1:
        raise ValueError("A confidence lies between 0 and 1, such as 0.95.")
    return NORMAL.inv_cdf(0.5 + confidence / 2)


def _series(x: Floats, terms: tuple[float, ...]) -> Floats:
    """Sum up terms[0] + terms[1] / x² + terms[2] / x⁴ and so on."""
    inverse, found = 1 / (x * x), np.zeros_like(x)
    for term in reversed(terms):
        found = found * inverse + term
    return found


def log_gamma(x: Floats) -> Floats:
    """The logarithm of Γ(x) for x > 0 (A&S 6.1.40)."""
    moved = np.where(x < FAR, x + FAR, x)
    steps = np.ones_like(moved)
    for step in range(FAR):
        steps = steps * np.where(x < FAR, x + step, 1.0)
    stirling = (moved - 0.5) * np.log(moved) - moved + 0.5 * math.log(2 * math.pi)
    return np.asarray(stirling + _series(moved, STIRLING) / moved - np.log(steps))


def digamma(x: Floats) -> Floats:
    """The derivative of ln Γ for x > 0 (A&S 6.3.18)."""
    moved, steps = np.where(x < FAR, x + FAR, x), np.zeros_like(x, dtype=np.float64)
    for step in range(FAR):
        steps = steps + np.where(x < FAR, 1 / (x + step), 0.0)
    tail = _series(moved, DIGAMMA) / (moved * moved)
    return np.asarray(np.log(moved) - 0.5 / moved + tail - steps)


def trigamma(x: Floats) -> Floats:
    """The second derivative of ln Γ for x > 0 (A&S 6.4.12)."""
    moved, steps = np.where(x < FAR, x + FAR, x), np.zeros_like(x, dtype=np.float64)
    for step in range(FAR):
        steps = steps + np.where(x < FAR, 1 / (x + step) ** 2, 0.0)
    tail = _series(moved, TRIGAMMA) / moved**3
    return np.asarray(1 / moved + 0.5 / moved**2 + tail + steps)


def beta_cdf(x: Floats, a: Floats, b: Floats) -> Floats:
    """The regularised incomplete beta function I_x(a, b) (A&S 26.5.8, by Lentz's method)."""
    x, a, b = np.broadcast_arrays(x, a, b)
    turned = x > (a + 1) / (a + b + 2)
    y, p, q = np.where(turned, 1 - x, x), np.where(turned, b, a), np.where(turned, a, b)
    with np.errstate(divide="ignore", invalid="ignore"):
        front = p * np.log(y) + q * np.log1p(-y) - np.log(p) + log_gamma(p + q)
        front = np.exp(front - log_gamma(p) - log_gamma(q))
    inside = (y > 0) & (y < 1)
    part = np.where(inside, front, 0.0) * _beta_fraction(np.where(inside, y, 0.5), p, q)
    return np.clip(np.where(turned, 1 - part, part), 0.0, 1.0)


def _beta_fraction(x: Floats, a: Floats, b: Floats) -> Floats:
    c = np.ones_like(x)
    d = 1 / _kept_from_zero(1 - (a + b) * x / (a + 1))
    found = d.copy()
    for m in range(1, TURNS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = np.ones_like(x)
        for term in (even, odd):
            d = 1 / _kept_from_zero(1 + term * d)
            c = _kept_from_zero(1 + term / c)
            change = c * d
            found = found * change
        if np.all(np.abs(change - 1) < ENOUGH):
            break
    return found


def _kept_from_zero(x: Floats) -> Floats:
    return np.where(np.abs(x) < TINY, TINY, x)


def gamma_cdf(x: Floats, shape: Floats) -> Floats:
    """The regularised lower incomplete gamma function P(shape, x) (A&S 6.5.29 and 6.5.31)."""
    x, shape = np.broadcast_arrays(x, shape)
    positive = np.where(x > 0, x, 1.0)
    front = np.exp(shape * np.log(positive) - positive - log_gamma(shape))
    near = positive < shape + 1
    below = front * _gamma_series(np.where(near, positive, 0.0), shape)
    above = 1 - front * _gamma_fraction(np.where(near, shape + 2, positive), shape)
    return np.clip(np.where(x > 0, np.where(near, below, above), 0.0), 0.0, 1.0)


def _gamma_series(x: Floats, shape: Floats) -> Floats:
    term = 1 / shape
    found = term
    for step in range(1, TURNS):
        term = term * x / (shape + step)
        found = found + term
        if np.all(term <= found * 1e-17):
            break
    return found


def _gamma_fraction(x: Floats, shape: Floats) -> Floats:
    b = x + 1 - shape
    c, d = np.full_like(b, 1 / TINY), 1 / _kept_from_zero(b)
    found = d
    for step in range(1, TURNS):
        term, b = -step * (step - shape), b + 2
        d = 1 / _kept_from_zero(term * d + b)
        c = _kept_from_zero(b + term / c)
        found = found * c * d
        if np.all(np.abs(c * d - 1) < ENOUGH):
            break
    return found


def beta_quantile(share: float, a: Floats, b: Floats) -> Floats:
    """The value below which a share of Beta(a, b) lies."""
    constant = log_gamma(a + b) - log_gamma(a) - log_gamma(b)
    spread = np.sqrt(trigamma(a) + trigamma(b))

    def cumulated(odds: Floats) -> tuple[Floats, Floats]:
        rise = np.exp(constant - a * np.logaddexp(0, -odds) - b * np.logaddexp(0, odds))
        return beta_cdf(_expit(odds), a, b), rise

    start = digamma(a) - digamma(b) + NORMAL.inv_cdf(share) * spread
    return _expit(_inverse(share, cumulated, start=start))


def gamma_quantile(share: float, shape: Floats) -> Floats:
    """The value below which a share of Gamma(shape, rate 1) lies."""
    constant = log_gamma(shape)

    def cumulated(log: Floats) -> tuple[Floats, Floats]:
        rise = np.exp(shape * log - np.exp(log) - constant)
        return gamma_cdf(np.exp(log), shape), rise

    start = digamma(shape) + NORMAL.inv_cdf(share) * np.sqrt(trigamma(shape))
    return np.exp(_inverse(share, cumulated, start=np.clip(start, -700, 700)))


def _expit(odds: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0, -odds)))


def _inverse(
    share: float, cumulated: Callable[[Floats], tuple[Floats, Floats]], *, start: Floats
) -> Floats:
    """Where a distribution reaches a share; `cumulated` gives its value and its density.

    Newton's steps on the odds of the distribution, which are nearly straight in both tails, and
    halving where a step leaves the bracket.
    """
    low, high = np.minimum(start, 0) - 700, np.maximum(start, 0) + 700
    aim, x, done = math.log(share / (1 - share)), start, np.zeros(start.shape, dtype=np.bool_)
    for _ in range(100):
        part, rise = cumulated(x)
        low, high = np.where(part <= share, x, low), np.where(part >= share, x, high)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = (np.log(part) - np.log1p(-part) - aim) * part * (1 - part) / rise
            good = (x - step > low) & (x - step < high)
        x = np.where(done, x, np.where(good, x - step, (low + high) / 2))
        # Newton's error falls with the square of the step: after a small one it is rounding, and
        # a further step would only follow that.
        done |= (good & (np.abs(step) <= 1e-7)) | (high - low <= 1e-12)
        if np.all(done):
            break
    return x
