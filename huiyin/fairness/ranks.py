"""Rank intervals: between which places a unit lies, when its figure is known only so well.

Mogstad, Romano, Shaikh & Wilhelm 2023 (Review of Economic Studies 91:476), with two-sided
comparisons, critical values from a parametric bootstrap and the stepwise improvement. Seeded: the
same figures and seed give the same places for ever.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from huiyin.fairness.distributions import Floats

Whole = NDArray[np.int64]
Small = NDArray[np.float32]
Pairs = NDArray[np.bool_]

SEED = 20231
DRAWS = 1000


@dataclass(frozen=True)
class RankSets:
    """Places in the order given; place 1 has the highest value (or the lowest, if so asked).

    `places` are those of the values alone, with ties sharing the best of them. With the confidence
    asked for, the true place lies from `firsts` to `lasts`. `above[i, j]` says that unit i was
    shown to lie above unit j, `below[i, j]` that it lies below; in simultaneous sets each is the
    other turned round, in marginal ones a row holds what may be said of that unit alone. Units
    that cannot be placed (an error that is not finite) have place 0 and the whole range.
    """

    places: Whole
    firsts: Whole
    lasts: Whole
    above: Pairs
    below: Pairs


def rank_sets(
    values: ArrayLike,
    errors: ArrayLike,
    *,
    simultaneous: bool = False,
    highest_first: bool = True,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> RankSets:
    """Confidence sets for the ranks of values with these standard errors (arrays of one length).

    Marginal sets hold for one unit that was named beforehand: with the confidence, its true place
    lies in its set. Simultaneous sets hold for all units at once: with the confidence, every true
    place lies in its set; they are what a published table of many units needs.
    """
    values, errors = np.asarray(values, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if values.shape != errors.shape or values.ndim != 1 or np.any(errors < 0):
        raise ValueError("Each value has one standard error, 0 or more.")
    if not 0.5 < confidence < 1:
        raise ValueError("The confidence of a rank interval lies between 0.5 and 1.")
    known = np.isfinite(values) & np.isfinite(errors)
    signed = values[known] if highest_first else -values[known]
    # Drawn for the units from the most to the least exact, so that their order does not matter.
    order = np.lexsort((signed, errors[known]))
    distances = _distances(signed[order], errors[known][order])
    noise = _Noise(errors[known][order], draws=draws, seed=seed)
    found = _all_at_once if simultaneous else _each_alone
    above, below = np.zeros((2, len(values), len(values)), dtype=np.bool_)
    kept = np.ix_(np.flatnonzero(known)[order], np.flatnonzero(known)[order])
    above[kept], below[kept] = found(distances, noise, confidence)
    # A unit without a figure may stand anywhere, also between two others.
    firsts, lasts = 1 + below.sum(axis=1), len(values) - above.sum(axis=1)
    places = np.zeros(len(values), dtype=np.int64)
    rising = np.sort(signed)
    places[known] = 1 + len(rising) - np.searchsorted(rising, signed, side="right")
    return RankSets(places, firsts.astype(np.int64), lasts.astype(np.int64), above, below)


def _distances(values: Floats, errors: Floats) -> Floats:
    """How many standard errors each row lies above each column; exact values by any difference."""
    differences = np.subtract.outer(values, values)
    together = np.hypot.outer(errors, errors)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = differences / together
    return np.where(differences == 0, 0.0, found)


class _Noise:
    """What chance alone makes of the distances, draw by draw, without keeping the draws' pairs."""

    def __init__(self, errors: Floats, *, draws: int, seed: int) -> None:
        # The newer generators of numpy may draw other numbers in a later version; this one is
        # frozen, and a published interval must be found again in ten years.
        source = np.random.RandomState(seed)
        self.values = (source.standard_normal((draws, len(errors))) * errors).astype(np.float32)
        together = np.hypot.outer(errors, errors)
        np.fill_diagonal(together, 0.0)
        self.inverse = np.divide(
            1.0, together, out=np.zeros_like(together), where=together > 0
        ).astype(np.float32)

    def widest(self, rows: Whole, up: Pairs, down: Pairs | None = None) -> Small:
        """The largest distance of each row above others (and, with `down`, below) in each draw.

        `up` and `down` tell which comparisons still count, shaped rows × units; the answer is
        draws × rows. Distances that do not count are 0, below any critical value.
        """
        above = self.inverse[rows] * up
        below = None if down is None else self.inverse[rows] * down
        found = np.empty((len(self.values), len(rows)), dtype=np.float32)
        apart, scaled = np.empty_like(above), np.empty_like(above)
        for draw, noise in enumerate(self.values):
            np.subtract(noise[rows, None], noise[None, :], out=apart)
            np.multiply(apart, above, out=scaled)
            scaled.max(axis=1, out=found[draw])
            if below is not None:
                np.multiply(apart, below, out=scaled)
                np.maximum(found[draw], -scaled.min(axis=1), out=found[draw])
        return found


