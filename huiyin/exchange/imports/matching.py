"""Finding the units and places that a source names, and making those it lacks.

Everything lies below one city: its root unit, its root place, and categories whose codes begin
with the source, so that two cities or two sources never meet in one name.
"""

import numpy as np
from django.utils.translation import gettext as _

from huiyin.departments.actions import add_unit
from huiyin.departments.models import Unit, UnitLevel
from huiyin.exchange.imports import rules
from huiyin.exchange.imports.categories import CategoryNames
from huiyin.exchange.imports.mapping import REJECT, Mapping, Path, code_of
from huiyin.exchange.imports.translating import PastRow
from huiyin.exchange.imports.wording import reason_of
from huiyin.office.problems import WrongInput
from huiyin.places.actions import add_place
from huiyin.places.models import Place
from huiyin.places.queries import match_place, places_at
from huiyin.places.rules import Level


class CityNames:
    """What one source's names mean in the city; made rows live in the caller's transaction."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping, self.city = mapping, mapping.city
        self.forget()

    def forget(self) -> None:
        """Forget everything: a transaction that was rolled back may have made some of it."""
        self.units: dict[Path, Unit] = {}
        self.places: dict[Path, Place | None] = {}
        self.categories = CategoryNames(self.mapping)

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
        path = self.mapping.unit.allowed(row.unit, self._unit_known)
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
        return code_of(self.city["code"], path, most=60)

    def place(self, row: PastRow) -> Place | None:
        """The place that a row names."""
        path = row.place[: len(self.mapping.place.levels)]
        path = self.mapping.place.allowed(path, lambda one: self._find_place(one) != [])
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
            code=code_of(self.city["place"], path, most=64),
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
