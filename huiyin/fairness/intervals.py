"""How exactly a rate or a score is known: intervals for one, for a difference, and comparisons.

A rate is k of n. A composite is n answers with scores from 0 to `top`, given as their sum.
Nothing here asks how large a city is: the cases that were judged are a sample of the unit's work.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from huiyin.fairness.distributions import z_of

Number = int | float


class Interval(NamedTuple):
    """From the lowest to the highest value that agrees with what was seen."""

    low: float
    high: float


class Change(StrEnum):
    """What may be said of a figure beside an earlier one."""

    HIGHER = "higher"
    LOWER = "lower"
    # The interval of the difference holds zero: the figures do not show a change.
    NOT_CLEAR = "not_clear"
    # One of the two months has nothing to compare.
    NOT_RATED = "not_rated"


@dataclass(frozen=True)
class Comparison:
    """A figure now, minus the same figure then; without an interval where one of them is empty."""

    difference: float | None
    interval: Interval | None
    change: Change


def wilson(k: Number, n: Number, *, confidence: float = 0.95) -> Interval:
    """The score interval of a rate k / n (Wilson 1927, JASA 22:209); 0 to 1 where n is 0.

    `k` and `n` need not be whole: an effective sample size may stand for n.
    """
    z = z_of(confidence)
    if not 0 <= k <= n:
        raise ValueError("A rate is k of n with 0 <= k <= n.")
    if n == 0:
        return Interval(0.0, 1.0)
    k, n = float(k), float(n)
    middle = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return Interval(
        0.0 if k == 0 else max(0.0, middle - half),
        1.0 if k == n else min(1.0, middle + half),
    )


def newcombe(
    now: tuple[Number, Number], then: tuple[Number, Number], *, confidence: float = 0.95
) -> Interval:
    """The interval of a difference of two independent rates, each as (k, n).

    Newcombe 1998, Statistics in Medicine 17:873, method 10. −1 to 1 where one of them is empty.
    """
    if not now[1] or not then[1]:
        return Interval(-1.0, 1.0)
    rates = [float(k) / float(n) for k, n in (now, then)]
    ranges = [wilson(k, n, confidence=confidence) for k, n in (now, then)]
    return _hybrid((rates[0], rates[1]), (ranges[0], ranges[1]))


def _hybrid(values: tuple[float, float], ranges: tuple[Interval, Interval]) -> Interval:
    """The interval of a difference from those of its two parts (Zou & Donner 2008)."""
    (first, second), (one, other) = values, ranges
    return Interval(
        first - second - math.hypot(first - one.low, other.high - second),
        first - second + math.hypot(one.high - first, second - other.low),
    )


def spread_ratio(
    n: Sequence[Number], sums: Sequence[Number], squares: Sequence[Number], *, top: float = 100.0
) -> float:
    """How much less single scores vary than answers of all or nothing with the same mean would.

    The variance within units, pooled over all of them, over mean × (top − mean); at most 1. The
    units share one value because a single unit's few answers say little about their own spread.
    Without two answers in any unit it is 1, the widest.
    """
    kept = [tuple(map(float, row)) for row in zip(n, sums, squares, strict=True) if row[0]]
    degrees = sum(row[0] - 1 for row in kept)
    if degrees <= 0:
        return 1.0
    mean = sum(row[1] for row in kept) / sum(row[0] for row in kept)
    widest = mean * (top - mean)
    within = sum(max(0.0, row[2] - row[1] ** 2 / row[0]) for row in kept) / degrees
    return min(1.0, within / widest) if widest > 0 else 1.0


def score_interval(
    n: Number, total: Number, *, ratio: float = 1.0, top: float = 100.0, confidence: float = 0.95
) -> Interval:
    """The interval of the mean of n scores between 0 and `top`, given their sum.

    Wilson's interval at the effective sample size n / ratio (Korn & Graubard 1998, Survey
    Methodology 24:193): it never leaves 0 to `top` and has width even where all scores are equal,
    which mean ± 2 standard errors has not. `ratio` comes from `spread_ratio`.
    """
    if not 0 <= float(total) <= top * float(n) * (1 + 1e-12):
        raise ValueError("A sum of n scores lies between 0 and n times the top score.")
    if not n:
        return Interval(0.0, top)
    # Scores that never vary anywhere would give an infinite sample.
    size = float(n) / max(ratio, 1e-6)
    share = min(1.0, float(total) / (top * float(n)))
    found = wilson(share * size, size, confidence=confidence)
    return Interval(found.low * top, found.high * top)


def compare_rates(
    now: tuple[Number, Number], then: tuple[Number, Number], *, confidence: float = 0.95
) -> Comparison:
    """A rate beside that of last month or last year, each as (k, n)."""
    if not now[1] or not then[1]:
        return Comparison(None, None, Change.NOT_RATED)
    difference = float(now[0]) / float(now[1]) - float(then[0]) / float(then[1])
    return _told(difference, newcombe(now, then, confidence=confidence))


def compare_scores(
    now: tuple[Number, Number],
    then: tuple[Number, Number],
    *,
    ratios: tuple[float, float] = (1.0, 1.0),
    top: float = 100.0,
    confidence: float = 0.95,
) -> Comparison:
    """A composite beside that of last month or last year, each as (n, sum of scores)."""
    if not now[0] or not then[0]:
        return Comparison(None, None, Change.NOT_RATED)
    means = [float(total) / float(n) for n, total in (now, then)]
    ranges = [
        score_interval(n, total, ratio=ratio, top=top, confidence=confidence)
        for (n, total), ratio in zip((now, then), ratios, strict=True)
    ]
    found = _hybrid((means[0], means[1]), (ranges[0], ranges[1]))
    return _told(means[0] - means[1], found)


def _told(difference: float, interval: Interval) -> Comparison:
    change = Change.NOT_CLEAR
    if interval.low > 0:
        change = Change.HIGHER
    elif interval.high < 0:
        change = Change.LOWER
    return Comparison(difference, interval, change)
