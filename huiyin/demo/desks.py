"""The work that lies on the desks of the demo accounts at the last moment of the city.

Without it a small city would have empty queues: two thousand cases in two years are three a day.
"""

import random
from dataclasses import dataclass
from datetime import timedelta

from huiyin.demo.matters import by_code
from huiyin.demo.plans import Ground, Plan

# Where a case stands, and how many hours ago at least and at most it was taken in.
FRESH = ("dispatched", 1, 20)
WORKED = ("in_hand", 20, 70)
LATE = ("in_hand", 24 * 17, 24 * 26)
LEDGER = ("parked", 24 * 12, 24 * 30)
OFFICE_DESK = (*(FRESH,) * 3, *(WORKED,) * 4, *(LATE,) * 2, LEDGER)
UTILITY_DESK = (("dispatched", 0.2, 3), ("dispatched", 0.2, 3), *(("in_hand", 2, 20),) * 4)
UTILITY_LATE = (("in_hand", 26, 44),) * 2
DISPATCH_DESK = (*(("received", 0.05, 0.6),) * 6, *(("returned", 6, 30),) * 3)
# Another voice about a case that is in hand.
MERGED = ("merged", 0, 0)
OTHERS_DESK = (*(("objected", 0.6, 3),) * 4, *(("transferred", 24, 24 * 6),) * 3, MERGED)
CALLER_DESK = (*(("answered", 24, 24 * 6),) * 9, *(("answered", 24 * 15, 24 * 20),) * 3)


@dataclass(frozen=True)
class Desk:
    """Whose queue it is: the matters that come to it, the street if it is a street's."""

    matters: tuple[str, ...]
    rows: tuple[tuple[str, float, float], ...]
    street: str = ""


DESKS = (
    Desk(("garbage", "parking", "leak", "trees", "site", "pothole", "food"), DISPATCH_DESK),
    Desk(("lamp",), OFFICE_DESK),
    Desk(("trees", "park"), OFFICE_DESK),
    Desk(("water-cut",), (*UTILITY_DESK, *UTILITY_LATE)),
    Desk(("property", "garbage", "neighbours", "square"), OFFICE_DESK, street="990102001000"),
    Desk(("parking", "vendor", "trees", "site"), OTHERS_DESK),
    Desk(("site", "parking", "lamp", "bus", "food", "neighbours"), CALLER_DESK),
)


def lay_out(ground: Ground, chance: random.Random, *, most: int) -> list[Plan]:
    """Cases that are still open at the end, at most so many, spread over all desks."""
    rows = [(desk, at, row) for desk in DESKS for at, row in enumerate(desk.rows)]
    if most < len(rows):
        # The first of each desk before the second of any.
        rows = sorted(rows, key=lambda row: row[1])[:most]
    plans: list[Plan] = []
    for desk, _at, (stays, least, longest) in rows:
        if stays == "merged":
            plans += _another_voice(ground, chance, plans)
            continue
        matter = by_code()[chance.choice(desk.matters)]
        at = ground.last - timedelta(hours=chance.uniform(least, longest))
        community = ground.community(chance)
        if desk.street:
            inside = [land for land in ground.communities if land.parent == desk.street]
            community = chance.choice(inside)
        plan = ground.plan(chance, matter, community, at=at, solid=True)
        plan.person, plan.stays = plan.serial, stays
        plans.append(plan)
    return plans


def _another_voice(ground: Ground, chance: random.Random, plans: list[Plan]) -> list[Plan]:
    worked = [plan for plan in plans if plan.stays == "in_hand"]
    if not worked:
        return []
    origin = chance.choice(worked)
    later = (ground.last - origin.at) * chance.uniform(0.1, 0.5)
    plan = ground.copy(origin, origin.at + later)
    plan.follows, plan.wording = origin.serial, 1
    return [plan]
