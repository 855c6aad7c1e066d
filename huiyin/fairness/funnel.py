"""The funnel: which units lie further from the whole than their size and the usual spread explain.

Spiegelhalter 2005 (Statistics in Medicine 24:1185) and, for overdispersion, 2005 (Quality and
Safety in Health Care 14:347): angles instead of rates, extremes clipped before the spread is
measured, and an additive variance between units.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from huiyin.fairness.distributions import Floats, z_of
from huiyin.fairness.intervals import Interval

WARNING = 0.95
ALARM = 0.998
RIGHT_ANGLE = math.pi / 2


class Position(StrEnum):
    """Where a unit stands in the funnel."""

    INSIDE = "inside"
    HIGH = "high"
    VERY_HIGH = "very_high"
    LOW = "low"
    VERY_LOW = "very_low"
    # Nothing was judged.
    NOT_RATED = "not_rated"


@dataclass(frozen=True)
class Point:
    """One unit in the funnel: its figure, its scores and the limits at its size.

    `z` counts standard errors by chance alone, `clipped` is the same after winsorising, and
    `adjusted` counts them with the spread between units: that one decides the position.
    """

    n: float
    value: float | None
    z: float
    clipped: float
    adjusted: float
    warning: Interval
    alarm: Interval
    position: Position


@dataclass(frozen=True)
class Funnel:
    """The whole of a group: the target, the spread beyond chance, and each unit in the order given.

    `phi` is the mean square of the clipped scores (1 where only chance is at work), `tau2` the
    variance between units on the scale of the scores. `deviation` is None for rates, and the
    standard deviation of a single score for composites.
    """

    target: float
    phi: float
    tau2: float
    points: tuple[Point, ...]
    deviation: float | None = None
    top: float = 1.0

    def limits(self, n: float, confidence: float) -> Interval:
        """The limits at a size, for a unit or for drawing the curve."""
        if n <= 0:
            return Interval(0.0, self.top)
        half = z_of(confidence) * math.sqrt(self._variance(n) + self.tau2)
        if self.deviation is not None:
            return Interval(max(0.0, self.target - half), min(self.top, self.target + half))
        middle = math.asin(math.sqrt(self.target))
        low, high = max(0.0, middle - half), min(RIGHT_ANGLE, middle + half)
        return Interval(math.sin(low) ** 2, math.sin(high) ** 2)

    def _variance(self, n: float) -> float:
        return 1 / (4 * n) if self.deviation is None else self.deviation**2 / n


@dataclass(frozen=True)
class _Scale:
    """Figures on the scale on which they are judged; nan where nothing was judged."""

    n: Floats
    values: Floats
    scores: Floats
    errors: Floats


def rate_funnel(
    k: ArrayLike,
    n: ArrayLike,
    *,
    target: float | None = None,
    winsorise: float = 0.1,
    spread_between: bool = True,
) -> Funnel:
    """The funnel of rates k / n of a group of units (arrays of one length), on the arcsine scale.

    y = asin √(k/n), s = 1/(2√n), z = (y − asin √target)/s. The target is the rate of all together
    unless one is given. `winsorise` is the share clipped at each end before the spread is measured
    (0 clips nothing); without `spread_between` the limits are those of chance alone.
    """
    k, n = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if k.shape != n.shape or np.any((k < 0) | (k > n)):
        raise ValueError("Each rate is k of n with 0 <= k <= n.")
    whole = _target(k, n) if target is None else target
    if not 0 <= whole <= 1:
        raise ValueError("The target of a rate lies between 0 and 1.")
    values = _divided(k, n)
    errors = _divided(0.5, np.sqrt(n))
    scale = _Scale(n, values, np.arcsin(np.sqrt(values)), errors)
    phi, tau2 = _spread(scale, math.asin(math.sqrt(whole)), winsorise=winsorise)
    bare = Funnel(whole, phi, tau2 if spread_between else 0.0, ())
    return _placed(bare, scale, math.asin(math.sqrt(whole)), winsorise=winsorise)


def score_funnel(
    n: ArrayLike,
    sums: ArrayLike,
    squares: ArrayLike,
    *,
    target: float | None = None,
    top: float = 100.0,
    winsorise: float = 0.1,
    spread_between: bool = True,
) -> Funnel:
    """The funnel of composites: means of n scores from 0 to `top`, from n, Σs and Σs² of each unit.

    y is the mean, s = σ/√n with the standard deviation σ of single scores pooled over all units.
    """
    n, sums, squares = (np.asarray(values, dtype=np.float64) for values in (n, sums, squares))
    if n.shape != sums.shape or n.shape != squares.shape or np.any(n < 0):
        raise ValueError("Each composite is n, the sum and the sum of squares of its scores.")
    whole = _target(sums, n) if target is None else target
    deviation = math.sqrt(pooled_variance(n, sums, squares))
    values = _divided(sums, n)
    scale = _Scale(n, values, values, _divided(deviation, np.sqrt(n)))
    phi, tau2 = _spread(scale, whole, winsorise=winsorise)
    bare = Funnel(whole, phi, tau2 if spread_between else 0.0, (), deviation, top)
    return _placed(bare, scale, whole, winsorise=winsorise)


def pooled_variance(n: Floats, sums: Floats, squares: Floats) -> float:
    """The variance of single scores within units: one value for all, 0 without two in any unit."""
    some = n > 0
    within = np.maximum(0.0, squares[some] - sums[some] ** 2 / n[some])
    degrees = float(np.sum(n[some] - 1))
    return float(np.sum(within)) / degrees if degrees > 0 else 0.0


def _target(parts: Floats, n: Floats) -> float:
    whole = math.fsum(n)
    return math.fsum(parts) / whole if whole else 0.0


def _divided(parts: Floats | float, n: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n > 0, np.asarray(parts) / n, np.nan)


def _standardised(scale: _Scale, middle: float) -> Floats:
    """Scores in standard errors; where nothing varies, a difference is without end."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (scale.scores - middle) / scale.errors
    exact = (scale.errors == 0) & (np.abs(scale.scores - middle) < 1e-12)
    return np.where(exact, 0.0, z)


