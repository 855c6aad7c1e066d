"""The rates as contents of a report: exact numerators and denominators, what is shown, bands.

A unit's place is never told bare: beside each score stand its interval, between which places the
unit lies, and the bands that it touches, from rank intervals that hold for all units at once.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from huiyin.counting.rates import GroupTable, Row, Table
from huiyin.counting.rules import Caliber
from huiyin.counting.tally import Tally
from huiyin.counting.windows import Span
from huiyin.departments.models import Unit
from huiyin.fairness.bands import bands
from huiyin.fairness.distributions import Floats
from huiyin.fairness.funnel import pooled_variance
from huiyin.fairness.intervals import compare_rates, score_interval, spread_ratio
from huiyin.fairness.ranks import rank_sets

Figures = dict[str, Any]
TOP = 100.0
EVENTS = ("contacted", "solved", "satisfied", "basically", "on_time")
Columns = tuple[Floats, Floats, Floats]


def told_span(span: Span | None) -> Figures | None:
    """A window as contents."""
    if span is None:
        return None
    return {
        "name": span.name,
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "days": span.days,
    }


def told_caliber(caliber: Caliber) -> Figures:
    """How it is counted, as far as a reader must know it; the digest names the whole text."""
    return {
        "code": caliber.code,
        "digest": caliber.digest,
        "name": caliber.name,
        "name_en": caliber.name_en,
        "source": caliber.source,
        "source_en": caliber.source_en,
        "unknown": list(caliber.unknown),
        "unknown_en": list(caliber.unknown_en),
        "denominator": str(caliber.denominator),
        "merged": str(caliber.merged),
        "rounds": str(caliber.rounds),
        "ranked_by": str(caliber.ranked_by),
        "not_yet_callable": str(caliber.not_yet_callable),
        "not_reached": str(caliber.not_reached),
        "zero_n": str(caliber.zero_n),
        "totals": str(caliber.totals),
        "min_n": caliber.min_n,
        "digits": caliber.rounding.digits,
        "rate_digits": caliber.rounding.rate_digits,
        "parts": [
            {
                "code": part.code,
                "name": part.name,
                "name_en": part.name_en,
                "weight": _plain(part.weight),
                "credits": {str(event): _plain(worth) for event, worth in part.credit_rows},
            }
            for part in caliber.parts
        ],
    }


def told_groups(table: Table) -> list[Figures]:
    """Each group of a table with its rows in their order, their intervals and bands."""
    return [_group(group, table) for group in table.groups]


def told_outside(table: Table) -> list[Figures]:
    """Units that were judged and are in no group, and what no unit leads, under the code “”."""
    rows = [{**names_of(row.unit), **told_row(row)} for row in table.outside if row.unit]
    unled = table.unled
    return rows + ([{"code": "", "name": "", "name_en": "", **told_row(unled)}] if unled else [])


def told_row(row: Row) -> Figures:
    """Counts and rates of one unit or of a sum, with and without what is excluded."""
    return {
        "received": row.received,
        "closed": row.closed,
        "net": _tally(row.net),
        "all": _tally(row.all),
        "excluded_n": row.excluded_n,
        "waiting_n": row.waiting_n,
        "not_reached_n": row.not_reached_n,
    }


def told_changes(now: Row, before: Row) -> list[Figures]:
    """Of each rate, by the figure that ranks, whether the two windows can be told apart."""
    return [
        {"code": code, "change": compare_rates(_rate(now, code), _rate(before, code)).change.value}
        for code in now.ranking.exact_rates
    ]


def _rate(row: Row, code: str) -> tuple[float, float]:
    n = row.ranking.n_of(code)
    return min(float(row.ranking.credit_of(code)), float(n)), float(n)


def names_of(unit: Unit) -> Figures:
    """How a unit is called in both languages."""
    return {"code": unit.code, "name": unit.name, "name_en": unit.name_en}


def _group(group: GroupTable, table: Table) -> Figures:
    found = _Bands(group.rows, table.caliber)
    return {
        "code": group.code,
        "name": group.name,
        "name_en": group.name_en,
        "rows": [
            {
                **names_of(row.unit),
                **told_row(row),
                "rank": row.rank,
                "not_rated": row.not_rated,
                **found.of(at),
            }
            for at, row in enumerate(group.rows)
            if row.unit
        ],
        "total": told_row(group.total),
        # The last place of each band; a single band tells that nobody can be told apart.
        "ends": list(found.ends),
    }


class _Bands:
    """Where each row of a group stands among the others, by the figure that ranks."""

    def __init__(self, rows: Sequence[Row], caliber: Caliber) -> None:
        self.digits = caliber.rounding.digits
        self.tallies = [row.ranking for row in rows]
        figures = [_scores(tally) for tally in self.tallies]
        n, sums, squares = (column.tolist() for column in _columns(figures))
        self.ratio = spread_ratio(n, sums, squares, top=TOP)
        rated = [at for at, row in enumerate(rows) if row.is_rated and figures[at][0]]
        n, sums, squares = _columns([figures[at] for at in rated])
        self.places: dict[int, tuple[int, int]] = {}
        self.spans: dict[int, tuple[int, int]] = {}
        self.ends: tuple[int, ...] = ()
        if rated:
            counts, totals, twice = _columns([figures[at] for at in rated])
            errors = np.sqrt(pooled_variance(counts, totals, twice) / counts)
            found = rank_sets(totals / counts, errors, simultaneous=True)
            firsts, lasts = found.firsts.tolist(), found.lasts.tolist()
            cut = bands(firsts, lasts)
            self.ends = cut.ends
            self.places = dict(zip(rated, zip(firsts, lasts, strict=True), strict=True))
            self.spans = dict(zip(rated, cut.spans, strict=True))

    def of(self, at: int) -> Figures:
        """The interval of a row's score, between which places it lies, and in which bands."""
        tally = self.tallies[at]
        places, span = self.places.get(at), self.spans.get(at)
        return {
            "interval": self._interval(tally) if tally.score is not None else None,
            "places": list(places) if places else None,
            "bands": list(span) if span else None,
        }

    def _interval(self, tally: Tally) -> list[str] | None:
        if not tally.score_n:
            return None
        total = float(tally.score_sum)
        low, high = score_interval(tally.score_n, total, ratio=self.ratio, top=TOP)
        return [_rounded(low, self.digits), _rounded(high, self.digits)]


def _scores(tally: Tally) -> tuple[float, float, float]:
    return float(tally.score_n), float(tally.score_sum), float(tally.score_square)


def _columns(rows: Sequence[tuple[float, float, float]]) -> Columns:
    table = np.asarray(rows, dtype=np.float64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def _tally(tally: Tally) -> Figures:
    return {
        "n": tally.n,
        **{event: tally.count(event) for event in EVENTS},
        "parts": [
            {
                "code": part.code,
                "credit": _plain(tally.credit_of(part.code)),
                "n": tally.n_of(part.code),
                "rate": _shown(tally.shown_rates[part.code]),
            }
            for part in tally.caliber.parts
        ],
        "score": _shown(tally.shown_score),
    }


def _shown(value: Any) -> str | None:
    return None if value is None else f"{value:f}"


def _plain(value: Any) -> str:
    return f"{value.normalize():f}"


def _rounded(value: float, digits: int) -> str:
    return f"{value:.{digits}f}"
