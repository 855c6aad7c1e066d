"""Patrols of the demo city: chiefs, beats, plans, a month of walks, some missed; small deeds.

Everything goes through the same actions as in a living city, with the demo accounts.
"""

import json
import random
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from huiyin.cases.residents import ResidentData
from huiyin.demo.geography import Land
from huiyin.demo.rhythm import ZONE
from huiyin.demo.streets import roads_of
from huiyin.demo.units import City
from huiyin.departments.models import Official
from huiyin.neighbourhood.beats import (
    BeatFacts,
    Wanted,
    add_beat,
    adopt_roles,
    appoint_chief,
    set_frequency,
)
from huiyin.neighbourhood.models import Beat, Role, Task
from huiyin.neighbourhood.patrols import receive_upload
from huiyin.neighbourhood.tasks import Offer, confirm_deed, offer_task, report_done, take_task
from huiyin.neighbourhood.uploads import PatrolSaid, TrackSaid, Upload
from huiyin.neighbourhood.volunteering import Entry, register

STREET = "990102001000"
LANES, GRIDS = 4, 2
DAYS = 35
# Of the walks that are owed, so many are really walked.
WALKED = 0.75
INVENTED = "和安市街巷巡查规定(虚构)"
OWN_RULES = {"lane-chief": ("week", 1), "grid-worker": ("week", 2)}
NOTES = ("全程畅通。", "无积水,无占道。", "井盖完好,路灯正常。", "发现小广告,已当场清除。", "")


@dataclass(frozen=True)
class Walk:
    """Who walks which beat, and every how many days."""

    beat: Beat
    official: Official
    every: int


@dataclass(frozen=True)
class Quarter:
    """The street of the demo account, its land and its people."""

    city: City
    lands: list[Land]
    seed: int
    until: datetime

    @property
    def chief(self) -> Official:
        """The demo account of the street."""
        return self.city.officers[f"S{STREET}"]

    @property
    def since(self) -> date:
        """From when on the chiefs are in office."""
        return (self.until.astimezone(ZONE) - timedelta(days=DAYS + 1)).date()

    @property
    def began_at(self) -> datetime:
        """When the beats were set up."""
        return datetime.combine(self.since, time(9), ZONE)


def install_neighbourhood(quarter: Quarter) -> None:
    """Set one street's beats up, walk them for a month, and offer two small deeds."""
    walks = [*_lanes(quarter), *_grids(quarter), _river(quarter)]
    _walked(quarter, walks)
    _deeds(quarter)


def _roles(quarter: Quarter) -> dict[str, Role]:
    admin, root, at = quarter.city.hotline["administrator"], quarter.city.root, quarter.began_at
    for code in ("streets-and-grids", "shantou-rivers"):
        adopt_roles(code, from_on=quarter.since, by=admin, unit=root, at=at)
    roles = {role.code: role for role in Role.objects.all()}
    for code, (period, times) in OWN_RULES.items():
        wanted = Wanted(period, times, quarter.since, INVENTED)
        set_frequency(roles[code], wanted, by=admin, unit=root, at=at)
    return roles


def _beat(quarter: Quarter, facts: BeatFacts, role: str, every: int) -> Walk:
    roles = {row.code: row for row in Role.objects.all()} or _roles(quarter)
    by, at = quarter.city.hotline["administrator"], quarter.began_at
    beat = add_beat(facts, unit=quarter.city.units[f"S{STREET}"], by=by, at=at)
    appoint_chief(beat, quarter.chief, role=roles[role], since=quarter.since, by=by, at=at)
    return Walk(beat, quarter.chief, every)


def _lanes(quarter: Quarter) -> list[Walk]:
    walks = []
    for number, land in enumerate(quarter.lands[:LANES], 1):
        road = roads_of(quarter.seed, land)[0]
        line = json.dumps({"type": "LineString", "coordinates": [road.start, road.end]})
        place = quarter.city.places[land.code]
        facts = BeatFacts(f"lane-{number}", road.name, "lane", place, line)
        walks.append(_beat(quarter, facts, "lane-chief", 7))
    return walks


