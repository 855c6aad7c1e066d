"""A tally: what was counted of one unit, and the rates and the score a caliber makes of it.

Everything inside is exact; only what is shown is rounded, as the caliber says. Rates go from 0
to 1, scores from 0 to 100. What is not known counts nowhere: each rate is divided by the rounds
of which its answer is known, so that in a history without call-backs nobody is “not contacted”.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property

from huiyin.counting.rules import Caliber, Denominator, Event, Half, Open, Part, ZeroN

PERCENT = 100
_KNOWN = {
    Event.CONTACTED: "known_contacted",
    Event.SOLVED: "known_solved",
    Event.SATISFIED: "known_satisfied",
    Event.BASICALLY: "known_satisfied",
    Event.ON_TIME: "known_on_time",
}
_LETTERS = {
    Event.CONTACTED: "c",
    Event.SOLVED: "s",
    Event.SATISFIED: "t",
    Event.BASICALLY: "b",
    Event.ON_TIME: "o",
}
# Nobody says both that they are satisfied and that they are so basically.
_PAIRS = tuple(tuple(pair) for pair in ("cs", "ct", "cb", "co", "st", "sb", "so", "to", "bo"))


@dataclass(frozen=True)
class Tally:
    """Counts of rounds by one caliber; `counts` bears the names of `facts.rules.COUNTED`."""

    caliber: Caliber
    counts: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        names = self.counts.keys() | other.counts.keys()
        summed = {name: self.count(name) + other.count(name) for name in names}
        return Tally(self.caliber, summed)

    def count(self, name: str) -> int:
        """How many rounds there are of which this is so."""
        return self.counts.get(name, 0)

    @cached_property
    def still_open(self) -> int:
        """Rounds without a word of the resident that the caliber counts as not solved."""
        return sum(self.count(name) for name in counts_as_open(self.caliber))

    @property
    def n(self) -> int:
        """The denominator: without it no rate is shown."""
        asks = asks_residents(self.caliber)
        return self.count("said" if asks else "known_on_time") + self.still_open

    @property
    def responded(self) -> int:
        """Residents with whom the unit was in touch (联系数)."""
        return self.count("contacted")

    @property
    def solved(self) -> int:
        """Residents who say it was solved (解决数)."""
        return self.count("solved")

    @property
    def satisfied(self) -> int:
        """Residents who are satisfied, without those who are so basically (满意数)."""
        return self.count("satisfied")

    @property
    def basically(self) -> int:
        """Residents who are basically satisfied (基本满意)."""
        return self.count("basically")

    def n_of(self, code: str) -> int:
        """By how many rounds the rate of a part is divided: those of which its answer is known."""
        return self._known(self._part(code))

    def credit_of(self, code: str) -> Decimal:
        """The numerator of a part: its events, each for what it is worth."""
        return sum(
            (worth * self.count(event) for event, worth in self._part(code).credits.items()),
            Decimal(0),
        )

    @cached_property
    def exact_rates(self) -> dict[str, Fraction | None]:
        """The rate of each part; None where nothing is known that it could be divided by."""
        return {part.code: self._rate(part) for part in self.caliber.parts}

    @cached_property
    def exact_score(self) -> Fraction | None:
        """The composite (综合成绩), from 0 to 100."""
        parts = [
            (Fraction(part.weight), self.exact_rates[part.code]) for part in self.caliber.parts
        ]
        found = [weight * rate for weight, rate in parts if rate is not None]
        if len(found) < sum(1 for weight, _rate in parts if weight):
            return None
        return PERCENT * sum(found, Fraction(0))

    @property
    def rates(self) -> dict[str, float | None]:
        """The rates as numbers that programs reckon with further."""
        return {code: _number(rate) for code, rate in self.exact_rates.items()}

    @property
    def score(self) -> float | None:
        """The composite as a number that programs reckon with further."""
        return _number(self.exact_score)

    @property
    def shown_rates(self) -> dict[str, Decimal | None]:
        """The rates in per cent, rounded as the caliber says."""
        digits = self.caliber.rounding.rate_digits
        return {
            code: None if rate is None else self._rounded(rate * PERCENT, digits)
            for code, rate in self.exact_rates.items()
        }

    @property
    def shown_score(self) -> Decimal | None:
        """The composite, rounded as the caliber says."""
        score = self.exact_score
        return None if score is None else self._rounded(score, self.caliber.rounding.digits)

    @property
    def score_n(self) -> int:
        """Rounds of which every answer is known: of those alone one has a score of its own."""
        return self.count("whole") + self.still_open

    @cached_property
    def score_sum(self) -> Fraction:
        """The scores of single rounds (0 to 100) summed up; divided by `score_n`, their mean."""
        return sum(
            (self._worth(event) * self.count(f"whole_{_LETTERS[event]}") for event in Event),
            Fraction(0),
        )

    @cached_property
    def score_square(self) -> Fraction:
        """Their squares summed up; the variance of a single round's score follows from both."""
        worth = {letter: self._worth(event) for event, letter in _LETTERS.items()}
        alone = [each * each * self.count(f"whole_{one}") for one, each in worth.items()]
        both = [
            2 * worth[one] * worth[other] * self.count(f"whole_{one}{other}")
            for one, other in _PAIRS
        ]
        return sum(alone + both, Fraction(0))

    def _part(self, code: str) -> Part:
        return next(part for part in self.caliber.parts if part.code == code)

    def _known(self, part: Part) -> int:
        known = [self.count(_KNOWN[event]) for event in part.credits]
        return min(known, default=0) + self.still_open

    def _rate(self, part: Part) -> Fraction | None:
        known = self._known(part)
        if known:
            return Fraction(self.credit_of(part.code)) / known
        return Fraction(0) if self.caliber.zero_n == ZeroN.ZERO else None

    def _worth(self, event: Event) -> Fraction:
        return PERCENT * Fraction(self.caliber.worth(event))

    def _rounded(self, exact: Fraction, digits: int) -> Decimal:
        return rounded(exact, digits, half=self.caliber.rounding.half)


