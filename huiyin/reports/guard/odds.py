"""How improbable a count is among peers that differ by honest reasons; pure mathematics.

A unit's k of n is binomial about its own share; the log odds of units scatter normally about
what is usual for their cases, as widely as the peers themselves show. Sources: Spiegelhalter,
Statistics in Medicine 24 (2005) 1185 (funnels, overdispersion); Benjamini and Hochberg,
J. R. Statist. Soc. B 57 (1995) 289 (many tests).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# How far the log odds of units scatter (standard deviation). It never is 0: units are never
# exactly alike. Before the peers are looked at, it is held to be half-normal with 0.4: two units
# in three then have between 0.67 and 1.5 times the usual odds.
SPREADS = np.array([0.15, 0.2, 0.27, 0.36, 0.48, 0.63, 0.83, 1.1, 1.45, 1.9])
BEFOREHAND = np.log(SPREADS) - (SPREADS / 0.4) ** 2 / 2
# Where a unit may lie about the usual, in standard deviations, and how likely.
NODES = np.linspace(-6.5, 6.5, 79)
WEIGHTS = np.exp(-NODES * NODES / 2) / np.exp(-NODES * NODES / 2).sum()
LEAST_MEAN = 0.002


@dataclass(frozen=True)
class Count:
    """k cases of n showed a sign, where the share `mean` is usual.

    `unsure` is the variance of the log odds of that mean for this unit; `clump` says how many
    cases come together (the design effect), so that they are not taken for so many witnesses.
    """

    k: int
    n: int
    mean: float
    unsure: float = 0.0
    clump: float = 1.0

    @property
    def witnesses(self) -> tuple[int, int]:
        """K and n as independent cases."""
        n = math.ceil(self.n / self.clump)
        return min(n, math.floor(self.k / self.clump)), n


def bounded(mean: float) -> float:
    """A share that stays off 0 and 1."""
    return min(1 - LEAST_MEAN, max(LEAST_MEAN, mean))


def logit(mean: float) -> float:
    """The log odds of a share."""
    safe = bounded(mean)
    return math.log(safe / (1 - safe))


def expit(odds: float) -> float:
    """The share with these log odds."""
    return bounded(1 / (1 + math.exp(-odds)))


def likelihoods(count: Count) -> Array:
    """The log-likelihood of one count for each of `SPREADS`."""
    k, n = count.witnesses
    shares = _shares(count)
    said = k * np.log(shares) + (n - k) * np.log1p(-shares)
    best = said.max(axis=1, keepdims=True)
    found: Array = best[:, 0] + np.log(np.exp(said - best) @ WEIGHTS)
    return found


def predicted_tail(count: Count, peers: Array) -> float:
    """P(K ≥ k), averaged over the spreads that the peers allow.

    `peers` holds their log-likelihood for each of `SPREADS`. So the spread is not taken as known:
    with few peers a far count is less improbable.
    """
    k, n = count.witnesses
    held = peers + BEFOREHAND
    weights = np.exp(held - held.max())
    weights /= weights.sum()
    tails = _upper_tails(k, n, _shares(count).ravel()).reshape(len(SPREADS), len(NODES))
    return float(min(1.0, weights @ (tails @ WEIGHTS)))


def discoveries(chances: Sequence[float], *, level: float) -> list[bool]:
    """Which tests of a family stand out (Benjamini and Hochberg).

    Of those at most the share `level` is wrong on average; where every unit is honest, the
    chance that even one stands out is at most `level`.
    """
    order = sorted(range(len(chances)), key=chances.__getitem__)
    last = 0
    for place, which in enumerate(order, start=1):
        if chances[which] <= level * place / len(chances):
            last = place
    out = [False] * len(chances)
    for which in order[:last]:
        out[which] = True
    return out


def _shares(count: Count) -> Array:
    """The share at each spread (row) and node (column), about the usual one."""
    wide = np.sqrt(SPREADS**2 + count.unsure)
    odds = logit(count.mean) + np.outer(wide, NODES)
    found: Array = np.clip(1 / (1 + np.exp(-odds)), 1e-9, 1 - 1e-9)
    return found


def _upper_tails(k: int, n: int, shares: Array) -> Array:
    """P(K ≥ k) of the binomial for many shares at once, by the shorter of the two sums."""
    if k <= 0:
        return np.ones_like(shares)
    upper = n - k + 1 <= k
    counts = np.arange(k, n + 1) if upper else np.arange(k)
    ways = np.array(
        [math.lgamma(n + 1) - math.lgamma(c + 1) - math.lgamma(n - c + 1) for c in counts]
    )
    total = np.zeros_like(shares)
    for count, way in zip(counts, ways, strict=True):
        total += np.exp(way + count * np.log(shares) + (n - count) * np.log1p(-shares))
    found: Array = np.clip(total if upper else 1 - total, 0.0, 1.0)
    return found