def _grids(quarter: Quarter) -> list[Walk]:
    return [
        _beat(
            quarter,
            BeatFacts(
                f"grid-{number}",
                f"{quarter.city.places[land.code].name}第{number}网格",
                "grid",
                quarter.city.places[land.code],
            ),
            "grid-worker",
            4,
        )
        for number, land in enumerate(quarter.lands[:GRIDS], 1)
    ]


def _river(quarter: Quarter) -> Walk:
    bends = [land.shape.representative_point() for land in quarter.lands]
    line = [[round(bend.x, 6), round(bend.y, 6)] for bend in sorted(bends, key=lambda p: p.x)]
    shape = json.dumps({"type": "LineString", "coordinates": line})
    place = quarter.city.places[STREET]
    facts = BeatFacts("river-1", "清水河(街道段)", "river", place, shape)
    return _beat(quarter, facts, "river-street", 10)


def _walked(quarter: Quarter, walks: list[Walk]) -> None:
    chance = random.Random(f"patrols {quarter.seed}")  # noqa: S311 - invented walks
    last = quarter.until.astimezone(ZONE)
    for walk in walks:
        day = (last - timedelta(days=DAYS)).date()
        while day < last.date():
            if chance.random() < WALKED:
                _walk(quarter, walk, day, chance)
            day += timedelta(days=walk.every)


def _walk(quarter: Quarter, walk: Walk, day: date, chance: random.Random) -> None:
    began_at = datetime.combine(day, time(chance.randint(8, 16), chance.randint(0, 59)), ZONE)
    ended_at = began_at + timedelta(minutes=chance.randint(20, 70))
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"{quarter.seed} {walk.beat.code} {day}")
    said = PatrolSaid(key, walk.beat.code, began_at, ended_at, chance.choice(NOTES))
    ends = walk.beat.shape["coordinates"] if walk.beat.shape else []
    points = [
        [(began_at + timedelta(minutes=4 * number)).timestamp(), lng, lat, 12.0]
        for number, (lng, lat) in enumerate(ends)
    ]
    tracks = [TrackSaid(uuid.uuid5(key, "track"), ended_at, points)] if points else []
    receive_upload(Upload(ended_at, said, tracks, []), by=walk.official, at=ended_at)


def _deeds(quarter: Quarter) -> None:
    unit, by = quarter.city.units[f"S{STREET}"], quarter.chief
    place = quarter.city.places[quarter.lands[0].code]
    week = timedelta(days=7)
    at = quarter.until - week * 2
    helpers = [
        register(
            Entry(ResidentData(name=name, phone=phone), place, consents=True),
            unit=unit,
            by=by,
            at=at,
        )
        for name, phone in (("赵淑兰", "10000000001"), ("钱卫东", "10000000002"))
    ]
    words = ("清理楼道堆物", "和邻居一起清理 3 号楼楼道堆物,备好手套和垃圾袋。", "3 号楼门前")
    done = _offered(quarter, words, at, at + week)
    deed = take_task(done, helpers[0], at=at + timedelta(hours=2))
    report_done(deed, "清出旧家具两件,楼道通畅。", None, at=at + week + timedelta(hours=1))
    thanks = "楼道通了,邻居们都说谢谢您。"
    confirm_deed(deed, thanks, by=by, at=at + week + timedelta(hours=3))
    words = ("陪老人学用手机", "周末陪社区老人学用手机挂号,每次两小时。", "社区活动室")
    coming = _offered(quarter, words, quarter.until - timedelta(days=2), quarter.until + week)
    take_task(coming, helpers[1], at=quarter.until - timedelta(days=1))


def _offered(
    quarter: Quarter, words: tuple[str, str, str], at: datetime, begins_at: datetime
) -> Task:
    unit, by = quarter.city.units[f"S{STREET}"], quarter.chief
    title, what, where = words
    offer = Offer(
        title=title,
        what=what,
        where=where,
        place=quarter.city.places[quarter.lands[0].code],
        begins_at=begins_at,
        ends_at=begins_at + timedelta(hours=2),
        needed=3,
    )
    return offer_task(offer, unit=unit, by=by, at=at)
