"""What will happen in the demo city: one plan a case, small, so that a million fit in memory.

A plan holds no sentence; scene, person and words are drawn from its numbers when it lives.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from huiyin.demo.geography import Land
from huiyin.demo.matters import Ask, Matter
from huiyin.demo.rhythm import Rhythm

# One call in ten comes from somebody who calls often; each community has three of them.
REGULARS, REGULAR_SHARE = 3, 0.1


@dataclass(slots=True)
class Plan:
    """One case before it lives: when, what, where, by whom, planted as what."""

    at: datetime
    serial: int
    matter: Matter
    ask: Ask
    community: Land
    # The serial of the case whose spot and person this one has: its own, or an earlier one's.
    scene: int
    person: int
    tags: tuple[str, ...] = ()
    # The other street of a disputed border.
    dispute: str = ""
    # Another kind than the true one, where a unit games its figures.
    typed_as: str = ""
    # Where it still stands at the end, on somebody's desk.
    stays: str = ""
    # Solved at the first try, so that a rebound comes after closing.
    calm: bool = False
    again: bool = False
    # Which of the sentences of its ask, so that duplicates use different ones; None: any.
    wording: int | None = None
    # The serial of the case into which this one is merged.
    follows: int | None = None


@dataclass
class Ground:
    """Where plans grow: the communities with their streets, the matters, the calendar."""

    communities: list[Land]
    streets: dict[str, Land]
    matters: Sequence[Matter]
    rhythm: Rhythm
    first: datetime
    last: datetime
    serial: int = 0
    weights: list[int] = field(init=False)
    people: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = list(accumulate(matter.weight for matter in self.matters))
        self.people = list(accumulate(land.population for land in self.communities))

    def community(self, chance: random.Random) -> Land:
        """A community, by its population."""
        return chance.choices(self.communities, cum_weights=self.people)[0]

    def plan(
        self,
        chance: random.Random,
        matter: Matter,
        community: Land,
        *,
        at: datetime | None = None,
        solid: bool = False,
    ) -> Plan:
        """A case of a matter in a community, at the moment or when such cases come."""
        at = at or self.rhythm.moment(chance, matter.season, matter.day)
        ask = matter.ask(chance, at.month, solid=solid)
        serial = self.serial
        self.serial += 1
        person = serial
        if chance.random() < REGULAR_SHARE:
            person = -int(community.code) * REGULARS - chance.randrange(REGULARS)
        return Plan(at, serial, matter, ask, community, serial, person)

    def copy(self, plan: Plan, at: datetime) -> Plan:
        """The same thing at the same spot once more, from another person."""
        serial = self.serial
        self.serial += 1
        return Plan(at, serial, plan.matter, plan.ask, plan.community, plan.scene, serial)

    def lies_inside(self, plan: Plan) -> bool:
        """Whether a plan begins within the years of the city."""
        return self.first <= plan.at < self.last


def grow(ground: Ground, plans: list[Plan], chance: random.Random, *, upto: int) -> None:
    """Add ordinary cases until there are so many."""
    while len(plans) < upto:
        matter = chance.choices(ground.matters, cum_weights=ground.weights)[0]
        plan = ground.plan(chance, matter, ground.community(chance))
        if ground.lies_inside(plan):
            plans.append(plan)
