"""Building the demo city: land, units, plans, lives; in bulk, in order of time, all or nothing.

One transaction holds the whole of it: a build that is stopped leaves nothing behind.
"""

import gc
import json
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from huiyin.cases.models import Case, Category
from huiyin.cases.numbers import next_numbers
from huiyin.cases.opening import Wish, new_case
from huiyin.cases.past.history import (
    Life,
    PastMove,
    PastVerdict,
    Replayed,
    replay_together,
    write_lives,
)
from huiyin.cases.rules import RESIDENT, Status
from huiyin.deadlines.actions import adopt_preset
from huiyin.deadlines.queries import deadline_book
from huiyin.demo.actors import Actors
from huiyin.demo.catalogue import install_catalogue
from huiyin.demo.counting.excluding import plant_exclusions
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
from huiyin.demo.together.street import install_joint_work
from huiyin.demo.units import City, found_city
from huiyin.demo.wording import VOICES, said_in, title_of
from huiyin.departments.models import Unit
from huiyin.followup.models import CallBack, Judgement
from huiyin.logbook.sealing import seal_all
from huiyin.office.bulk import copy_objects, draw_ids
from huiyin.office.problems import NotPossible
from huiyin.places.models import Place
from huiyin.replies.joint.models import CalledUnit, Whistle

PORTION = 2_500
PRESET = "plain"
# Any number that nothing else in the city takes as an advisory lock.
BUILDERS_LOCK = 0xDE40
FILE = "demo-planted.json"
CHANNELS = {"phone": 90, "app": 4.4, "web": 3.6, "social": 1, "letter": 0.5, "visit": 0.5}
CHANNEL_SUMS = list(accumulate(CHANNELS.values()))
WORKING = {Status.RECEIVED, Status.DISPATCHED, Status.IN_HAND, Status.PARKED}
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


@dataclass
class Begun:
    """A case as it was taken in, and the course that it takes."""

    case: Case
    taken_by: str
    course: Course


@dataclass
class Portion:
    """What is written at once: lives, and what hangs on them in the rooms above."""

    lives: list[Replayed] = field(default_factory=list)
    calls: list[CallBack | Judgement] = field(default_factory=list)
    whistles: list[Whistle] = field(default_factory=list)
    called: list[CalledUnit] = field(default_factory=list)


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
    quarter = Quarter(builder.city, street, order.seed, order.until)
    install_neighbourhood(quarter)
    install_joint_work(quarter)
    plant_exclusions(builder.city, seed=order.seed, until=order.until)
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
    numbers = next_numbers([plan.at for plan in plans])
    # Cases that follow another live with it, whenever they came.
    following: dict[int, list[tuple[Plan, str]]] = {}
    for plan, number in zip(plans, numbers, strict=True):
        planted.met(plan, number)
        if plan.follows is not None:
            following.setdefault(plan.follows, []).append((plan, number))
    rest = zip(plans, numbers, strict=True)
    done = 0
    with ExitStack() as checking:
        while portion := list(islice(rest, PORTION)):
            found = Portion()
            for plan, number in portion:
                if plan.follows is None:
                    _live(builder, plan, number, following.get(plan.serial, []), found)
            checking.close()
            _write(found)
            checking.enter_context(_checks_under_way())
            done += len(portion)
            yield done


def _live(
    builder: Builder,
    plan: Plan,
    number: str,
    following: list[tuple[Plan, str]],
    found: Portion,
) -> None:
    """Let a case live, and with it those that follow it."""
    first = _begun(builder, plan, number)
    first.course.run()
    family = [first]
    for other, its_number in following:
        child = _begun(builder, other, its_number)
        _follow(child, first)
        family.append(child)
    lives = [_life(each, builder.actors.until, found) for each in family]
    replayed = replay_together(lives)
    found.lives += replayed
    for each, left in zip(family, replayed, strict=True):
        _join(each.course, left, builder.actors.until, found)


def _follow(child: Begun, first: Begun) -> None:
    """Be merged while the other case is still worked; else go an own way."""
    chance = child.course.chance
    merged_at = child.course.at + timedelta(minutes=chance.uniform(3, 25))
    moves = [past for past in first.course.past if isinstance(past, PastMove)]
    ended = next((past for past in moves if past.end not in WORKING), None)
    if ended is None:
        child.course.be_merged(merged_at, first.case)
        return
    if ended.end != Status.ANSWERED or ended.at <= merged_at:
        child.course.run()
        return
    unit = next((unit for unit in reversed(_leads(first, ended.at)) if unit), None)
    child.course.be_merged(merged_at, first.case)
    child.course.go_on(unit or child.course.unit, ended.at)


def _leads(first: Begun, at: datetime) -> list[Unit | None]:
    """The units that led a case until a moment, in order of time."""
    return [
        past.papers.unit if isinstance(past, PastMove) else past.unit
        for past in first.course.past
        if isinstance(past, PastMove | PastVerdict) and past.at < at
    ]


def _join(course: Course, left: Replayed, until: datetime, found: Portion) -> None:
    """Tie whistles to the parts that they brought about."""
    for joint in course.whistles:
        if joint.whistle.at > until:
            continue
        joint.whistle.case = left.case
        found.whistles.append(joint.whistle)
        for unit, row in joint.called:
            row.part = next(
                part
                for part in left.parts
                if part.unit_id == unit.pk and part.sent_at == joint.whistle.at
            )
            if row.noted_at is not None and row.noted_at > until:
                row.arrived_at = row.noted_at = row.noted_by = row.people_count = None
                row.people = row.place_words = ""
            found.called.append(row)


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


def _write(found: Portion) -> None:
    write_lives(found.lives)
    for whistle in found.whistles:
        whistle.case_id = whistle.case.pk
    copy_objects(found.whistles)
    for called in found.called:
        called.part_id = called.part.pk
    for call in found.calls:
        call.case_id = call.case.pk
    for model in (CallBack, Judgement, CalledUnit):
        rows = [row for row in (*found.calls, *found.called) if isinstance(row, model)]
        for row, key in zip(rows, draw_ids(model, len(rows)), strict=True):
            row.pk = key
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


def _begun(builder: Builder, plan: Plan, number: str) -> Begun:
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
    taken_by = builder.actors.labels["operator"] if channel in VOICES else RESIDENT
    return Begun(case, taken_by, Course(request, builder.actors, chance))


def _life(begun: Begun, until: datetime, found: Portion) -> Life:
    course = begun.course
    past = [step for step in course.past if step.at <= until]
    calls = [call for call in course.calls if call.at <= until]
    for call in calls:
        call.case = begun.case
    found.calls += calls
    return Life(begun.case, begun.taken_by, past)


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
