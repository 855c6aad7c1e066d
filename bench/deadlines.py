"""How long a deadline takes: by unit, near and far, and reading the city's calendars anew.

Run with `python -m bench.deadlines` (add `--json` for one object).
"""

import json
import sys
import timeit
from datetime import UTC, datetime, time, timedelta

from huiyin.deadlines.calendar_sources import published_days, published_years
from huiyin.deadlines.rules import (
    Period,
    Rule,
    TimeUnit,
    WorkCalendar,
    deadline,
    working_minutes_between,
)

OFFICE = (Period(time(9), time(12)), Period(time(13, 30), time(18)))
START = datetime(2026, 9, 30, 8, 10, tzinfo=UTC)
ROUNDS = 20_000


def city(time_zone: str = "Asia/Shanghai") -> WorkCalendar:
    """The calendar of a Chinese city with all years that are published."""
    days = [special for year in published_years() for special in published_days(year)]
    return WorkCalendar(
        "city",
        time_zone,
        dict.fromkeys(range(5), OFFICE),
        {special.on: special for special in days},
        frozenset(published_years()),
    )


def microseconds(rule: Rule, calendar: WorkCalendar) -> float:
    """The mean time of one deadline, over starts on every hour of two months."""
    starts = [START + timedelta(hours=n) for n in range(1440)]
    for start in starts[::100]:
        deadline(start, rule, calendar)
    count = ROUNDS // len(starts) + 1
    taken = timeit.timeit(
        lambda: [deadline(start, rule, calendar) for start in starts], number=count
    )
    return taken / count / len(starts) * 1e6


def figures() -> dict[str, float]:
    """All figures, in microseconds."""
    found = {}
    for time_zone in ("Asia/Shanghai", "America/New_York"):
        calendar = city(time_zone)
        for unit in TimeUnit:
            for amount in (5, 60):
                name = f"{time_zone} {amount} {unit.value}"
                found[name] = microseconds(Rule(amount, unit), calendar)
    calendar, end = city(), START + timedelta(days=400)
    working_minutes_between(START, end, calendar)
    found["working minutes in 400 days"] = (
        timeit.timeit(lambda: working_minutes_between(START, end, calendar), number=ROUNDS)
        / ROUNDS
        * 1e6
    )
    found["a year's table of open time"] = (
        timeit.timeit(lambda: city().open_year(2026), number=20) / 20 * 1e6
    )
    return found


def main() -> None:
    """Print the figures."""
    found = figures()
    if "--json" in sys.argv:
        print(json.dumps({name: round(value, 2) for name, value in found.items()}))
        return
    for name, value in found.items():
        print(f"{name:<44}{value:>10.1f} µs")


if __name__ == "__main__":
    main()
