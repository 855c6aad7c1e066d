"""What a version would have changed for the cases of a past time: counted and grouped, in bulk.

Cases are read without what people wrote, unless a line looks at words. Cases that the catalogue
cannot tell apart are chosen for once, so 100,000 cases take about as long as reading them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from huiyin.cases.models import Case, Category
from huiyin.departments.models import Unit
from huiyin.dispatch.book import Book, ids_of
from huiyin.dispatch.choosing import Chooser, chooser_for
from huiyin.dispatch.rules import Facts, is_within_hours, is_within_season, says
from huiyin.places.models import Place

AT_ONCE = 5_000
SHOWN_GROUPS = 200
EXAMPLES = 3
PLAIN = (
    *("category_id", "place_id", "request_kind", "channel", "deadline_class"),
    *("received_at", "first_unit_id", "number"),
)
Ids = tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """Cases of one category that would have gone from the same units to the same units."""

    category: Category | None
    before: tuple[Unit, ...]
    after: tuple[Unit, ...]
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """How many cases there were, how many would have gone elsewhere, and which."""

    cases: int
    changed: int
    groups: list[Group]
    groups_left: int
    by_version: bool


@dataclass(frozen=True)
class Span:
    """The time whose cases are looked at, in the city's own time zone."""

    since: datetime
    until: datetime
    zone: tzinfo


def preview(old: Book | None, new: Book, span: Span) -> Preview:
    """Compare two versions over past cases; without an old one, with where they really went."""
    asking = _Asking(new, None if old is None else old)
    cases = 0
    counted: Counter[tuple[int | None, Ids, Ids]] = Counter()
    examples: dict[tuple[int | None, Ids, Ids], list[str]] = {}
    for facts, first_unit, number in asking.cases(span):
        cases += 1
        before, after = asking.before_and_after(facts, first_unit)
        if before != after:
            category = facts.category[-1] if facts.category else None
            key = (category, before, after)
            counted[key] += 1
            if counted[key] <= EXAMPLES:
                examples.setdefault(key, []).append(number)
    most = counted.most_common()
    groups = _groups(most[:SHOWN_GROUPS], examples)
    left = max(0, len(most) - SHOWN_GROUPS)
    return Preview(cases, counted.total(), groups, left, by_version=old is not None)


class _Asking:
    """Two versions, and what was already asked of them."""

    def __init__(self, new: Book, old: Book | None) -> None:
        self.new = chooser_for(new, None)
        self.old = None if old is None else chooser_for(old, None)
        books = [book for book in (new, old) if book is not None]
        self.reads_words = any(book.reads_words for book in books)
        self.narrowing = tuple({cond for book in books for cond in book.conditions})
        self.narrowing = tuple(c for c in self.narrowing if c.hours or c.season or c.words)
        self.categories = {
            pk: ids_of(path) for pk, path in Category.objects.values_list("pk", "path")
        }
        rows = Place.objects.values_list("pk", "path", "level")
        self.places = {pk: (ids_of(path), level) for pk, path, level in rows}
        self.known: dict[tuple[Any, ...], tuple[Ids | None, Ids]] = {}

    def cases(self, span: Span) -> Iterator[tuple[Facts, int | None, str]]:
        """The cases that were received in a time, as the catalogue looks at them."""
        rows = Case.objects.filter(received_at__gte=span.since, received_at__lt=span.until)
        columns = (*PLAIN, "title", "text") if self.reads_words else PLAIN
        found = rows.order_by().values_list(*columns).iterator(chunk_size=AT_ONCE)
        for category, place, kind, channel, deadline_class, at, first, number, *said in found:
            path, level = self.places.get(place, ((), ""))
            facts = Facts(
                category=self.categories.get(category, ()),
                place=path,
                level=level,
                kind=kind,
                channel=channel,
                deadline_class=deadline_class,
                at=at.astimezone(span.zone) if self.narrowing else None,
                text="\n".join(said),
            )
            yield facts, first, number

    def before_and_after(self, facts: Facts, first_unit: int | None) -> tuple[Ids, Ids]:
        """Where a case would have gone by the one version and by the other."""
        # What the catalogue cannot tell apart goes the same way.
        narrowed = tuple(
            is_within_hours(c.hours, facts.at)
            and is_within_season(c.season, facts.at)
            and says(c.words, facts.text)
            for c in self.narrowing
        )
        key = (replace(facts, at=None, text=""), narrowed)
        if key not in self.known:
            before = None if self.old is None else _ids(self.old, facts)
            self.known[key] = (before, _ids(self.new, facts))
        before, after = self.known[key]
        if before is None:
            # A case that went to no unit, being answered at once, says nothing about units.
            before = after if first_unit is None else (first_unit,)
        return before, after


def _ids(chooser: Chooser, facts: Facts) -> Ids:
    return tuple(sorted(unit.pk for unit in chooser.choose(facts).units))


def _groups(
    most: list[tuple[tuple[int | None, Ids, Ids], int]],
    examples: dict[tuple[int | None, Ids, Ids], list[str]],
) -> list[Group]:
    keys = [key for key, _count in most]
    units = Unit.objects.in_bulk({pk for key in keys for pk in (*key[1], *key[2])})
    categories = Category.objects.in_bulk({key[0] for key in keys if key[0] is not None})
    return [
        Group(
            category=categories.get(key[0]) if key[0] is not None else None,
            before=tuple(units[pk] for pk in key[1]),
            after=tuple(units[pk] for pk in key[2]),
            count=count,
            examples=tuple(examples[key]),
        )
        for key, count in most
    ]
