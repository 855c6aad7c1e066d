"""How often small units are called best or worst although all units work equally well.

Draws months of 343 units, of one true performance and of different ones, and judges them by each
method; writes the months, tables and the picture of docs/reference/fairness.md and prints times.
Run with `python -m bench.fairness` (`--quick` measures the times only and writes nothing).
"""

import csv
import re
import sys
import timeit
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from huiyin.fairness.angles import angles
from huiyin.fairness.bands import bands
from huiyin.fairness.classes import ClassRule, Direction, UnitFigures, classify, measured
from huiyin.fairness.funnel import Position, score_funnel
from huiyin.fairness.intervals import score_interval, spread_ratio, wilson
from huiyin.fairness.ranks import RankSets, chances_of_top, rank_sets
from huiyin.fairness.shrinkage import shrink_counts, shrink_rates, shrink_scores

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
PAGE, PICTURE = FOLDER / "fairness.md", FOLDER / "fairness.svg"
SEED = 343
# Months to draw where all units are equal, and where they differ.
MONTHS = {"equal": 500, "different": 100}
UNITS, MEDIAN, WIDTH, K, MIN_N = 343, 327, 1.5, 10, 100
# Sizes: half of the units above the median of 327 call-backs a month, the mean about 1,000.
SIZES = MEDIAN * np.exp(
    WIDTH * np.array([NormalDist().inv_cdf((i + 0.5) / UNITS) for i in range(UNITS)])
)
FIFTH = UNITS // 5
# What one call-back earns: 10 contacted, 50 solved, 40 satisfied (36 basically), and how often.
EARNED = np.array([100.0, 96, 60, 50, 10, 0])
SHARES = np.array([0.93, 0.03, 0.02, 0.005, 0.012, 0.003])

# Where units differ, the share of answers that are not perfect is that of one unit times a factor
# with this shape and mean 1: the true composites then have a standard deviation of 1.3 points.
SHAPE = 4

Floats = NDArray[np.float64]
# The units called best, and those called worst.
Called = tuple[set[int], set[int]]


@dataclass(frozen=True)
class Month:
    """One month of all units, the smallest first: call-backs, sums and squares of their scores.

    `marked` are the units to watch among those called best and worst: the smallest fifth where all
    are equal, the fifth that truly is best (and worst) where they differ.
    """

    n: Floats
    sums: Floats
    squares: Floats
    marked: Called

    @property
    def means(self) -> Floats:
        return np.divide(self.sums, self.n, out=np.full(UNITS, np.nan), where=self.n > 0)

    @property
    def ratio(self) -> float:
        return spread_ratio(self.n.tolist(), self.sums.tolist(), self.squares.tolist())


def drawn(number: int, case: str) -> Month:
    """A month by its seed, in which all units work equally well or differ."""
    source = np.random.RandomState([SEED, number, len(case)])
    n, shares = source.poisson(SIZES), np.tile(SHARES, (UNITS, 1))
    marked = set(range(FIFTH)), set(range(FIFTH))
    if case == "different":
        lost = np.minimum(10.0, source.gamma(SHAPE, 1 / SHAPE, UNITS))
        shares[:, 1:] *= lost[:, None]
        shares[:, 0] = 1 - shares[:, 1:].sum(axis=1)
        order = np.argsort(lost).tolist()
        marked = set(order[:FIFTH]), set(order[-FIFTH:])
    answers = np.array([source.multinomial(c, p) for c, p in zip(n, shares, strict=True)])
    return Month(n.astype(float), answers @ EARNED, answers @ EARNED**2, marked)


def raw_rank(month: Month, least: int = 1) -> Called:
    """The first and last ten by the mean; of equal means the unit with more cases goes first."""
    rated = [i for i in range(UNITS) if month.n[i] >= least]
    order = sorted(rated, key=lambda i: (-month.means[i], -month.n[i]))
    return set(order[:K]), set(order[-K:])


def shrunken_rank(month: Month) -> Called:
    """The first and last ten by the shrunken mean; nobody where the units do not differ."""
    found = shrink_scores(month.n, month.sums, month.squares)
    if not found.prior.has_spread:
        return set(), set()
    order = np.argsort(-found.means, kind="stable").tolist()
    return set(order[:K]), set(order[-K:])


def likely_top(month: Month) -> Called:
    """Who belongs to the first or last ten with a probability of at least 90 %."""
    found = shrink_scores(month.n, month.sums, month.squares)
    both = [
        chances_of_top(found.means, found.deviations, k=K, highest_first=first, draws=1000)
        for first in (True, False)
    ]
    return set(np.flatnonzero(both[0] >= 0.9)), set(np.flatnonzero(both[1] >= 0.9))


