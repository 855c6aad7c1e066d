"""Classes of a month, such as 先进, 进步, 整改 and 治理, as rules over figures.

No rule is built in, and no number: what a class asks for is the city's own configuration. A class
never hides how firm it is: where chance alone could put other units in it, it says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite, nan

from huiyin.fairness.angles import angles
from huiyin.fairness.ranks import SEED, RankSets, rank_sets


class Direction(StrEnum):
    """Which end of a figure a class looks at."""

    HIGHEST = "highest"
    LOWEST = "lowest"


class Reason(StrEnum):
    """Why a unit is in a class or is not; a page makes a sentence of it with the numbers beside."""

    AMONG_THE_FIRST = "among_the_first"
    BEYOND_THE_BOUNDARY = "beyond_the_boundary"
    OTHER_GROUP = "other_group"
    NO_FIGURE = "no_figure"
    TOO_FEW_CASES = "too_few_cases"
    CONDITION_NOT_MET = "condition_not_met"
    IN_ANOTHER_CLASS = "in_another_class"
    NOT_CLEAR_ENOUGH = "not_clear_enough"


@dataclass(frozen=True)
class Measured:
    """One figure of a unit, its standard error (0 for a plain count), the cases behind it.

    `scale` is the same figure where it is ranked, if that is another scale than the value's: the
    angle of a rate or composite. The error is one on that scale.
    """

    value: float
    error: float
    n: float
    scale: float | None = None

    @property
    def ranked(self) -> float:
        return self.value if self.scale is None else self.scale


def measured(n: float, total: float, *, ratio: float = 1.0, top: float = 1.0) -> Measured:
    """A rate (its numerator as the total) or a composite as a figure to rank; see `angles`."""
    [scale], [error] = angles([n], [total], ratio=ratio, top=top)
    return Measured(total / n if n else nan, float(error), n, float(scale))


@dataclass(frozen=True)
class UnitFigures:
    """A unit with its group and its figures by name, such as `score`, `change` or `received`."""

    code: str
    group: str
    figures: Mapping[str, Measured]


@dataclass(frozen=True)
class Condition:
    """A further figure that must lie within limits for a unit to be in a class."""

    metric: str
    at_least: float = -inf
    at_most: float = inf


@dataclass(frozen=True)
class ClassRule:
    """What a class asks for.

    Exactly one of `k` (so many units) and `quantile` (that share of the units that can be ranked,
    rounded down) is given. `group` is empty where all units are ranked together. `excludes` names
    classes whose members cannot be in this one; they stand earlier in the list of rules. With
    `only_clear`, a unit that chance could have put in the class is left out of it.
    """

    code: str
    metric: str
    direction: Direction
    k: int | None = None
    quantile: float | None = None
    min_n: float = 0
    confidence: float = 0.95
    group: str = ""
    conditions: tuple[Condition, ...] = ()
    excludes: tuple[str, ...] = ()
    only_clear: bool = False

    def __post_init__(self) -> None:
        if (self.k is None) == (self.quantile is None):
            raise ValueError("A class has either a number of units or a share of them.")
        if self.k is not None and self.k < 0:
            raise ValueError("A class cannot have fewer than no units.")
        if self.quantile is not None and not 0 <= self.quantile <= 1:
            raise ValueError("The share of units in a class lies between 0 and 1.")

    def size_of(self, ranked: int) -> int:
        """How many of so many ranked units the class takes."""
        asked = self.k if self.k is not None else int((self.quantile or 0) * ranked + 1e-9)
        return min(asked, ranked)


@dataclass(frozen=True)
class Judged:
    """What a rule says of one unit.

    `place` counts from the end the rule looks at, 0 where the unit was not ranked; `first` and
    `last` are its simultaneous rank interval. `is_boundary_in_noise` says that this interval
    reaches over the boundary: by chance alone the unit could stand on the other side of it.
    """

    code: str
    is_member: bool
    reason: Reason
    place: int = 0
    first: int = 0
    last: int = 0
    is_boundary_in_noise: bool = False


@dataclass(frozen=True)
class ClassResult:
    """A class of a month: its units in their order, and every unit's reason.

    `doubtful` names, in order of place, the units whose side of the boundary is not sure: members
    that might not belong, and others that might. `is_boundary_in_noise` says that there are any.
    """

    rule: ClassRule
    ranked: int
    size: int
    members: tuple[str, ...]
    doubtful: tuple[str, ...]
    judged: Mapping[str, Judged]

    @property
    def is_boundary_in_noise(self) -> bool:
        return bool(self.doubtful)


def classify(
    units: Sequence[UnitFigures], rules: Sequence[ClassRule], *, seed: int = SEED
) -> tuple[ClassResult, ...]:
    """Every class by its rule, in the order of the rules, whatever the order of the units.

    Equal values share the better place; at the boundary the code decides which of them are
    members, and the result says that the boundary lies in the noise.
    """
    if len({unit.code for unit in units}) != len(units):
        raise ValueError("Each unit has a code of its own.")
    found: list[ClassResult] = []
    for rule in rules:
        strange = set(rule.excludes) - {result.rule.code for result in found}
        if strange:
            raise ValueError(f"The rule of {rule.code} comes before {', '.join(sorted(strange))}.")
        taken = {
            code for result in found if result.rule.code in rule.excludes for code in result.members
        }
        found.append(_class(units, rule, taken, seed=seed))
    return tuple(found)


def _class(
    units: Sequence[UnitFigures], rule: ClassRule, taken: set[str], *, seed: int
) -> ClassResult:
    refused = {unit.code: _refusal(unit, rule, taken) for unit in units}
    ranked = [unit for unit in units if refused[unit.code] is None]
    figures = [unit.figures[rule.metric] for unit in ranked]
    sets = rank_sets(
        [figure.ranked for figure in figures],
        [figure.error for figure in figures],
        simultaneous=True,
        highest_first=rule.direction is Direction.HIGHEST,
        confidence=rule.confidence,
        seed=seed,
    )
    size = rule.size_of(len(ranked))
    judged = {
        code: Judged(code, is_member=False, reason=reason)
        for code, reason in refused.items()
        if reason is not None
    }
    order = sorted(range(len(ranked)), key=lambda i: (sets.places[i], ranked[i].code))
    for standing, i in enumerate(order):
        judged[ranked[i].code] = _placed(
            ranked[i].code, (sets, i), rule=rule, standing=standing, size=size
        )
    inside = [ranked[i].code for i in order if judged[ranked[i].code].is_member]
    doubtful = [ranked[i].code for i in order if judged[ranked[i].code].is_boundary_in_noise]
    return ClassResult(rule, len(ranked), size, tuple(inside), tuple(doubtful), judged)


def _refusal(unit: UnitFigures, rule: ClassRule, taken: set[str]) -> Reason | None:
    """Why a unit is not ranked for a class at all."""
    figure = unit.figures.get(rule.metric)
    if rule.group and unit.group != rule.group:
        return Reason.OTHER_GROUP
    if figure is None or not isfinite(figure.value) or not isfinite(figure.error):
        return Reason.NO_FIGURE
    if figure.n < rule.min_n:
        return Reason.TOO_FEW_CASES
    if unit.code in taken:
        return Reason.IN_ANOTHER_CLASS
    return None if all(_meets(unit, c) for c in rule.conditions) else Reason.CONDITION_NOT_MET


def _meets(unit: UnitFigures, condition: Condition) -> bool:
    figure = unit.figures.get(condition.metric)
    return figure is not None and condition.at_least <= figure.value <= condition.at_most


def _placed(
    code: str, found: tuple[RankSets, int], *, rule: ClassRule, standing: int, size: int
) -> Judged:
    """What a rule says of a unit that it ranks."""
    sets, i = found
    place, first, last = (int(ends[i]) for ends in (sets.places, sets.firsts, sets.lasts))
    # A class of nobody or of everybody has no boundary.
    doubtful = 0 < size < len(sets.places) and first <= size < last
    inside, reason = standing < size, Reason.BEYOND_THE_BOUNDARY
    if inside:
        reason = Reason.AMONG_THE_FIRST
    if inside and doubtful and rule.only_clear:
        inside, reason = False, Reason.NOT_CLEAR_ENOUGH
    return Judged(code, inside, reason, place, first, last, doubtful)
