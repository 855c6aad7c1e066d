"""The signals of the guard: what each looks at, and when it asks a unit a question.

Each unit is held against its peers, mixed as its own cases are; what found units did is set
aside when the usual is reckoned. All tests of one look are one family with one stated chance
that even one of them is wrong.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from huiyin.reports.guard.odds import (
    SPREADS,
    Count,
    bounded,
    discoveries,
    expit,
    likelihoods,
    logit,
    predicted_tail,
)

# With fewer peers than this the spread between them cannot be seen.
PEERS = 8
# A unit with fewer cases than this tells nothing about the spread.
PEER_N = 5
# Peers of a stratum are trusted as so many cases of the whole group.
BORROWED = 20
PASSES = 4
# Below this chance a unit is looked at once more, with nothing of its own in the usual.
SUSPECT = 0.02


class Signal(StrEnum):
    """What may be steered, one word each."""

    EXCLUDED = "excluded"
    NO_CONTACT = "no_contact"
    JUMP = "jump"
    SECOND_ASKING = "second_asking"
    REPEATED = "repeated"
    HEAPED = "heaped"
    RETYPED = "retyped"
    MERGED = "merged"
    RETURNED = "returned"
    SAME_WORDS = "same_words"


@dataclass(frozen=True)
class Rule:
    """When a signal asks: from how many cases on, and how far beyond the usual.

    All numbers are our own; no law names any. `least_n` cases must be there, `least_k` of them
    must show the sign, and the share must lie `least_gap` above the usual.
    """

    signal: Signal
    least_n: int
    least_k: int
    least_gap: float
    # Held against the unit's own window before, and the change that its peers made.
    against_before: bool = False


RULES: Mapping[Signal, Rule] = {
    rule.signal: rule
    for rule in (
        Rule(Signal.EXCLUDED, 20, 5, 0.05),
        Rule(Signal.NO_CONTACT, 20, 5, 0.10),
        Rule(Signal.JUMP, 20, 10, 0.08, against_before=True),
        Rule(Signal.SECOND_ASKING, 8, 3, 0.15),
        Rule(Signal.REPEATED, 30, 5, 0.05),
        Rule(Signal.HEAPED, 20, 8, 0.15),
        Rule(Signal.RETYPED, 20, 5, 0.05),
        Rule(Signal.MERGED, 30, 10, 0.15),
        Rule(Signal.RETURNED, 20, 6, 0.10),
        Rule(Signal.SAME_WORDS, 30, 10, 0.15),
    )
}


@dataclass(frozen=True)
class Cell:
    """So many cases of one unit and one sort (stratum), and how many of them show the sign."""

    unit: int
    stratum: str
    n: int
    k: int
    # The sum over these cases of how many came together with each; 0 where each came alone.
    together: int = 0


@dataclass(frozen=True)
class Figure:
    """One unit held against its peers: k of n, the usual share, and how improbable.

    `chance` is the probability of k or more by chance; None where there are too few cases
    or peers to say anything. `before` is the unit's own share in the window before.
    """

    unit: int
    signal: Signal
    k: int
    n: int
    usual: float
    chance: float | None
    peers: int
    before: tuple[int, int] | None = None
    is_raised: bool = False

    @property
    def share(self) -> float:
        """The unit's own share."""
        return self.k / self.n if self.n else 0.0


@dataclass(frozen=True)
class Seen:
    """What is counted for one signal in one window, and in the window before for a jump."""

    cells: Sequence[Cell]
    before: Sequence[Cell] = ()

    @property
    def clump(self) -> float:
        """How many cases come together, as each case sees it (Kish's design effect)."""
        n = sum(cell.n for cell in self.cells if cell.together)
        return max(1.0, sum(cell.together for cell in self.cells) / n) if n else 1.0


