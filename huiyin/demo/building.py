"""Building the demo city: land, units, plans, lives; in bulk, in order of time, all or nothing.

One transaction holds the whole of it: a build that is stopped leaves nothing behind.
"""

import gc
import json
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from huiyin.cases.history import Life, Replayed, replay, write_lives
from huiyin.cases.models import Case, Category
from huiyin.cases.numbers import next_numbers
from huiyin.cases.opening import Wish, new_case
from huiyin.cases.rules import RESIDENT
from huiyin.deadlines.actions import adopt_preset
from huiyin.deadlines.queries import deadline_book
from huiyin.demo.actors import Actors
from huiyin.demo.catalogue import install_catalogue
from huiyin.demo.desks import lay_out
from huiyin.demo.geography import Land, he_an
from huiyin.demo.lives import Course, Request
from huiyin.demo.matters import install_categories, matters
from huiyin.demo.neighbourhood import STREET, Quarter, install_neighbourhood
from huiyin.demo.plans import Ground, Plan, grow
from huiyin.demo.planting import Planted, plant
from huiyin.demo.rhythm import ZONE, Rhythm
from huiyin.demo.scenes import Ground as Spots
from huiyin.demo.scenes import Scene, ground_of, person_of, scene_of
from huiyin.demo.streets import roads_of
from huiyin.demo.units import City, found_city
from huiyin.demo.wording import VOICES, said_in, title_of
from huiyin.departments.models import Unit
from huiyin.followup.models import CallBack, Judgement
from huiyin.logbook.sealing import seal_all
from huiyin.office.bulk import copy_objects, draw_ids
from huiyin.office.problems import NotPossible
from huiyin.places.models import Place

PORTION = 2_500
PRESET = "plain"
# Any number that nothing else in the city takes as an advisory lock.
BUILDERS_LOCK = 0xDE40
FILE = "demo-planted.json"
CHANNELS = {"phone": 90, "app": 4.4, "web": 3.6, "social": 1, "letter": 0.5, "visit": 0.5}
CHANNEL_SUMS = list(accumulate(CHANNELS.values()))
# Nobody visits or delivers a letter at night.
BY_DAY = {"letter", "visit"}
PLANTED_SHARE, DESK_SHARE = 0.07, 0.15
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
    actors: Actors
    categories: dict[str, Category]
    spots: dict[str, Spots]
    chance: random.Random

    @property
    def city(self) -> City:
        """The units and places of the city."""
        return self.actors.city

    def drawn(self, what: int, serial: int) -> random.Random:
        """Chance for one thing of one case: the same for the same seed, whatever came before."""
        self.chance.seed((self.order.seed * 8 + what) * 1_000_000_007 + serial)
        return self.chance


@transaction.atomic
def build_city(order: Order, progress: Progress) -> Path:
    """Build the whole city; gives the file that tells what was planted in it."""
    with connection.cursor() as cursor:
        # A second builder waits here, and then finds a city that is lived in.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BUILDERS_LOCK])
    refuse_if_lived_in()
    lands = he_an(order.seed)
    plans, planted = _plans(order, lands)
    builder = _founded(order, lands)
    with _no_collecting(), closing(_written(builder, plans, planted)) as portions:
        for done in portions:
            progress(done, len(plans))
    street = [land for land in lands if land.parent == STREET]
    install_neighbourhood(Quarter(builder.city, street, order.seed, order.until))
    for _header in seal_all(at=order.until):
        pass
    return _told(planted, order)


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


def _founded(order: Order, lands: list[Land]) -> Builder:
    local = order.until.astimezone(ZONE)
    since = (local - timedelta(days=365 * order.years)).date()
    city = found_city(lands, since=since)
    adopt_preset(PRESET, from_on=since)
    by_code = {land.code: land for land in lands}
    spots = {
        land.code: ground_of(land, by_code[str(land.parent)], roads_of(order.seed, land))
        for land in lands
        if land.level == "community"
    }
    actors = Actors(city, deadline_book(), local)
    categories = install_categories()
    install_catalogue(categories, since=since)
    return Builder(order, actors, categories, spots, random.Random())  # noqa: S311


