"""The units of 和安市, and an official for every post. All of it is invented."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from huiyin.demo.accounts import ACCOUNTS, PASSWORD
from huiyin.demo.geography import Land, english
from huiyin.departments.actions import add_unit
from huiyin.departments.models import Official, Post, PostHeld, Unit, UnitLevel
from huiyin.places.actions import PlaceRow, add_places
from huiyin.places.models import Place

POPULATION_BASIS = "invented for the demo city"

DEPARTMENTS = (
    ("housing", "住房和城乡建设委员会", "Housing and Construction"),
    ("urban-management", "城市管理局", "Urban Management"),
    ("lighting", "城市照明管理中心", "Street Lighting Centre"),
    ("parks", "园林绿化局", "Parks and Greening"),
    ("market", "市场监督管理局", "Market Regulation"),
    ("police", "公安局", "Public Security"),
    ("traffic", "公安局交通管理局", "Traffic Police"),
    ("transport", "交通运输局", "Transport"),
    ("water-affairs", "水务局", "Water Affairs"),
    ("environment", "生态环境局", "Ecology and Environment"),
    ("education", "教育局", "Education"),
    ("health", "卫生健康委员会", "Health"),
    ("labour", "人力资源和社会保障局", "Labour and Social Security"),
    ("civil-affairs", "民政局", "Civil Affairs"),
    ("planning", "规划和自然资源局", "Planning and Natural Resources"),
    ("medical-insurance", "医疗保障局", "Medical Insurance"),
    ("culture-tourism", "文化和旅游局", "Culture and Tourism"),
    ("sports", "体育局", "Sports"),
    ("emergency", "应急管理局", "Emergency Management"),
    ("fire", "消防救援支队", "Fire and Rescue"),
    ("tax", "税务局", "Taxation"),
    ("agriculture", "农业农村局", "Agriculture"),
    ("commerce", "商务局", "Commerce"),
    ("veterans", "退役军人事务局", "Veterans Affairs"),
)
UTILITIES = (
    ("water", "和安自来水集团", "He'an Water"),
    ("power", "和安供电公司", "He'an Power"),
    ("gas", "和安燃气集团", "He'an Gas"),
    ("heat", "和安热力集团", "He'an Heat"),
    ("telecom", "和安通信公司", "He'an Telecom"),
    ("bus", "和安公交集团", "He'an Bus"),
)
__all__ = ["ACCOUNTS", "PASSWORD", "City", "found_city"]
# The dispatchers beside the one with an account that is shown.
DISPATCHERS = (("dispatcher-2", "周敏"), ("dispatcher-3", "郑凯"))
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
GIVEN = ("伟", "芳", "敏", "静", "磊", "洋", "艳", "勇", "杰", "娟", "涛", "明", "超", "霞", "平")


@dataclass
class City:
    """What the demo city is made of, by code."""

    root: Unit
    units: dict[str, Unit]
    places: dict[str, Place]
    officers: dict[str, Official]
    hotline: dict[str, Official]
    dispatchers: list[Official] = field(default_factory=list)


def found_city(lands: list[Land], *, since: date) -> City:
    """Put the places, the units, the officials and their posts of 和安市 in place."""
    rows = [
        PlaceRow(
            land.code,
            land.name,
            land.level,
            land.parent,
            boundary=land.shape,
            name_en=land.name_en,
            population=land.population,
            population_basis=POPULATION_BASIS,
            source="demo",
            source_id=land.code,
        )
        for land in lands
    ]
    places = {place.code: place for place in add_places(rows)}
    root = add_unit(
        "HEAN",
        "和安市",
        level=UnitLevel.CITY,
        parent=None,
        name_en="He'an City",
        time_zone="Asia/Shanghai",
        place=places[lands[0].code],
    )
    units = {root.code: root}
    _add_bodies(root, units)
    _add_streets(root, units, places)
    return _with_officials(City(root, units, places, {}, {}), since=since)


# The street of the demo account hands work down to its communities.
WITH_COMMUNITIES = "990102001"


def _add_bodies(root: Unit, units: dict[str, Unit]) -> None:
    units["hotline"] = add_unit(
        "hotline",
        "市民热线服务中心",
        level=UnitLevel.DEPARTMENT,
        parent=root,
        name_en="Citizens' Hotline Centre",
        takes_requests=True,
    )
    for code, name, name_en in DEPARTMENTS:
        units[code] = add_unit(code, name, level=UnitLevel.DEPARTMENT, parent=root, name_en=name_en)
    for code, name, name_en in UTILITIES:
        units[code] = add_unit(
            code,
            name,
            level=UnitLevel.UTILITY,
            parent=root,
            name_en=name_en,
            calendar_code="round-the-clock",
        )


def _add_streets(root: Unit, units: dict[str, Unit], places: dict[str, Place]) -> None:
    for place in places.values():
        if place.level == "district":
            units[f"D{place.code}"] = add_unit(
                f"D{place.code}",
                f"{place.name}人民政府",
                level=UnitLevel.DISTRICT,
                parent=root,
                name_en=f"{english(place.name)} Government",
                place=place,
            )
    for place in places.values():
        if place.level == "street":
            units[f"S{place.code}"] = add_unit(
                f"S{place.code}",
                f"{place.name}办事处" if place.name.endswith("街道") else f"{place.name}人民政府",
                level=UnitLevel.STREET,
                parent=units[f"D{place.code[:6]}000000"],
                name_en=place.name_en,
                place=place,
            )
    for place in places.values():
        if place.level == "community" and place.code.startswith(WITH_COMMUNITIES):
            units[f"C{place.code}"] = add_unit(
                f"C{place.code}",
                f"{place.name}居民委员会",
                level=UnitLevel.COMMUNITY,
                parent=units[f"S{WITH_COMMUNITIES}000"],
                name_en=place.name_en,
                place=place,
            )


def _with_officials(city: City, *, since: date) -> City:
    """Give each unit an officer and each other post its demo account.

    In bulk: one by one, these accounts would take longer than a thousand cases.
    """
    shown = {account.unit_code: account for account in ACCOUNTS if account.post == Post.OFFICER}
    # Hashing is slow on purpose; one hash serves all, for everybody knows the password.
    hashed = make_password(PASSWORD)
    held: list[PostHeld] = []
    for serial, (code, unit) in enumerate(city.units.items()):
        account = shown.get(code)
        name = account.name if account else _name(serial)
        sign_in_name = account.sign_in_name if account else code
        official = Official(sign_in_name=sign_in_name, name=name, password=hashed)
        held.append(PostHeld(official=official, unit=unit, post=Post.OFFICER, held_from=since))
        city.officers[code] = official
    for account in ACCOUNTS:
        if account.post != Post.OFFICER:
            official = Official(
                sign_in_name=account.sign_in_name, name=account.name, password=hashed
            )
            unit = city.units[account.unit_code]
            held.append(PostHeld(official=official, unit=unit, post=account.post, held_from=since))
            city.hotline[account.post] = official
    city.dispatchers.append(city.hotline[Post.DISPATCHER])
    for sign_in_name, name in DISPATCHERS:
        official = Official(sign_in_name=sign_in_name, name=name, password=hashed)
        unit, post = city.units["hotline"], Post.DISPATCHER
        held.append(PostHeld(official=official, unit=unit, post=post, held_from=since))
        city.dispatchers.append(official)
    Official.objects.bulk_create([post.official for post in held])
    PostHeld.objects.bulk_create(held)
    return city


def _name(serial: int) -> str:
    return SURNAMES[serial % len(SURNAMES)] + GIVEN[serial * 7 % len(GIVEN)]
