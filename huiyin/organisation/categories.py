"""The city's own taxonomy: the shipped one, or one that the city brings, loaded all or nothing.

Loading a file again changes what differs and removes nothing: cases keep their category. A
category that is no longer used gets the day on which it ended.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.models import Category
from huiyin.deadlines.models import PresetRule
from huiyin.departments.actions import sort_key
from huiyin.departments.models import Official
from huiyin.logbook.actions import record
from huiyin.office.bulk import draw_ids
from huiyin.office.problems import WrongInput
from huiyin.organisation.category_rows import (
    CategoryRow,
    broken_row,
    category_row,
    check_rows,
    check_tree,
    columns_of,
)

SHIPPED = Path(__file__).resolve().parent / "categories.csv"
# Imports keep the categories of their sources apart, under the name of the source.
SOURCE = "city"
ABOUT = "city:categories"
LONGEST_PATH = 190


@dataclass(frozen=True)
class Loaded:
    """What became of a taxonomy."""

    added: int
    changed: int
    unchanged: int


def shipped_rows() -> list[CategoryRow]:
    """The small taxonomy that comes with huiyin."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        lines = ((number, dict(cells), "") for number, cells in enumerate(reader, start=2))
        return read_rows(reader.fieldnames or (), lines)


def read_rows(
    columns: Iterable[str], lines: Iterable[tuple[int, Mapping[str, object], str]]
) -> list[CategoryRow]:
    """Check the rows of a file: each its number, its cells, and the fault it has by itself."""
    meant, classes = columns_of(columns), _classes()
    rows = []
    for number, cells, fault in lines:
        if fault:
            raise broken_row(number, fault)
        if any(cells.get(name) not in {None, ""} for name in meant.values()):
            rows.append(category_row(number, cells, meant, classes))
    check_rows(rows)
    if not rows:
        raise WrongInput(_("The file names no category."))
    return rows


def categories_in_use(*, on: date) -> QuerySet[Category]:
    """The categories that a case may be given on a day."""
    return Category.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on)
    )


@transaction.atomic
def load_categories(rows: list[CategoryRow], *, by: Official | str, at: datetime) -> Loaded:
    """Add and change the city's categories as the rows say."""
    present = {row.code: row for row in _own_locked()}
    _check_free(rows, present)
    check_tree(rows, {code: _parent_code(row, present) for code, row in present.items()})
    fresh = [row for row in rows if row.code not in present]
    made = {row.code: Category(pk=key, code=row.code, source=SOURCE, path="")
            for row, key in zip(fresh, draw_ids(Category, len(fresh)), strict=True)}  # fmt: skip
    tree = present | made
    before = {code: _facts(row) for code, row in present.items()}
    for row in rows:
        _apply(row, tree)
    _draw_paths(tree)
    changed = [row for code, row in present.items() if _facts(row) != before[code]]
    Category.objects.bulk_create(_parents_first(made.values()))
    Category.objects.bulk_update(changed, list(FACTS))
    told = {row.code for row in rows}
    counts = Loaded(len(made), len(told & {row.code for row in changed}), 0)
    counts = Loaded(counts.added, counts.changed, len(rows) - counts.added - counts.changed)
    if made or changed:
        record(
            "categories.loaded",
            about=ABOUT,
            by=by,
            at=at,
            added=counts.added,
            changed=counts.changed,
        )
    return counts


FACTS = (
    "name",
    "name_en",
    "parent",
    "path",
    "sort_key",
    "deadline_class",
    "valid_from",
    "valid_to",
)


def _own_locked() -> Iterator[Category]:
    return iter(Category.objects.select_for_update().filter(source=SOURCE).order_by("pk"))


def _check_free(rows: list[CategoryRow], present: Mapping[str, Category]) -> None:
    strange = [row.code for row in rows if row.code not in present]
    taken = set(Category.objects.filter(code__in=strange).values_list("code", flat=True))
    for row in rows:
        if row.code in taken:
            raise broken_row(
                row.number,
                _("The code “%(code)s” belongs to a category of an import; choose another.")
                % {"code": row.code},
            )


def _parent_code(row: Category, present: Mapping[str, Category]) -> str:
    return next((code for code, one in present.items() if one.pk == row.parent_id), "")


def _apply(row: CategoryRow, tree: Mapping[str, Category]) -> None:
    category = tree[row.code]
    category.name, category.name_en = row.name, row.name_en
    category.parent = tree[row.parent] if row.parent else None
    category.sort_key = sort_key(row.name)
    category.deadline_class = row.deadline_class
    category.valid_from, category.valid_to = row.valid_from, row.valid_to


def _draw_paths(tree: Mapping[str, Category]) -> None:
    by_key = {row.pk: row for row in tree.values()}
    for row in tree.values():
        above, key = [row.pk], row.parent_id
        while key is not None:
            above.append(key)
            key = by_key[key].parent_id
        row.path = f"/{'/'.join(map(str, reversed(above)))}/"
        if len(row.path) > LONGEST_PATH:
            raise WrongInput(
                _("The category “%(code)s” lies too deep; nothing was changed.")
                % {"code": row.code}
            )


def _facts(row: Category) -> tuple[Any, ...]:
    return tuple(row.parent_id if name == "parent" else getattr(row, name) for name in FACTS)


def _parents_first(rows: Iterable[Category]) -> list[Category]:
    return sorted(rows, key=lambda row: row.path.count("/"))


def _classes() -> set[str]:
    return set(PresetRule.objects.values_list("deadline_class", flat=True))
