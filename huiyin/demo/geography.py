"""The land of 和安市, which does not exist: six districts, forty streets, 240 communities.

Pure: a seed goes in, named polygons come out. Neighbours share their borders point by
point, so the communities tile the streets, the streets the districts, and these the city.
"""

import math
import random
from dataclasses import dataclass

import shapely
from pypinyin import lazy_pinyin
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

COLUMNS, ROWS = 24, 10
STREET_COLUMNS, STREET_ROWS = 3, 2
# Districts as blocks of streets: name, first and last column and row of the 8 x 5 streets.
DISTRICTS = (
    ("明德区", (0, 2), (0, 1)),
    ("清河区", (3, 5), (0, 1)),
    ("望湖区", (6, 7), (0, 1)),
    ("南苑区", (0, 2), (2, 4)),
    ("中和区", (3, 4), (2, 4)),
    ("东岭区", (5, 7), (2, 4)),
)
WEST, SOUTH = 118.42, 31.36
WIDTH, HEIGHT = 0.62, 0.36
# The code of no real province, in the 12-digit pattern of the statistical codes.
PROVINCE = "9901"
STREET_NAMES = (
    *("槐荫", "永康", "青枫", "白石", "龙泉", "四桥", "长乐", "北门", "桂园", "云台"),
    *("安宁", "和平里", "南桥", "西塘", "东浦", "金井", "文昌", "竹溪", "柳林", "石渠"),
    *("松涛", "瑞安", "光华", "顺城", "银河", "福田", "新村", "平湖", "双井", "花园"),
    *("朝晖", "七里", "海棠", "枣园", "梧桐", "鼓楼", "景山", "春晓", "丰乐", "渡口"),
)
COMMUNITY_FIRST = (
    *("阳光", "幸福", "团结", "建设", "翠竹", "锦绣", "春风", "兴隆", "民主", "前进"),
    *("祥和", "望江", "迎宾", "惠民", "绿苑", "金色", "育才", "书院", "滨河", "向阳"),
)
COMMUNITY_LAST = ("里", "苑", "新村", "家园", "花园", "东路", "西巷", "小区", "坊", "湾")


@dataclass(frozen=True)
class Land:
    """One place of the invented city."""

    code: str
    name: str
    name_en: str
    level: str
    parent: str | None
    shape: BaseGeometry
    population: int


def english(name: str) -> str:
    """The name in pinyin, written as on a road sign."""
    if name == "和安市":
        return "He'an City"
    # 社区 stands before 区, in which it ends.
    endings = {"社区": " Community", "区": " District", "街道": " Street Office", "镇": " Town"}
    for ending, word in endings.items():
        if name.endswith(ending) and len(name) > len(ending):
            return "".join(lazy_pinyin(name[: -len(ending)])).capitalize() + word
    return "".join(lazy_pinyin(name)).capitalize()


def he_an(seed: int) -> list[Land]:
    """The whole city, the root first, every parent before its children."""
    chance = random.Random(f"land {seed}")  # noqa: S311 - an invented map, not a secret
    cells = _cells(chance)
    # Now and then two borders of one cell bend across each other; then all are drawn anew.
    while not all(shape.is_valid for shape in cells.values()):
        cells = _cells(chance)
    communities = _communities(chance, cells)
    streets = _streets(chance, communities)
    districts = _districts(streets)
    city = _merged(PROVINCE + "0" * 8, "和安市", "city", None, districts)
    return [city, *districts, *streets, *communities]


def _cells(chance: random.Random) -> dict[tuple[int, int], Polygon]:
    corners = {
        (column, row): _corner(chance, column, row)
        for column in range(COLUMNS + 1)
        for row in range(ROWS + 1)
    }
    borders: dict[tuple[tuple[int, int], tuple[int, int]], list[tuple[float, float]]] = {}

    def border(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[float, float]]:
        key = (min(start, end), max(start, end))
        if key not in borders:
            borders[key] = _rough(chance, corners[key[0]], corners[key[1]], 3)
        return borders[key] if start == key[0] else borders[key][::-1]

    cells = {}
    for column in range(COLUMNS):
        for row in range(ROWS):
            ring = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
            points: list[tuple[float, float]] = []
            for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
                points += border(start, end)[:-1]
            cells[column, row] = Polygon(points)
    return cells


