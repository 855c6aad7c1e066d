"""What a report tells besides the rates: matters and what waits, as it was known at a moment.

Read from the facts, which are only superseded: the same moment gives the same counts for ever.
Only counts leave this module; no case, no person and no place smaller than a unit.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from huiyin.cases.models import Category
from huiyin.counting.facts.models import Fact, Word
from huiyin.counting.rules import Caliber, Merged
from huiyin.counting.windows import Span
from huiyin.departments.models import Unit
from huiyin.reports.issued.plans import Plan, Special

MOST_CATEGORIES = 10
MOST_LATE = 10
Counts = dict[str, Any]


@dataclass(frozen=True)
class Times:
    """The window of a report and the one before it, and the moment of which all is told."""

    now: Span
    before: Span | None
    as_of: datetime
    caliber: Caliber

    def until_now(self) -> Q:
        """Received in the window, as far as it has gone."""
        return _within("received_at", self.now)


def known_at(city: Unit, times: Times) -> QuerySet[Fact]:
    """The facts of a city as they were known at a moment, of the voices that a caliber counts."""
    as_of, caliber = times.as_of, times.caliber
    still = Q(known_until=None) | Q(known_until__gt=as_of)
    facts = Fact.objects.filter(still, city=city, known_from__lte=as_of, received_at__lte=as_of)
    if caliber.request_kinds:
        facts = facts.filter(request_kind__in=caliber.request_kinds)
    return facts.filter(parent=None) if caliber.merged == Merged.PER_PARENT else facts


def categories(city: Unit, times: Times) -> Counts:
    """The most frequent categories of what was received, and how much the others make together."""
    voices = known_at(city, times).filter(round_number=1)
    rows = list(
        voices.filter(_either(times))
        .values("category__code", "category__name", "category__name_en")
        .annotate(now=Count("pk", filter=times.until_now()), before=_before(times))
    )
    rows.sort(key=lambda row: (-row["now"], -row["before"], row["category__code"] or "~"))
    shown = [row for row in rows if row["now"]][:MOST_CATEGORIES]
    rest = [row for row in rows if row not in shown]
    return {
        "rows": [_category(dict(row)) for row in shown],
        "rest": {name: sum(row[name] for row in rest) for name in ("now", "before")},
    }


def specials(city: Unit, times: Times, plan: Plan) -> list[Counts]:
    """The matters that the plan watches apart: received, still open, overdue."""
    facts = known_at(city, times)
    named = list(Category.objects.order_by("path").values_list("pk", "code", "name", "path"))
    found = []
    for special in plan.specials:
        keys = _categories_of(special, named)
        own = facts.filter(category__in=keys)
        counts = own.aggregate(
            now=Count("pk", filter=Q(round_number=1) & times.until_now()),
            before=Count("pk", filter=Q(round_number=1) & _window_before(times)),
            open=Count("pk", filter=_open()),
            overdue=Count("pk", filter=_overdue(times.as_of)),
        )
        names = {"code": special.code, "name": special.name, "name_en": special.name_en}
        found.append({**names, "categories": len(keys), **counts})
    return found


def waiting(city: Unit, times: Times) -> Counts:
    """What waits at the moment itself, of all windows, and where most of it is overdue."""
    facts = known_at(city, times).filter(is_last=True)
    asked = {
        "open": Count("pk", filter=_open()),
        "overdue": Count("pk", filter=_overdue(times.as_of)),
        "not_yet_callable": Count("pk", filter=Q(word=Word.WAITING)),
    }
    late = (
        facts.filter(_open())
        .values("unit__code", "unit__name", "unit__name_en")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=_overdue(times.as_of)))
        .filter(overdue__gt=0)
    )
    rows = sorted(late, key=lambda row: (-row["overdue"], row["unit__code"] or "~"))
    units = [
        {
            "code": row["unit__code"] or "",
            "name": row["unit__name"] or "",
            "name_en": row["unit__name_en"] or "",
            "open": row["open"],
            "overdue": row["overdue"],
        }
        for row in rows[:MOST_LATE]
    ]
    return {**facts.aggregate(**asked), "units": units, "late_units": len(rows)}


def _within(column: str, span: Span) -> Q:
    return Q(**{f"{column}__gte": span.start, f"{column}__lt": span.end})


def _window_before(times: Times) -> Q:
    # Of nothing before, no fact can be.
    return _within("received_at", times.before) if times.before else Q(pk=None)


def _before(times: Times) -> Count:
    return Count("pk", filter=_window_before(times))


def _either(times: Times) -> Q:
    return times.until_now() | _window_before(times)


def _open() -> Q:
    return Q(is_last=True, word=Word.OPEN)


def _overdue(as_of: datetime) -> Q:
    return _open() & Q(due_at__lt=as_of)


def _category(row: dict[str, Any]) -> Counts:
    return {
        "code": row["category__code"] or "",
        "name": row["category__name"] or "",
        "name_en": row["category__name_en"] or "",
        "now": row["now"],
        "before": row["before"],
    }


def _categories_of(special: Special, named: list[tuple[int, str, str, str]]) -> list[int]:
    """The categories that a matter names, with all below those it names by code."""
    roots = [path for _pk, code, _name, path in named if code in special.categories]
    return [
        pk
        for pk, _code, name, path in named
        if any(word in name for word in special.words) or any(path.startswith(at) for at in roots)
    ]
