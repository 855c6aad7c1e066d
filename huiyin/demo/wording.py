"""Sentences of the demo city: patterns filled with its own roads, estates and shops."""

import random
from dataclasses import dataclass
from datetime import datetime

from huiyin.demo.geography import Land
from huiyin.demo.matters import Matter

ROAD_FIRST = (
    *("学院", "建设", "朝阳", "安定", "兴业", "长青", "文化", "玉泉", "南湖", "迎春"),
    *("太平", "工农", "青年", "复兴", "石桥", "清泉", "柳荫", "东风", "湖滨", "振兴"),
)
ROAD_LAST = ("路", "街", "大道", "巷", "胡同")
SPOTS = ("{road}{number}号门前", "{road}与{other}交叉口", "{road}{number}号院外", "{road}公交站旁")
SHOPS = (
    *("好味来饭店", "佳美超市", "康健健身房", "小太阳培训中心", "蓝天洗衣店", "福满楼餐厅"),
    *("顺达修理厂", "美丽人生理发店", "百乐门歌厅", "晨光早餐店"),
)
SINCE = ("三天", "一个星期", "半个多月", "快一个月", "两个多月", "从上周开始", "好几天")
WHEN = ("早上六点", "早高峰", "中午", "傍晚", "晚上八点以后", "夜里十一点", "凌晨两点")
ENGLISH = {
    "lamp": "The street light at {where} has been out for days. It is very dark, please fix it.",
    "garbage": "Rubbish has not been collected at {where} for a week and it smells badly.",
    "site": "The building site near {where} works all night. We cannot sleep. Please check it.",
    "parking": "Cars are parked on the pavement at {where} every evening; a pram cannot pass.",
    "pothole": "There is a deep hole in the road at {where}. A cyclist fell there yesterday.",
    "residence": "How can a foreign resident extend a residence permit, and with which papers?",
}
BRUSH_OFF = (
    "您反映的问题已收悉,已转相关部门处理,感谢您的理解与支持。",
    "已按规定办理,请知悉。",
    "该问题我单位高度重视,将进一步加强管理。",
)
AGAIN = ("上次反映后修过,没过几天又出现同样问题:", "之前来电反映过此事,答复已解决,现在又反复:")
RETURN_REASONS = (
    "该地点不在我单位辖区,现场核实界线在路的另一侧,建议派相邻单位。",
    "该事项不属于我单位职责,按职责分工应由主管部门办理。",
    "反映地点信息不全,经与来电人联系仍无法确定具体位置。",
)
WITHDRAW_REASONS = ("来电人称问题已自行解决,要求撤回。", "来电人重复登记,要求撤销本件。")
UNSOLVED = (
    "来电人称承办单位来过但没有修好,问题依旧。",
    "市民表示只是口头答复,没有实际措施。",
    "回访称当天好了,第二天又出现同样情况。",
)
TOLD = (
    "已电话联系来电人,告知当日安排人员到场,预计{n}日内处理完毕。",
    "已与来电人通话,核实地点,说明办理步骤和时限。",
    "已上门见到来电人,现场确认问题并说明处理办法。",
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN_ONE = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国秀"


@dataclass(frozen=True)
class Spot:
    """Where a matter is: the words and the names that its sentences use."""

    where: str
    road: str
    estate: str


def spot_in(chance: random.Random, community: Land, street: str) -> Spot:
    """A spot in a community; each community has five roads of its own."""
    own = random.Random(community.code)  # noqa: S311 - invented names
    roads = [own.choice(ROAD_FIRST) + own.choice(ROAD_LAST) for _ in range(5)]
    road, other = chance.sample(roads, 2)
    pattern = chance.choice(SPOTS)
    where = pattern.format(road=road, other=other, number=chance.randrange(1, 180))
    estate = community.name.removesuffix("社区")
    estate = estate if estate.endswith(("小区", "家园", "花园", "苑")) else f"{estate}小区"
    return Spot(f"{street}{where}", f"{street}{road}", estate)


def request_text(chance: random.Random, matter: Matter, spot: Spot) -> str:
    """What somebody asks, as an operator writes it down; some write in English."""
    if matter.code in ENGLISH and chance.random() < 0.05:
        return ENGLISH[matter.code].format(where=spot.where)
    return _filled(chance, chance.choice(matter.texts), spot)


def reply_text(chance: random.Random, matter: Matter, spot: Spot, *, at: datetime) -> str:
    """What an honest unit answers: what was done, when, by whom."""
    day = f"{at.month}月{at.day}日"
    return _filled(chance, chance.choice(matter.done), spot, day=day)


def told_text(chance: random.Random) -> str:
    """The first feedback: what the resident was told."""
    return chance.choice(TOLD).format(n=chance.randrange(2, 6))


def title_of(matter: Matter, spot: Spot) -> str:
    """A title as operators write it: the spot and the matter."""
    return f"{spot.where}{matter.name}"


def person(chance: random.Random) -> tuple[str, str]:
    """A name and a phone number that nobody has: no mobile number in China begins with 100."""
    given = "".join(chance.choice(GIVEN_ONE) for _ in range(chance.choice((1, 2, 2))))
    return chance.choice(SURNAMES) + given, f"1000000{chance.randrange(10_000):04d}"


def _filled(chance: random.Random, pattern: str, spot: Spot, *, day: str = "") -> str:
    return pattern.format(
        where=spot.where,
        road=spot.road,
        estate=spot.estate,
        shop=chance.choice(SHOPS),
        since=chance.choice(SINCE),
        when=chance.choice(WHEN),
        n=chance.randrange(2, 19),
        day=day,
    )
