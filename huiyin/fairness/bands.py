"""Bands: a ranking cut only where the figures can tell units apart.

Made from simultaneous rank intervals. There are as many bands as there are units of which each
lies clearly above the next; a unit whose interval reaches over several bands is shown with all of
them. Two units that cannot be told apart always share a band.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bands:
    """Cuts in a ranking, and the first and last band of each unit in the order given.

    `ends` are the last places of the bands, the best band first; bands count from 1. `spans` holds
    for each unit the first and last band that its rank interval touches.
    """

    ends: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        return len(self.ends)


def bands(firsts: Sequence[int], lasts: Sequence[int]) -> Bands:
    """Cut a ranking into bands, from the simultaneous rank intervals of all its units.

    A band ends at the smallest last place among the intervals that begin after the band before it
    ended (the greedy choice of disjoint intervals, which finds as many as there can be); the last
    band reaches to the end. Each band so holds a unit that belongs to it alone.
    """
    intervals = sorted(zip(lasts, firsts, strict=True))
    if any(not 1 <= first <= last <= len(intervals) for last, first in intervals):
        raise ValueError("A rank interval lies between the first and the last place.")
    ends: list[int] = []
    for last, first in intervals:
        if not ends or first > ends[-1]:
            ends.append(int(last))
    if ends:
        ends[-1] = len(intervals)
    spans = tuple(
        (_band(first, ends), _band(last, ends)) for first, last in zip(firsts, lasts, strict=True)
    )
    return Bands(tuple(ends), spans)


def _band(place: int, ends: Sequence[int]) -> int:
    return 1 + sum(end < place for end in ends)
