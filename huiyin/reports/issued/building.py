"""Building the contents of a report from the figures at a moment.

The same order gives the same contents for ever: rates and counts are read from facts that are
only superseded, as they were known at `as_of`; what waits is told as of `stands_at`, the moment
of the first issue, which a correction does not move.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from huiyin.counting.calibers.adopting import caliber_on
from huiyin.counting.facts.folding import settle
from huiyin.counting.rates import Row, Table, rates
from huiyin.counting.rules import Caliber, Window
from huiyin.counting.tally import Tally
from huiyin.counting.windows import Span, day_at, window_before, window_of
from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of
from huiyin.reports.issued.figuring import (
    told_caliber,
    told_changes,
    told_groups,
    told_outside,
    told_row,
    told_span,
)
from huiyin.reports.issued.gathering import Times, categories, specials, waiting
from huiyin.reports.issued.models import ReportPlan
from huiyin.reports.issued.plans import read_plan
from huiyin.reports.issued.rules import FORM, Kind

Contents = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """Which report is built, by which rules, and as of when."""

    city: Unit
    kind: Kind
    span: Span
    caliber: Caliber
    plan: ReportPlan
    as_of: datetime
    stands_at: datetime


def window_for(kind: Kind, caliber: Caliber) -> Window:
    """How a caliber cuts time for a kind of report."""
    windows = {Kind.DAY: caliber.daily, Kind.WEEK: caliber.weekly, Kind.MONTH: caliber.window}
    return windows[kind]


def span_of(city: Unit, kind: Kind, day: date) -> tuple[Caliber, Span]:
    """The window of a kind in which a day lies, by the caliber that holds on that day."""
    caliber = caliber_on(day)
    return caliber, window_of(window_for(kind, caliber), day, zone=time_zone_of(city))


def span_over(city: Unit, kind: Kind, at: datetime) -> tuple[Caliber, Span]:
    """The last window of a kind that is over at a moment."""
    zone = time_zone_of(city)
    caliber = caliber_on(at.astimezone(zone).date())
    window = window_for(kind, caliber)
    span = window_of(window, day_at(window, at, zone=zone), zone=zone)
    return caliber, window_before(window, span, zone=zone) or span


def build(order: Order) -> Contents:
    """The contents of one report."""
    settle(order.as_of)
    caliber, city, span = order.caliber, order.city, order.span
    zone = time_zone_of(city)
    earlier = window_before(window_for(order.kind, caliber), span, zone=zone)
    times = Times(span, earlier, order.as_of, caliber)
    standing = replace(times, as_of=order.stands_at)
    plan = read_plan(order.plan.text)
    now, before = _rates(order, span), _rates(order, earlier)
    return {
        "form": FORM,
        "kind": str(order.kind),
        "city": {"code": city.code, "name": city.name, "name_en": city.name_en, "zone": str(zone)},
        "window": told_span(span),
        "before": told_span(earlier),
        "as_of": _moment(order.as_of),
        "stands_at": _moment(order.stands_at),
        "plan": plan.digest,
        "caliber": told_caliber(caliber),
        "total": _compared(now, before),
        "period": _period(order),
        "groups": told_groups(now) if now else [],
        "outside": told_outside(now) if now else [],
        "categories": categories(city, times),
        "specials": specials(city, standing, plan),
        "waiting": waiting(city, standing),
    }


def _period(order: Order) -> Contents | None:
    """The assessment window as far as this report's own goes, beside the whole one before it."""
    if order.kind == Kind.MONTH:
        return None
    window, zone = order.caliber.window, time_zone_of(order.city)
    whole = window_of(window, order.span.last, zone=zone)
    so_far = replace(whole, end=min(whole.end, order.span.end))
    earlier = window_before(window, whole, zone=zone)
    now = _rates(order, so_far)
    return {
        "window": told_span(whole),
        "until": _moment(so_far.end),
        "earlier": told_span(earlier),
        **_compared(now, _rates(order, earlier)),
        "groups": told_groups(now) if now else [],
    }


def _rates(order: Order, span: Span | None) -> Table | None:
    if span is None or span.start >= span.end:
        return None
    window = (span.start, span.end)
    return rates(order.caliber, window, city=order.city, as_of=order.as_of)


def _compared(now: Table | None, before: Table | None) -> Contents:
    """The whole city in two windows, and for each rate whether the figures show a change."""
    here, there = _total(now), _total(before)
    return {
        "now": told_row(here) if here else None,
        "before": told_row(there) if there else None,
        "changes": told_changes(here, there) if here and there else [],
    }


def _total(table: Table | None) -> Row | None:
    """The whole city by its counts: units in groups, units in none, and what no unit leads."""
    if table is None:
        return None
    rows = [*table.rows, *table.outside, *([table.unled] if table.unled else [])]
    nothing = Tally(table.caliber)
    return Row(
        unit=None,
        received=sum(row.received for row in rows),
        closed=sum(row.closed for row in rows),
        net=sum((row.net for row in rows), nothing),
        all=sum((row.all for row in rows), nothing),
        ranked_by=table.caliber.ranked_by,
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