@dataclass
class _Group:
    """The sums of a group of units: by unit and stratum, and all together."""

    rows: dict[int, dict[str, list[int]]]
    aside: frozenset[int] = frozenset()
    strata: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.strata = defaultdict(lambda: [0, 0])
        for unit, strata in self.rows.items():
            if unit in self.aside:
                continue
            for stratum, (n, k) in strata.items():
                self.strata[stratum][0] += n
                self.strata[stratum][1] += k

    def of(self, unit: int) -> tuple[int, int]:
        """The cases of a unit and how many show the sign."""
        strata = self.rows.get(unit, {}).values()
        return sum(n for n, _k in strata), sum(k for _n, k in strata)

    def _without(self, unit: int) -> Callable[[str], tuple[int, int]]:
        own = {} if unit in self.aside else self.rows.get(unit, {})

        def sums(stratum: str) -> tuple[int, int]:
            n, k = self.strata.get(stratum, (0, 0))
            less = own.get(stratum, (0, 0))
            return n - less[0], k - less[1]

        return sums

    def share_of_others(self, unit: int) -> float:
        """What the other units show together."""
        sums = [self._without(unit)(stratum) for stratum in self.strata]
        n, k = sum(one[0] for one in sums), sum(one[1] for one in sums)
        return bounded((k + 0.5) / (n + 1))

    def usual_for(self, unit: int) -> float:
        """What the others would show with this unit's mixture of cases (indirect standard)."""
        whole, sums, expected, total = self.share_of_others(unit), self._without(unit), 0.0, 0
        for stratum, (own, _k) in self.rows[unit].items():
            n, k = sums(stratum)
            expected += own * (k + BORROWED * whole) / (n + BORROWED)
            total += own
        return bounded(expected / total) if total else whole


def judged(seen: Mapping[Signal, Seen], groups: Mapping[int, str], *, level: float) -> list[Figure]:
    """Hold each unit against its peers in each signal; raise what is improbable as a family.

    `groups` names for each unit whom it is compared with. Only units with enough cases are
    tested; how many were tested is decided before their counts are looked at. Units that are
    found are set aside, and the usual is reckoned again without them, until no other is found.
    """
    aside: dict[Signal, frozenset[int]] = {}
    figures: list[Figure] = []
    for _ in range(PASSES):
        figures = [
            figure
            for signal, what in seen.items()
            for figure in _figures(signal, what, groups, aside.get(signal, frozenset()))
        ]
        figures = _raised(figures, level=level)
        found: dict[Signal, set[int]] = defaultdict(set)
        for figure in figures:
            if figure.is_raised:
                found[figure.signal].add(figure.unit)
        now = {
            signal: frozenset(units) | aside.get(signal, frozenset())
            for signal, units in found.items()
        }
        if now == aside:
            break
        aside = {**aside, **now}
    return figures


def peer_groups(
    levels: Mapping[int, str], counts: Mapping[int, int], least_n: int
) -> dict[int, str]:
    """Whom each unit is compared with: its own level, or the levels that have too few units."""
    sizes: dict[str, int] = defaultdict(int)
    for unit, n in counts.items():
        if n >= least_n:
            sizes[levels[unit]] += 1
    large = {level for level, size in sizes.items() if size > PEERS}
    rest = sum(size for level, size in sizes.items() if level not in large)
    if rest and rest <= PEERS:
        # Too few even together: they are compared with everybody.
        return {unit: levels[unit] if levels[unit] in large else "" for unit in counts}
    return {unit: levels[unit] if levels[unit] in large else "rest" for unit in counts}


def _figures(
    signal: Signal, seen: Seen, levels: Mapping[int, str], aside: frozenset[int]
) -> Iterable[Figure]:
    rows, past = _by_unit(seen.cells), _by_unit(seen.before)
    rule = RULES[signal]
    counts = {unit: sum(n for n, _k in strata.values()) for unit, strata in rows.items()}
    named = peer_groups({unit: levels.get(unit, "") for unit in rows}, counts, rule.least_n)
    for name in sorted(set(named.values())):
        own = [unit for unit in rows if named[unit] == name]
        among = rows if name == "" else {unit: rows[unit] for unit in own}
        before = past if name == "" else {unit: past[unit] for unit in own if unit in past}
        group, earlier = _Group(among, aside), _Group(before, aside)
        yield from _of_group(rule, group, earlier, own, clump=seen.clump)


