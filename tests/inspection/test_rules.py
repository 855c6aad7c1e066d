"""The moments of reminders and the order of rungs, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.inspection.preset_files import (
    read_clocks,
    read_ladder,
    shipped_clocks,
    shipped_ladder,
)
from huiyin.inspection.rules import (
    RUNGS,
    Clock,
    Rung,
    Tone,
    Trigger,
    is_higher,
    next_rung,
    point_reached,
    points,
)
from huiyin.inspection.waits import WAITS

DUE = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
LONG_AGO = DUE - timedelta(days=30)
HOUR = timedelta(hours=1)
CLOCK = Clock("case", (24, 2), at=True, each_morning=True)


@pytest.mark.parametrize(
    ("hours", "word"),
    [(-25, None), (-24, "before-24"), (-3, "before-24"), (-2, "before-2"), (0, "at"), (9, "at")],
)
def test_the_latest_reminder_that_has_come_is_the_one_to_tell(hours, word):
    reached = point_reached(CLOCK, DUE, since=LONG_AGO, at=DUE + hours * HOUR, morning=None)
    assert (reached.word if reached else None) == word


def test_who_was_told_an_hour_ago_is_not_reminded_of_a_moment_before_that():
    reached = point_reached(CLOCK, DUE, since=DUE - HOUR, at=DUE - HOUR / 2, morning=None)
    assert reached is None


def test_each_morning_after_it_is_another_reminder():
    mornings = [DUE + 15 * HOUR, DUE + 39 * HOUR]
    words = {
        point_reached(CLOCK, DUE, since=LONG_AGO, at=morning, morning=morning).word
        for morning in mornings
    }
    assert len(words) == 2


def test_a_morning_before_the_moment_is_none():
    found = points(CLOCK, DUE, since=LONG_AGO, morning=DUE - HOUR)
    assert Tone.OVER not in {point.tone for point in found}


@given(st.integers(-3000, 3000), st.integers(0, 200))
def test_a_later_look_never_finds_an_earlier_reminder(first, more):
    at = DUE + timedelta(minutes=first)
    one = point_reached(CLOCK, DUE, since=LONG_AGO, at=at, morning=None)
    later = at + timedelta(minutes=more)
    two = point_reached(CLOCK, DUE, since=LONG_AGO, at=later, morning=None)
    assert one is None or (two is not None and two.moment >= one.moment)


def test_each_rung_is_followed_by_the_one_above_and_the_last_by_itself():
    assert [next_rung(rung) for rung in RUNGS] == [*RUNGS[1:], Rung.MEETING]
    assert is_higher("listed", "remind")
    assert not is_higher("remind", "remind")


def test_the_shipped_ladder_knows_every_trigger_and_its_source():
    ladder = shipped_ladder()
    assert set(ladder.triggers) == set(Trigger) - {Trigger.BY_HAND}
    assert all(line.source and line.source_en for line in ladder.triggers.values())


def test_every_wait_has_its_reminders():
    assert {wait.name for wait in WAITS} == set(shipped_clocks())


@pytest.mark.parametrize(
    "text",
    [
        'source = "s"\nsource_en = "s"\nrung = []\ntrigger = []',
        '[[rung]]\ncode = "shout"\nanswer_days = 1\nclimb_days = 1',
    ],
)
def test_a_ladder_with_a_typing_error_is_refused(text):
    with pytest.raises((ValueError, KeyError)):
        read_ladder(text)


@pytest.mark.parametrize("line", ["hours_before = [0]", 'hours_before = []\nshout = "loud"'])
def test_reminders_with_a_typing_error_are_refused(line):
    with pytest.raises(ValueError, match=r"reminders|preset"):
        read_clocks(f'[[clock]]\nname = "case"\nat = true\neach_morning = false\n{line}')
