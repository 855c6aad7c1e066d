"""Building the demo city: land, units, plans, lives; written in bulk, in order of time."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.cases.history import Life, Replayed, replay, write_lives
from huiyin.cases.models import Case, Category
from huiyin.cases.numbers import next_numbers
from huiyin.cases.opening import Wish, new_case
from huiyin.cases.residents import ResidentData
from huiyin.deadlines.queries import deadline_book
from huiyin.demo.geography import Land, he_an
from huiyin.demo.lives import Actors, Course
from huiyin.demo.matters import install_categories, matters
from huiyin.demo.planting import GAMING_UNIT, Ground, Plan, plant
from huiyin.demo.rhythm import ZONE, Rhythm
from huiyin.demo.units import City, found_city
from huiyin.demo.wording import person, title_of
from huiyin.departments.models import Unit
from huiyin.followup.models import CallBack
from huiyin.logbook.sealing import seal
from huiyin.office.bulk import copy_objects, draw_ids
from huiyin.office.problems import NotPossible
from huiyin.places.models import Place

PORTION = 2_000
CHANNELS = (("phone", 86), ("web", 6), ("app", 5), ("letter", 1), ("social", 1), ("visit", 1))
POINTS_EACH = 300
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Order:
    """What demo city is wanted."""

    cases: int
    seed: int
    years: int
    until: datetime


@dataclass
class Builder:
    """What every life of the demo city needs at hand."""

    order: Order
    city: City
    actors: Actors
    categories: dict[str, Category]
    spots: dict[str, np.ndarray[Any, Any]]


def build_city(order: Order, progress: Progress) -> Path:
    """Build the whole city; gives the file that tells what was planted in it."""
    refuse_if_lived_in()
    city = found_city(order.seed, today=order.until.date())
    lands = he_an(order.seed)
    plans, planted = _plans(order, lands)
    builder = Builder(
        order, city, Actors(city, deadline_book()), install_categories(), _spots(order, lands)
    )
    done = 0
    for portion in _portions(plans):
        lives = _lives(builder, portion)
        for plan, case in lives:
            for tag in plan.tags:
                planted.numbers.setdefault(tag, []).append(case.number)
        done += len(portion)
        progress(done, len(plans))
    while seal(at=order.until):
        pass
    return _written(planted.facts, planted.numbers, order)


def refuse_if_lived_in() -> None:
    """Refuse to build a demo city where real people may live."""
    if settings.IN_PRODUCTION:
        raise NotPossible(_("A city in production gets no demo cases."))
    if Case.objects.exists() or Unit.objects.exists() or Place.objects.exists():
        raise NotPossible(
            _(
                "This city already holds units or cases; the demo city needs an empty one. "
                "Name another folder in HUIYIN_HOME."
            )
        )


def _plans(order: Order, lands: list[Land]) -> tuple[list[Plan], Any]:
    chance = random.Random(f"plans {order.seed}")  # noqa: S311 - invented cases
    last = order.until.astimezone(ZONE)
    first = last - timedelta(days=365 * order.years)
    ground = Ground(
        communities=[land for land in lands if land.level == "community"],
        streets={land.code: land for land in lands if land.level == "street"},
        matters=matters(),
        rhythm=Rhythm(first.date(), last.date()),
        first=first,
        last=last,
    )
    plans: list[Plan] = []
    most = order.cases // 12
    _grow(ground, plans, chance, upto=order.cases - most)
    planted = plant(ground, plans, chance, most=most)
    plans = [plan for plan in plans if first <= plan.at < last]
    _grow(ground, plans, chance, upto=order.cases)
    plans.sort(key=lambda plan: (plan.at, plan.serial))
    return plans, planted


def _grow(ground: Ground, plans: list[Plan], chance: random.Random, *, upto: int) -> None:
    """Add ordinary cases until there are so many."""
    kinds = list(accumulate(matter.weight for matter in ground.matters))
    people = list(accumulate(land.population for land in ground.communities))
    serial = max((plan.serial for plan in plans), default=-1) + 1
    while len(plans) < upto:
        matter = chance.choices(ground.matters, cum_weights=kinds)[0]
        community = chance.choices(ground.communities, cum_weights=people)[0]
        plan = ground.plan(chance, serial, matter, community)
        serial += 1
        if ground.first <= plan.at < ground.last:
            plans.append(plan)


def _spots(order: Order, lands: list[Land]) -> dict[str, np.ndarray[Any, Any]]:
    """Points inside every community, drawn once."""
    draw = np.random.default_rng(order.seed)
    spots = {}
    for land in lands:
        if land.level != "community":
            continue
        west, south, east, north = land.shape.bounds
        points = draw.uniform((west, south), (east, north), (POINTS_EACH * 4, 2))
        inside = shapely.contains_xy(land.shape, points[:, 0], points[:, 1])
        spots[land.code] = np.round(points[inside][:POINTS_EACH], 6)
    return spots


def _portions(plans: list[Plan]) -> Iterator[list[Plan]]:
    rest = iter(plans)
    while portion := list(islice(rest, PORTION)):
        yield portion


def _lives(builder: Builder, portion: list[Plan]) -> list[tuple[Plan, Case]]:
    numbers = next_numbers([plan.at for plan in portion])
    lives: list[Replayed] = []
    calls: list[CallBack] = []
    for plan, number in zip(portion, numbers, strict=True):
        life, called = _life(builder, plan, number)
        lives.append(replay(life))
        for call in called:
            call.case = life.case
            calls.append(call)
    write_lives(lives)
    for call, key in zip(calls, draw_ids(CallBack, len(calls)), strict=True):
        call.pk, call.case_id = key, call.case.pk
    copy_objects(calls)
    return [(plan, life.case) for plan, life in zip(portion, lives, strict=True)]


def _life(builder: Builder, plan: Plan, number: str) -> tuple[Life, list[CallBack]]:
    chance = random.Random(builder.order.seed * 10_000_019 + plan.serial)  # noqa: S311 - invented
    names, weights = zip(*plan.matter.kinds, strict=True)
    kind = chance.choices(names, weights)[0]
    if plan.matter.owner == GAMING_UNIT and kind == "complaint" and chance.random() < 0.3:
        kind = "consultation"
    channel = chance.choices([name for name, _ in CHANNELS], [share for _, share in CHANNELS])[0]
    points = builder.spots[plan.community.code]
    longitude, latitude = points[chance.randrange(len(points))].tolist()
    name, phone = person(chance)
    wish = Wish(
        text=plan.text,
        title=title_of(plan.matter, plan.spot),
        request_kind=kind,
        channel=channel,
        category=builder.categories[plan.matter.code],
        place_id=builder.city.places[plan.community.code].pk,
        address=plan.spot.where,
        longitude=longitude,
        latitude=latitude,
        is_confidential=chance.random() < 0.03,
        resident=ResidentData(name=name, phone=phone),
    )
    case = new_case(wish, number=number, at=plan.at, intake_unit=builder.city.units["hotline"])
    case.source, case.source_id = "demo", str(plan.serial)
    course = Course(plan, kind, builder.actors, chance)
    course.run()
    until = builder.order.until
    taken_by = "resident" if channel in {"web", "app"} else builder.actors.hotline("operator")
    past = [step for step in course.past if step.at <= until]
    return Life(case, taken_by, past), [call for call in course.calls if call.at <= until]


def _written(facts: dict[str, dict[str, Any]], numbers: dict[str, list[str]], order: Order) -> Path:
    file = Path(settings.HUIYIN_HOME) / "demo-planted.json"
    planted = [{"tag": tag, **known, "cases": numbers.get(tag, [])} for tag, known in facts.items()]
    text = {"seed": order.seed, "until": order.until.isoformat(), "planted": planted}
    file.write_text(json.dumps(text, ensure_ascii=False, indent=1), encoding="utf-8")
    return file
