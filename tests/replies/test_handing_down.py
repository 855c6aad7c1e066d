"""交办: a street hands work down to its community, and that to whoever is below it."""

from datetime import timedelta

import pytest

from huiyin.cases.models import AssignmentRole
from huiyin.cases.parts import (
    Task,
    accept_part,
    ask_for_part,
    finish_part,
    open_parts,
    release_part,
)
from huiyin.dispatch.models import Duty, Stance
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.actions import answer_case
from huiyin.replies.joint.arrivals import Arrival, report_arrival
from tests.makers import make_category, make_unit, minutes
from tests.people import chen
from tests.replies.street import BEGUN, case_of, make_street, part_now

pytestmark = pytest.mark.django_db
LATER = BEGUN + minutes(30)
LOOK = Task("上门查看并劝导。", BEGUN + timedelta(days=1))
BELOW, ASSIST = AssignmentRole.BELOW, AssignmentRole.ASSIST


@pytest.fixture
def town():
    return make_street()


@pytest.fixture
def roof(town):
    """A leaking roof that the street works; the community's list holds such things."""
    category = make_category("屋面漏水")
    Duty.objects.create(unit_level="community", category=category, stance=Stance.ASSIST_ONLY)
    return case_of(town, category=category)


def hand(town, case, unit=None, *, by=None, task=LOOK, role=BELOW):
    by = by or town.officer()
    return ask_for_part(case.number, unit or town.community, task, role=role, by=by, at=BEGUN)


def test_a_street_hands_down_to_its_community(town, roof):
    part = hand(town, roof)
    assert (part.role, part.asked_by, part.due_at) == ("below", town.street, LOOK.due_at)
    notice = Notice.objects.get(code="part.handed_down")
    assert (notice.unit, notice.facts["task"]) == (town.community, "上门查看并劝导。")


def test_the_street_stays_in_charge_and_its_answer_waits(town, roof):
    part = hand(town, roof)
    given = {"by": town.officer(), "at": LATER, "resident_told": "已告知。"}
    with pytest.raises(WrongInput, match="槐一社区"):
        answer_case(roof.number, "好了。", **given)
    finish_part(roof.number, part.pk, "已劝导。", by=town.officer("community"), at=LATER)
    assert answer_case(roof.number, "好了。", **given).unit == town.street


def test_a_community_gets_nothing_that_its_list_does_not_hold(town):
    case = case_of(town, category=make_category("违法建设"))
    for role in (BELOW, ASSIST):
        with pytest.raises(WrongInput, match="违法建设"):
            hand(town, case, role=role)
    assert open_parts(case) == []


def test_a_community_gets_nothing_without_a_category(town):
    with pytest.raises(WrongInput):
        hand(town, case_of(town))


@pytest.mark.parametrize("role", [BELOW, ASSIST])
@pytest.mark.parametrize("stance", Stance)
def test_what_a_community_may_only_assist_in_it_may_have_a_part_of(town, role, stance):
    category = make_category("占道")
    Duty.objects.create(unit=town.community, category=category, stance=stance)
    assert hand(town, case_of(town, category=category), role=role).unit == town.community


def test_nothing_is_handed_down_sideways_or_upwards(town, roof):
    for unit in (town.district, town.called["fire"], make_unit("柳树街道", parent=town.district)):
        with pytest.raises(WrongInput):
            hand(town, roof, unit)
    with pytest.raises(WrongInput):
        hand(town, roof, town.street)


def test_strangers_and_helping_units_hand_nothing_down(town, roof):
    for who in (chen(), town.officer("fire"), town.officer("community")):
        with pytest.raises(NotAllowed):
            hand(town, roof, by=who)


def test_a_community_hands_on_to_its_grid_and_reports_after_it(town, roof):
    grid = make_unit("槐一社区第三网格", parent=town.community, level="department")
    part, by = hand(town, roof), town.officer("community")
    accept_part(roof.number, part.pk, by=by, at=LATER)
    below = hand(town, roof, grid, by=by)
    assert below.asked_by == town.community
    with pytest.raises(NotPossible, match="第三网格"):
        finish_part(roof.number, part.pk, "好了。", by=by, at=LATER)
    finish_part(roof.number, below.pk, "已看。", by=by, at=LATER)
    finish_part(roof.number, part.pk, "好了。", by=by, at=LATER)
    assert open_parts(roof) == []


def test_what_is_released_takes_with_it_what_hangs_on_it(town, roof):
    grid = make_unit("槐一社区第三网格", parent=town.community, level="department")
    part = hand(town, roof)
    below = hand(town, roof, grid, by=town.officer("community"))
    release_part(roof.number, part.pk, "街道自办。", by=town.officer(), at=LATER)
    assert {part_now(part).state, part_now(below).state} == {"released"}


def test_a_part_without_a_whistle_has_no_place_to_come_to(town, roof):
    part = hand(town, roof)
    with pytest.raises(NotPossible):
        report_arrival(
            roof.number, part.pk, Arrival("李强", 1), by=town.officer("community"), at=LATER
        )