def _corner(chance: random.Random, column: int, row: int) -> tuple[float, float]:
    """A corner of the lattice, drawn towards the middle, where cities are dense."""
    x, y = column / COLUMNS * 2 - 1, row / ROWS * 2 - 1
    x += chance.uniform(-0.018, 0.018)
    y += chance.uniform(-0.045, 0.045)
    reach = math.hypot(x, y) / math.sqrt(2)
    pull = 0.55 + 0.45 * reach
    bend = 0.06 * math.sin(3.1 * y + 0.4)
    return (
        round(WEST + WIDTH * (0.5 + (x * pull + bend) / 2), 6),
        round(SOUTH + HEIGHT * (0.5 + y * pull / 2), 6),
    )


def _rough(
    chance: random.Random, start: tuple[float, float], end: tuple[float, float], depth: int
) -> list[tuple[float, float]]:
    """A border that bends like one: its middle is moved aside, then each half's."""
    if depth == 0:
        return [start, end]
    across, up = end[0] - start[0], end[1] - start[1]
    aside = chance.uniform(-0.09, 0.09)
    middle = (
        round((start[0] + end[0]) / 2 - up * aside, 6),
        round((start[1] + end[1]) / 2 + across * aside, 6),
    )
    return _rough(chance, start, middle, depth - 1)[:-1] + _rough(chance, middle, end, depth - 1)


def _street_of(column: int, row: int) -> tuple[int, int]:
    return column // STREET_COLUMNS, row // STREET_ROWS


def _district_of(street: tuple[int, int]) -> int:
    for at, (_name, columns, rows) in enumerate(DISTRICTS):
        if columns[0] <= street[0] <= columns[1] and rows[0] <= street[1] <= rows[1]:
            return at
    raise ValueError(street)


def _street_code(street: tuple[int, int]) -> str:
    inside = [
        (column, row)
        for row in range(ROWS // STREET_ROWS)
        for column in range(COLUMNS // STREET_COLUMNS)
        if _district_of((column, row)) == _district_of(street)
    ]
    # 001-099 are streets, 100-199 towns: the outer rows of the city are towns.
    serial = inside.index(street) + (101 if street[1] == ROWS // STREET_ROWS - 1 else 1)
    return f"{PROVINCE}{_district_of(street) + 1:02d}{serial:03d}"


def _communities(chance: random.Random, cells: dict[tuple[int, int], Polygon]) -> list[Land]:
    names = [first + last for first in COMMUNITY_FIRST for last in COMMUNITY_LAST]
    chance.shuffle(names)
    # Three names stand in three districts each, as such names do in every real city.
    names[200:] = [names[at % 3] for at in range(len(names) - 200)]
    taken: dict[str, set[str]] = {}
    lands = []
    for serial, ((column, row), shape) in enumerate(sorted(cells.items())):
        street = _street_code(_street_of(column, row))
        used = taken.setdefault(street, set())
        again = serial % 40 == 7
        name = names[serial // 40 % 3] if again else names[3 + serial % 197]
        while name in used:
            name = names[chance.randrange(len(names))]
        used.add(name)
        full = f"{name}社区"
        density = 9000 * math.exp(-3.2 * _from_middle(shape)) + 500
        people = round(shape.area * 9_500 * density * chance.uniform(0.8, 1.2))
        code = f"{street}{len(used):03d}"
        land = Land(code, full, english(full), "community", f"{street}000", shape, people)
        lands.append(land)
    return lands


def _from_middle(shape: BaseGeometry) -> float:
    middle = shape.centroid
    x = (middle.x - WEST - WIDTH / 2) / (WIDTH / 2)
    y = (middle.y - SOUTH - HEIGHT / 2) / (HEIGHT / 2)
    return math.hypot(x, y)


def _streets(chance: random.Random, communities: list[Land]) -> list[Land]:
    names = list(STREET_NAMES)
    chance.shuffle(names)
    lands = []
    for code in sorted({str(land.parent) for land in communities}):
        ending = "镇" if code[6] == "1" else "街道"
        inside = [land for land in communities if land.parent == code]
        district = f"{code[:6]}000000"
        lands.append(_merged(code, names.pop() + ending, "street", district, inside))
    return lands


def _districts(streets: list[Land]) -> list[Land]:
    lands = []
    for at, (name, _columns, _rows) in enumerate(DISTRICTS):
        code = f"{PROVINCE}{at + 1:02d}000000"
        inside = [land for land in streets if land.parent == code]
        lands.append(_merged(code, name, "district", PROVINCE + "0" * 8, inside))
    return lands


def _merged(code: str, name: str, level: str, parent: str | None, parts: list[Land]) -> Land:
    shape = shapely.unary_union([part.shape for part in parts])
    people = sum(part.population for part in parts)
    return Land(code, name, english(name), level, parent, shape, people)
