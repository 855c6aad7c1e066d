"""The presets that come with huiyin say what their sources say, no more."""

import pytest

from huiyin.deadlines.preset_files import read_preset, shipped_presets
from huiyin.deadlines.queries import DEFAULT_PRESET
from huiyin.office.problems import WrongInput

PRESETS = {preset.code: preset for preset in shipped_presets()}


def limits(code):
    return {
        (rule["deadline_class"], rule["request_kind"]): (rule["amount"], rule["unit"])
        for rule in PRESETS[code].rules
    }


def test_the_beijing_draft_is_marked_as_a_draft_in_every_rule():
    assert limits("beijing-2021-draft") == {
        ("emergency", ""): (2, "natural_hours"),
        ("timely", ""): (24, "natural_hours"),
        ("general", ""): (7, "natural_days"),
        ("complex", ""): (15, "natural_days"),
    }
    assert all(rule["is_draft"] for rule in PRESETS["beijing-2021-draft"].rules)


@pytest.mark.parametrize("code", ["jinan", "weifang"])
def test_jinan_and_weifang_give_five_working_days(code):
    assert limits(code) == {("general", ""): (5, "working_days")}


def test_qinglong_has_a_limit_for_each_kind_of_request():
    kinds = {"consultation": 1, "help": 5, "suggestion": 5, "report": 10, "complaint": 10}
    assert limits("qinglong") == {("sign_for", ""): (2, "natural_hours")} | {
        ("general", kind): (days, "natural_days") for kind, days in kinds.items()
    }


def test_the_two_urban_management_examples_keep_what_they_leave_open():
    a, b = limits("urban-management-a"), limits("urban-management-b")
    assert a["exposed_rubbish", ""] == (4, "working_hours")
    assert b["exposed_rubbish", ""] == (1, "working_days")
    assert ("dirty_water", "") not in a
    assert ("standing_water", "") not in b
    assert (len(a), len(b)) == (10, 5)


def test_the_plain_default_answers_the_four_classes_and_calls_itself_no_law():
    classes = {word for word, kind in limits(DEFAULT_PRESET) if not kind}
    assert {"emergency", "timely", "general", "complex"} <= classes
    assert "no law" in PRESETS[DEFAULT_PRESET].facts["source_en"]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_every_preset_names_its_source_in_both_languages(preset):
    assert all(preset.facts[word] for word in ("name", "name_en", "source", "source_en"))
    assert len({(r["deadline_class"], r["request_kind"]) for r in preset.rules}) == len(
        preset.rules
    )


GOOD = '[[rules]]\ndeadline_class = "general"\namount = 5\nunit = "working_days"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "is not TOML"),
        ('name = "a"\nhours = 3', "says “hours”"),
        ('name = "a"', "needs a name and a source"),
        (f'name = "a"\nsource = "b"\n{GOOD}days = 3\n', "says “days”"),
        (f'name = "a"\nsource = "b"\n{GOOD.replace("working_days", "weeks")}', "known unit"),
        (f'name = "a"\nsource = "b"\n{GOOD.replace("= 5", "= -5")}', "between 0 and"),
    ],
)
def test_a_typing_error_cannot_become_a_rule(text, sentence):
    with pytest.raises(WrongInput, match=sentence):
        read_preset("mine", text)
