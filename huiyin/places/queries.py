"""Reading places: at a point, below a place, above it, by name."""

from collections.abc import Iterable
from datetime import date

import numpy as np
import shapely
from django.db.models import QuerySet
from numpy.typing import ArrayLike, NDArray

from huiyin.places.index import current_index
from huiyin.places.models import Boundary, Place
from huiyin.places.rules import DEPTHS, Level


def place_at(
    lng: float, lat: float, *, level: Level | str | None = None, on: date | None = None
) -> Place | None:
    """Find the finest place (or that of one level) at a point; two small queries."""
    found = place_id_at(lng, lat, level=level, on=on)
    return Place.objects.filter(id=found).first() if found else None


def place_id_at(
    lng: float, lat: float, *, level: Level | str | None = None, on: date | None = None
) -> int | None:
    """Find the id of the finest place at a point; one small query, for the way in."""
    return int(current_index().tiling(on).place_of(lng, lat, _depth(level))) or None


def is_outside(lng: float, lat: float) -> bool:
    """Whether a point lies in none of the city's places; never where no place is known yet."""
    index = current_index()
    return bool(index.rows) and not index.tiling(None).place_of(lng, lat, None)


def places_at(
    lngs: ArrayLike,
    lats: ArrayLike,
    *,
    level: Level | str | None = None,
    on: date | None = None,
) -> NDArray[np.int64]:
    """Find the ids of the finest places at many points, 0 where there is none."""
    return current_index().tiling(on).places_of(lngs, lats, _depth(level))


def _depth(level: Level | str | None) -> int | None:
    return None if level is None else DEPTHS[Level(level)]


def below(place: Place) -> QuerySet[Place]:
    """List this place and everything in it."""
    return Place.objects.filter(path__startswith=place.path)


def ancestors(place: Place) -> QuerySet[Place]:
    """List the places this one lies in, the root first."""
    return Place.objects.filter(id__in=place.path_ids[:-1]).order_by("path")


def match_place(
    name: str, *, level: Level | str | None = None, within: Place | None = None
) -> list[Place]:
    """List the places of exactly this name (Chinese, English or code), in a fixed order."""
    wanted = name.strip()
    places = Place.objects.all() if within is None else below(within)
    if level is not None:
        places = places.filter(level=level)
    named = places.filter(name=wanted) | places.filter(code=wanted)
    if wanted:
        named |= places.filter(name_en__iexact=wanted)
    return list(named.order_by("sort_key", "code"))


def boundaries(places: Iterable[Place]) -> dict[int, shapely.Geometry]:
    """Fetch the polygons of these places by place id; places without one are left out."""
    rows = Boundary.objects.filter(place__in=places).order_by("place_id")
    return {row.place_id: row.shape for row in rows}
