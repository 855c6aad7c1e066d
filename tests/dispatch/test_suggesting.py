"""The unit that the catalogue suggests, and the sentence that says why."""

from datetime import date, timedelta

import pytest

from huiyin.cases.models import Case
from huiyin.cases.papers.applications import Verdict
from huiyin.dispatch.lines import Line
from huiyin.dispatch.models import Duty
from huiyin.dispatch.objections import Objection, object_to_dispatch, rule_on_objection
from huiyin.dispatch.suggesting import suggest_units, suggestions_for
from tests.dispatch.catalogues import below, draft, in_force, make_town
from tests.makers import (
    NOON,
    fresh,
    hotline_staff,
    lighting,
    make_case,
    make_category,
    make_unit,
    minutes,
    parks,
    twins,
)
from tests.people import chen

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(30)


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def town():
    """The small city."""
    return make_town()


@pytest.fixture
def lamps():
    """The category of street lamps."""
    return make_category("路灯", code="lamps")


def case_at(town, place="C1", **facts):
    return make_case(place_id=town.places[place].pk if place else None, **facts)


def suggested(case, at=LATER):
    return [one.unit.code for one in suggest_units(fresh(case), at=at)]


def reason(case, at=LATER):
    return suggest_units(fresh(case), at=at)[0].reason


def test_one_line_serves_every_street(town, lamps):
    in_force(Line(category="lamps", unit_level="street"))
    cases = [case_at(town, place, category=lamps) for place in ("C1", "S2")]
    assert [suggested(case) for case in cases] == [["u-S1"], ["u-S2"]]


def test_a_line_may_name_its_unit(town, lamps):
    line = Line(12, category="lamps", place_level="street", unit=lighting().code, basis="照明条例")
    in_force(line)
    case = case_at(town, category=lamps)
    assert suggested(case) == ["lighting"]
    said = "Version 1, line 12: 路灯 × street or town → 路灯管理所; basis: 照明条例."
    assert reason(case).endswith(said.partition(" ")[2].partition(" ")[2])


def test_a_line_for_a_category_is_for_everything_below_it(town, lamps):
    in_force(Line(category="lamps", unit=lighting().code))
    bulbs = below(lamps, "灯泡", code="bulbs")
    assert suggested(case_at(town, category=bulbs)) == ["lighting"]


def test_the_nearer_category_comes_first(town, lamps):
    lighting(), parks()
    bulbs = below(lamps, "灯泡", code="bulbs")
    in_force(Line(category="lamps", unit="lighting"), Line(category="bulbs", unit="parks"))
    assert suggested(case_at(town, category=bulbs)) == ["parks"]


def test_a_named_place_comes_before_a_level(town, lamps):
    lighting(), parks()
    in_force(
        Line(category="lamps", place_level="street", unit="lighting"),
        Line(category="lamps", place="S1", unit="parks"),
    )
    assert suggested(case_at(town, "C1", category=lamps)) == ["parks"]
    assert suggested(case_at(town, "S2", category=lamps)) == ["lighting"]


def test_an_emergency_goes_where_its_own_line_says_whatever_the_category(town):
    lighting(), make_unit("应急管理局", code="rescue")
    lamps = make_category("掉落的路灯", code="fallen", deadline_class="emergency")
    emergency = Line(conditions={"classes": ["emergency"]}, unit="rescue")
    in_force(Line(category="fallen", unit="lighting"), emergency)
    assert suggested(case_at(town, category=lamps)) == ["rescue"]


@pytest.mark.parametrize(
    ("conditions", "unit"),
    [
        ({"kinds": ["complaint"]}, "parks"),
        ({"kinds": ["suggestion"]}, "lighting"),
        ({"channels": ["phone"]}, "parks"),
        ({"channels": ["web"]}, "lighting"),
        ({"hours": "12:00-13:00"}, "parks"),
        ({"hours": "22:00-06:00"}, "lighting"),
        ({"season": "11-15~03-15"}, "parks"),
        ({"season": "03-15~11-15"}, "lighting"),
        ({"words": ["漏电", "槐树街"]}, "parks"),
        ({"words": ["漏电"]}, "lighting"),
    ],
)
def test_a_condition_narrows_a_line(town, lamps, conditions, unit):
    lighting(), parks()
    narrow = Line(category="lamps", conditions=conditions, unit="parks")
    in_force(Line(category="lamps", unit="lighting"), narrow)
    assert suggested(case_at(town, category=lamps)) == [unit]


