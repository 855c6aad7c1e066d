"""What is planted in the demo city, so that what the system finds can be scored.

Hotspots, the same matter from several residents, matters that come back after closing, a
unit that games its figures, and boundaries that two streets dispute.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from huiyin.demo.geography import Land
from huiyin.demo.matters import Matter
from huiyin.demo.rhythm import Rhythm
from huiyin.demo.wording import AGAIN, Spot, request_text, spot_in

GAMING_UNIT = "urban-management"
HOTSPOT_MATTERS = ("site", "garbage", "lamp", "parking", "water-cut", "ebike")


@dataclass(slots=True)
class Plan:
    """One case before it lives: when, what, where, in which words, planted as what."""

    at: datetime
    matter: Matter
    community: Land
    street: Land
    spot: Spot
    text: str
    serial: int
    tags: list[str] = field(default_factory=list)
    dispute: str = ""


@dataclass
class Planted:
    """The record of what was planted: facts by tag; the numbers follow when cases have some."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)

    def note(self, tag: str, kind: str, **facts: Any) -> str:
        """Remember one planted thing under its tag."""
        self.facts[tag] = {"kind": kind, **facts}
        return tag


@dataclass
class Ground:
    """Where plans grow: the communities with their streets, the matters, the calendar."""

    communities: list[Land]
    streets: dict[str, Land]
    matters: Sequence[Matter]
    rhythm: Rhythm
    first: datetime
    last: datetime

    def plan(self, chance: random.Random, serial: int, matter: Matter, community: Land) -> Plan:
        """An ordinary case of a matter in a community."""
        street = self.streets[str(community.parent)]
        spot = spot_in(chance, community, street.name)
        at = self.rhythm.moment(chance, matter.season, matter.day)
        text = request_text(chance, matter, spot)
        return Plan(at, matter, community, street, spot, text, serial)


def plant(ground: Ground, plans: list[Plan], chance: random.Random, *, most: int) -> Planted:
    """Add planted cases to the ordinary plans, at most `most` of them."""
    planted = Planted()
    _hotspots(ground, plans, chance, planted, most=most // 3)
    _repeats(plans, chance, planted, most=most // 3, same_person=False)
    _repeats(plans, chance, planted, most=most // 6, same_person=True)
    _disputes(ground, plans, chance, planted, most=most // 12)
    _tag_gaming(plans, planted)
    return planted


def _tag_gaming(plans: list[Plan], planted: Planted) -> None:
    for plan in plans:
        if plan.matter.owner == GAMING_UNIT:
            plan.tags.append("gaming")
    planted.note(
        "gaming",
        "gaming_unit",
        unit=GAMING_UNIT,
        how=[
            "answers heaped at the deadline",
            "complaints typed as consultations",
            "many residents said not to be reached",
            "replies that say nothing",
        ],
    )


def _serials(plans: list[Plan]) -> int:
    return max((plan.serial for plan in plans), default=0) + 1


def _hotspots(
    ground: Ground, plans: list[Plan], chance: random.Random, planted: Planted, *, most: int
) -> None:
    by_code = {matter.code: matter for matter in ground.matters}
    count = max(1, min(len(HOTSPOT_MATTERS), most // 8))
    serial = _serials(plans)
    for at, code in enumerate(HOTSPOT_MATTERS[:count]):
        community = chance.choice(ground.communities)
        span = (ground.last - ground.first).days
        start = ground.first + timedelta(days=chance.randrange(max(1, span - 14)))
        tag = planted.note(
            f"hotspot-{at + 1}",
            "hotspot",
            category=code,
            place=community.code,
            first=start.date().isoformat(),
            last=(start + timedelta(days=10)).date().isoformat(),
        )
        for _ in range(max(3, most // count)):
            plan = ground.plan(chance, serial, by_code[code], community)
            day = (start + timedelta(days=chance.randrange(11))).date()
            plan.at = ground.rhythm.moment_on(chance, day, plan.matter.day)
            plan.tags.append(tag)
            if plan.at < ground.last:
                plans.append(plan)
            serial += 1


def _repeats(
    plans: list[Plan], chance: random.Random, planted: Planted, *, most: int, same_person: bool
) -> None:
    """The same matter from others within days, or once more from those who were told it is over."""
    solid = [plan for plan in plans if plan.matter.kinds[0][0] != "consultation"]
    last = max((plan.at for plan in plans), default=None)
    kind, serial, made = ("rebound" if same_person else "duplicate"), _serials(plans), 0
    while solid and last is not None and made < most:
        origin = chance.choice(solid)
        others = 1 if same_person else chance.choice((1, 1, 2, 3, 5))
        tag = f"{kind}-{made + 1}"
        copies = []
        for _ in range(others):
            wait = chance.uniform(16, 60) if same_person else chance.uniform(0.05, 3)
            again = replace(origin, at=origin.at + timedelta(days=wait), serial=serial, tags=[])
            again.text = request_text(chance, origin.matter, origin.spot)
            if same_person:
                again.text = chance.choice(AGAIN) + again.text
            serial += 1
            if again.at < last:
                copies.append(again)
        made += others
        if copies:
            planted.note(tag, kind, category=origin.matter.code, place=origin.community.code)
            for plan in (origin, *copies):
                plan.tags.append(tag)
            plans += copies


def _disputes(
    ground: Ground, plans: list[Plan], chance: random.Random, planted: Planted, *, most: int
) -> None:
    """A road between two streets: each says that it is the other's."""
    streets = sorted(ground.streets.values(), key=lambda land: land.code)
    pairs = [
        (one, other)
        for at, one in enumerate(streets)
        for other in streets[at + 1 :]
        if one.shape.touches(other.shape) and one.shape.intersection(other.shape).length > 0
    ]
    by_owner = [matter for matter in ground.matters if matter.owner == "street"]
    serial = _serials(plans)
    for at in range(max(1, most // 4)):
        one, other = chance.choice(pairs)
        inside = [land for land in ground.communities if land.parent == one.code]
        tag = planted.note(f"dispute-{at + 1}", "dispute", streets=[one.code, other.code])
        for _ in range(4):
            plan = ground.plan(chance, serial, chance.choice(by_owner), chance.choice(inside))
            plan.tags.append(tag)
            plan.dispute = other.code
            plans.append(plan)
            serial += 1