@dataclass(frozen=True)
class MeanTally(Tally):
    """A last row as the plain mean over the units, whatever their size; its counts are sums."""

    of: tuple[Tally, ...] = ()

    @cached_property
    def exact_rates(self) -> dict[str, Fraction | None]:
        """The mean of the rates of the units that have one."""
        return {
            part.code: _mean(each.exact_rates[part.code] for each in self.of)
            for part in self.caliber.parts
        }

    @cached_property
    def exact_score(self) -> Fraction | None:
        """The mean of the scores of the units that have one."""
        return _mean(each.exact_score for each in self.of)


def asks_residents(caliber: Caliber) -> bool:
    """Whether any part of the score rests on what a resident says."""
    return any(event != Event.ON_TIME for part in caliber.parts for event in part.credits)


def counts_as_open(caliber: Caliber) -> list[str]:
    """Which rounds without a word of their resident count as if nothing had been done."""
    # What is counted by valid call-backs has no room for those asked in vain.
    has_tries = caliber.denominator != Denominator.VALID_CALL_BACKS
    return [
        name
        for name, choice, has_room in (
            ("not_yet", caliber.not_yet_callable, True),
            ("not_reached", caliber.not_reached, has_tries),
        )
        if has_room and choice == Open.COUNT_AS_OPEN
    ]


def rounded(exact: Fraction, digits: int, *, half: Half) -> Decimal:
    """Round a fraction without ever making a float of it."""
    scaled = exact * 10**digits
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    # Only on which side of the half the rest lies is left to be decided, and that exactly.
    doubled = 2 * rest - scaled.denominator
    side = Decimal("0.5") + (Decimal("0.1") if doubled > 0 else -Decimal("0.1") if doubled else 0)
    way = ROUND_HALF_UP if half == Half.UP else ROUND_HALF_EVEN
    near = (Decimal(whole) + (side if rest else 0)).quantize(Decimal(1), rounding=way)
    return near.scaleb(-digits)


def _number(exact: Fraction | None) -> float | None:
    return None if exact is None else float(exact)


def _mean(found: Iterable[Fraction | None]) -> Fraction | None:
    known = [each for each in found if each is not None]
    return sum(known, Fraction(0)) / len(known) if known else None