def test_two_equal_lines_are_both_shown_and_said_to_contradict(town, lamps):
    lighting(), parks()
    in_force(Line(1, category="lamps", unit="lighting"), Line(2, category="lamps", unit="parks"))
    case = case_at(town, category=lamps)
    assert sorted(suggested(case)) == ["lighting", "parks"]
    assert "Lines 1, 2 are equally close and contradict each other; you choose." in reason(case)


def test_a_dissolved_unit_is_never_suggested_and_the_reason_says_so(town, lamps):
    gone = make_unit("灯具所", code="gone")
    in_force(Line(5, category="lamps", unit="gone"))
    gone.dissolved_on = date(2026, 1, 1)
    gone.save()
    case = case_at(town, category=lamps)
    assert suggested(case) == ["u-D1"]
    assert reason(case).startswith("Line 5 names 灯具所, which was dissolved.")


def test_a_unit_that_only_assists_is_never_suggested(town, lamps):
    Duty.objects.create(unit_level="street", category=lamps, stance="assist_only")
    in_force(Line(5, category="lamps", unit_level="street"))
    case = case_at(town, category=lamps)
    assert suggested(case) == ["u-D1"]
    assert "does not lead this by its list of duties" in reason(case)


@pytest.mark.usefixtures("lamps")
def test_where_no_line_fits_the_district_coordinates(town):
    in_force(Line(category="lamps", unit=lighting().code))
    case = case_at(town)
    assert suggested(case) == ["u-D1"]
    assert "the district where it lies coordinates it: 城东区人民政府." in reason(case)


@pytest.mark.usefixtures("lamps")
def test_where_neither_category_nor_place_is_known_nothing_is_suggested(town):
    in_force(Line(category="lamps", unit=lighting().code))
    assert suggested(case_at(town, None)) == []


def test_a_city_without_a_catalogue_suggests_nothing(town):
    assert suggested(case_at(town)) == []


def test_a_draft_and_a_version_to_come_suggest_nothing(town, lamps):
    lighting()
    draft(Line(category="lamps", unit="lighting"))
    in_force(Line(category="lamps", unit="lighting"), at=LATER + timedelta(minutes=1))
    assert suggested(case_at(town, category=lamps)) == []


def test_the_version_of_the_moment_suggests(town, lamps):
    lighting(), parks()
    in_force(Line(category="lamps", unit="lighting"))
    in_force(Line(category="lamps", unit="parks"), at=LATER)
    case = case_at(town, category=lamps)
    assert suggested(case, LATER - minutes(1)) == ["lighting"]
    assert suggested(case, LATER) == ["parks"]


def test_assisting_units_come_with_the_suggestion(town, lamps):
    lighting(), parks()
    in_force(Line(category="lamps", unit="lighting", assist=("parks", "lighting")))
    found = suggest_units(fresh(case_at(town, category=lamps)), at=LATER)
    assert [unit.code for unit in found[0].assist] == ["parks"]


@pytest.mark.parametrize("many", [1, 40])
def test_many_suggestions_ask_the_database_as_little_as_one(
    town, lamps, many, django_assert_max_num_queries
):
    in_force(Line(category="lamps", unit_level="street"))
    twins(case_at(town, category=lamps), many)
    rows = list(Case.objects.select_related("category", "place", "intake_unit"))
    with django_assert_max_num_queries(6):
        found = suggestions_for(rows, at=LATER)
    assert {one.unit.code for every in found.values() for one in every} == {"u-S1"}


@pytest.mark.parametrize(("ruling", "warns"), [("return", True), ("uphold", False)])
def test_a_unit_that_was_relieved_of_a_case_is_named_with_that_warning(town, lamps, ruling, warns):
    lighting()
    in_force(Line(category="lamps", unit="lighting"))
    case = case_at(town, category=lamps, status="dispatched")
    filed = object_to_dispatch(case.number, Objection("not_our_duty", "No."), by=chen(), at=LATER)
    rule_on_objection(filed.pk, Verdict(ruling, "So."), by=hotline_staff(), at=LATER)
    assert suggested(case, LATER + minutes(9)) == ["lighting"]
    assert ("was relieved of it on" in reason(case, LATER + minutes(9))) == warns
