"""How often the guard accuses honest units, and how often it finds one that games its figures.

`python -m bench.guard [CITIES]`: cities of counts, drawn honestly and with the planted
unit. The demo city itself, through SQL: tests/reports/test_guard_in_the_demo_city.py.
"""

import math
import random
import sys
from collections import Counter
from dataclasses import dataclass

from huiyin.reports.guard.rules import Cell, Figure, Seen, Signal, judged

LEVEL = 0.01
LEVELS = ("street",) * 40 + ("department",) * 24 + ("utility",) * 6 + ("district",) * 6
PLANTED = 41


@dataclass(frozen=True)
class Sort:
    """How a sign shows among honest units: by stratum its share of cases and its rate.

    `units` is how far units differ (the standard deviation of log odds), `clump` how many
    cases come together, `asked` which part of the cases is looked at for it.
    """

    strata: dict[str, tuple[float, float]]
    units: float
    asked: float = 1.0
    clump: int = 1


SORTS: dict[Signal, Sort] = {
    Signal.EXCLUDED: Sort({"": (1, 0.03)}, 0.5),
    Signal.NO_CONTACT: Sort({"voice": (0.9, 0.09), "written": (0.1, 0.2)}, 0.35, 0.95),
    Signal.JUMP: Sort({"": (1, 0.93)}, 0.35, 0.85),
    Signal.SECOND_ASKING: Sort({"": (1, 0.06)}, 0.4, 0.05),
    Signal.REPEATED: Sort({"": (1, 0.02)}, 0.5, 0.9),
    Signal.HEAPED: Sort({"general": (0.8, 0.06), "timely": (0.2, 0.3)}, 0.5, 0.9),
    Signal.RETYPED: Sort({"": (1, 0.03)}, 0.5),
    Signal.MERGED: Sort({"": (1, 0.06)}, 0.6, 1.0, clump=4),
    Signal.RETURNED: Sort({"": (1, 0.04)}, 0.6),
    Signal.SAME_WORDS: Sort({"": (1, 0.05)}, 0.5),
}
# What the planted unit of the demo city does (huiyin/demo/lives.py, planting.py).
GAMED = {
    Signal.NO_CONTACT: 0.45,
    Signal.HEAPED: 0.8,
    Signal.RETYPED: 0.25,
    Signal.SAME_WORDS: 0.55,
    Signal.EXCLUDED: 0.06,
}
# What a unit could do in each other signal, one at a time.
COULD = GAMED | {
    Signal.JUMP: 0.99,
    Signal.SECOND_ASKING: 0.5,
    Signal.REPEATED: 0.2,
    Signal.MERGED: 0.5,
    Signal.RETURNED: 0.3,
}


def city(seed: int, gamed: dict[Signal, float], *, size: float = 120) -> dict[Signal, Seen]:
    """A month of counts of a city; `gamed` says what the planted unit makes of each sign."""
    chance = random.Random(f"guard {seed}")
    volumes = [max(3, int(size * math.exp(chance.gauss(-0.3, 0.9)))) for _ in LEVELS]
    volumes[PLANTED] = int(size)
    return {signal: _seen(chance, signal, volumes, gamed.get(signal)) for signal in Signal}


def _seen(chance: random.Random, signal: Signal, volumes: list[int], gamed: float | None) -> Seen:
    sort, cells, before = SORTS[signal], [], []
    way = chance.randrange(3)
    for unit, volume in enumerate(volumes):
        own = _apart(chance, sort, way)
        # From month to month the same unit is nearly as it was.
        drift = chance.gauss(0, 0.15)
        count = round(volume * sort.asked)
        for stratum, (part, rate) in sort.strata.items():
            then = _moved(rate, own)
            now = _moved(rate, own + drift)
            if gamed is not None and unit == PLANTED:
                now, then = max(now, gamed), 0.8 if signal == Signal.JUMP else then
            n = round(count * part)
            k, together = _drawn(chance, n, now, sort.clump)
            cells.append(Cell(unit, stratum, n, k, together if sort.clump > 1 else 0))
            if signal == Signal.JUMP:
                before.append(Cell(unit, stratum, n, _drawn(chance, n, then, 1)[0]))
    return Seen(cells, before)


def _moved(rate: float, by: float) -> float:
    return 1 / (1 + math.exp(-(math.log(rate / (1 - rate)) + by)))


def _drawn(chance: random.Random, n: int, rate: float, clump: int) -> tuple[int, int]:
    """Cases that show the sign, in whole clumps; and how many came together with each."""
    k = together = 0
    left = n
    while left > 0:
        size = min(left, chance.randint(1, 2 * clump - 1))
        k += size * (chance.random() < rate)
        together += size * size
        left -= size
    return k, together


def _apart(chance: random.Random, sort: Sort, way: int) -> float:
    """How far a unit lies from the others: three ways of differing, not only the assumed one."""
    if way == 0:
        return chance.gauss(0, sort.units)
    if way == 1:
        return (chance.expovariate(1) - chance.expovariate(1)) * sort.units / math.sqrt(2)
    return chance.choice((-1, 1)) * sort.units


def figures_of(seen: dict[Signal, Seen]) -> list[Figure]:
    """What the guard says of a city."""
    return judged(seen, dict(enumerate(LEVELS)), level=LEVEL)


def honest(cities: int, *, size: float) -> tuple[int, int, int]:
    """Cities with any question to an honest unit; questions; tests."""
    wrong = asked = tests = 0
    for seed in range(cities):
        figures = figures_of(city(seed, {}, size=size))
        raised = sum(figure.is_raised for figure in figures)
        wrong, asked = wrong + bool(raised), asked + raised
        tests += sum(figure.chance is not None for figure in figures)
    return wrong, asked, tests


def planted(
    cities: int, gamed: dict[Signal, float], *, size: float
) -> tuple[Counter[Signal], int, int]:
    """How often each signal finds the planted unit; cities where any does; honest units asked."""
    found: Counter[Signal] = Counter()
    at_all = wrong = 0
    for seed in range(cities):
        figures = figures_of(city(seed, gamed, size=size))
        hits = {one.signal for one in figures if one.is_raised and one.unit == PLANTED}
        found.update(hits)
        at_all += bool(hits & set(gamed))
        wrong += sum(one.is_raised for one in figures if one.unit != PLANTED)
    return found, at_all, wrong


def report(cities: int) -> None:
    """Print both rates for cities of two sizes."""
    print(f"{cities} cities of {len(LEVELS)} units; share of wrong signals at most {LEVEL:.0%}")
    for size in (120, 400):
        wrong, asked, tests = honest(cities, size=size)
        print(
            f"  about {size} cases a unit: {wrong} of {cities} honest cities with a signal "
            f"({asked} in {tests:,} tests)"
        )
        found, at_all, others = planted(cities, GAMED, size=size)
        named = ", ".join(f"{signal} {found[signal]}" for signal in GAMED)
        print(
            f"    planted unit found in {at_all} of {cities} ({named}); "
            f"signals about honest units beside it: {others}",
            flush=True,
        )
    alone, few = [], max(1, cities // 4)
    for signal, share in COULD.items():
        found, _at_all, _others = planted(few, {signal: share}, size=400)
        alone.append(f"{signal} {found[signal]}")
    print(f"  each trick alone, about 400 cases, found in so many of {few}: {', '.join(alone)}")


if __name__ == "__main__":
    report(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
