"""The rates of a window: every unit in its group, without what is excluded and with it.

    span = window_at(caliber.window, moment, zone=zone)
    table = rates(caliber, (span.start, span.end), city=city, as_of=now)

The same question as of the same moment has the same answer for ever. A rate is never given
without its denominator, and nothing that is excluded or not yet callable goes unseen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from huiyin.counting.belonging import Belonging, Register, belonging
from huiyin.counting.facts.folding import is_changed_since, settle
from huiyin.counting.facts.reading import COUNTS, Counted, Question, Source, has_slots, read
from huiyin.counting.rules import Caliber, RankedBy, RoundedWhen, Tie, Totals
from huiyin.counting.tally import MeanTally, Tally
from huiyin.departments.models import Unit

Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class Row:
    """One unit in a window, or a sum of units; `unit` is None where none is meant."""

    unit: Unit | None
    received: int
    closed: int
    # Without what is excluded, and with it; one of them gives the places.
    net: Tally
    all: Tally
    ranked_by: RankedBy = RankedBy.NET
    # Units of one score share a place; None for who is not rated.
    rank: int | None = None
    # Why there is no place: "zero" where nothing was counted, "few" below the least number.
    not_rated: str = ""

    @property
    def excluded_n(self) -> int:
        """How many counted rounds are excluded."""
        return self.all.n - self.net.n

    @property
    def waiting_n(self) -> int:
        """Rounds of the window whose resident nobody could ask yet (未到回访期)."""
        return self.all.count("not_yet")

    @property
    def not_reached_n(self) -> int:
        """Rounds of the window whose resident was asked in vain."""
        return self.all.count("not_reached")

    @property
    def ranking(self) -> Tally:
        """The tally that gives the place."""
        return self.net if self.ranked_by == RankedBy.NET else self.all

    @property
    def is_rated(self) -> bool:
        """Whether the unit has a place."""
        return self.rank is not None

    def as_json(self) -> dict[str, Any]:
        """The row for other programs: numerators and denominators, and what they make."""
        return {
            "unit": self.unit.code if self.unit else None,
            "name": self.unit.name if self.unit else None,
            "rank": self.rank,
            "not_rated": self.not_rated or None,
            "received": self.received,
            "closed": self.closed,
            "excluded_n": self.excluded_n,
            "waiting_n": self.waiting_n,
            "not_reached_n": self.not_reached_n,
            "net": _tally_json(self.net),
            "all": _tally_json(self.all),
        }


@dataclass(frozen=True)
class GroupTable:
    """The units that are ranked among each other, the first place first, and their last row."""

    code: str
    name: str
    name_en: str
    rows: list[Row]
    total: Row


@dataclass(frozen=True)
class Table:
    """A window by one caliber as it was known at a moment."""

    caliber: Caliber
    start: datetime
    end: datetime
    as_of: datetime
    city: Unit
    groups: list[GroupTable]
    # Units that were judged and are in no group, and the cases that no unit leads.
    outside: list[Row] = field(default_factory=list)
    unled: Row | None = None
    # Changes are still being counted in: the figures as of a later moment will differ.
    is_behind: bool = False

    @property
    def rows(self) -> list[Row]:
        """The rows of all groups."""
        return [row for group in self.groups for row in group.rows]

    def row_of(self, code: str) -> Row | None:
        """The row of the unit with this code."""
        rows = [*self.rows, *self.outside]
        return next((row for row in rows if row.unit and row.unit.code == code), None)

    def as_json(self) -> dict[str, Any]:
        """The table for other programs."""
        return {
            "caliber": self.caliber.code,
            "digest": self.caliber.digest,
            "city": self.city.code,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            "is_behind": self.is_behind,
            "groups": [
                {
                    "code": group.code,
                    "name": group.name,
                    "rows": [row.as_json() for row in group.rows],
                    "total": group.total.as_json(),
                }
                for group in self.groups
            ],
            "outside": [row.as_json() for row in self.outside],
            "unled": self.unled.as_json() if self.unled else None,
        }


def rates(
    caliber: Caliber,
    window: Window,
    *,
    city: Unit,
    as_of: datetime,
    source: Source | None = None,
) -> Table:
    """Count a window by a caliber, as it was known at a moment; a door gives none to come."""
    question = Question(caliber, *window, city=city, as_of=as_of)
    settled = settle(as_of)
    if source is None:
        may_sum = as_of >= settled.folded_at and has_slots(question)
        source = Source.SUMS if may_sum else Source.FACTS
    counted = read(question, source)
    if source == Source.SUMS and is_changed_since(as_of):
        # Somebody counted in between: the sums know more by now than was known then.
        counted = read(question, Source.FACTS)
    return replace(_table(question, counted), is_behind=settled.is_behind)


def _table(question: Question, counted: Sequence[Counted]) -> Table:
    caliber, city = question.caliber, question.city
    register = Register(caliber, city, question.as_of)
    units = belonging(register, {each.unit_id for each in counted if each.unit_id})
    found = _by_home(units, counted)
    groups = [
        GroupTable(
            code=group.code,
            name=group.name,
            name_en=group.name_en,
            rows=(rows := _ranked([_row(caliber, found, u) for u in units.members[group.code]])),
            total=_total(caliber, rows),
        )
        for group in caliber.groups
    ]
    ranked = units.ranked
    others = {home.pk: home for home in units.homes.values() if home.pk not in ranked}
    outside = [_row(caliber, found, unit) for unit in others.values()]
    return Table(
        caliber=caliber,
        start=question.start,
        end=question.end,
        as_of=question.as_of,
        city=city,
        groups=groups,
        outside=outside,
        unled=_row(caliber, found, None) if None in found else None,
    )


def _by_home(
    units: Belonging, counted: Iterable[Counted]
) -> dict[int | None, tuple[list[int], list[int]]]:
    """For the unit in whose row it counts: the counts without what is excluded, and of that."""
    found: dict[int | None, tuple[list[int], list[int]]] = {}
    for each in counted:
        home = units.homes.get(each.unit_id) if each.unit_id else None
        key = home.pk if home else None
        if key not in found:
            found[key] = ([0] * len(COUNTS), [0] * len(COUNTS))
        at = found[key][each.is_excluded]
        for place, name in enumerate(COUNTS):
            at[place] += each.counts[name]
    return found


def _row(
    caliber: Caliber, found: dict[int | None, tuple[list[int], list[int]]], unit: Unit | None
) -> Row:
    kept, excluded = found.get(unit.pk if unit else None, ([0] * len(COUNTS),) * 2)
    both = [a + b for a, b in zip(kept, excluded, strict=True)]
    counts = dict(zip(COUNTS, both, strict=True))
    return Row(
        unit=unit,
        received=counts["received"],
        closed=counts["closed"],
        net=Tally(caliber, dict(zip(COUNTS, kept, strict=True))),
        all=Tally(caliber, counts),
        ranked_by=caliber.ranked_by,
    )


def _ranked(rows: list[Row]) -> list[Row]:
    """Give the places; those without one stand last, in the order of the units."""
    keyed = []
    without = []
    for row in rows:
        why = _why_not(row)
        if why:
            without.append(replace(row, not_rated=why))
        else:
            keyed.append((_key(row), row))
    keyed.sort(key=lambda each: (each[0], each[1].unit.sort_key if each[1].unit else ""))
    placed: list[Row] = []
    for number, (key, row) in enumerate(keyed, start=1):
        same = placed and keyed[number - 2][0] == key
        placed.append(replace(row, rank=placed[-1].rank if same else number))
    return placed + without


def _why_not(row: Row) -> str:
    tally = row.ranking
    if tally.exact_score is None:
        return "zero"
    return "few" if tally.n < tally.caliber.min_n else ""


def _key(row: Row) -> tuple[Any, ...]:
    tally = row.ranking
    early = tally.caliber.rounding.when == RoundedWhen.BEFORE_SORTING
    score = (tally.shown_score if early else tally.exact_score) or 0
    code = row.unit.code if row.unit else ""
    by: dict[Tie, Any] = {
        Tie.RECEIVED_DESC: -row.received,
        Tie.RECEIVED_ASC: row.received,
        Tie.COUNTED_DESC: -tally.n,
        Tie.CODE: code,
    }
    return (-score, *(by[tie] for tie in tally.caliber.ties))


def _total(caliber: Caliber, rows: list[Row]) -> Row:
    net, whole = (_sum(caliber, [getattr(row, side) for row in rows]) for side in ("net", "all"))
    return Row(
        unit=None,
        received=sum(row.received for row in rows),
        closed=sum(row.closed for row in rows),
        net=net,
        all=whole,
        ranked_by=caliber.ranked_by,
    )


def _sum(caliber: Caliber, tallies: list[Tally]) -> Tally:
    counts = {name: sum(each.count(name) for each in tallies) for name in COUNTS}
    if caliber.totals == Totals.UNWEIGHTED_MEAN:
        return MeanTally(caliber, counts, of=tuple(tallies))
    return Tally(caliber, counts)


def _tally_json(tally: Tally) -> dict[str, Any]:
    shown, score = tally.shown_rates, tally.shown_score
    return {
        "n": tally.n,
        "contacted": tally.responded,
        "solved": tally.solved,
        "satisfied": tally.satisfied,
        "basically": tally.basically,
        "parts": {
            code: {
                "numerator": str(tally.credit_of(code)),
                "denominator": tally.n_of(code),
                "percent": None if percent is None else str(percent),
            }
            for code, percent in shown.items()
        },
        "score": None if score is None else str(score),
    }
