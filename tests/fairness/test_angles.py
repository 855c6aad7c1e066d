"""Angles: the order of the figures, and chance as wide near the top as in the middle."""

import numpy as np
import pytest

from huiyin.fairness.angles import angles


def test_angles_stand_in_the_order_of_the_figures():
    values, _ = angles([100] * 5, [0, 20, 50, 97, 100])
    assert values.tolist() == sorted(values.tolist())
    assert values[[0, 2, 4]] == pytest.approx([0, np.pi / 4, np.pi / 2])


@pytest.mark.parametrize("share", [0.5, 0.9, 0.97])
def test_chance_is_as_wide_near_the_top_as_in_the_middle(share):
    drawn = np.random.RandomState(11).binomial(327, share, 4000)
    values, errors = angles([327] * 4000, drawn)
    assert np.std(values) == pytest.approx(errors[0], rel=0.06)


def test_composites_that_vary_less_are_known_more_exactly():
    values, errors = angles([25.0], [2400.0], ratio=0.64, top=100.0)
    assert values == pytest.approx(np.arcsin(np.sqrt(0.96)))
    assert errors == pytest.approx(0.8 / 10)


def test_a_unit_without_cases_has_no_angle_and_an_error_without_end():
    values, errors = angles([0, 4], [0, 2])
    assert np.isnan(values[0])
    assert errors.tolist() == [np.inf, 0.25]


def test_more_than_everything_is_refused():
    with pytest.raises(ValueError, match="top"):
        angles([3], [301], top=100)
