"""Reading the tree of units."""

import time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from huiyin.departments.models import Unit, UnitLevel

# Whose supervisors decide between a unit that calls and one that will not come.
DECIDING = frozenset({UnitLevel.DISTRICT, UnitLevel.CITY})
# A renamed city may stand under its old name for so long.
KEPT_SECONDS = 30.0
_kept: dict[str, tuple[float, Unit]] = {}
_kept_deciding: dict[str, tuple[float, dict[int, Unit]]] = {}


def active_units() -> QuerySet[Unit]:
    """Units that can be given work, in the order of their names."""
    return Unit.objects.filter(dissolved_on=None).order_by("sort_key", "pk")


def cities() -> QuerySet[Unit]:
    """The roots of the trees of units: one in most installations."""
    return Unit.objects.filter(parent=None).order_by("pk")


def hotline() -> Unit | None:
    """The unit that takes requests in, or the city itself where none is named.

    Read once in a while: it stands on the way of every request.
    """
    kept = _kept.get("hotline")
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        takers = Unit.objects.filter(takes_requests=True, dissolved_on=None).order_by("pk")
        unit = takers.first() or cities().first()
        if unit is None:
            return None
        kept = _kept["hotline"] = (time.monotonic(), unit)
    return kept[1]


def forget_kept() -> None:
    """Read units anew: after they changed in this process, and between tests."""
    _kept.clear()
    _kept_deciding.clear()
    _zone.cache_clear()


def below(unit: Unit) -> QuerySet[Unit]:
    """A unit and all below it."""
    return Unit.objects.filter(path__startswith=unit.path)


def ids_above(unit: Unit) -> list[int]:
    """The numbers of the units above one, the nearest first."""
    return [int(part) for part in unit.path.split("/") if part][-2::-1]


def ruler_between(asking: Unit, asked: Unit) -> Unit:
    """The unit that decides between two: the district above the one that asked, or the city.

    Neither of the two decides itself, unless nothing stands above it.
    """
    deciding, root = _deciding(), asking
    for pk in ids_above(asking):
        unit = deciding.get(pk)
        if unit is not None and not unit.path.startswith(asked.path):
            return unit
        root = unit or root
    return root


def _deciding() -> dict[int, Unit]:
    kept = _kept_deciding.get("all")
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        rows = Unit.objects.filter(level__in=DECIDING)
        kept = _kept_deciding["all"] = (time.monotonic(), {unit.pk: unit for unit in rows})
    return kept[1]


def time_zone_of(unit: Unit) -> ZoneInfo:
    """The time zone of the city that a unit belongs to."""
    return _zone(int(unit.path.split("/")[1]))


@lru_cache(maxsize=64)
def _zone(root_id: int) -> ZoneInfo:
    name = Unit.objects.values_list("time_zone", flat=True).get(pk=root_id)
    return ZoneInfo(name or settings.TIME_ZONE)


def calendar_code_of(unit: Unit) -> str:
    """The calendar a unit works by: its own, or the nearest above it, or the city's."""
    if unit.calendar_code:
        return unit.calendar_code
    ids = [int(part) for part in unit.path.split("/") if part]
    above = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "calendar_code"))
    return next((above[pk] for pk in reversed(ids) if above.get(pk)), "city")
