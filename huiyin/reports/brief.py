"""One unit's month in figures, a chart, a map sketch and plain sentences.

`brief_facts` reads the database once for one unit; `layout` turns the facts into what the
page shows at a given shortening level. The page itself is made in `typesetting`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.cases.models import Case
from huiyin.departments.models import Unit
from huiyin.departments.queries import cities, time_zone_of
from huiyin.office.problems import WrongInput
from huiyin.reports.maps import Drawing, unit_map
from huiyin.reports.months import MonthRow, days_in, month_before, month_bounds, unit_month

# How many rows and characters each shortening level leaves; the last one always fits.
LEVELS = ((8, 7, 60), (7, 6, 44), (6, 5, 34), (5, 4, 26), (4, 3, 20), (3, 2, 14), (2, 1, 10))


@dataclass(frozen=True)
class BriefFacts:
    """Everything one page may show of one unit's month."""

    unit: Unit
    city: Unit
    month: str
    as_of: datetime
    now: MonthRow
    before: MonthRow
    days: list[dict[str, Any]]
    categories: list[tuple[str, int]]
    late: list[tuple[str, str, int]]
    late_count: int
    drawing: Drawing


def find_unit(text: str) -> Unit:
    """Find a unit by its code or its name; say so when there is none or several."""
    found = list(Unit.objects.filter(Q(code=text) | Q(name=text) | Q(name_en__iexact=text))[:3])
    if not found:
        raise WrongInput(
            _("There is no unit “%(text)s”; give its name or code as the list of units has it.")
            % {"text": text}
        )
    if len(found) > 1:
        codes = ", ".join(unit.code for unit in found)
        raise WrongInput(
            _("Several units are called “%(text)s”; give the code of the one you mean: %(codes)s.")
            % {"text": text, "codes": codes}
        )
    return found[0]


def brief_facts(unit: Unit, month: str, *, as_of: datetime) -> BriefFacts:
    """Read one unit's month."""
    zone = time_zone_of(unit)
    start, end = month_bounds(month, zone)
    city = next(root for root in cities() if unit.path.startswith(root.path))
    cases = Case.objects.filter(unit=unit, received_at__gte=start, received_at__lt=end)
    late = Case.objects.filter(unit=unit, status__in=("dispatched", "in_hand"), due_at__lt=as_of)
    drawing = unit_map(unit, cases)
    return BriefFacts(
        unit=unit,
        city=city,
        month=month,
        as_of=as_of.astimezone(zone),
        now=unit_month(unit, month, as_of=as_of, city=city).total,
        before=unit_month(unit, month_before(month), as_of=as_of, city=city).total,
        days=_days(cases, month, start),
        categories=_categories(cases),
        late=[
            (
                case.number,
                case.category.name if case.category else case.title,
                _days_late(case, as_of),
            )
            for case in late.select_related("category").order_by("due_at", "pk")[:10]
        ],
        late_count=late.count(),
        drawing=drawing,
    )


def _days_late(case: Case, as_of: datetime) -> int:
    return (as_of - case.due_at).days if case.due_at else 0


def _days(cases: QuerySet[Case], month: str, start: datetime) -> list[dict[str, Any]]:
    by_day = cases.annotate(day=TruncDate("received_at", tzinfo=start.tzinfo)).values_list("day")
    received = dict(by_day.annotate(Count("pk")))
    closed = dict(by_day.filter(closed_at__isnull=False).annotate(Count("pk")))
    days = [start.date() + timedelta(days=at) for at in range(days_in(month))]
    return [
        {
            "day": day.day,
            "mark": day.day == 1 or day.day % 5 == 0,
            "received": received.get(day, 0),
            "closed": closed.get(day, 0),
        }
        for day in days
    ]


def _categories(cases: QuerySet[Case]) -> list[tuple[str, int]]:
    rows = cases.values_list("category__name").annotate(n=Count("pk"))
    return [
        (name or _("without a category"), count)
        for name, count in rows.order_by("-n", F("category__name").asc(nulls_last=True))[:10]
    ]