def _clipped(z: Floats, winsorise: float) -> Floats:
    if not 0 <= winsorise < 0.5:
        raise ValueError("Less than half is clipped at each end.")
    rated = z[np.isfinite(z)]
    if not rated.size or not winsorise:
        return z
    # Quantiles of type 7 (Hyndman & Fan 1996), as in the published worked examples.
    low, high = np.quantile(rated, [winsorise, 1 - winsorise], method="linear")
    return np.clip(z, low, high)


def _spread(scale: _Scale, middle: float, *, winsorise: float) -> tuple[float, float]:
    """φ = Σz²/N and τ² = max(0, (Nφ − (N−1)) / (Σw − Σw²/Σw)) with w = 1/s²."""
    clipped = _clipped(_standardised(scale, middle), winsorise)
    rated = np.isfinite(clipped) & (scale.errors > 0)
    count = int(np.sum(rated))
    if not count:
        return 0.0, 0.0
    phi = float(np.sum(clipped[rated] ** 2)) / count
    weights = 1 / scale.errors[rated] ** 2
    whole = float(np.sum(weights))
    below = whole - float(np.sum(weights**2)) / whole
    # A single unit says nothing about the spread between units.
    if count == 1 or below <= 0:
        return phi, 0.0
    return phi, max(0.0, (count * phi - (count - 1)) / below)


def _placed(bare: Funnel, scale: _Scale, middle: float, *, winsorise: float) -> Funnel:
    z = _standardised(scale, middle)
    clipped = _clipped(z, winsorise)
    wider = _Scale(scale.n, scale.values, scale.scores, np.sqrt(scale.errors**2 + bare.tau2))
    adjusted = _standardised(wider, middle)
    points = tuple(
        Point(
            n=float(scale.n[i]),
            value=float(scale.values[i]) if scale.n[i] > 0 else None,
            z=float(z[i]),
            clipped=float(clipped[i]),
            adjusted=float(adjusted[i]),
            warning=bare.limits(float(scale.n[i]), WARNING),
            alarm=bare.limits(float(scale.n[i]), ALARM),
            position=_position(float(adjusted[i])),
        )
        for i in range(len(scale.n))
    )
    return Funnel(bare.target, bare.phi, bare.tau2, points, bare.deviation, bare.top)


def _position(z: float) -> Position:
    if math.isnan(z):
        return Position.NOT_RATED
    if abs(z) <= z_of(WARNING):
        return Position.INSIDE
    far = abs(z) > z_of(ALARM)
    if z > 0:
        return Position.VERY_HIGH if far else Position.HIGH
    return Position.VERY_LOW if far else Position.LOW


def outside(found: Funnel, *positions: Position) -> Sequence[int]:
    """The places, in the order given, of the units at these positions."""
    return [i for i, point in enumerate(found.points) if point.position in positions]
