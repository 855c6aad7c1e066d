"""What one page may say of one unit's month, read from the database once.

A unit's page counts the cases that it or a unit below it leads; a city's page counts all of
its cases, those that nobody leads too. `pages` turns the facts into what is shown.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.cases.rules import OPEN, Status
from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of
from huiyin.office.problems import WrongInput
from huiyin.places.models import Place
from huiyin.reports.maps import Drawing, draw, shown_parts
from huiyin.reports.months import Month, days_in, month_before, month_bounds, unit_month

MOST_LATE = 12
NEAR = 0.4
WAITS_FOR_ANSWER = [status.value for status in OPEN - {Status.ANSWERED}]


@dataclass(frozen=True)
class Counted:
    """Something with its cases of this month and of the month before."""

    name: str
    count: int
    before: int


@dataclass(frozen=True)
class Day:
    """A day of the month: cases received on it, and how many of them are closed."""

    day: int
    weekday: int
    received: int
    closed: int


@dataclass(frozen=True)
class Late:
    """A case that is overdue and still open; no word of it was written by a resident."""

    number: str
    category: str
    place: str
    days: int


@dataclass(frozen=True)
class BriefFacts:
    """Everything one page may show of one unit's month, the largest counts first."""

    unit: Unit
    city: Unit
    month: str
    as_of: datetime
    is_over: bool
    now: Month
    before: Month
    days: list[Day]
    categories: list[Counted]
    places: list[Counted]
    late: list[Late]
    # Overdue and open, of this month and of all months.
    late_count: int
    late_ever: int
    drawing: Drawing


def find_unit(text: str) -> Unit:
    """Find a unit by its code or its name; say so when there is none or several."""
    wanted = text.strip()
    coded = Unit.objects.filter(code=wanted).first()
    if coded is not None:
        return coded
    named = Q(name=wanted) | (Q(name_en__iexact=wanted) & ~Q(name_en=""))
    found = list(Unit.objects.filter(named).order_by("code")[:6])
    if not found:
        raise WrongInput(_no_such_unit(wanted))
    if len(found) > 1:
        codes = ", ".join(unit.code for unit in found[:5]) + (" …" if len(found) > 5 else "")
        raise WrongInput(
            _("Several units are called “%(text)s”; give the code of the one you mean: %(codes)s.")
            % {"text": wanted, "codes": codes}
        )
    return found[0]


def _no_such_unit(text: str) -> str:
    near = _nearest(text)
    if not near:
        return _("There is no unit “%(text)s”; give the name or the code of one.") % {"text": text}
    return _("There is no unit “%(text)s”; the nearest names are: %(names)s.") % {
        "text": text,
        "names": ", ".join(near),
    }


def _nearest(text: str, most: int = 3) -> list[str]:
    known = Unit.objects.order_by("sort_key", "pk").values_list("code", "name", "name_en")
    names = dict.fromkeys(name for row in known for name in row if name)
    likeness = {name: _likeness(text.lower(), name.lower()) for name in names}
    near = [name for name in names if likeness[name] >= NEAR]
    return sorted(near, key=lambda name: -likeness[name])[:most]


def _likeness(text: str, name: str) -> float:
    if not text:
        return 0.0
    part = 0.5 if text in name or name in text else 0.0
    return part + SequenceMatcher(None, text, name).ratio()


