"""The roads of each community: five invented names, each along a line that lies inside it.

So an address of the demo city has one point, and a point one address.
"""

import random
from dataclasses import dataclass

import shapely
from pypinyin import lazy_pinyin
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from huiyin.demo.geography import Land

ROADS_EACH = 5
HOUSES = 180
# Where along a road its bus stop is.
STOP_AT = 0.42
# About thirty metres: a road ends before the border of its community.
MARGIN = 0.0003
ROAD_FIRST = (
    *("学院", "建设", "朝阳", "安定", "兴业", "长青", "文化", "玉泉", "南湖", "迎春"),
    *("太平", "工农", "青年", "复兴", "石桥", "清泉", "柳荫", "东风", "湖滨", "振兴"),
)
ROAD_LAST = {"路": "Road", "街": "Street", "大道": "Avenue", "巷": "Lane", "胡同": "Hutong"}
NAMES = tuple(first + last for first in ROAD_FIRST for last in ROAD_LAST)


@dataclass(frozen=True, slots=True)
class Road:
    """One road: its name and the two ends of its line."""

    name: str
    start: tuple[float, float]
    end: tuple[float, float]

    def point(self, along: float) -> tuple[float, float]:
        """The point so far along the road, from 0 to 1."""
        (west, south), (east, north) = self.start, self.end
        return round(west + (east - west) * along, 6), round(south + (north - south) * along, 6)


def roads_of(seed: int, land: Land) -> tuple[Road, ...]:
    """The roads of one community."""
    # No two communities of a street office have a road of the same name.
    named = random.Random(f"names of roads {seed} {land.parent}")  # noqa: S311
    names = named.sample(NAMES, len(NAMES))
    first = ROADS_EACH * int(land.code[-3:]) % len(NAMES)
    chance = random.Random(f"roads {seed} {land.code}")  # noqa: S311 - an invented map
    shrunk: BaseGeometry = land.shape.buffer(-MARGIN)
    inside = land.shape if shrunk.is_empty else shrunk
    shapely.prepare(inside)
    return tuple(_road(chance, inside, name) for name in names[first : first + ROADS_EACH])


def crossing(one: Road, other: Road) -> tuple[float, float]:
    """Where two roads meet, or the middle of the first where their lines do not.

    By hand, as each case at a corner asks for it: shapely takes a hundred times as long.
    """
    across, up = one.end[0] - one.start[0], one.end[1] - one.start[1]
    other_across, other_up = other.end[0] - other.start[0], other.end[1] - other.start[1]
    turned = across * other_up - up * other_across
    if not turned:
        return one.point(0.5)
    aside, above = other.start[0] - one.start[0], other.start[1] - one.start[1]
    along = (aside * other_up - above * other_across) / turned
    along_other = (aside * up - above * across) / turned
    meet = 0 <= along <= 1 and 0 <= along_other <= 1
    return one.point(along if meet else 0.5)


def _road(chance: random.Random, inside: BaseGeometry, name: str) -> Road:
    west, south, east, north = inside.bounds
    least = 0.4 * min(east - west, north - south)
    while True:
        ends = [(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(2)]
        line = LineString(ends)
        if line.length >= least and inside.contains(line):
            return Road(name, *ends)


def english_road(name: str) -> str:
    """The name of a road as its sign has it below the Chinese one."""
    kind = next(kind for kind in ROAD_LAST if name.endswith(kind))
    return f"{''.join(lazy_pinyin(name.removesuffix(kind))).capitalize()} {ROAD_LAST[kind]}"
