"""What stands in the files of the demo city's matters fits together."""

import csv
import random
import re
from string import Formatter

import pytest

from huiyin.cases.rules import RequestKind
from huiyin.deadlines.preset_files import shipped_presets
from huiyin.demo.building import CHANNELS
from huiyin.demo.geography import he_an
from huiyin.demo.matters import PREFIX, Ask, Matter, category_code, is_solid, matters
from huiyin.demo.plans import Plan
from huiyin.demo.planting import HOTSPOT_MATTERS, WAVES
from huiyin.demo.rhythm import HOURS, SEASONS
from huiyin.demo.scenes import ground_of, scene_of
from huiyin.demo.streets import roads_of
from huiyin.demo.units import DEPARTMENTS, UTILITIES
from huiyin.demo.wording import answer_text, said_in, title_of
from huiyin.organisation.categories import SHIPPED
from tests.demo.conftest import UNTIL

OF_MATTERS = [(matter, ask) for matter in matters() for ask in matter.asks]
ASKS = [ask for _matter, ask in OF_MATTERS]
OWNERS = {"street"} | {code for code, _name, _name_en in (*DEPARTMENTS, *UTILITIES)}
# What a sentence may name: the spot, and in a request also time and speaker.
SPOT = {"where", "road", "estate", "street", "shop"}
CHINESE = re.compile(r"[一-鿿]")


def label(value) -> str:
    return value.code if isinstance(value, Matter) else value.title


def blanks(pattern: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(pattern) if name}


def requests_of(ask: Ask) -> list[str]:
    return [*ask.texts, *ask.english, *(request for request, _answer in ask.pairs)]


def answers_of(ask: Ask) -> list[str]:
    return [*ask.done, *ask.done_en, *(answer for _request, answer in ask.pairs)]


def test_a_new_city_is_founded_with_the_categories_of_the_demo_city():
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        shipped = {(row["code"], row["name"]) for row in csv.DictReader(file) if row["parent"]}
    asked = {(category_code(m).removeprefix(f"{PREFIX}."), m.name) for m in matters()}
    assert shipped == asked


@pytest.mark.parametrize("matter", matters(), ids=label)
def test_a_matter_has_an_owner_a_deadline_and_a_rhythm(matter):
    plain = next(preset for preset in shipped_presets() if preset.code == "plain")
    assert matter.owner in OWNERS
    assert matter.deadline_class in {rule["deadline_class"] for rule in plain.rules}
    assert (matter.season in SEASONS, matter.day in HOURS) == (True, True)
    assert matter.weight > 0


@pytest.mark.parametrize("ask", ASKS, ids=label)
def test_every_request_has_an_answer_that_names_nothing_new(ask):
    assert ask.kind in set(RequestKind)
    assert bool(ask.texts) != bool(ask.pairs)
    assert bool(ask.texts) == bool(ask.done)
    assert bool(ask.english) == bool(ask.done_en)
    known = SPOT | set(ask.numbers)
    for request in requests_of(ask):
        assert blanks(request) <= known | {"since", "when", "I"}
    for answer in answers_of(ask):
        assert blanks(answer) <= known | {"day"}
    assert blanks(ask.title) <= known


@pytest.mark.parametrize("ask", ASKS, ids=label)
def test_a_question_without_a_place_names_none(ask):
    named = {name for text in (*requests_of(ask), ask.title) for name in blanks(text)}
    assert ask.placed or not named & {"where", "road", "estate", "street"}


@pytest.mark.parametrize("ask", ASKS, ids=label)
def test_chinese_sentences_have_chinese_punctuation(ask):
    for text in (*requests_of(ask), *answers_of(ask)):
        if CHINESE.match(text.lstrip("{}abcdefghijklmnopqrstuvwxyzI")):
            assert not re.search(r"[,;?!]", text), text
    for text in (*ask.texts, *(request for request, _answer in ask.pairs)):
        assert not re.search(r"[。？！，]$", text), text


@pytest.fixture(scope="module")
def ground():
    lands = {land.code: land for land in he_an(1)}
    community = next(land for land in lands.values() if land.level == "community")
    return ground_of(community, lands[community.parent], roads_of(1, community))


@pytest.mark.parametrize(("matter", "ask"), OF_MATTERS, ids=label)
def test_what_is_said_has_no_blank_and_the_right_voice(ground, matter, ask):
    for serial, channel in enumerate([*CHANNELS] * 6):
        chance = random.Random(serial)
        plan = Plan(
            UNTIL, serial, matter, ask, ground.community, serial, serial, again=serial % 2 > 0
        )
        scene = scene_of(chance, ground, ask, matter.code)
        said = said_in(chance, plan, scene, channel)
        answer = answer_text(chance, said, scene, on=UNTIL)
        for text in (said.text, answer, title_of(ask, scene)):
            assert not re.search(r"[{}]", text)
        operator = channel in {"phone", "visit"}
        assert said.text.startswith(("来电人", "来访人")) == operator
        if operator:
            assert not re.search(r"(?<!自)我(?!们)", said.text), said.text
        else:
            assert "其" not in said.text.replace("其他", "").replace("其中", "")


def test_thanks_questions_and_suggestions_are_nothing_to_do():
    kinds = {ask.kind for ask in ASKS if is_solid(ask)}
    assert kinds == {"help", "complaint", "report"}


@pytest.mark.parametrize(
    "code", sorted({*HOTSPOT_MATTERS, *(code for wave in WAVES for code in wave[1])})
)
def test_what_is_planted_in_numbers_is_something_to_do(code):
    matter = next(matter for matter in matters() if matter.code == code)
    chance = random.Random(code)
    assert all(
        is_solid(matter.ask(chance, month, solid=True)) for month in range(1, 13) for _ in range(9)
    )


def test_a_season_is_kept():
    park = next(m for m in matters() if m.code == "park")
    asked = {park.ask(random.Random(n), 12).title for n in range(60)}
    assert "{street}公园延长开放建议" not in asked
