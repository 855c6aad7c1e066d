"""The funnel: published limits to the last digit, and what must hold for any group of units."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.fairness.funnel import ALARM, WARNING, Position, outside, rate_funnel, score_funnel
from tests.fairness.oracles import column, scalars, table

quick = settings(max_examples=150, deadline=None, derandomize=True)
rate = st.integers(0, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
groups = st.lists(rate, min_size=1, max_size=20)


def published():
    """The sixteen published units and our funnel of them."""
    rows = table("funnel_pr16.csv")
    return rows, rate_funnel(column(rows, "numerator"), column(rows, "denominator"))


def split(group):
    """Numerators and denominators."""
    return [k for k, _ in group], [n for _, n in group]


def test_target_and_spread_of_the_published_funnel_are_found():
    expected, (_, found) = scalars("funnel_pr16"), published()
    assert found.target == pytest.approx(expected["target"], abs=1e-9)
    assert found.phi == pytest.approx(expected["phi_winsor10"], abs=1e-9)
    assert found.tau2 == pytest.approx(expected["tau2_winsor10"], abs=1e-12)


def test_the_spread_without_clipping_is_the_published_one_too():
    expected, (rows, _) = scalars("funnel_pr16"), published()
    found = rate_funnel(column(rows, "numerator"), column(rows, "denominator"), winsorise=0)
    assert found.phi == pytest.approx(expected["phi_raw"], abs=1e-9)
    assert found.tau2 == pytest.approx(expected["tau2_raw"], abs=1e-12)


def test_every_unit_of_the_published_funnel_has_its_scores():
    rows, found = published()
    assert [p.value for p in found.points] == pytest.approx(column(rows, "rr"), abs=1e-12)
    assert [p.z for p in found.points] == pytest.approx(column(rows, "Uzscore"), abs=1e-9)
    assert [p.clipped for p in found.points] == pytest.approx(column(rows, "Wuzscore"), abs=1e-9)
    angles = [math.asin(math.sqrt(p.value)) for p in found.points]
    assert angles == pytest.approx(column(rows, "Y"), abs=1e-12)
    assert [0.5 / math.sqrt(p.n) for p in found.points] == pytest.approx(column(rows, "s"))


@pytest.mark.parametrize(
    ("limits", "z", "named"), [("warning", 1.959964, "OD95"), ("alarm", 3.090232, "OD99")]
)
def test_every_unit_of_the_published_funnel_has_its_limits(limits, z, named):
    rows, found = published()
    ends = [getattr(point, limits) for point in found.points]
    assert [low for low, _ in ends] == pytest.approx(column(rows, f"{named}LCL"), abs=1e-6)
    middle = math.asin(math.sqrt(found.target))
    for row, (_, high) in zip(rows, ends, strict=True):
        angle = middle + z * math.hypot(row["s"], math.sqrt(found.tau2))
        assert math.sin(angle) ** 2 == pytest.approx(row[f"{named}UCL"], abs=1e-6)
        # Beyond the right angle the published limit turns back below a rate of 1; ours stays there.
        assert high == pytest.approx(1 if angle > math.pi / 2 else row[f"{named}UCL"], abs=1e-6)


def test_only_the_published_outlier_lies_outside_the_funnel():
    rows, found = published()
    beyond = outside(found, Position.VERY_LOW, Position.VERY_HIGH)
    assert [i for i, row in enumerate(rows) if row["outlier"]] == list(beyond)
    assert [rows[i]["group"] for i in beyond] == ["U08"]
    assert outside(found, Position.LOW, Position.HIGH) == []


def test_without_the_spread_between_units_most_would_be_accused():
    rows, found = published()
    bare = rate_funnel(column(rows, "numerator"), column(rows, "denominator"), spread_between=False)
    assert (bare.tau2, bare.phi) == (0, found.phi)
    assert sum(point.position != Position.INSIDE for point in bare.points) == 10


@given(groups)
@quick
def test_limits_nest_and_hold_the_target(group):
    found = rate_funnel(*split(group))
    for point in found.points:
        assert 0 <= point.alarm.low <= point.warning.low <= found.target + 1e-12
        assert found.target - 1e-12 <= point.warning.high <= point.alarm.high <= 1


@given(groups)
@quick
def test_the_funnel_narrows_with_size_and_never_below_the_spread_between_units(group):
    found = rate_funnel(*split(group))
    widths = [high - low for low, high in (found.limits(n, WARNING) for n in (1, 10, 100, 1e4))]
    assert widths == sorted(widths, reverse=True)
    chance = rate_funnel(*split(group), spread_between=False)
    assert widths[-1] >= np.subtract(*chance.limits(1e4, WARNING)[::-1]) - 1e-12


@given(groups, st.randoms(use_true_random=False))
@quick
def test_the_order_of_the_units_does_not_matter(group, chance):
    order = list(range(len(group)))
    chance.shuffle(order)
    found = rate_funnel(*split(group))
    turned = rate_funnel(*split([group[i] for i in order]))
    assert (turned.target, turned.tau2) == pytest.approx((found.target, found.tau2))
    for place, i in enumerate(order):
        assert turned.points[place].alarm == pytest.approx(found.points[i].alarm)


@given(groups)
@quick
def test_a_position_is_what_the_limits_say(group):
    found = rate_funnel(*split(group))
    for point in found.points:
        inside = point.position in (Position.INSIDE, Position.NOT_RATED)
        if point.n and min(abs(point.value - end) for end in point.warning) > 1e-9:
            assert inside == (point.warning.low <= point.value <= point.warning.high)


def test_a_unit_without_cases_is_not_rated_and_changes_nothing():
    k, n = [9, 80, 300], [10, 100, 310]
    with_it, without = rate_funnel([*k, 0], [*n, 0]), rate_funnel(k, n)
    assert with_it.points[-1].position == Position.NOT_RATED
    assert (with_it.points[-1].value, with_it.points[-1].alarm) == (None, (0, 1))
    assert with_it.points[:-1] == without.points


@pytest.mark.parametrize(("k", "n"), [([0], [5]), ([5], [5]), ([3], [5]), ([0], [0])])
def test_one_unit_alone_is_never_outside(k, n):
    [point] = rate_funnel(k, n).points
    assert point.position in (Position.INSIDE, Position.NOT_RATED)


@pytest.mark.parametrize("k", [0, 50])
def test_units_that_solved_nothing_or_everything_are_all_inside(k):
    found = rate_funnel([k, k], [50, 50])
    assert (found.target, found.tau2) == (k / 50, 0)
    assert {point.position for point in found.points} == {Position.INSIDE}


def test_a_target_may_be_set_by_the_city():
    found = rate_funnel([900], [1000], target=0.95, spread_between=False)
    assert found.points[0].position == Position.VERY_LOW


@pytest.mark.parametrize(
    "wrong", [{"k": [3], "n": [2]}, {"k": [-1], "n": [2]}, {"k": [1], "n": [2], "target": 2}]
)
def test_what_is_no_rate_is_refused(wrong):
    with pytest.raises(ValueError, match=r"rate"):
        rate_funnel(**wrong)


def test_clipping_half_or_more_is_refused():
    with pytest.raises(ValueError, match="half"):
        rate_funnel([1, 2], [3, 4], winsorise=0.5)


def test_few_units_of_the_same_true_rate_are_called_outside():
    source, called, n = np.random.RandomState(4), 0, np.array([60, 120, 327, 800, 2000] * 20)
    for _ in range(100):
        found = rate_funnel(source.binomial(n, 0.9), n)
        called += len(outside(found, Position.VERY_LOW, Position.VERY_HIGH))
    assert 0.0005 <= called / 10_000 <= 0.005


def test_the_funnel_of_composites_of_all_or_nothing_is_that_of_their_rates():
    k, n = np.array([380.0, 880, 1500, 2490]), np.array([400.0, 900, 1600, 2500])
    rates, scores = rate_funnel(k, n), score_funnel(n, 100 * k, 1e4 * k)
    # The spread within units leaves out that between them: a little less than all or nothing.
    assert 0.97 < scores.ratio <= 1
    assert scores.target == pytest.approx(100 * rates.target)
    for one, other in zip(rates.points, scores.points, strict=True):
        assert other.z == pytest.approx(one.z, rel=0.03)
        assert other.alarm.low == pytest.approx(100 * one.alarm.low, abs=0.1)


def test_a_composite_far_below_the_others_is_outside_its_funnel():
    n, means = np.array([500.0] * 11 + [0]), np.array([96.0] * 10 + [80, 0])
    means[:10] += np.linspace(-0.5, 0.5, 10)
    found = score_funnel(n, n * means, n * (means**2 + 150))
    assert outside(found, Position.VERY_LOW) == [10]
    assert found.points[11].position == Position.NOT_RATED
    assert found.limits(500, ALARM).high <= 100


def test_composites_without_any_variation_are_all_inside():
    found = score_funnel([3, 5], [300, 500], [30_000, 50_000])
    assert {point.position for point in found.points} == {Position.INSIDE}