def outside_funnel(month: Month) -> Called:
    """Who lies outside the 99.8 % limits."""
    points = score_funnel(month.n, month.sums, month.squares).points
    return (
        {i for i, point in enumerate(points) if point.position is Position.VERY_HIGH},
        {i for i, point in enumerate(points) if point.position is Position.VERY_LOW},
    )


def sets_of(month: Month) -> RankSets:
    """The simultaneous rank intervals of a month."""
    values, errors = angles(month.n, month.sums, ratio=month.ratio, top=100.0)
    return rank_sets(values, errors, simultaneous=True)


def surely_ranked(sets: RankSets) -> Called:
    """Whose whole rank interval lies in the better or worse half of the places."""
    return (
        set(np.flatnonzero(sets.lasts <= UNITS // 2)),
        set(np.flatnonzero(sets.firsts > UNITS - UNITS // 2)),
    )


def outer_bands(sets: RankSets) -> Called:
    """Who stands in the best or the worst band alone, where there are two bands or more."""
    found = bands(sets.firsts.tolist(), sets.lasts.tolist())
    if found.count < 2:
        return set(), set()
    spans = list(enumerate(found.spans))
    last = (found.count, found.count)
    return {i for i, span in spans if span == (1, 1)}, {i for i, span in spans if span == last}


def classes(month: Month) -> Called:
    """The members of two classes of ten that take clear members only."""
    rules = [
        ClassRule(code, "score", direction, k=K, min_n=MIN_N, only_clear=True)
        for code, direction in (("best", Direction.HIGHEST), ("worst", Direction.LOWEST))
    ]
    units = [
        UnitFigures(f"{i:03}", "", {"score": measured(n, total, ratio=month.ratio, top=100.0)})
        for i, (n, total) in enumerate(zip(month.n, month.sums, strict=True))
    ]
    best, worst = classify(units, rules)
    return {int(code) for code in best.members}, {int(code) for code in worst.members}


METHODS: dict[str, str] = {
    "raw": "Rank of the raw score",
    "min_n": f"Rank among units with {MIN_N} call-backs or more",
    "shrunken": "Rank of the shrunken score",
    "likely": f"Chance of the first {K} at least 90 %",
    "funnel": "Outside the funnel (99.8 %)",
    "interval": "Whole rank interval in one half",
    "bands": "Best or worst band alone",
    "classes": "Class of clear members only",
}
COLUMNS = [f"{method}_{end}" for method in METHODS for end in ("best", "worst")]


def judged(number: int, case: str) -> dict[str, str]:
    """A month by each method: how many units it calls, and how many of them are watched: 3/10."""
    month = drawn(number, case)
    sets = sets_of(month)
    called = {
        "raw": raw_rank(month),
        "min_n": raw_rank(month, MIN_N),
        "shrunken": shrunken_rank(month),
        "likely": likely_top(month),
        "funnel": outside_funnel(month),
        "interval": surely_ranked(sets),
        "bands": outer_bands(sets),
        "classes": classes(month),
    }
    row = {"month": str(number)}
    for method in METHODS:
        for end, units, marked in zip(("best", "worst"), called[method], month.marked, strict=True):
            row[f"{method}_{end}"] = f"{len(units & marked)}/{len(units)}"
    return row


@dataclass(frozen=True)
class Summary:
    """What a method does over all months, for one end of the ranking."""

    months: float
    called: float
    share: float | None


def summary(rows: list[dict[str, str]], column: str) -> Summary:
    """In which share of months a watched unit is called, how many are, and how many are watched."""
    pairs = [tuple(map(int, row[column].split("/"))) for row in rows]
    whole = sum(called for _, called in pairs)
    return Summary(
        sum(watched > 0 for watched, _ in pairs) / len(rows),
        whole / len(rows),
        sum(watched for watched, _ in pairs) / whole if whole else None,
    )


def table_of(rows: list[dict[str, str]], case: str) -> str:
    """A table of the page."""
    heads = {
        "equal": [
            "months in which a small unit is called best",
            "… worst",
            "called best a month",
            "… worst",
            "of these small: best",
            "worst",
        ],
        "different": [
            "called best a month",
            "… worst",
            "of these truly in the best fifth",
            "… in the worst fifth",
        ],
    }[case]
    lines = [f"| method | {' | '.join(heads)} |", "|---|" + "--:|" * len(heads)]
    for method, name in METHODS.items():
        both = [summary(rows, f"{method}_{end}") for end in ("best", "worst")]
        cells = [_percent(end.months) for end in both] if case == "equal" else []
        cells += [f"{end.called:.2f}" for end in both] + [_percent(end.share) for end in both]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def picture_of(rows: list[dict[str, str]]) -> str:
    """The picture of the page: two bars for each method, with their numbers, as SVG."""
    bars, y = [], 70
    for method, name in METHODS.items():
        bars.append(
            f'<text class="name" x="330" y="{y + 21}" text-anchor="end">{escape(name)}</text>'
        )
        for step, end in enumerate(("best", "worst")):
            share = summary(rows, f"{method}_{end}").months
            top, width = y + 18 * step, max(1.0, 340 * share)
            bars.append(
                f'<rect class="{end}" x="342" y="{top}" width="{width:.1f}" height="15"/>'
                f'<text x="{342 + width + 6:.1f}" y="{top + 12}">{_percent(share)}</text>'
            )
        y += 48
    said = "; ".join(
        f"{name}: best {_percent(summary(rows, f'{m}_best').months)},"
        f" worst {_percent(summary(rows, f'{m}_worst').months)}"
        for m, name in METHODS.items()
    )
    return FRAME.format(height=y + 8, said=escape(said), bars="\n".join(bars))


FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" role="img" \
aria-labelledby="title said">
<title id="title">Months in which a small unit is called best or worst by chance alone</title>
<desc id="said">{said}.</desc>
<style>
svg {{ background: #fff; font: 14px "Noto Sans", "Noto Sans SC", sans-serif; }}
text {{ fill: #1a1a1a; }} .head {{ font-size: 16px; font-weight: 600; }}
.best {{ fill: #0b5cad; }} .worst {{ fill: #b3541e; }}
</style>
<rect width="760" height="{height}" fill="#fff"/>
<text class="head" x="16" y="26">Months in which a small unit is called best or worst \
by chance alone</text>
<rect class="best" x="342" y="40" width="15" height="15"/><text x="363" y="52">best</text>
<rect class="worst" x="412" y="40" width="15" height="15"/><text x="433" y="52">worst</text>
{bars}
</svg>
"""


def months_text(rows: Iterable[dict[str, str]]) -> str:
    """The months as a table of comma-separated values."""
    lines = [",".join(["month", *COLUMNS])]
    lines += [",".join(row[column] for column in ("month", *COLUMNS)) for row in rows]
    return "\n".join(lines) + "\n"


def kept_in(case: str) -> Path:
    """Where the months of a case stand."""
    return FOLDER / f"fairness-{case}.csv"


def months_kept(case: str) -> list[dict[str, str]]:
    """The months that were written last."""
    with kept_in(case).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PART = re.compile(r"(<!-- bench: fairness (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def page_with(tables: dict[str, str], page: str) -> str:
    """The page with its tables made anew."""
    return PART.sub(lambda found: f"{found[1]}\n{tables[found[2]]}\n\n{found[3]}", page)


def times() -> dict[str, float]:
    """How long each question takes for 343 units that truly differ, in milliseconds."""
    source = np.random.RandomState(SEED)
    n = source.poisson(SIZES) + 1.0
    k = source.binomial(n.astype(int), source.beta(60, 3, UNITS)).astype(float)
    rows = (n, 100 * k, 1e4 * k)
    values, errors = angles(n, k)
    units = [
        UnitFigures(f"{i}", "", {"rate": measured(a, b)})
        for i, (a, b) in enumerate(zip(n.tolist(), k.tolist(), strict=True))
    ]
    rule = ClassRule("best", "rate", Direction.HIGHEST, k=K)
    shrunken, pairs = shrink_scores(*rows), list(zip(n.tolist(), k.tolist(), strict=True))
    questions: dict[str, Callable[[], object]] = {
        "intervals of rates": lambda: [wilson(b, a) for a, b in pairs],
        "intervals of composites": lambda: [score_interval(a, 100 * b) for a, b in pairs],
        "funnel": lambda: score_funnel(*rows),
        "beta-binomial": lambda: shrink_rates(k, n),
        "gamma-Poisson": lambda: shrink_counts(k, n),
        "normal-normal": lambda: shrink_scores(*rows),
        "rank intervals of each": lambda: rank_sets(values, errors),
        "rank intervals of all": lambda: rank_sets(values, errors, simultaneous=True),
        "chances of the first ten": lambda: chances_of_top(
            shrunken.means, shrunken.deviations, k=K
        ),
        "one class": lambda: classify(units, [rule]),
    }
    return {
        name: 1e3 * min(timeit.repeat(ask, number=1, repeat=3)) for name, ask in questions.items()
    }


def main() -> None:
    """Print the times, and write the simulation unless only those are asked for."""
    for name, value in times().items():
        print(f"{name:<30}{value:>8.1f} ms")
    if "--quick" in sys.argv:
        return
    tables = {}
    for case, months in MONTHS.items():
        rows = [judged(month, case) for month in range(months)]
        kept_in(case).write_text(months_text(rows), encoding="utf-8")
        tables[case] = table_of(rows, case)
        print(f"\n{tables[case]}")
        if case == "equal":
            PICTURE.write_text(picture_of(rows), encoding="utf-8")
    PAGE.write_text(page_with(tables, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
