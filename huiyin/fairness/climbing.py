"""The top of a smooth likelihood of two numbers, by Newton's steps that never go down."""

from collections.abc import Callable

import numpy as np

from huiyin.fairness.distributions import Floats

Likelihood = Callable[[Floats], tuple[float, Floats]]
STEP = 1e-4


def summit(likelihood: Likelihood, start: Floats, *, low: Floats, high: Floats) -> Floats:
    """The point with the highest value within the bounds.

    `likelihood` gives the value and the gradient (length 2) at a point; the curvature is taken
    from differences of the gradient. Ends where the gradient is zero to rounding, or at a bound.
    """
    point = np.clip(start, low, high)
    value, slope = likelihood(point)
    for _ in range(100):
        following = _uphill(likelihood, point, (value, slope), bounds=(low, high))
        if following is None:
            break
        moved = float(np.max(np.abs(following - point)))
        point = following
        value, slope = likelihood(point)
        if moved < 1e-12:
            break
    return point


def _uphill(
    likelihood: Likelihood,
    point: Floats,
    seen: tuple[float, Floats],
    *,
    bounds: tuple[Floats, Floats],
) -> Floats | None:
    value, slope = seen
    step = _newton(likelihood, point, slope)
    for _ in range(40):
        following = np.clip(point + step, *bounds)
        # Near the top the value no longer tells a step from rounding; the gradient still does.
        higher, flatter = likelihood(following)
        if higher > value or (
            higher > value - 1e-9 * (1 + abs(value))
            and float(np.abs(flatter).max()) < float(np.abs(slope).max())
        ):
            return following
        step = step / 2
    return None


def _newton(likelihood: Likelihood, point: Floats, slope: Floats) -> Floats:
    rows = []
    for axis in np.eye(2):
        ahead = likelihood(point + STEP * axis)[1]
        behind = likelihood(point - STEP * axis)[1]
        rows.append((ahead - behind) / (2 * STEP))
    curvature = (np.array(rows) + np.array(rows).T) / 2
    heights, directions = np.linalg.eigh(curvature)
    # Where the surface does not curve down, the step still goes up, and not too far.
    falls = np.minimum(-np.abs(heights), -1e-8)
    step = -directions @ ((directions.T @ slope) / falls)
    length = float(np.abs(step).max())
    return np.asarray(step if length <= 2 else step * (2 / length))
