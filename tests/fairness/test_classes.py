"""The four classes as rules, and when their boundary lies inside the noise."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.fairness.classes import (
    ClassRule,
    Condition,
    Direction,
    Measured,
    Reason,
    UnitFigures,
    classify,
    measured,
)
from huiyin.fairness.ranks import rank_sets

quick = settings(max_examples=60, deadline=None, derandomize=True)
HIGH, LOW = Direction.HIGHEST, Direction.LOWEST
ADVANCED = ClassRule("advanced", "score", HIGH, k=2, min_n=30)
# As the four classes are usually read; the thresholds of no city are known.
FOUR = (
    ADVANCED,
    ClassRule("rectified", "score", LOW, k=2, min_n=30, excludes=("advanced",)),
    ClassRule("progress", "change", HIGH, k=1, conditions=(Condition("change", at_least=0.01),)),
    ClassRule("governed", "received", HIGH, quantile=0.2, conditions=(Condition("problems", 2),)),
)


def unit(code, score, *, error=0.2, n=500, group="streets", **others):
    """A unit with its score and plain counts."""
    counts = {name: Measured(value, 0.0, n) for name, value in others.items()}
    return UnitFigures(code, group, {"score": Measured(score, error, n), **counts})


def city():
    """Six streets that lie clearly apart, and a small one whose score happens to be best."""
    return [
        unit("S1", 98, change=0.1, received=900, problems=5),
        unit("S2", 96, change=2, received=500, problems=0),
        unit("S3", 94, change=-1, received=4000, problems=9),
        unit("S4", 92, change=0, received=5000, problems=1),
        unit("S5", 90, change=-2, received=300, problems=0),
        unit("S6", 88, change=1, received=200, problems=3),
        unit("S7", 100, error=5, n=8, change=9, received=20, problems=0),
    ]


def test_each_class_takes_the_units_that_its_rule_asks_for():
    advanced, rectified, progress, governed = classify(city(), FOUR)
    assert advanced.members == ("S1", "S2")
    assert rectified.members == ("S6", "S5")
    assert progress.members == ("S7",)
    # A fifth of the four streets with at least two problem cases is none.
    assert (governed.ranked, governed.size, governed.members) == (4 - 1, 0, ())


def test_a_share_of_the_units_is_rounded_down():
    rule = ClassRule("governed", "received", HIGH, quantile=0.3)
    assert [rule.size_of(count) for count in (0, 3, 4, 10, 343)] == [0, 0, 1, 3, 102]
    [found] = classify(city(), [rule])
    assert found.members == ("S4", "S3")


def test_a_unit_below_the_least_number_of_cases_is_not_ranked_and_told_why():
    [found] = classify(city(), [ADVANCED])
    small = found.judged["S7"]
    assert (small.is_member, small.reason, small.place) == (False, Reason.TOO_FEW_CASES, 0)
    assert found.ranked == 6


def test_exactly_the_least_number_of_cases_is_enough():
    [found] = classify([unit("A", 90, n=30), unit("B", 95, n=29)], [ADVANCED])
    assert found.members == ("A",)


def test_a_class_looks_at_rank_intervals_that_hold_for_all_units_at_once():
    units = [unit(f"S{i:02}", 80 + i, error=2) for i in range(12)]
    [found] = classify(units, [ClassRule("x", "score", HIGH, k=3)])
    sets = rank_sets([80.0 + i for i in range(12)], [2.0] * 12, simultaneous=True)
    judged = [found.judged[each.code] for each in units]
    assert [(each.first, each.last) for each in judged] == list(
        zip(sets.firsts.tolist(), sets.lasts.tolist(), strict=True)
    )


def test_every_unit_has_its_reason():
    rule = ClassRule(
        "x",
        "score",
        HIGH,
        k=1,
        group="streets",
        min_n=30,
        conditions=(Condition("received", at_most=1000),),
        excludes=("taken",),
    )
    units = [
        *city(),
        unit("D1", 99, group="departments", received=5),
        UnitFigures("S8", "streets", {}),
        unit("S9", math.nan, received=5),
    ]
    first = ClassRule("taken", "score", LOW, k=1, min_n=30, group="streets")
    judged = classify(units, [first, rule])[1].judged
    assert {code: found.reason for code, found in judged.items()} == {
        "S1": Reason.AMONG_THE_FIRST,
        "S2": Reason.BEYOND_THE_BOUNDARY,
        "S3": Reason.CONDITION_NOT_MET,
        "S4": Reason.CONDITION_NOT_MET,
        "S5": Reason.BEYOND_THE_BOUNDARY,
        "S6": Reason.IN_ANOTHER_CLASS,
        "S7": Reason.TOO_FEW_CASES,
        "S8": Reason.NO_FIGURE,
        "S9": Reason.NO_FIGURE,
        "D1": Reason.OTHER_GROUP,
    }


def test_a_member_of_an_excluded_class_makes_room_for_the_next():
    units = city()[:3]
    first, second = classify(
        units, [ADVANCED, ClassRule("lowest", "score", LOW, k=2, excludes=("advanced",))]
    )
    assert first.members == ("S1", "S2")
    assert second.members == ("S3",)
    assert second.judged["S1"].reason == Reason.IN_ANOTHER_CLASS


def test_a_boundary_between_clearly_different_units_is_firm():
    [found] = classify(city(), [ADVANCED])
    assert not found.is_boundary_in_noise
    assert found.doubtful == ()
    assert not any(judged.is_boundary_in_noise for judged in found.judged.values())


def near():
    """A best street, and four of which chance decides the order."""
    return [unit("A", 98), *(unit(code, 90 + i / 50) for i, code in enumerate("BCDE"))]


def test_a_boundary_between_units_that_chance_could_swap_lies_in_the_noise():
    [found] = classify(near(), [ADVANCED])
    assert found.members == ("A", "E")
    assert found.is_boundary_in_noise
    assert found.doubtful == ("E", "D", "C", "B")
    firm, unsure = found.judged["A"], found.judged["E"]
    assert (firm.first, firm.last, firm.is_boundary_in_noise) == (1, 1, False)
    assert (unsure.first, unsure.last, unsure.is_boundary_in_noise) == (2, 5, True)


def test_a_class_of_clear_members_only_leaves_the_doubtful_out():
    rule = ClassRule("advanced", "score", HIGH, k=2, only_clear=True)
    [found] = classify(near(), [rule])
    assert found.members == ("A",)
    assert found.judged["E"].reason == Reason.NOT_CLEAR_ENOUGH
    assert found.is_boundary_in_noise


def test_equal_counts_at_the_boundary_are_told_apart_by_code_and_called_noise():
    units = [unit(code, 90, received=count) for code, count in [("B", 7), ("A", 7), ("C", 9)]]
    [found] = classify(units, [ClassRule("governed", "received", HIGH, k=2)])
    assert found.members == ("C", "A")
    assert found.doubtful == ("A", "B")
    assert [found.judged[code].place for code in "ABC"] == [2, 2, 1]


@pytest.mark.parametrize("k", [0, 6, 60])
def test_a_class_of_nobody_or_everybody_has_no_boundary(k):
    [found] = classify([*near(), unit("F", 90)], [ClassRule("x", "score", HIGH, k=k)])
    assert len(found.members) == min(k, 6)
    assert not found.is_boundary_in_noise


def test_no_units_make_no_class():
    [found] = classify([], [ADVANCED])
    assert (found.ranked, found.members, dict(found.judged)) == (0, (), {})


@given(
    st.lists(st.tuples(st.integers(0, 100), st.floats(0.1, 9)), min_size=1, max_size=10),
    st.integers(0, 10),
    st.randoms(use_true_random=False),
)
@quick
def test_classes_do_not_depend_on_the_order_of_the_units(figures, k, chance):
    units = [unit(f"S{i}", score, error=e) for i, (score, e) in enumerate(figures)]
    rules = [ClassRule("x", "score", HIGH, k=k), ClassRule("y", "score", LOW, k=k, excludes=("x",))]
    found = classify(units, rules)
    chance.shuffle(units)
    assert classify(units, rules) == found


@given(
    st.lists(st.tuples(st.integers(0, 100), st.floats(0.1, 9)), min_size=2, max_size=10),
    st.integers(1, 9),
)
@quick
def test_who_is_not_doubtful_lies_clearly_on_one_side(figures, k):
    units = [unit(f"S{i}", score, error=e) for i, (score, e) in enumerate(figures)]
    [found] = classify(units, [ClassRule("x", "score", HIGH, k=k)])
    assert len(found.members) == min(k, len(units))
    for judged in found.judged.values():
        assert judged.first <= judged.place <= judged.last
        if not judged.is_boundary_in_noise and k < len(units):
            assert (judged.last <= k) == judged.is_member


@pytest.mark.parametrize(
    "wrong",
    [{}, {"k": 3, "quantile": 0.5}, {"k": -1}, {"quantile": 1.5}],
)
def test_a_rule_that_takes_no_clear_number_of_units_is_refused(wrong):
    with pytest.raises(ValueError, match=r"class"):
        ClassRule("x", "score", HIGH, **wrong)


def test_a_rule_that_excludes_a_class_of_later_is_refused():
    rule = ClassRule("x", "score", HIGH, k=1, excludes=("later",))
    with pytest.raises(ValueError, match="comes before later"):
        classify(city(), [rule])


def test_two_units_of_one_code_are_refused():
    with pytest.raises(ValueError, match="code of its own"):
        classify([unit("A", 90), unit("A", 91)], [ADVANCED])


def test_a_rate_is_ranked_by_its_angle_and_judged_by_its_value():
    rule = ClassRule("x", "solved", HIGH, k=1, conditions=(Condition("solved", at_most=0.99),))
    units = [
        UnitFigures(code, "streets", {"solved": measured(n, k)})
        for code, k, n in [("A", 960, 1000), ("B", 3, 3), ("C", 500, 1000), ("D", 0, 0)]
    ]
    [found] = classify(units, [rule])
    assert found.members == ("A",)
    assert (found.judged["B"].reason, found.judged["D"].reason) == (
        Reason.CONDITION_NOT_MET,
        Reason.NO_FIGURE,
    )
    assert not found.is_boundary_in_noise