def _plans(order: Order, lands: list[Land]) -> tuple[list[Plan], Planted]:
    chance = random.Random(f"plans {order.seed}")  # noqa: S311 - invented cases
    last = order.until.astimezone(ZONE)
    first = last - timedelta(days=365 * order.years)
    specials = deadline_book().work_calendar().days
    ground = Ground(
        communities=[land for land in lands if land.level == "community"],
        streets={land.code: land for land in lands if land.level == "street"},
        matters=matters(),
        rhythm=Rhythm(first.date(), last.date(), specials),
        first=first,
        last=last,
    )
    most = int(order.cases * PLANTED_SHARE)
    desks = lay_out(ground, chance, most=int(order.cases * DESK_SHARE))
    plans: list[Plan] = []
    grow(ground, plans, chance, upto=order.cases - most - len(desks))
    planted = plant(ground, plans, chance, most=most)
    plans = [plan for plan in plans if ground.lies_inside(plan)] + desks
    grow(ground, plans, chance, upto=order.cases)
    plans.sort(key=lambda plan: (plan.at, plan.serial))
    return plans, planted


def _written(builder: Builder, plans: list[Plan], planted: Planted) -> Generator[int, None, None]:
    rest = zip(plans, next_numbers([plan.at for plan in plans]), strict=True)
    done = 0
    with ExitStack() as checking:
        while portion := list(islice(rest, PORTION)):
            lives: list[Replayed] = []
            calls: list[CallBack | Judgement] = []
            for plan, number in portion:
                life, called = _life(builder, plan, number)
                lives.append(replay(life))
                calls += called
                planted.met(plan, number)
            checking.close()
            _write(lives, calls)
            checking.enter_context(_checks_under_way())
            done += len(portion)
            yield done


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Let Python not search for circles: lives and rows hold none, and plans stay anyway."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _write(lives: list[Replayed], calls: list[CallBack | Judgement]) -> None:
    write_lives(lives)
    for model in (CallBack, Judgement):
        rows = [row for row in calls if isinstance(row, model)]
        for row, key in zip(rows, draw_ids(model, len(rows)), strict=True):
            row.pk, row.case_id = key, row.case.pk
        copy_objects(rows)


@contextmanager
def _checks_under_way() -> Iterator[None]:
    """Let the database check foreign keys while the next lives are drawn.

    Else it would keep a list of what to check until the end, and work when nobody else does.
    """
    connection.ensure_connection()
    raw = connection.connection
    with raw.pipeline(), raw.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield


def _life(builder: Builder, plan: Plan, number: str) -> tuple[Life, list[CallBack | Judgement]]:
    spots = builder.spots[plan.community.code]
    scene = scene_of(builder.drawn(0, plan.scene), spots, plan.ask, plan.matter.code)
    person = person_of(builder.drawn(1, plan.person))
    chance = builder.drawn(2, plan.serial)
    channel = chance.choices(list(CHANNELS), cum_weights=CHANNEL_SUMS)[0]
    if channel in BY_DAY and not 9 <= plan.at.hour < 17:
        channel = "phone"
    said = said_in(chance, plan, scene, channel)
    request = Request(plan, scene, said, plan.typed_as or plan.ask.kind, channel)
    secret = chance.random() < (0.2 if plan.ask.kind == "report" else 0.01)
    wish = Wish(
        text=said.text,
        title=title_of(plan.ask, scene),
        request_kind=request.kind,
        channel=channel,
        category=builder.categories[plan.matter.code],
        is_confidential=secret,
        resident=person,
        **_place(builder, plan, scene, chance),
    )
    case = new_case(wish, number=number, at=plan.at, intake_unit=builder.city.units["hotline"])
    case.source, case.source_id = "demo", str(plan.serial)
    course = Course(request, builder.actors, chance)
    course.run()
    until = builder.actors.until
    taken_by = builder.actors.labels["operator"] if channel in VOICES else RESIDENT
    past = [step for step in course.past if step.at <= until]
    calls = [call for call in course.calls if call.at <= until]
    for call in calls:
        call.case = case
    return Life(case, taken_by, past), calls


def _place(builder: Builder, plan: Plan, scene: Scene, chance: random.Random) -> dict[str, Any]:
    if not plan.ask.placed:
        # Of a question only the district is asked.
        district = f"{plan.community.code[:6]}000000"
        return {"place_id": builder.city.places[district].pk}
    place = {
        "place_id": builder.city.places[plan.community.code].pk,
        "address": scene.names["where"],
    }
    # An operator does not always find the spot on the map.
    if chance.random() < 0.95:
        place["longitude"], place["latitude"] = scene.point
    return place


def _told(planted: Planted, order: Order) -> Path:
    file = Path(settings.HUIYIN_HOME) / FILE
    things = [
        {"tag": tag, **facts, "cases": planted.numbers.get(tag, [])}
        for tag, facts in planted.facts.items()
    ]
    text = {**asdict(order), "until": order.until.isoformat(), "planted": things}
    file.write_text(json.dumps(text, ensure_ascii=False, indent=1), encoding="utf-8")
    return file
