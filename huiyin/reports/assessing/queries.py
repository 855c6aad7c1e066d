"""Reading the two-way assessment: each unit its own figures, the city all of them and the words."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet
from django.utils.timezone import localdate

from huiyin.departments.access import holds, units_within
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.queries import time_zone_of
from huiyin.replies.models import Assessment
from huiyin.reports.assessing.models import AssessedFigure
from huiyin.reports.assessing.rules import THINGS, Sheet, month_after, sheet_of

READERS = frozenset({Post.OFFICER, Post.SUPERVISOR, Post.LEADER, Post.ANALYST})
CITY_READERS = (Post.SUPERVISOR, Post.LEADER)


@dataclass(frozen=True)
class SheetShown:
    """One sheet for one reader: its rows, and the mean of just these rows."""

    sheet: Sheet
    things: tuple[str, ...]
    rows: list[AssessedFigure]

    @property
    def means(self) -> dict[str, Decimal]:
        """The mean of the units that are shown, each unit one voice.

        Units that are not shown are not in it: taken from the others it would tell theirs.
        """
        whole = {thing: [Decimal(row.means[thing]) for row in self.rows] for thing in self.things}
        return {thing: sum(own, Decimal(0)) / len(own) for thing, own in whole.items() if own}


@dataclass(frozen=True)
class Said:
    """Words that somebody wrote about a unit; who it was is not told."""

    about: Unit
    first_month: date
    last_month: date
    words: str


def visible_figures(by: Official) -> QuerySet[AssessedFigure]:
    """The figures an official may read: of the units at which they work, and those below."""
    rows = AssessedFigure.objects.filter(unit__in=units_within(by, READERS))
    return rows.select_related("unit")


def months_with_figures(by: Official) -> list[date]:
    """The months with which a block that somebody may read ends, the latest first."""
    months = visible_figures(by).order_by("-last_month").values_list("last_month", flat=True)
    return list(months.distinct())


def sheets_of(by: Official, month: date) -> list[SheetShown]:
    """Both sheets as they were made after a month, units in the order of the city."""
    rows = list(visible_figures(by).filter(last_month=month).order_by("unit__sort_key", "unit"))
    return [
        SheetShown(sheet, THINGS[sheet], [row for row in rows if row.sheet == sheet])
        for sheet in Sheet
    ]


def may_read_words(city: Unit, *, by: Official) -> bool:
    """Whether somebody reads what units wrote about each other: at the level of the city."""
    return any(holds(by, post, city) for post in CITY_READERS)


def words_said(figures: Iterable[AssessedFigure], city: Unit, *, at: datetime) -> list[Said]:
    """The words beside these figures, once they are old enough, in an order that tells nothing.

    All words of a block are read from the same day on: one that came alone would tell its day.
    """
    found, zone = [], time_zone_of(city)
    limit = localdate(at, zone) - timedelta(days=settings.ASSESSMENT_WORDS_DAYS)
    rows = [row for row in figures if month_after(row.last_month) <= limit]
    written = Assessment.objects.filter(about_unit__in={row.unit_id for row in rows})
    written = written.exclude(words="").select_related("from_unit", "about_unit", "called__part")
    spans = {(row.sheet, row.unit_id): row for row in rows}
    for one in written:
        was_called = one.called.part.unit_id == one.about_unit_id
        sheet = sheet_of(one.from_unit.level, one.about_unit.level, was_called=was_called)
        span = spans.get((str(sheet), one.about_unit_id))
        month = localdate(one.at, zone).replace(day=1)
        # Words are told only of the months in which enough units have marked.
        if span is not None and span.first_month <= month <= span.last_month:
            said = Said(one.about_unit, span.first_month, span.last_month, one.words)
            found.append(said)
    return sorted(found, key=_shuffled)


def _shuffled(one: Said) -> tuple[str, bytes]:
    return one.about.sort_key, hashlib.sha256(one.words.encode()).digest()