def layout(facts: BriefFacts, *, level: int) -> dict[str, Any]:
    """What the page shows, shortened to a level of `LEVELS`."""
    kinds, late, letters = LEVELS[level]
    total = max(1, facts.now.received)
    return {
        "lang": "zh",
        "city": facts.city.name,
        "title": _("%(unit)s: %(month)s on one page")
        % {"unit": _short(str(facts.unit), 26), "month": facts.month},
        "subtitle": _("Cases received in %(month)s as they stand on %(at)s; %(city)s")
        % {"month": facts.month, "at": f"{facts.as_of:%Y-%m-%d %H:%M}", "city": facts.city.name},
        "foot": _("回音 huiyin · every figure counts cases received in this month"),
        "none": _("none"),
        "figures": _figures(facts),
        "chart": {
            "title": _("Received by day"),
            "days": facts.days,
            "legend": _("Light: received that day; dark: of these, closed by now."),
        },
        "map": {
            "title": _("Where"),
            "svg": facts.drawing.svg,
            "width": facts.drawing.width,
            "height": facts.drawing.height,
            "legend": _("%(count)d cases with a point in the picture")
            % {"count": facts.drawing.points}
            if facts.drawing.svg
            else _("No map: this city has no boundaries yet."),
        },
        "categories": {
            "title": _("What it was about"),
            "head": [_("category"), _("received"), _("share")],
            "rows": [
                {
                    "name": _short(name, letters),
                    "count": count,
                    "share": f"{100 * count / total:.0f}%",
                }
                for name, count in facts.categories[:kinds]
            ],
        },
        "overdue": {
            "title": _("Overdue and still open"),
            "head": [_("number"), _("matter"), _("days late")],
            "rows": [
                {"number": number, "title": _short(title, letters), "late": days}
                for number, title, days in facts.late[:late]
            ],
            "more": _("%(count)d in all") % {"count": facts.late_count},
        },
        "words": [{"title": _("In words"), "sentences": _sentences(facts, letters)}],
    }


def _figures(facts: BriefFacts) -> list[dict[str, str]]:
    labels = {
        "received": _("received"),
        "answered": _("answered"),
        "closed": _("closed"),
        "on_time": _("on time"),
        "overdue": _("overdue"),
        "reopened": _("reopened"),
    }
    figures = [
        {
            "label": label,
            "value": str(getattr(facts.now, name)),
            "before": _("month before: %(count)s") % {"count": getattr(facts.before, name)},
        }
        for name, label in labels.items()
    ]
    hours = [_hours(row.median_hours) for row in (facts.now, facts.before)]
    return [
        *figures,
        {
            "label": _("median hours"),
            "value": hours[0],
            "before": _("month before: %(count)s") % {"count": hours[1]},
        },
    ]


def _hours(hours: float | None) -> str:
    return "–" if hours is None else f"{hours:.1f}"


def _sentences(facts: BriefFacts, letters: int) -> list[str]:
    now, before, found = facts.now, facts.before, []
    if now.received == 0:
        return [_("No case received in this month is led by this unit.")]
    if before.received:
        change = now.received - before.received
        found.append(
            _("%(count)d cases were received, %(change)+d against the month before.")
            % {"count": now.received, "change": change}
        )
    timed = now.on_time + now.overdue
    if timed:
        found.append(
            _("Of %(all)d cases whose deadline is decided, %(on_time)d were answered in time.")
            % {"all": timed, "on_time": now.on_time}
        )
    if facts.categories:
        name, count = facts.categories[0]
        found.append(
            _("Most were about “%(name)s”: %(count)d of %(all)d.")
            % {"name": _short(name, letters), "count": count, "all": now.received}
        )
    if facts.late_count:
        found.append(
            ngettext(
                "%(count)d case is overdue and still open; the oldest for %(days)d days.",
                "%(count)d cases are overdue and still open; the oldest for %(days)d days.",
                facts.late_count,
            )
            % {"count": facts.late_count, "days": facts.late[0][2]}
        )
    if now.reopened:
        found.append(
            ngettext(
                "%(count)d case had to be worked again.",
                "%(count)d cases had to be worked again.",
                now.reopened,
            )
            % {"count": now.reopened}
        )
    return found


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"
