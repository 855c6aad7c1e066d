"""Issuing by the plan: whatever is over, has rested, and has no report yet."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from huiyin.counting.windows import Span, window_before
from huiyin.departments.models import Unit
from huiyin.departments.queries import cities, time_zone_of
from huiyin.reports.issued.building import span_over, window_for
from huiyin.reports.issued.issuing import issue_report, issues_of
from huiyin.reports.issued.models import IssuedReport
from huiyin.reports.issued.plans import plan_of
from huiyin.reports.issued.rules import Kind, is_due

BY = "system:reports"
# After a longer silence of the worker, older days are issued by hand or not at all.
MOST_BEHIND = 7
OLDEST = timedelta(days=40)


def issue_what_is_due(*, at: datetime) -> list[IssuedReport]:
    """Issue every report that a plan asks for, the oldest first."""
    return [
        issue_report(city, kind, span.last, by=BY, at=at)
        for city in cities()
        for kind, span in list(due_in(city, at=at))
    ]


def due_in(city: Unit, *, at: datetime) -> Iterator[tuple[Kind, Span]]:
    """The windows of a city that want their report, since its plan was adopted."""
    row, plan = plan_of(city)
    if row is None:
        return
    for kind in Kind:
        if kind not in plan.kinds:
            continue
        for span in _over(city, kind, at):
            is_over = span.end > row.adopted_at and is_due(span.end, wait=plan.wait, at=at)
            if is_over and not issues_of(city, kind, span.first).exists():
                yield kind, span


def _over(city: Unit, kind: Kind, at: datetime) -> list[Span]:
    caliber, span = span_over(city, kind, at)
    window, zone = window_for(kind, caliber), time_zone_of(city)
    found = [span]
    while len(found) < MOST_BEHIND and (earlier := window_before(window, found[-1], zone=zone)):
        found.append(earlier)
    return [each for each in reversed(found) if at - OLDEST < each.end <= at]
