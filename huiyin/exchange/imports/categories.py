"""The categories of a source: a tree of its own, made a portion at a time."""

from collections.abc import Iterable

from huiyin.cases.models import Category
from huiyin.exchange.imports.mapping import CREATE, Mapping, Path, code_of
from huiyin.exchange.imports.translating import PastRow
from huiyin.office.bulk import copy_objects, draw_ids
from huiyin.places.sorting import sort_key


class CategoryNames:
    """What one source's names of categories mean; made rows live in the caller's transaction."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.by_code: dict[str, Category] | None = None

    def category(self, row: PastRow) -> Category | None:
        """The category that a row names."""
        path = self.mapping.category.allowed(row.category, self._is_known)
        if not path:
            return None
        if not self._is_known(path):
            self._make({path: row.english["category"]})
        return self._known()[self._code(path)]

    def make_all(self, rows: Iterable[PastRow]) -> None:
        """Make all categories that these rows name and that are not here, at once."""
        if self.mapping.category.unknown == CREATE:
            self._make({row.category: row.english["category"] for row in rows})

    def _is_known(self, path: Path) -> bool:
        return self._code(path) in self._known()

    def _known(self) -> dict[str, Category]:
        # A source has some thousands of categories at most: one question instead of thousands.
        if self.by_code is None:
            rows = Category.objects.filter(source=self.mapping.source)
            self.by_code = {row.code: row for row in rows}
        return self.by_code

    def _make(self, wanted: dict[Path, str]) -> None:
        known = self._known()
        paths = {path[:depth] for path in wanted for depth in range(1, len(path) + 1)}
        paths = {path for path in paths if not self._is_known(path)}
        # Shorter paths come first: they are the parents.
        in_order = sorted(paths, key=lambda path: (len(path), path))
        made = []
        for path, key in zip(in_order, draw_ids(Category, len(paths)), strict=True):
            parent = known[self._code(path[:-1])] if len(path) > 1 else None
            category = Category(
                pk=key,
                code=self._code(path),
                name=path[-1],
                name_en=wanted.get(path, ""),
                parent=parent,
                path=f"{parent.path if parent else '/'}{key}/",
                sort_key=sort_key(path[-1])[:320],
                deadline_class=self.mapping.deadline_class,
                source=self.mapping.source,
            )
            known[category.code] = category
            made.append(category)
        copy_objects(made)

    def _code(self, path: Path) -> str:
        return code_of(self.mapping.source, path, most=80)
