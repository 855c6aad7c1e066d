"""The levels of places, and which may lie inside which. No database here."""

from enum import StrEnum


class Level(StrEnum):
    """How large a place is, from the whole city to the grid of one grid worker."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"


DEPTHS: dict[str, int] = {level.value: depth for depth, level in enumerate(Level)}


def may_lie_in(inner: str, outer: str) -> bool:
    """Whether a place of one level may lie directly in a place of another.

    Levels may be left out: some cities have no districts and lead their streets themselves.
    """
    return DEPTHS[inner] > DEPTHS[outer]
