"""Which line comes first, told without a database, and what no change elsewhere may alter."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.dispatch.rules import (
    EMERGENCY,
    ORDER,
    BadCondition,
    Facts,
    Rule,
    conditions_of,
    conflicts,
    hours_of,
    hours_text,
    in_order,
    kept,
    rank,
    season_of,
    season_text,
)

NIGHT = datetime(2026, 1, 15, 23, 30, tzinfo=UTC)
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
LAMP = Facts(
    category=(1, 2),
    place=(10, 11, 12),
    level="street",
    kind="complaint",
    channel="phone",
    deadline_class=EMERGENCY,
    at=NIGHT,
    text="路灯漏电",
)
# One line for each place in the order, each closer to the case than all that follow.
CLOSER_AND_CLOSER = [
    Rule(1),
    Rule(2, conditions=conditions_of({"channels": ["phone"]})),
    Rule(3, conditions=conditions_of({"season": "11-15~03-15"})),
    Rule(4, conditions=conditions_of({"hours": "22:00-06:00"})),
    Rule(5, conditions=conditions_of({"classes": ["emergency-like", "general"]})),
    Rule(6, conditions=conditions_of({"kinds": ["complaint"]})),
    Rule(7, conditions=conditions_of({"words": ["漏电"]})),
    Rule(8, level="street"),
    Rule(9, place=11),
    Rule(10, category=1),
    Rule(11, category=2),
    Rule(12, conditions=conditions_of({"classes": [EMERGENCY]})),
]


def first(rules, facts=LAMP):
    found = in_order(rules, facts)
    return [rule.number for rule in found[0]] if found else []


def test_each_place_in_the_written_order_comes_before_all_that_follow():
    fitting = [rule for rule in CLOSER_AND_CLOSER if rule.number != 5]
    assert [group[0].number for group in in_order(fitting, LAMP)] == [
        12,
        11,
        10,
        9,
        8,
        7,
        6,
        4,
        3,
        2,
        1,
    ]
    assert len(ORDER) == len(rank(CLOSER_AND_CLOSER[0], LAMP))


def test_the_order_of_the_lines_in_the_file_does_not_matter():
    for few in permutations(CLOSER_AND_CLOSER[6:10]):
        assert first(few) == [10]


@pytest.mark.parametrize(
    ("text", "at", "inside"),
    [
        ("22:00-06:00", NIGHT, True),
        ("22:00-06:00", NOON, False),
        ("23:30-23:31", NIGHT, True),
        ("22:00-23:30", NIGHT, False),
        ("12:00-24:00", NIGHT, True),
        ("22:00\uff0d06:00", NIGHT, True),
    ],
)
def test_a_time_of_day_may_run_over_midnight_and_ends_before_its_last_minute(text, at, inside):
    rule = Rule(1, conditions=conditions_of({"hours": text}))
    assert first([rule], replace(LAMP, at=at)) == ([1] if inside else [])


@pytest.mark.parametrize(
    ("text", "at", "inside"),
    [
        ("11-15~03-15", NIGHT, True),
        ("11-15~03-15", NOON, False),
        ("07-01~07-01", NOON, True),
        ("01-16~12-31", NIGHT, False),
    ],
)
def test_a_season_may_run_over_the_new_year_and_holds_both_its_days(text, at, inside):
    rule = Rule(1, conditions=conditions_of({"season": text}))
    assert first([rule], replace(LAMP, at=at)) == ([1] if inside else [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hours", "25:00-06:00"),
        ("hours", "22:60-06:00"),
        ("hours", "22:00"),
        ("hours", "08:00-08:00"),
        ("season", "13-01~12-01"),
        ("season", "02-30~03-01"),
        ("season", "winter"),
        ("colour", "red"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused_by_its_name(name, text):
    with pytest.raises(BadCondition) as bad:
        conditions_of({name: text})
    assert bad.value.field == name


# --- what holds for every catalogue -----------------------------------------------------

MINUTES = st.integers(0, 24 * 60 - 1)
WINDOWS = st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] != pair[1])
WORDS = st.sets(st.sampled_from(["漏电", "噪声", "停水"]), max_size=2)
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.sets(st.sampled_from(["complaint", "help"]), max_size=2).map(list),
        "channels": st.sets(st.sampled_from(["phone", "web"]), max_size=2).map(list),
        "classes": st.sets(st.sampled_from(["general", EMERGENCY]), max_size=2).map(list),
        "hours": WINDOWS.map(hours_text),
        "season": st.sampled_from(["", "11-15~03-15", "05-01~09-30"]),
        "words": WORDS.map(list),
    },
).map(conditions_of)
RULES = st.builds(
    Rule,
    number=st.integers(1, 10_000),
    category=st.sampled_from([None, 1, 2, 3]),
    place=st.sampled_from([None, 10, 11, 12]),
    level=st.sampled_from(["", "district", "street"]),
    conditions=CONDITIONS,
    unit=st.integers(1, 5),
)
CATALOGUES = st.lists(RULES, max_size=12, unique_by=lambda rule: rule.number)
FACTS = st.builds(
    Facts,
    category=st.sampled_from([(), (1,), (1, 2), (3,)]),
    place=st.sampled_from([(), (10,), (10, 11), (10, 11, 12)]),
    level=st.sampled_from(["", "city", "street"]),
    kind=st.sampled_from(["complaint", "help", "thanks"]),
    channel=st.sampled_from(["phone", "web"]),
    deadline_class=st.sampled_from(["general", EMERGENCY]),
    at=st.datetimes(timezones=st.just(UTC)),
    text=st.sampled_from(["路灯漏电", "噪声", ""]),
)


@given(CATALOGUES, FACTS, st.randoms(use_true_random=False))
def test_no_catalogue_depends_on_the_order_of_its_lines(rules, facts, chance):
    shuffled = rules.copy()
    chance.shuffle(shuffled)
    assert in_order(shuffled, facts) == in_order(rules, facts)


@given(CATALOGUES, FACTS, RULES)
def test_a_line_for_another_category_changes_nothing(rules, facts, further):
    other = replace(further, category=99, number=20_000)
    assert in_order([*rules, other], facts) == in_order(rules, facts)


@given(CATALOGUES, FACTS)
def test_lines_that_tie_with_two_aims_were_listed_as_contradicting(rules, facts):
    listed = {frozenset((one.number, other.number)) for one, other in conflicts(rules)}
    for equals in in_order(rules, facts):
        pairs = [
            frozenset((one.number, other.number))
            for one in equals
            for other in equals
            if one.aim != other.aim
        ]
        assert set(pairs) <= listed


@given(CONDITIONS)
def test_conditions_are_kept_and_read_again_the_same(conditions):
    assert conditions_of(kept(conditions)) == conditions


@given(WINDOWS)
def test_a_time_of_day_is_written_and_read_again_the_same(window):
    assert hours_of(hours_text(window)) == window


@pytest.mark.parametrize("text", ["11-15~03-15", "02-29~02-29"])
def test_a_season_is_written_and_read_again_the_same(text):
    assert season_text(season_of(text)) == text


def test_lines_that_no_case_can_both_meet_do_not_contradict():
    rules = [
        Rule(1, category=1, conditions=conditions_of({"hours": "06:00-22:00"}), unit=1),
        Rule(2, category=1, conditions=conditions_of({"hours": "22:00-06:00"}), unit=2),
        Rule(3, category=1, conditions=conditions_of({"kinds": ["help"]}), unit=3),
        Rule(4, category=1, conditions=conditions_of({"kinds": ["complaint"]}), unit=4),
        Rule(5, category=1, unit=5),
        Rule(6, category=1, unit=5),
    ]
    assert conflicts(rules) == []
