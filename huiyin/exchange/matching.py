"""Finding the units, places and categories that a source names, and making those it lacks.

Everything lies below one city: its root unit, its root place, and categories whose codes begin
with the source, so that two cities or two sources never meet in one name.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256

import numpy as np
from django.utils.translation import gettext as _

from huiyin.cases.models import Category
from huiyin.departments.actions import add_unit
from huiyin.departments.models import Unit, UnitLevel
from huiyin.exchange import rules
from huiyin.exchange.mapping import CREATE, DEFAULT, REJECT, Mapping, Names
from huiyin.exchange.translating import PastRow
from huiyin.exchange.wording import reason_of
from huiyin.office.bulk import copy_objects, draw_ids
from huiyin.office.problems import WrongInput
from huiyin.places.actions import add_place
from huiyin.places.models import Place
from huiyin.places.queries import match_place, places_at
from huiyin.places.rules import Level
from huiyin.places.sorting import sort_key

Path = tuple[str, ...]


class CityNames:
    """What one source's names mean in the city; made rows live in the caller's transaction."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping, self.city = mapping, mapping.city
        self.forget()

    def forget(self) -> None:
        """Forget everything: a transaction that was rolled back may have made some of it."""
        self.units: dict[Path, Unit] = {}
        self.places: dict[Path, Place | None] = {}
        self.categories: dict[str, Category] | None = None

    def root(self) -> Unit:
        """The city itself, with the time zone in which its months are counted."""
        if () not in self.units:
            self.units[()] = self._root()
        return self.units[()]

    def _root(self) -> Unit:
        city = self.city
        known = Unit.objects.filter(code=city["code"]).first()
        if known is None:
            return add_unit(
                city["code"],
                city["name"],
                level=UnitLevel.CITY,
                parent=None,
                name_en=city["name_en"],
                time_zone=city["time_zone"],
            )
        if known.parent_id is not None or known.time_zone != city["time_zone"]:
            raise WrongInput(
                _("The unit “%(code)s” is here already, but not as a city in the time zone "
                  "%(zone)s; give the mapping's city another code, or correct its time zone.")
                % {"code": city["code"], "zone": city["time_zone"]}
            )  # fmt: skip
        return known

    def unit(self, row: PastRow) -> Unit | None:
        """The unit that a row names."""
        path = self._allowed(row.unit, self.mapping.unit, self._unit_known)
        return self._unit(path, row.english["unit"]) if path else None

    def _unit_known(self, path: Path) -> bool:
        return path in self.units or self._find_unit(path) is not None

    def _find_unit(self, path: Path) -> Unit | None:
        parent: Unit | None = self.root()
        for depth in range(1, len(path) + 1):
            parent = self.units.get(path[:depth]) or (
                Unit.objects.filter(code=self._unit_code(path[:depth])).first()
                or Unit.objects.filter(parent=parent, name=path[depth - 1]).first()
            )
            if parent is None:
                return None
        return parent

    def _unit(self, path: Path, english: str) -> Unit:
        if path in self.units:
            return self.units[path]
        parent = self._unit(path[:-1], "") if len(path) > 1 else self.root()
        found = self._find_unit(path)
        if found is None:
            levels = self.mapping.unit.levels or (UnitLevel.DEPARTMENT.value,)
            level = levels[min(len(path), len(levels)) - 1]
            found = add_unit(
                self._unit_code(path), path[-1], level=level, parent=parent, name_en=english
            )
        self.units[path] = found
        return found

    def _unit_code(self, path: Path) -> str:
        return _code(self.city["code"], path, most=60)

    def _allowed(self, path: Path, names: Names, known: Callable[[Path], bool]) -> Path:
        """Whether a new name may be made; if not, what the mapping puts in its place."""
        if not path or names.unknown == CREATE or path == (names.default,) or known(path):
            return path
        if names.unknown == DEFAULT:
            return (names.default,) if names.default else ()
        sentence = _("“%(name)s” is not known here, and the mapping makes no new ones.")
        raise WrongInput(sentence % {"name": " / ".join(path)})

    def place(self, row: PastRow) -> Place | None:
        """The place that a row names."""
        path = row.place[: len(self.mapping.place.levels)]
        path = self._allowed(path, self.mapping.place, lambda one: self._find_place(one) != [])
        if not path:
            return None
        if path not in self.places:
            self.places[path] = self._place(path, row.english["place"])
        found = self.places[path]
        if found is None:
            if self.mapping.rules[rules.AMBIGUOUS_PLACE] == REJECT:
                raise WrongInput(reason_of(rules.AMBIGUOUS_PLACE))
            row.rules_used.append(rules.AMBIGUOUS_PLACE)
        return found

    def _find_place(self, path: Path) -> list[Place]:
        within = self.root_place()
        found = [within] if within else []
        for depth, name in enumerate(path):
            level = self.mapping.place.levels[depth]
            found = [one for at in found for one in match_place(name, level=level, within=at)]
        return found

    def _place(self, path: Path, english: str) -> Place | None:
        found = self._find_place(path)
        if found:
            return found[0] if len(found) == 1 else None
        parent = self._place(path[:-1], "") if len(path) > 1 else self.root_place(make=True)
        if parent is None:
            return None
        return add_place(
            code=_code(self.city["place"], path, most=64),
            name=path[-1],
            level=self.mapping.place.levels[len(path) - 1],
            parent=parent,
            name_en=english,
            source=self.mapping.source,
        )

    def root_place(self, *, make: bool = False) -> Place | None:
        """The city as a place."""
        if self.places.get(()) is None:
            self.places[()] = self._root_place(make=make)
        return self.places[()]

    def _root_place(self, *, make: bool) -> Place | None:
        code = self.city["place"]
        known = Place.objects.filter(code=code).first()
        if known is not None and known.level != Level.CITY.value:
            sentence = _("The place “%(code)s” is here already, but not as a city.")
            raise WrongInput(sentence % {"code": code})
        if known is not None or not make:
            return known
        return add_place(
            code=code,
            name=self.city["name"],
            level=Level.CITY,
            name_en=self.city["name_en"],
            source=self.mapping.source,
        )

    def category(self, row: PastRow) -> Category | None:
        """The category that a row names."""
        path = self._allowed(row.category, self.mapping.category, self._category_known)
        if not path:
            return None
        if not self._category_known(path):
            self._make_categories({path: row.english["category"]})
        return self._known_categories()[self._category_code(path)]

    def make_categories(self, rows: Iterable[PastRow]) -> None:
        """Make all categories that these rows name and that are not here, at once."""
        if self.mapping.category.unknown == CREATE:
            self._make_categories({row.category: row.english["category"] for row in rows})

    def _category_known(self, path: Path) -> bool:
        return self._category_code(path) in self._known_categories()

    def _known_categories(self) -> dict[str, Category]:
        # A source has some thousands of categories at most: one question instead of thousands.
        if self.categories is None:
            rows = Category.objects.filter(source=self.mapping.source)
            self.categories = {row.code: row for row in rows}
        return self.categories

    def _make_categories(self, wanted: dict[Path, str]) -> None:
        known = self._known_categories()
        paths = {path[:depth] for path in wanted for depth in range(1, len(path) + 1)}
        paths = {path for path in paths if not self._category_known(path)}
        # Shorter paths come first: they are the parents.
        in_order = sorted(paths, key=lambda path: (len(path), path))
        made = []
        for path, key in zip(in_order, draw_ids(Category, len(paths)), strict=True):
            parent = known[self._category_code(path[:-1])] if len(path) > 1 else None
            category = Category(
                pk=key,
                code=self._category_code(path),
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

    def _category_code(self, path: Path) -> str:
        return _code(self.mapping.source, path, most=80)

    def places_of_points(self, rows: list[PastRow]) -> dict[int, int]:
        """The finest places of this city at the points of these rows, by the row's position."""
        root = self.root_place()
        wanted = [(at, row.point) for at, row in enumerate(rows) if row.point is not None]
        if root is None or not wanted:
            return {}
        lngs, lats = zip(*(point for _at, point in wanted), strict=True)
        found = places_at(np.array(lngs), np.array(lats)).tolist()
        ours = Place.objects.filter(pk__in=set(found), path__startswith=root.path)
        known = set(ours.values_list("pk", flat=True))
        return {
            at: place for (at, _point), place in zip(wanted, found, strict=True) if place in known
        }


def _code(prefix: str, path: Path, *, most: int) -> str:
    """A readable code; where that is too long or not unique, it ends in a digest."""
    code = f"{prefix}:{'/'.join(path)}"
    if len(code) <= most and not any("/" in name for name in path):
        return code
    exact = "\x1f".join((prefix, *path))
    return f"{code[: most - 9]}~{sha256(exact.encode()).hexdigest()[:8]}"
