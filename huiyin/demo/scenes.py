"""The spot of a matter, its numbers and its people: what request, reply and title agree on."""

import random
from dataclasses import dataclass

from huiyin.cases.residents import ResidentData
from huiyin.demo.geography import Land
from huiyin.demo.matters import Ask
from huiyin.demo.streets import HOUSES, STOP_AT, Road, crossing, english_road

SHOPS = (
    *("好味来饭店", "佳美超市", "康健健身房", "小太阳培训中心", "蓝天洗衣店", "福满楼餐厅"),
    *("顺达修理厂", "美丽人生理发店", "百乐门歌厅", "晨光早餐店"),
)
# Which shops a matter may be about; any other matter may be about any of them.
FITTING_SHOPS = {
    "prepaid": ("康健健身房", "美丽人生理发店", "蓝天洗衣店", "小太阳培训中心"),
    "food": ("好味来饭店", "佳美超市", "福满楼餐厅", "晨光早餐店"),
    "online-shopping": ("佳美家居", "优品家电", "好邻居百货"),
    "shop-noise": ("好味来饭店", "福满楼餐厅", "晨光早餐店", "百乐门歌厅"),
}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国秀"
TITLES = ("先生", "女士")
NOWHERE = (0.0, 0.0)
ESTATES = ("小区", "家园", "花园", "苑")


@dataclass(frozen=True, slots=True)
class Ground:
    """A community as scenes need it: its names and its roads."""

    community: Land
    street: str
    estate: str
    roads: tuple[Road, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a matter is, and the names that its sentences use."""

    names: dict[str, str]
    ways: tuple[str, ...]
    point: tuple[float, float]

    @property
    def where_en(self) -> str:
        """The spot for those who write in English; nothing where there is none."""
        road = self.names.get("road")
        return english_road(road) if road else ""


def ground_of(community: Land, street: Land, roads: tuple[Road, ...]) -> Ground:
    """What the scenes of a community are made of."""
    estate = community.name.removesuffix("社区")
    estate = estate if estate.endswith(ESTATES) else f"{estate}小区"
    return Ground(community, street.name, estate, roads)


def scene_of(chance: random.Random, ground: Ground, ask: Ask, code: str) -> Scene:
    """A spot in a community, with the numbers that a request names."""
    names = {"shop": chance.choice(FITTING_SHOPS.get(code, SHOPS))}
    for name, (least, most) in ask.numbers.items():
        names[name] = str(chance.randint(least, most))
    if not ask.placed:
        return Scene(names, ("",), NOWHERE)
    one, other = chance.sample(ground.roads, 2)
    ways, point = _spot(chance, ground, one, other)
    names |= {
        "where": ways[0],
        "road": one.name,
        "estate": ground.estate,
        "street": ground.street,
    }
    return Scene(names, ways, point)


def _spot(
    chance: random.Random, ground: Ground, one: Road, other: Road
) -> tuple[tuple[str, ...], tuple[float, float]]:
    street, community, draw = ground.street, ground.community.name, chance.random()
    if draw < 0.6:
        house = chance.randint(1, HOUSES)
        at = f"{one.name}{house}号"
        ways = (f"{street}{at}门前", f"{at}门口", f"{community}{at}附近")
        return ways, one.point(house / (HOUSES + 1))
    if draw < 0.85:
        first, second = one.name, other.name
        ways = (
            f"{street}{first}与{second}交叉口",
            f"{first}和{second}路口",
            f"{community}{second}{first}交口",
        )
        return ways, crossing(one, other)
    ways = (f"{street}{one.name}公交站旁", f"{one.name}公交站", f"{community}{one.name}公交站附近")
    return ways, one.point(STOP_AT)


def person_of(chance: random.Random) -> ResidentData:
    """A person that nobody is: no telephone number in China of eleven digits begins with 100."""
    given = chance.choice(TITLES)
    if chance.random() < 0.45:
        given = "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
    phone = f"1007{chance.randrange(10_000_000):07d}"
    return ResidentData(name=chance.choice(SURNAMES) + given, phone=phone)
