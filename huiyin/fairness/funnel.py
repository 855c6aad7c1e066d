"""The funnel: which units lie further from the whole than their size and the usual spread explain.

Spiegelhalter 2005 (Statistics in Medicine 24:1185) and, for overdispersion, 2005 (Quality and
Safety in Health Care 14:347): angles instead of rates, extremes clipped before the spread is
measured, and an additive variance between units.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from huiyin.fairness.angles import angles
from huiyin.fairness.distributions import Floats, z_of
from huiyin.fairness.intervals import Interval, spread_ratio

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
    variance between units on the scale of angles. `ratio` and `top` are those of composites (see
    `angles`), 1 for rates.
    """

    target: float
    phi: float
    tau2: float
    points: tuple[Point, ...]
    ratio: float = 1.0
    top: float = 1.0

    def limits(self, n: float, confidence: float) -> Interval:
        """The limits at a size, for a unit or for drawing the curve."""
        if n <= 0:
            return Interval(0.0, self.top)
        half = z_of(confidence) * math.sqrt(self.ratio / (4 * n) + self.tau2)
        low, high = max(0.0, self.angle - half), min(RIGHT_ANGLE, self.angle + half)
        return Interval(self.top * math.sin(low) ** 2, self.top * math.sin(high) ** 2)

    @property
    def angle(self) -> float:
        return math.asin(math.sqrt(min(1.0, self.target / self.top)))


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
    bare = Funnel(_target(k, n) if target is None else target, 0.0, 0.0, ())
    return _filled(bare, (n, k), winsorise=winsorise, spread_between=spread_between)


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

    As for rates, with y = asin √(mean/top) and s = √ratio/(2√n), where the ratio says how much
    less single scores vary than answers of all or nothing (`intervals.spread_ratio`).
    """
    n, sums, squares = (np.asarray(values, dtype=np.float64) for values in (n, sums, squares))
    ratio = spread_ratio(n.tolist(), sums.tolist(), squares.tolist(), top=top)
    whole = _target(sums, n) if target is None else target
    bare = Funnel(whole, 0.0, 0.0, (), ratio, top)
    return _filled(bare, (n, sums), winsorise=winsorise, spread_between=spread_between)


def _filled(
    bare: Funnel, figures: tuple[Floats, Floats], *, winsorise: float, spread_between: bool
) -> Funnel:
    """The funnel with its spread and its points."""
    if not 0 <= bare.target <= bare.top * (1 + 1e-12):
        raise ValueError("The target of a rate lies between 0 and the top.")
    n, sums = figures
    scores, errors = angles(n, sums, ratio=bare.ratio, top=bare.top)
    z = _standardised(scores - bare.angle, errors)
    clipped = _clipped(z, winsorise)
    phi, tau2 = _spread(clipped, errors)
    found = replace(bare, phi=phi, tau2=tau2 if spread_between else 0.0)
    adjusted = _standardised(scores - bare.angle, np.sqrt(errors**2 + found.tau2))
    points = tuple(
        Point(
            n=float(n[i]),
            value=float(sums[i] / n[i]) if n[i] > 0 else None,
            z=float(z[i]),
            clipped=float(clipped[i]),
            adjusted=float(adjusted[i]),
            warning=found.limits(float(n[i]), WARNING),
            alarm=found.limits(float(n[i]), ALARM),
            position=_position(float(adjusted[i])),
        )
        for i in range(len(n))
    )
    return replace(found, points=points)


def pooled_variance(n: Floats, sums: Floats, squares: Floats) -> float:
    """The variance of single scores within units: one value for all, 0 without two in any unit."""
    some = n > 0
    within = np.maximum(0.0, squares[some] - sums[some] ** 2 / n[some])
    degrees = float(np.sum(n[some] - 1))
    return float(np.sum(within)) / degrees if degrees > 0 else 0.0


def _target(parts: Floats, n: Floats) -> float:
    whole = math.fsum(n)
    return math.fsum(parts) / whole if whole else 0.0


def _standardised(distances: Floats, errors: Floats) -> Floats:
    """Distances in standard errors; where nothing varies, a difference is without end."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = distances / errors
    return np.where((errors == 0) & (np.abs(distances) < 1e-12), 0.0, z)


def _clipped(z: Floats, winsorise: float) -> Floats:
    if not 0 <= winsorise < 0.5:
        raise ValueError("Less than half is clipped at each end.")
    rated = z[np.isfinite(z)]
    if not rated.size or not winsorise:
        return z
    # Quantiles of type 7 (Hyndman & Fan 1996), as in the published worked examples.
    low, high = np.quantile(rated, [winsorise, 1 - winsorise], method="linear")
    return np.clip(z, low, high)


def _spread(clipped: Floats, errors: Floats) -> tuple[float, float]:
    """φ = Σz²/N and τ² = max(0, (Nφ − (N−1)) / (Σw − Σw²/Σw)) with w = 1/s²."""
    rated = np.isfinite(clipped) & (errors > 0)
    count = int(np.sum(rated))
    if not count:
        return 0.0, 0.0
    phi = float(np.sum(clipped[rated] ** 2)) / count
    weights = 1 / errors[rated] ** 2
    whole = float(np.sum(weights))
    below = whole - float(np.sum(weights**2)) / whole
    # A single unit says nothing about the spread between units.
    if count == 1 or below <= 0:
        return phi, 0.0
    return phi, max(0.0, (count * phi - (count - 1)) / below)


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
