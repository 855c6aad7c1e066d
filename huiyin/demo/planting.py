"""What is planted in the demo city, so that what the system finds can be scored.

Hotspots, waves of a season, the same matter from several residents, matters that come back
after closing, borders that two streets dispute, and a unit that games its figures.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from huiyin.demo.matters import by_code, category_code, is_solid
from huiyin.demo.plans import Ground, Plan

GAMING_UNIT = "urban-management"
RETYPED_SHARE = 0.3
HOTSPOT_MATTERS = (
    "site",
    "garbage",
    "lamp",
    "parking",
    "water-cut",
    "ebike",
    "vendor",
    "square",
)
HOTSPOT_DAYS = 10
# Name, matters, months in which it may begin, days that it lasts.
WAVES = (
    ("cold-wave", ("heating",), (12, 1), 6),
    ("rainstorm", ("flooding", "leak", "trees"), (6, 7, 8), 4),
)
# Days between a case and its return: after the longest that a calm case may take.
REBOUND_DAYS = {"complex": (46, 95)}
OTHER_REBOUND_DAYS = (26, 70)


@dataclass
class Planted:
    """The record of what was planted: facts by tag; the numbers follow when cases have some."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)

    def note(self, tag: str, kind: str, **facts: Any) -> str:
        """Remember one planted thing under its tag."""
        self.facts[tag] = {"kind": kind, **facts}
        return tag

    def met(self, plan: Plan, number: str) -> None:
        """Remember the number that a planted case was given."""
        for tag in plan.tags:
            self.numbers.setdefault(tag, []).append(number)


