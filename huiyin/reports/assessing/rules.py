"""How marks become figures from which nobody can read who gave which mark.

Marks are shown in blocks of whole months. A block ends with the first month after which enough
units have marked; the next begins with the month after it. So no two blocks share a month, and
nothing can be learned by taking one from another. `docs/reference/assessment.md` tells more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from huiyin.departments.rules import UnitLevel
from huiyin.replies.joint.rules import ABOUT_THE_CALLED, ABOUT_THE_CALLER, HIGHEST, LOWEST


class Sheet(StrEnum):
    """Who is marked by whom."""

    REPORTING = "reporting"
    WHISTLING = "whistling"


LOCAL = frozenset({UnitLevel.DISTRICT, UnitLevel.STREET, UnitLevel.COMMUNITY})
TRADE = frozenset({UnitLevel.DEPARTMENT, UnitLevel.UTILITY})
THINGS = {Sheet.REPORTING: ABOUT_THE_CALLED, Sheet.WHISTLING: ABOUT_THE_CALLER}
# Fewer units than this tell each other's marks, whatever a city sets.
FEWEST_RATERS = 3
# A mean so near the end of the scale that it would tell every single mark is shown as this.
MARGIN = Decimal("0.5")
BOTTOM, TOP = LOWEST + MARGIN, HIGHEST - MARGIN
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Mark:
    """What one unit gave in one month for one part: a number for each thing."""

    month: date
    rater: int
    marks: Mapping[str, int]


@dataclass(frozen=True)
class Block:
    """The months that are shown together: how many units marked, and the mean for each thing."""

    first: date
    last: date
    raters: int
    means: Mapping[str, Decimal]


def sheet_of(rater: str, rated: str, *, was_called: bool) -> Sheet | None:
    """Which sheet a mark belongs to: by the levels of both, and whether the rated was called."""
    if was_called and rater in LOCAL and rated in TRADE:
        return Sheet.REPORTING
    if not was_called and rater in TRADE and rated in LOCAL:
        return Sheet.WHISTLING
    return None


def are_kin(path: str, other: str) -> bool:
    """Whether two units are one, or one stands below the other."""
    return path.startswith(other) or other.startswith(path)


def blocks(
    marks: Iterable[Mark], things: Sequence[str], *, months: Iterable[date], least: int
) -> Iterator[Block]:
    """The blocks of a unit among these months, which follow each other and are all over."""
    by_month: dict[date, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_month[mark.month].append(mark)
    least, first, held = max(least, FEWEST_RATERS), None, list[Mark]()
    for month in months:
        first = first or month
        held += by_month[month]
        raters = {mark.rater for mark in held}
        if len(raters) >= least:
            yield Block(first, month, len(raters), means_of(held, things))
            first, held = None, []


def means_of(marks: Sequence[Mark], things: Sequence[str]) -> dict[str, Decimal]:
    """The mean for each thing, each rater one voice however often it marked."""
    by_rater: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_rater[mark.rater].append(mark)
    return {
        thing: shown(
            sum((_mean([mark.marks[thing] for mark in own]) for own in by_rater.values()), _ZERO)
            / len(by_rater)
        )
        for thing in things
    }


def shown(mean: Fraction) -> Decimal:
    """A mean as it is kept: one decimal, and never so low or high that it tells each mark."""
    tenths = Decimal(mean.numerator) / Decimal(mean.denominator)
    rounded = tenths.quantize(TENTH, rounding=ROUND_HALF_UP)
    return min(max(rounded, BOTTOM), TOP)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from one to another, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [month_after(first, at) for at in range(count)]


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month so many months later."""
    at = month.year * 12 + month.month - 1 + count
    return date(at // 12, at % 12 + 1, 1)


_ZERO = Fraction(0)


def _mean(numbers: Sequence[int]) -> Fraction:
    return Fraction(sum(numbers), len(numbers))
