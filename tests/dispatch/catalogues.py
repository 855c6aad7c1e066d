"""Catalogues for tests: a small land with its units, and versions written in one line."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from huiyin.cases.models import Category
from huiyin.departments.models import Unit
from huiyin.dispatch.catalogue import put_in_force, replace_lines, start_draft
from huiyin.dispatch.lines import Line
from huiyin.dispatch.models import CatalogueVersion
from huiyin.places.actions import PlaceRow, add_places
from huiyin.places.models import Place
from tests.makers import NOON, city, hotline, make_category, make_unit

SYSTEM = "system:test"
_moments = count(1)


@dataclass
class Town:
    """A city with one district, two streets and a community, and the units that answer there."""

    places: dict[str, Place]
    units: dict[str, Unit] = field(default_factory=dict)


def make_town() -> Town:
    """The places and units of a small city: HA > D1 > (S1 > C1, S2)."""
    hotline()
    rows = [
        PlaceRow("HA", "和安市", "city", None),
        PlaceRow("D1", "城东区", "district", "HA"),
        PlaceRow("S1", "槐树街道", "street", "D1"),
        PlaceRow("S2", "柳树街道", "street", "D1"),
        PlaceRow("C1", "槐一社区", "community", "S1"),
    ]
    town = Town({place.code: place for place in add_places(rows)})
    named = (
        ("u-D1", "城东区人民政府", "district", "D1", None),
        ("u-S1", "槐树街道办事处", "street", "S1", "u-D1"),
        ("u-S2", "柳树街道办事处", "street", "S2", "u-D1"),
        ("u-C1", "槐一社区居委会", "community", "C1", "u-S1"),
    )
    for code, name, level, place, above in named:
        parent = town.units[above] if above else city()
        town.units[code] = make_unit(
            name, code=code, level=level, place=town.places[place], parent=parent
        )
    return town


def below(parent: Category, name: str, **facts) -> Category:
    """A category below another."""
    row = make_category(name, **facts)
    row.parent, row.path = parent, f"{parent.path}{row.pk}/"
    row.save()
    return row


def draft(*lines: Line) -> CatalogueVersion:
    """A draft with these lines."""
    version = start_draft(by=SYSTEM, at=NOON)
    replace_lines(version, lines, by=SYSTEM, at=NOON)
    return version


def in_force(*lines: Line, at: datetime | None = None) -> CatalogueVersion:
    """A version with these lines, in force since shortly before noon."""
    version = draft(*lines)
    moment = at or NOON - timedelta(hours=3) + timedelta(seconds=next(_moments))
    day = moment.astimezone(NOON.tzinfo).date()
    return put_in_force(version, day, by=SYSTEM, at=moment)
