"""The lines of one version in memory, found by category: thousands of cases ask them at once.

A version in force never changes, so it is kept for a while; a draft is read anew each time.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from huiyin.cases.models import Case
from huiyin.dispatch.models import CatalogueLine, CatalogueVersion
from huiyin.dispatch.rules import Conditions, Facts, Rule, conditions_of, in_order

# A renamed category may stand under its old name for so long.
KEPT_SECONDS = 30.0
KEPT_MOST = 4
_kept: dict[UUID, tuple[float, "Book"]] = {}
COLUMNS = (
    *("number", "category_id", "place_id", "place_level", "conditions"),
    *("unit_id", "unit_level", "assist", "basis"),
)
NAMES = ("category__name", "category__name_en", "place__name", "place__name_en")


@dataclass(frozen=True)
class Names:
    """How a thing of a line is called, in Chinese and in English."""

    name: str
    name_en: str


@dataclass
class Book:
    """The lines of a version, by the category they name."""

    number: int
    rules: tuple[Rule, ...]
    categories: dict[int, Names] = field(default_factory=dict)
    places: dict[int, Names] = field(default_factory=dict)
    by_category: dict[int | None, list[Rule]] = field(init=False)
    conditions: tuple[Conditions, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.by_category = {}
        for rule in self.rules:
            self.by_category.setdefault(rule.category, []).append(rule)
        self.conditions = tuple({rule.conditions for rule in self.rules})

    @property
    def reads_words(self) -> bool:
        """Whether any line looks at what people wrote."""
        return any(known.words for known in self.conditions)

    def for_case(self, facts: Facts) -> list[list[Rule]]:
        """The lines for a case, the closest first; equal ones together."""
        near = list(self.by_category.get(None, ()))
        for category in facts.category:
            near += self.by_category.get(category, ())
        return in_order(near, facts)


def version_at(at: datetime) -> CatalogueVersion | None:
    """The version that is in force at a moment."""
    begun = CatalogueVersion.objects.filter(in_force_from__lte=at)
    return begun.order_by("-in_force_from").first()


def book_at(at: datetime) -> Book | None:
    """The lines in force at a moment; none before the first version."""
    version = version_at(at)
    return None if version is None else book_of(version)


def book_of(version: CatalogueVersion) -> Book:
    """The lines of a version."""
    if version.in_force_from is None:
        return _read(version)
    kept = _kept.get(version.key)
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        if len(_kept) >= KEPT_MOST:
            _kept.clear()
        kept = _kept[version.key] = (time.monotonic(), _read(version))
    return kept[1]


def rule_of(row: dict[str, Any]) -> Rule:
    """One line as the rules need it."""
    return Rule(
        number=row["number"],
        category=row["category_id"],
        place=row["place_id"],
        level=row["place_level"],
        conditions=conditions_of(row["conditions"]),
        unit=row["unit_id"],
        unit_level=row["unit_level"],
        assist=tuple(row["assist"]),
        basis=row["basis"],
    )


def _read(version: CatalogueVersion) -> Book:
    lines = CatalogueLine.objects.filter(version=version).order_by("number")
    rows = list(lines.values(*COLUMNS, *NAMES))
    return Book(
        number=version.number,
        rules=tuple(rule_of(row) for row in rows),
        categories=_names(rows, "category"),
        places=_names(rows, "place"),
    )


def _names(rows: list[dict[str, Any]], of: str) -> dict[int, Names]:
    return {
        row[f"{of}_id"]: Names(row[f"{of}__name"], row[f"{of}__name_en"])
        for row in rows
        if row[f"{of}_id"] is not None
    }


def ids_of(path: str | None) -> tuple[int, ...]:
    """The ids in a path such as “/1/5/”, from the root down."""
    return tuple(int(part) for part in (path or "").split("/") if part)


def facts_of(case: Case, *, at: datetime) -> Facts:
    """What the catalogue looks at in a case; `at` is in the city's own time."""
    return Facts(
        category=ids_of(case.category.path) if case.category else (),
        place=ids_of(case.place.path) if case.place else (),
        level=case.place.level if case.place else "",
        kind=case.request_kind,
        channel=case.channel,
        deadline_class=case.deadline_class,
        at=at,
        text=f"{case.title}\n{case.text}",
    )


def cases_for_suggestions(numbers: Iterable[str]) -> QuerySet[Case]:
    """Cases with everything that `facts_of` needs, and nothing else."""
    rows = Case.objects.filter(number__in=list(numbers)).select_related(
        "category", "place", "intake_unit"
    )
    return rows.only(
        *("number", "request_kind", "channel", "deadline_class", "title", "text"),
        *("category__path", "category__name", "category__name_en"),
        *("place__path", "place__level", "place__name", "place__name_en", "intake_unit__path"),
    )