def _of_group(
    rule: Rule, group: _Group, earlier: _Group, own: Sequence[int], *, clump: float
) -> Iterable[Figure]:
    counts = _expected(rule, group, earlier, clump=clump)
    usable = {
        unit: likelihoods(count)
        for unit, count in counts.items()
        if unit not in group.aside and count.n >= PEER_N
    }
    total = sum(usable.values(), np.zeros(len(SPREADS)))
    for unit in sorted(own):
        before = earlier.of(unit) if rule.against_before else None
        n, k = group.of(unit)
        count = counts.get(unit)
        usual = count.mean if count else group.share_of_others(unit)
        peers = len(usable) - (unit in usable)
        plain = Figure(unit, rule.signal, k, n, usual, None, peers, before=before)
        if count is None or n < rule.least_n or peers < PEERS:
            yield plain
            continue
        others = total - usable[unit] if unit in usable else total
        chance = predicted_tail(count, others)
        if chance < SUSPECT and unit in usable:
            # Its own cases also made its peers look more different than they are.
            chance = _without_it(rule, group, earlier, unit, clump=clump)
        yield replace(plain, chance=chance)


def _without_it(rule: Rule, group: _Group, earlier: _Group, unit: int, *, clump: float) -> float:
    """The chance of a unit's count where nothing of its own went into what is usual."""
    aside = group.aside | {unit}
    left, before = _Group(group.rows, aside), _Group(earlier.rows, aside)
    counts = _expected(rule, left, before, clump=clump)
    peers = [one for other, one in counts.items() if other not in aside and one.n >= PEER_N]
    held = sum((likelihoods(one) for one in peers), np.zeros(len(SPREADS)))
    return predicted_tail(counts[unit], held)


def _expected(rule: Rule, group: _Group, earlier: _Group, *, clump: float) -> dict[int, Count]:
    """The count of each unit beside its usual share; units that cannot have one are left out."""
    found = {}
    if not rule.against_before:
        for unit in group.rows:
            n, k = group.of(unit)
            found[unit] = Count(k, n, group.usual_for(unit), clump=clump)
        return found
    own = {unit: earlier.of(unit) for unit in group.rows if unit in earlier.rows}
    own = {unit: (n, k) for unit, (n, k) in own.items() if n >= rule.least_n}
    scatter = _scatter([Count(k, n, earlier.share_of_others(u)) for u, (n, k) in own.items()])
    for unit, (n, k) in own.items():
        then, now = earlier.share_of_others(unit), group.share_of_others(unit)
        # Where the unit stood before: its own share, drawn to its peers' as far as it was unsure.
        share = (k + 0.5) / (n + 1)
        seen = 1 / ((n + 1) * share * (1 - share))
        trust = scatter / (scatter + seen)
        stood = trust * logit(share) + (1 - trust) * logit(then)
        n_now, k_now = group.of(unit)
        mean = expit(stood + logit(now) - logit(then))
        found[unit] = Count(k_now, n_now, mean, unsure=trust * seen)
    return found


def _scatter(counts: Sequence[Count]) -> float:
    """The variance of the log odds of units that makes these counts most probable."""
    total = sum((likelihoods(count) for count in counts), np.zeros(len(SPREADS)))
    return float(SPREADS[int(total.argmax())] ** 2)


def _raised(figures: list[Figure], *, level: float) -> list[Figure]:
    tested = [at for at, figure in enumerate(figures) if figure.chance is not None]
    chances = [figures[at].chance or 0.0 for at in tested]
    stand_out = dict(zip(tested, discoveries(chances, level=level), strict=True))
    return [
        replace(figure, is_raised=stand_out.get(at, False) and _is_large(figure))
        for at, figure in enumerate(figures)
    ]


def _is_large(figure: Figure) -> bool:
    """Whether a figure lies so far beyond the usual that it is worth a question."""
    rule = RULES[figure.signal]
    return figure.k >= rule.least_k and figure.share - figure.usual >= rule.least_gap


def _by_unit(cells: Iterable[Cell]) -> dict[int, dict[str, list[int]]]:
    rows: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for cell in cells:
        rows[cell.unit][cell.stratum][0] += cell.n
        rows[cell.unit][cell.stratum][1] += cell.k
    return {unit: dict(strata) for unit, strata in rows.items()}
