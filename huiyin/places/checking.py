"""Whether the stored places are in order: their paths, their names and their polygons."""

from collections import Counter

from huiyin.places.faults import Fault, Finding
from huiyin.places.importing import grounds_of, stored_tiles
from huiyin.places.models import Place
from huiyin.places.rules import Level
from huiyin.places.tiling import TOLERANCE_M, judge


def everything_wrong(
    *, tolerance_m: float = TOLERANCE_M, accept_gaps: bool = False
) -> list[Finding]:
    """List all faults of the places that exist today, level by level."""
    places = list(Place.objects.filter(valid_to=None).order_by("code"))
    found = _broken_paths(places) + _names_taken_twice(places)
    parents = {place.parent_id for place in places}
    grounds = grounds_of(place for place in places if place.id in parents)
    for level in Level:
        tiles = stored_tiles(level)
        if tiles:
            found += judge(tiles, grounds, tolerance_m=tolerance_m, accept_gaps=accept_gaps)
    return found


def _broken_paths(places: list[Place]) -> list[Finding]:
    paths = {place.id: place.path for place in places}
    found = []
    for place in places:
        above = paths.get(place.parent_id) if place.parent_id else "/"
        # A parent that has ended is not in the list; its path is not judged.
        if above is not None and place.path != f"{above}{place.id}/":
            found.append(Finding(Fault.BROKEN_PATH, name=place.name, facts={"code": place.code}))
    return found


def _names_taken_twice(places: list[Place]) -> list[Finding]:
    count = Counter((place.parent_id or 0, place.name) for place in places)
    return [
        Finding(Fault.DUPLICATE_NAME, name=name, facts={"other": name, "other_number": 0})
        for (_, name), times in sorted(count.items())
        if times > 1
    ]
