"""The month's figures against a slow count in plain Python, over random lives in two cities."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

import pytest

from huiyin.cases.rules import ARROWS, Status
from huiyin.reports.months import COUNTS, city_months
from tests.makers import city, make_unit
from tests.reports.lives import NEW_YORK, SHANGHAI, Happened, other_city, past, written

pytestmark = pytest.mark.django_db
AS_OF = datetime(2026, 4, 12, 12, 0, tzinfo=SHANGHAI)
MONTHS = ("2026-02", "2026-03", "2026-04")


@dataclass
class Story:
    """A life as a list of steps, in hours after its receipt."""

    city: str
    received: datetime
    zone: object
    steps: list[Happened] = field(default_factory=list)


def told(draw, zone, city_name, units):
    """Draw a life: a walk along the arrows, on whole hours so that deadlines are met exactly."""
    start = datetime(2026, 2, 26, 12, 0, tzinfo=SHANGHAI)
    story = Story(city_name, start + timedelta(hours=draw.randrange(45 * 24)), zone)
    status, clock, hours = Status.RECEIVED, None, 0
    for _ in range(draw.choice((0, 1, 2, 3, 4, 6, 9))):
        arrow = draw.choice([arrow for arrow in ARROWS if arrow.start == status])
        hours += draw.randrange(30)
        if story.received + timedelta(hours=hours) > AS_OF or _goes_nowhere(arrow, story):
            break
        unit = draw.choice(units) if arrow.step in {"dispatch", "redispatch"} else None
        clock = hours + draw.randrange(draw.choice((30, 500))) if draw.random() < 0.8 else None
        story.steps.append(Happened(arrow.end, hours, unit, clock))
        status = arrow.end
    return story


def _goes_nowhere(arrow, story):
    """Whether a new round would begin at no unit at all."""
    return arrow.step in {"reopen", "reopen_closed"} and not any(s.unit for s in story.steps)


def counted_slowly(story):
    """What became of one life, by walking it: counts, hours to closing, the unit that leads."""
    rounds, closed_at, unit, withdrawn_at = [], None, None, None
    status, last_unit, current = Status.RECEIVED, None, None
    for step in story.steps:
        new_round = step.end == Status.DISPATCHED and status in {Status.ANSWERED, Status.CLOSED}
        if (current is None and step.end in {Status.DISPATCHED, Status.ANSWERED}) or new_round:
            current = {"due": None, "answered": None, "started": False}
            rounds.append(current)
        if step.end == Status.DISPATCHED:
            unit = last_unit = step.unit or unit or last_unit
            if not current["started"]:
                current |= {"due": step.due, "started": True}
        if step.end in {Status.RECEIVED, Status.TRANSFERRED, Status.MERGED}:
            unit = None
        if step.end == Status.ANSWERED and status != Status.CLOSED:
            current["answered"] = step.hours
        closed_at = step.hours if step.end == Status.CLOSED else None
        withdrawn_at = step.hours if step.end == Status.WITHDRAWN else None
        status = step.end
    now = (AS_OF - story.received) / timedelta(hours=1)
    counts = {
        "received": True,
        "answered": any(turn["answered"] is not None for turn in rounds),
        "closed": closed_at is not None,
        "reopened": len(rounds) > 1,
        verdict(rounds, withdrawn_at, now): True,
    }
    return counts, closed_at, unit


def verdict(rounds, withdrawn_at, now):
    """Judge rounds one after the other, the worst finding first."""
    timed = [turn for turn in rounds if turn["due"] is not None]
    end = now if withdrawn_at is None else withdrawn_at
    for turn in timed:
        waited = end if turn["answered"] is None else turn["answered"]
        if waited > turn["due"]:
            return "overdue"
    waiting = [turn for turn in timed if turn["answered"] is None]
    if waiting and withdrawn_at is None:
        return "not_yet_due"
    if len(waiting) < len(timed):
        return "on_time"
    return "without_deadline" if withdrawn_at is None else "withdrawn"


def expected(stories, month):
    """The rows of a month, by city and unit."""
    rows = {}
    for story in stories:
        if story.received.astimezone(story.zone).strftime("%Y-%m") != month:
            continue
        counts, hours, unit = counted_slowly(story)
        row = rows.setdefault((story.city, unit and unit.name), {"hours": []})
        for name in counts:
            row[name] = row.get(name, 0) + counts[name]
        row["hours"] += [] if hours is None else [hours]
    return rows


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_agree_with_a_slow_count_over_three_hundred_lives(seed):
    draw = random.Random(seed)
    boston = other_city("Boston", "America/New_York")
    here, there = [make_unit(), make_unit(), make_unit()], [make_unit(parent=boston)]
    stories = [
        told(draw, NEW_YORK, "Boston", there)
        if draw.random() < 0.3
        else told(draw, SHANGHAI, "和安市", here)
        for _ in range(300)
    ]
    roots = {"Boston": boston, "和安市": city()}
    written(
        [past(*s.steps, at=s.received, taken_in_by=roots[s.city], channel="web") for s in stories]
    )
    for month in MONTHS:
        found = {
            (row.city, row.unit): row for one in city_months(month, as_of=AS_OF) for row in one.rows
        }
        wanted = expected(stories, month)
        assert found.keys() == wanted.keys()
        for key, row in found.items():
            counts = {name: getattr(row, name) for name in COUNTS}
            assert counts == {name: int(wanted[key].get(name, 0)) for name in COUNTS}, key
            hours = wanted[key]["hours"]
            middle = round(median(hours), 2) if hours else None
            assert row.median_hours == pytest.approx(middle), key
        for one in city_months(month, as_of=AS_OF):
            for name in COUNTS:
                assert getattr(one.total, name) == sum(getattr(row, name) for row in one.rows)


def test_the_random_lives_show_every_verdict():
    draw = random.Random(1)
    here = [make_unit()]
    seen = {
        name for _ in range(300) for name in counted_slowly(told(draw, SHANGHAI, "和安市", here))[0]
    }
    assert seen == set(COUNTS)
