"""What a version would have changed for past cases: counted, grouped, and the same as suggested."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Case
from huiyin.dispatch.book import book_of
from huiyin.dispatch.lines import Line
from huiyin.dispatch.preview import Span, preview
from huiyin.dispatch.suggesting import suggestions_for
from tests.dispatch.catalogues import draft, in_force, make_town
from tests.makers import NOON, lighting, make_case, make_category, parks, twins

pytestmark = pytest.mark.django_db
SPAN = Span(NOON - timedelta(days=1), NOON + timedelta(days=1), NOON.tzinfo)


@pytest.fixture
def lamps():
    """Three cases about lamps in a small city and one of another kind."""
    town = make_town()
    lighting(), parks(), make_category("树木", code="trees")
    lamps = make_category("路灯", code="lamps")
    twins(make_case(category=lamps, place_id=town.places["S1"].pk), 2)
    make_case(place_id=town.places["S2"].pk)
    return lamps


def seen(old, new):
    found = preview(old and book_of(old), book_of(new), SPAN)
    groups = [
        ([unit.code for unit in group.before], [unit.code for unit in group.after], group.count)
        for group in found.groups
    ]
    return found.cases, found.changed, groups


@pytest.mark.usefixtures("lamps")
def test_only_cases_that_would_go_elsewhere_are_counted():
    old, new = (
        draft(Line(category="lamps", unit="lighting")),
        draft(Line(category="lamps", unit="parks")),
    )
    assert seen(old, new) == (4, 3, [(["lighting"], ["parks"], 3)])
    assert seen(old, old) == (4, 0, [])


@pytest.mark.usefixtures("lamps")
def test_a_new_line_for_another_category_changes_nothing():
    line = Line(category="lamps", unit="lighting")
    assert seen(draft(line), draft(line, Line(category="trees", unit="parks")))[1] == 0


@pytest.mark.usefixtures("lamps")
def test_without_a_version_in_force_it_is_compared_with_where_cases_really_went():
    make_case("dispatched", unit=parks())
    assert ((["parks"], [], 1)) in seen(None, draft(Line(category="lamps", unit="lighting")))[2]


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("conditions", "changed"),
    [
        ({"hours": "11:00-13:00"}, 3),
        ({"hours": "13:00-11:00"}, 0),
        ({"words": ["槐树街"]}, 3),
        ({"words": ["漏电"]}, 0),
    ],
)
def test_conditions_are_held_against_the_moment_and_the_words_of_each_case(conditions, changed):
    line = Line(category="lamps", unit="lighting")
    narrow = Line(category="lamps", conditions=conditions, unit="parks")
    assert seen(draft(line), draft(line, narrow))[1] == changed


@pytest.mark.usefixtures("lamps")
def test_a_preview_says_what_the_suggestions_would_say():
    version = in_force(Line(category="lamps", unit_level="street"))
    rows = Case.objects.select_related("category", "place", "intake_unit")
    found = suggestions_for(rows, at=NOON)
    suggested = sorted(one.unit.code for every in found.values() for one in every)
    groups = seen(draft(Line(category="trees", unit="lighting")), version)[2]
    assert suggested == ["u-D1", "u-S1", "u-S1", "u-S1"]
    assert groups == [(["u-D1"], ["u-S1"], 3)]


@pytest.mark.parametrize("many", [2, 300])
def test_a_preview_of_many_cases_asks_the_database_as_little_as_of_few(
    lamps, many, django_assert_max_num_queries
):
    twins(Case.objects.filter(category=lamps).first(), many)
    old, new = (
        draft(Line(category="lamps", unit="lighting")),
        draft(Line(category="lamps", unit="parks")),
    )
    with django_assert_max_num_queries(11):
        assert seen(old, new)[1] == many + 3
