"""Bands: units that cannot be told apart share one, and there are as many as can be told apart."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.fairness.bands import bands
from huiyin.fairness.ranks import rank_sets

quick = settings(max_examples=60, deadline=None, derandomize=True)
figure = st.tuples(st.integers(0, 100), st.floats(0.1, 15))
groups = st.lists(figure, min_size=1, max_size=12)


def simultaneous(group):
    """The simultaneous rank sets of figures."""
    return rank_sets([float(v) for v, _ in group], [e for _, e in group], simultaneous=True)


def share(one, other):
    """Whether two spans have a band in common."""
    return one[0] <= other[1] and other[0] <= one[1]


def chain(above):
    """The largest number of units of which each is clearly above the next, by trying them all."""

    def longest(start):
        return 1 + max((longest(j) for j in range(len(above)) if above[start][j]), default=0)

    return max(longest(i) for i in range(len(above)))


@given(groups)
@quick
def test_units_that_cannot_be_told_apart_share_a_band(group):
    sets = simultaneous(group)
    found = bands(sets.firsts.tolist(), sets.lasts.tolist())
    for i, j in combinations(range(len(group)), 2):
        if not sets.above[i, j] and not sets.above[j, i]:
            assert share(found.spans[i], found.spans[j])


@given(groups)
@quick
def test_units_without_a_common_band_are_clearly_apart(group):
    sets = simultaneous(group)
    found = bands(sets.firsts.tolist(), sets.lasts.tolist())
    for i, j in combinations(range(len(group)), 2):
        if not share(found.spans[i], found.spans[j]):
            assert sets.above[i, j] or sets.above[j, i]


@given(groups)
@quick
def test_every_band_holds_a_unit_of_its_own_and_no_more_bands_could(group):
    sets = simultaneous(group)
    found = bands(sets.firsts.tolist(), sets.lasts.tolist())
    alone = {first for first, last in found.spans if first == last}
    assert alone == set(range(1, found.count + 1))
    assert found.count <= chain(sets.above.tolist())
    assert found.ends[-1] == len(group)


def test_units_that_differ_only_by_chance_are_one_band():
    sets = simultaneous([(95, 2.0), (96, 3.0), (94, 1.5), (95, 9.0)])
    assert bands(sets.firsts, sets.lasts).spans == ((1, 1),) * 4


def test_units_far_apart_have_a_band_each():
    sets = simultaneous([(10, 0.1), (50, 0.1), (90, 0.1)])
    found = bands(sets.firsts, sets.lasts)
    assert (found.ends, found.spans) == ((1, 2, 3), ((3, 3), (2, 2), (1, 1)))


def test_a_small_street_is_shown_with_all_bands_it_may_belong_to():
    found = bands([1, 1, 3, 3, 1], [2, 2, 5, 5, 5])
    assert (found.ends, found.spans) == ((2, 5), ((1, 1), (1, 1), (2, 2), (2, 2), (1, 2)))


def test_no_units_have_no_bands():
    assert bands([], []).count == 0


@pytest.mark.parametrize("wrong", [([0], [1]), ([1], [2]), ([2, 1], [1, 2])])
def test_what_is_no_rank_interval_is_refused(wrong):
    with pytest.raises(ValueError, match="first and the last place"):
        bands(*wrong)
