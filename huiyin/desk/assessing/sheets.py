"""The two-way assessment at the desk: one sheet of one block of months, and the words behind it."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huiyin.departments.models import Unit
from huiyin.desk.doors import READS_FIGURES, DeskRequest, at_desk, for_posts, page, posts_of
from huiyin.desk.finding.figures import city_of
from huiyin.desk.joint.words import THINGS
from huiyin.office.problems import NotAllowed, NotFound
from huiyin.reports.assessing.models import AssessedFigure
from huiyin.reports.assessing.queries import (
    CITY_READERS,
    READERS,
    SheetShown,
    may_read_words,
    months_with_figures,
    sheets_of,
    visible_figures,
    words_said,
)
from huiyin.reports.assessing.rules import BOTTOM, FEWEST_RATERS, TENTH, TOP, Sheet

ROWS = 50
SHEETS = {
    Sheet.REPORTING: gettext_lazy("Departments, marked by streets"),
    Sheet.WHISTLING: gettext_lazy("Streets, marked by departments"),
}


@at_desk
@for_posts(READERS)
@require_GET
def assessment(request: DeskRequest) -> HttpResponse:
    """Show what units thought of each other in the months that end with one month."""
    months = months_with_figures(request.user)
    asked = request.GET.get("month", "")
    month = _month(months, asked)
    sheets = {each.sheet: each for each in sheets_of(request.user, month)} if month else {}
    name = _sheet(request.GET.get("sheet", ""), sheets)
    facts: dict[str, Any] = {
        "months": [each.strftime("%Y-%m") for each in months],
        "month": month.strftime("%Y-%m") if month else "",
        "sheets": [(str(code), words) for code, words in SHEETS.items()],
        "sheet": str(name),
        "heading": SHEETS[name],
        "least": max(settings.ASSESSMENT_RATERS, FEWEST_RATERS),
        "reads_all": bool(READS_FIGURES & posts_of(request.user)),
        "keep": f"&sheet={name}&month={month:%Y-%m}" if month else "",
    }
    if month:
        facts |= _table(request, sheets[name])
    return page(request, "assessing/assessment", facts)


@at_desk
@for_posts(frozenset(CITY_READERS))
@require_GET
def words(request: DeskRequest, figure: int) -> HttpResponse:
    """Show the city what units wrote about one unit, without a name and in no order."""
    row = visible_figures(request.user).filter(pk=figure).first()
    if row is None:
        raise NotFound(_("There are no such figures for you."))
    city = city_of(row.unit)
    if not may_read_words(city, by=request.user):
        raise NotAllowed(_("Only the city reads what units wrote about each other."))
    said = words_said([row], city, at=timezone.now())
    facts = {
        "unit": row.unit,
        "months": _months(row),
        "shown": Paginator(said, ROWS).get_page(request.GET.get("page")),
        "days": settings.ASSESSMENT_WORDS_DAYS,
        "back": f"?sheet={row.sheet}&month={row.last_month:%Y-%m}",
    }
    return page(request, "assessing/words", facts)


def _month(months: list[date], asked: str) -> date | None:
    if not asked:
        return months[0] if months else None
    found = [each for each in months if each.strftime("%Y-%m") == asked]
    if not found:
        raise NotFound(_("There are no figures of these months for you."))
    return found[0]


def _sheet(asked: str, sheets: dict[Sheet, SheetShown]) -> Sheet:
    """The sheet that was asked for, or the first one on which anything stands."""
    if not asked:
        return next((name for name, each in sheets.items() if each.rows), Sheet.REPORTING)
    if asked not in list(Sheet):
        raise NotFound(_("There is no such sheet of the assessment."))
    return Sheet(asked)


def _table(request: DeskRequest, sheet: SheetShown) -> dict[str, Any]:
    """One page of a sheet; the mean is that of all its rows."""
    shown = Paginator(sheet.rows, ROWS).get_page(request.GET.get("page"))
    heads = [THINGS[thing] for thing in sheet.things]
    read = _cities_of_words(request, shown.object_list)
    rows = [
        {
            "figure": row,
            "months": _months(row),
            "means": [
                (head, _said(Decimal(row.means[thing])))
                for head, thing in zip(heads, sheet.things, strict=True)
            ],
            "has_words": row.unit.path.startswith(read),
        }
        for row in shown
    ]
    means = sheet.means
    whole = [(THINGS[thing], _tenths(means[thing])) for thing in sheet.things if thing in means]
    return {
        "shown": shown,
        "rows": rows,
        "heads": heads,
        "whole": whole if len(sheet.rows) > 1 else [],
        "count": len(sheet.rows),
        "words_column": any(row["has_words"] for row in rows),
    }


def _cities_of_words(request: DeskRequest, rows: Iterable[AssessedFigure]) -> tuple[str, ...]:
    """The paths of the cities of these rows whose words somebody reads."""
    roots = {row.unit.path.split("/")[1] for row in rows}
    cities = Unit.objects.filter(pk__in=roots)
    return tuple(each.path for each in cities if may_read_words(each, by=request.user))


def _months(row: AssessedFigure) -> str:
    first, last = (each.strftime("%Y-%m") for each in (row.first_month, row.last_month))
    return first if first == last else f"{first} – {last}"


def _said(mean: Decimal) -> str:
    """A mean in words: at the ends of the scale only that it is as low, or as high."""
    if mean <= BOTTOM:
        return _("%(mean)s or less") % {"mean": mean}
    if mean >= TOP:
        return _("%(mean)s or more") % {"mean": mean}
    return str(mean)


def _tenths(mean: Decimal) -> str:
    return str(mean.quantize(TENTH, rounding=ROUND_HALF_UP))
