"""Rates and composites as angles: the scale on which chance is as wide at 50 as at 99 of 100.

Near the top a small unit's mean can fall far and rise hardly at all; an error of σ/√n takes no
notice and would call many a small unit worst. Ranks of angles are ranks of the figures themselves.
"""

import numpy as np
from numpy.typing import ArrayLike

from huiyin.fairness.distributions import Floats


def angles(
    n: ArrayLike, sums: ArrayLike, *, ratio: float = 1.0, top: float = 1.0
) -> tuple[Floats, Floats]:
    """The angle asin √(mean / top) of each unit and its standard error √ratio / (2√n).

    For rates, `sums` are the numerators; for composites, the sums of scores from 0 to `top`, with
    `ratio` from `intervals.spread_ratio`. Without cases nan, and an error without end: what
    `ranks.rank_sets` takes for a unit that may stand anywhere. Anscombe 1948, Biometrika 35:246.
    """
    n, sums = np.asarray(n, dtype=np.float64), np.asarray(sums, dtype=np.float64)
    if n.shape != sums.shape or np.any((sums < 0) | (sums > top * n * (1 + 1e-12))):
        raise ValueError("Each rate is a sum between 0 and n times the top.")
    known = n > 0
    shares = np.divide(sums, top * n, out=np.full(n.shape, np.nan), where=known)
    errors = np.full(n.shape, np.inf)
    errors[known] = np.sqrt(ratio / n[known]) / 2
    return np.arcsin(np.sqrt(np.minimum(shares, 1.0))), errors