def brief_facts(unit: Unit, month: str, *, as_of: datetime) -> BriefFacts:
    """Read one unit's month."""
    city = Unit.objects.select_related("place").get(pk=int(unit.path.split("/")[1]))
    zone = time_zone_of(unit)
    start, end = month_bounds(month, zone)
    earlier = month_bounds(month_before(month), zone)[0]
    led = _led_by(unit, city).filter(received_at__lte=as_of)
    cases = led.filter(received_at__gte=start, received_at__lt=end)
    both = led.filter(received_at__gte=earlier, received_at__lt=end)
    late = led.filter(status__in=WAITS_FOR_ANSWER, due_at__lt=as_of)
    late_now = late.filter(received_at__gte=start, received_at__lt=end)
    in_month = Q(received_at__gte=start, received_at__lt=end)
    late_counts = late.aggregate(now=Count("pk", filter=in_month), ever=Count("pk"))
    parts = shown_parts(unit, city, on=start.date())
    return BriefFacts(
        unit=unit,
        city=city,
        month=month,
        as_of=as_of.astimezone(zone),
        is_over=as_of >= end,
        now=unit_month(unit, month, as_of=as_of, city=city),
        before=unit_month(unit, month_before(month), as_of=as_of, city=city),
        days=_days(cases, month, start),
        categories=_categories(both, in_month),
        places=_places(both, in_month, parts),
        late=_late(late_now, as_of),
        late_count=late_counts["now"],
        late_ever=late_counts["ever"],
        drawing=draw(parts, cases),
    )


def _led_by(unit: Unit, city: Unit) -> QuerySet[Case]:
    cases = Case.objects.filter(intake_unit__path__startswith=city.path)
    return cases if unit.pk == city.pk else cases.filter(unit__path__startswith=unit.path)


def _days(cases: QuerySet[Case], month: str, start: datetime) -> list[Day]:
    by_day = cases.annotate(on=TruncDate("received_at", tzinfo=start.tzinfo)).values("on")
    closed = Count("pk", filter=Q(closed_at__isnull=False))
    found = {row["on"]: row for row in by_day.annotate(received=Count("pk"), closed=closed)}
    days = [start.date() + timedelta(days=at) for at in range(days_in(month))]
    nothing = {"received": 0, "closed": 0}
    rows = [(day, found.get(day, nothing)) for day in days]
    return [Day(day.day, day.weekday(), row["received"], row["closed"]) for day, row in rows]


def _categories(both: QuerySet[Case], in_month: Q) -> list[Counted]:
    rows = _counted(both, in_month, "category_id", "category__name", "category__name_en")
    return _by_size(
        Counted(
            _named(row["category__name"], row["category__name_en"], _("without a category")),
            row["now"],
            row["all"] - row["now"],
        )
        for row in rows
    )


def _places(both: QuerySet[Case], in_month: Q, parts: list[Place]) -> list[Counted]:
    """Count by the parts that the map shows, or by the cases' own places where it shows none."""
    names = {part.pk: part.label for part in parts}
    now: Counter[str] = Counter()
    before: Counter[str] = Counter()
    rows = _counted(both, in_month, "place__path", "place__name", "place__name_en")
    for row in rows:
        own = _named(row["place__name"], row["place__name_en"], _("place not known"))
        ids = [int(part) for part in (row["place__path"] or "").split("/") if part]
        part = next((names[pk] for pk in ids if pk in names), None)
        name = part or (_("elsewhere in the city") if names and ids else own)
        now[name] += row["now"]
        before[name] += row["all"] - row["now"]
    return _by_size(Counted(name, now[name], before[name]) for name in now)


def _counted(cases: QuerySet[Case], in_month: Q, *by: str) -> list[dict[str, Any]]:
    return list(cases.values(*by).annotate(now=Count("pk", filter=in_month), all=Count("pk")))


def _by_size(rows: Iterable[Counted]) -> list[Counted]:
    found = sorted(rows, key=lambda row: (-row.count, -row.before, row.name))
    return [row for row in found if row.count]


def _named(name: str | None, name_en: str | None, without: str) -> str:
    if name is None:
        return without
    return name_en if name_en and (get_language() or "").startswith("en") else name


def _late(late: QuerySet[Case], as_of: datetime) -> list[Late]:
    rows = late.select_related("category", "place").order_by("due_at", "pk")[:MOST_LATE]
    return [
        Late(
            number=case.number,
            category=str(case.category or case.get_request_kind_display()),
            # Where a matter lies can tell who spoke of it.
            place="" if case.is_confidential or case.place is None else case.place.label,
            days=(as_of - case.due_at).days if case.due_at else 0,
        )
        for case in rows
    ]