def _each_alone(distances: Floats, noise: _Noise, confidence: float) -> tuple[Pairs, Pairs]:
    """Which rows are above which columns, and below, by a critical value for each row alone."""
    count = len(distances)
    above, below = np.zeros((2, count, count), dtype=np.bool_)
    open_rows = np.arange(count)
    while len(open_rows):
        widest = noise.widest(open_rows, ~above[open_rows], ~below[open_rows])
        critical = _critical(widest, confidence)
        higher = distances[open_rows] > critical[:, None]
        lower = distances[open_rows] < -critical[:, None]
        new = (higher & ~above[open_rows]) | (lower & ~below[open_rows])
        above[open_rows] |= higher
        below[open_rows] |= lower
        # Only what was shown just now can lower a row's critical value.
        open_rows = open_rows[new.any(axis=1)]
    return above, below


def _all_at_once(distances: Floats, noise: _Noise, confidence: float) -> tuple[Pairs, Pairs]:
    """Which rows are above which columns by one critical value for all pairs."""
    count = len(distances)
    above, rows = np.zeros((count, count), dtype=np.bool_), np.arange(count)
    while count:
        widest = noise.widest(rows, ~above)
        critical = _critical(widest.max(axis=1, keepdims=True), confidence)[0]
        higher = distances > critical
        if not np.any(higher & ~above):
            break
        above |= higher
    return above, above.T


def _critical(widest: Small, confidence: float) -> Floats:
    """The quantile of each column: the smallest draw that at least this share do not exceed."""
    return np.quantile(widest.astype(np.float64), confidence, axis=0, method="inverted_cdf")


def chances_of_top(
    means: ArrayLike,
    deviations: ArrayLike,
    *,
    k: int,
    highest_first: bool = True,
    draws: int = 4000,
    seed: int = SEED,
) -> Floats:
    """How probable it is that each unit truly belongs to the first k.

    Means and deviations are those of shrunken figures (`Shrunk.means`, `Shrunk.deviations`); the
    true figures are drawn from them, and ties are broken by lot. Accurate to about ±0.01.
    """
    means, deviations = np.asarray(means, np.float64), np.asarray(deviations, np.float64)
    if means.shape != deviations.shape or np.any(~np.isfinite(means) | ~(deviations >= 0)):
        raise ValueError("Each mean has one deviation, 0 or more.")
    count = len(means)
    if not 0 <= k <= count:
        raise ValueError("The first k are some of the units.")
    source = np.random.RandomState(seed)  # frozen, see above
    hits = np.zeros(count)
    for _ in range(draws):
        lots = source.permutation(count)
        drawn = (means + deviations * source.standard_normal(count))[lots]
        order = np.argsort(-drawn if highest_first else drawn, kind="stable")
        hits[lots[order[:k]]] += 1
    return hits / draws
