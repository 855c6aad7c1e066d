"""The ladder and the reminders that come with huiyin: one TOML file each.

A file that says something unknown is refused by name, so that a typing error cannot become a
rule.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from huiyin.inspection.rules import RUNGS, Clock, Rung, Trigger

FOLDER = Path(__file__).resolve().parent / "presets"
LADDER, REMINDERS = "ladder.toml", "reminders.toml"


@dataclass(frozen=True)
class RungTimes:
    """How many working days a unit has for its answer, and how many more until the next rung."""

    rung: Rung
    answer_days: int
    climb_days: int


@dataclass(frozen=True)
class TriggerLine:
    """Which rung a trigger opens, after how many times, and on whose word."""

    trigger: Trigger
    opens: Rung
    times: int
    source: str
    source_en: str = ""
    is_on: bool = True


@dataclass(frozen=True)
class Ladder:
    """The whole ladder."""

    rungs: dict[str, RungTimes]
    triggers: dict[str, TriggerLine]
    source: str
    source_en: str


@cache
def shipped_ladder() -> Ladder:
    """The ladder as its file states it."""
    return read_ladder((FOLDER / LADDER).read_text(encoding="utf-8"))


def read_ladder(text: str) -> Ladder:
    """Read a ladder; raises ValueError for a word it does not know and for a missing rung."""
    said = tomllib.loads(text)
    rungs = [_made(RungTimes, {"rung": Rung(row.pop("code")), **row}) for row in said["rung"]]
    triggers = [
        _made(
            TriggerLine,
            {"trigger": Trigger(row.pop("code")), "opens": Rung(row.pop("opens")), **row},
        )
        for row in said["trigger"]
    ]
    if [times.rung for times in rungs] != list(RUNGS):
        raise ValueError(f"{LADDER} must name each rung once, from the lightest to the heaviest.")
    if any(times.answer_days < 1 or times.climb_days < 1 for times in rungs):
        raise ValueError(f"{LADDER} must give at least one day to answer and one to climb.")
    return Ladder(
        {times.rung: times for times in rungs},
        {line.trigger: line for line in triggers},
        said["source"],
        said["source_en"],
    )


@cache
def shipped_clocks() -> dict[str, Clock]:
    """The reminders as their file states them, by the name of their clock."""
    return read_clocks((FOLDER / REMINDERS).read_text(encoding="utf-8"))


def read_clocks(text: str) -> dict[str, Clock]:
    """Read reminders; raises ValueError for a word that no clock knows."""
    found = {}
    for row in tomllib.loads(text)["clock"]:
        hours = tuple(row.pop("hours_before"))
        if any(hour <= 0 for hour in hours):
            raise ValueError(f"{REMINDERS} gives hours before the moment as whole numbers above 0.")
        clock = _made(Clock, {"hours_before": hours, **row})
        found[clock.name] = clock
    return found


def _made(kind: type[Any], facts: dict[str, Any]) -> Any:
    try:
        return kind(**facts)
    except TypeError as wrong:
        raise ValueError(f"A preset of the inspection cannot be read: {wrong}.") from None