def plant(ground: Ground, plans: list[Plan], chance: random.Random, *, most: int) -> Planted:
    """Add planted cases to the ordinary plans, at most `most` of them."""
    planted = Planted()
    upto = len(plans) + most
    _duplicates(ground, plans, chance, planted, most=most * 30 // 100)
    _rebounds(ground, plans, chance, planted, most=most * 12 // 100)
    _disputes(ground, plans, chance, planted, most=most * 8 // 100)
    _merged(ground, plans, chance, planted, most=most * 6 // 100)
    _waves(ground, plans, chance, planted, most=most * 14 // 100)
    _hotspots(ground, plans, chance, planted, most=upto - len(plans))
    _game(plans, chance, planted)
    return planted


def _hotspots(
    ground: Ground, plans: list[Plan], chance: random.Random, planted: Planted, *, most: int
) -> None:
    """Many cases of one matter in one community within ten days, from different people."""
    largest = min(40, 9 + most // 400)
    span, serial = (ground.last - ground.first).days, 0
    while most >= 8:
        matter = by_code()[HOTSPOT_MATTERS[serial % len(HOTSPOT_MATTERS)]]
        community = ground.community(chance)
        size = min(most, chance.randint(8, largest))
        start = ground.first.date() + timedelta(days=1 + chance.randrange(max(1, span - 14)))
        serial += 1
        tag = planted.note(
            f"hotspot-{serial}",
            "hotspot",
            category=category_code(matter),
            place=community.code,
            first=start.isoformat(),
            last=(start + timedelta(days=HOTSPOT_DAYS - 1)).isoformat(),
        )
        for _ in range(size):
            day = start + timedelta(days=chance.randrange(HOTSPOT_DAYS))
            at = ground.rhythm.moment_on(chance, day, matter.day)
            plan = ground.plan(chance, matter, community, at=at, solid=True)
            plan.person, plan.tags = plan.serial, (tag,)
            plans.append(plan)
        most -= size


def _waves(
    ground: Ground, plans: list[Plan], chance: random.Random, planted: Planted, *, most: int
) -> None:
    """A few days of the season on which the whole city calls for the same reason."""
    span = (ground.last - ground.first).days
    for name, codes, months, days in WAVES:
        starts = [ground.first.date() + timedelta(days=1 + at) for at in range(span - days - 1)]
        starts = [start for start in starts if start.month in months]
        if not starts or most < 8:
            continue
        start = chance.choice(starts)
        tag = planted.note(
            name,
            "seasonal_wave",
            categories=[category_code(by_code()[code]) for code in codes],
            first=start.isoformat(),
            last=(start + timedelta(days=days - 1)).isoformat(),
        )
        for _ in range(most // len(WAVES)):
            matter = by_code()[chance.choice(codes)]
            # The second and third day are the worst.
            day = start + timedelta(days=min(days - 1, int(chance.triangular(0, days, 1.8))))
            at = ground.rhythm.moment_on(chance, day, matter.day)
            plan = ground.plan(chance, matter, ground.community(chance), at=at, solid=True)
            plan.tags = (tag,)
            plans.append(plan)


def _duplicates(
    ground: Ground, plans: list[Plan], chance: random.Random, planted: Planted, *, most: int
) -> None:
    """The same matter at the same spot within three days, from others, in other words."""
    solid = [plan for plan in plans if _may_return(plan)]
    chance.shuffle(solid)
    made = serial = 0
    while solid and made < most:
        origin = solid.pop()
        others = min(most - made, chance.choice((1, 1, 1, 2, 3, 5)))
        moments = [_soon_after(ground, chance, origin) for _ in range(others)]
        copies = [ground.copy(origin, at) for at in moments]
        copies = [copy for copy in copies if ground.lies_inside(copy)]
        if copies:
            serial += 1
            facts = {"category": category_code(origin.matter), "place": origin.community.code}
            tag = planted.note(f"duplicate-{serial}", "duplicate", **facts)
            for wording, plan in enumerate((origin, *copies)):
                plan.tags, plan.wording = (tag,), wording
            plans += copies
            made += len(copies)


def _merged(
    ground: Ground, plans: list[Plan], chance: random.Random, planted: Planted, *, most: int
) -> None:
    """The same matter from others within hours, which a dispatcher has seen and merged."""
    solid = [plan for plan in plans if _may_return(plan) and not _in_haste(plan)]
    chance.shuffle(solid)
    made = serial = 0
    while solid and made < most:
        origin = solid.pop()
        others = min(most - made, chance.choice((1, 1, 2, 3)))
        copies = [
            ground.copy(origin, origin.at + timedelta(minutes=chance.uniform(4, 240)))
            for _ in range(others)
        ]
        copies = [copy for copy in copies if ground.lies_inside(copy)]
        if not copies:
            continue
        serial += 1
        facts = {"category": category_code(origin.matter), "place": origin.community.code}
        origin.tags = (planted.note(f"merged-{serial}", "merged", **facts),)
        for wording, plan in enumerate(copies, start=1):
            plan.tags, plan.wording, plan.follows = origin.tags, wording, origin.serial
        plans += copies
        made += len(copies)


def _in_haste(plan: Plan) -> bool:
    return plan.matter.deadline_class in {"emergency", "timely"}


def _may_return(plan: Plan) -> bool:
    # Where the sentences of an ask tell of different things, another person would tell of another.
    return is_solid(plan.ask) and len(plan.ask.texts) > 1 and not plan.tags


def _soon_after(ground: Ground, chance: random.Random, origin: Plan) -> datetime:
    day = origin.at.date() + timedelta(days=chance.choice((0, 0, 1, 1, 2)))
    at = ground.rhythm.moment_on(chance, day, origin.matter.day)
    return at if at > origin.at else origin.at + timedelta(minutes=chance.uniform(5, 300))


def _rebounds(
    ground: Ground, plans: list[Plan], chance: random.Random, planted: Planted, *, most: int
) -> None:
    """The same person about the same spot, weeks after being told that it is solved."""
    solid = [plan for plan in plans if _may_return(plan) and plan.person >= 0]
    chance.shuffle(solid)
    made = 0
    while solid and made < most:
        origin = solid.pop()
        if origin.matter.owner == GAMING_UNIT:
            continue
        least, longest = REBOUND_DAYS.get(origin.matter.deadline_class, OTHER_REBOUND_DAYS)
        day = origin.at.date() + timedelta(days=chance.randint(least, longest))
        again = ground.copy(origin, ground.rhythm.moment_on(chance, day, origin.matter.day))
        months = origin.ask.months
        if not ground.lies_inside(again) or (months and again.at.month not in months):
            continue
        again.person, again.again, origin.calm = origin.person, True, True
        made += 1
        facts = {"category": category_code(origin.matter), "place": origin.community.code}
        origin.tags = again.tags = (planted.note(f"rebound-{made}", "rebound", **facts),)
        plans.append(again)


def _disputes(
    ground: Ground, plans: list[Plan], chance: random.Random, planted: Planted, *, most: int
) -> None:
    """Cases beside the border of two streets: each says that it is the other's."""
    streets = sorted(ground.streets.values(), key=lambda land: land.code)
    pairs = [
        (one, other)
        for at, one in enumerate(streets)
        for other in streets[at + 1 :]
        if one.shape.touches(other.shape) and one.shape.intersection(other.shape).length > 0
    ]
    matters = [by_code()[code] for code in ("garbage", "property", "illegal-building")]
    for serial in range(most // 4):
        one, other = chance.choice(pairs)
        inside = [land for land in ground.communities if land.parent == one.code]
        inside = [land for land in inside if land.shape.touches(other.shape)] or inside
        codes = [one.code, other.code]
        tag = planted.note(f"dispute-{serial + 1}", "dispute", streets=codes)
        for _ in range(4):
            plan = ground.plan(chance, chance.choice(matters), chance.choice(inside), solid=True)
            plan.tags, plan.dispute = (tag,), other.code
            plans.append(plan)


def _game(plans: list[Plan], chance: random.Random, planted: Planted) -> None:
    for plan in plans:
        if plan.matter.owner == GAMING_UNIT:
            plan.tags += ("gaming",)
            if plan.ask.kind == "complaint" and chance.random() < RETYPED_SHARE:
                plan.typed_as = "consultation"
                plan.tags += ("retyped",)
    how = [
        "answers heaped just before the deadline",
        "complaints typed as consultations",
        "many residents said not to be reached",
        "replies that say nothing",
        "exclusions asked for whatever went badly",
    ]
    planted.note("gaming", "gaming_unit", unit=GAMING_UNIT, how=how)
    facts = {"typed_as": "consultation", "true_kind": "complaint"}
    planted.note("retyped", "retyped", unit=GAMING_UNIT, **facts)
