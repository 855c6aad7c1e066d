"""Sending a case: who may, to whom, and what goes along with it."""

import pytest

from huiyin.cases.models import Assignment, Status
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.duties import may_lead, why_not_lead
from huiyin.dispatch.lines import Line
from huiyin.dispatch.models import Duty
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.dispatch.catalogues import below, in_force, make_town
from tests.makers import (
    NOON,
    fresh,
    lighting,
    make_case,
    make_category,
    minutes,
    parks,
    status_of,
)
from tests.people import EVERYBODY, lin

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(30)


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "dispatcher"])
def test_only_a_dispatcher_sends(person):
    case = make_case()
    with pytest.raises(NotAllowed):
        dispatch_case(case.number, lighting(), by=EVERYBODY[person](), at=LATER)
    assert status_of(case) == Status.RECEIVED


def test_the_logbook_says_to_whom_and_until_when():
    case = make_case()
    dispatch_case(case.number, lighting(), by=lin(), at=LATER)
    details = entries_about(case.number)[-1].details
    assert (details["step"], details["lead"]) == ("dispatch", "lighting")
    assert details["due"].startswith(fresh(case).due_at.strftime("%Y-%m-%dT%H:%M"))


def test_a_case_goes_nowhere_without_a_unit():
    case = make_case()
    with pytest.raises(WrongInput):
        dispatch_case(case.number, None, by=lin(), at=LATER)


def test_a_case_that_is_with_a_unit_is_not_sent_to_another_over_its_head():
    case = make_case(Status.DISPATCHED)
    with pytest.raises(NotPossible):
        dispatch_case(case.number, parks(), by=lin(), at=LATER)
    assert fresh(case).unit == lighting()


def parts_of(case):
    rows = Assignment.objects.filter(case__number=case.number).select_related("unit")
    return sorted((part.role, part.unit.code) for part in rows)


def noted(case):
    return [e.details for e in entries_about(case.number) if e.code == "dispatch.by_catalogue"]


@pytest.fixture
def town():
    """The small city."""
    return make_town()


@pytest.fixture
def lamps():
    """The category of street lamps."""
    return make_category("路灯", code="lamps")


def test_a_case_sent_to_a_street_is_copied_to_its_district(town):
    case = make_case()
    dispatch_case(case.number, town.units["u-S1"], by=lin(), at=LATER)
    assert parts_of(case) == [("copy", "u-D1"), ("lead", "u-S1")]


def test_a_case_sent_to_a_department_is_copied_to_nobody():
    case = make_case()
    dispatch_case(case.number, lighting(), by=lin(), at=LATER)
    assert parts_of(case) == [("lead", "lighting")]


def test_the_logbook_names_the_version_that_was_in_force(town, lamps):
    version = in_force(Line(7, category="lamps", unit=lighting().code))
    case = make_case(category=lamps, place_id=town.places["S1"].pk)
    dispatch_case(case.number, lighting(), by=lin(), at=LATER)
    said = noted(case)[0]
    assert (said["version"], said["digest"]) == (version.number, version.digest)
    assert (said["line"], said["suggested"], said["followed"]) == (7, ["lighting"], True)


@pytest.mark.usefixtures("town")
def test_the_logbook_says_when_a_dispatcher_chose_otherwise(lamps):
    in_force(Line(7, category="lamps", unit=lighting().code))
    case = make_case(category=lamps)
    dispatch_case(case.number, parks(), by=lin(), at=LATER)
    assert (noted(case)[0]["suggested"], noted(case)[0]["followed"]) == (["lighting"], False)


def test_a_city_without_a_catalogue_notes_nothing_of_it():
    case = make_case()
    dispatch_case(case.number, lighting(), by=lin(), at=LATER)
    assert noted(case) == []


def test_a_community_gets_only_what_its_list_holds(town, lamps):
    community, bulbs = town.units["u-C1"], below(lamps, "灯泡", code="bulbs")
    case = make_case(category=bulbs)
    with pytest.raises(WrongInput):
        dispatch_case(case.number, community, by=lin(), at=LATER)
    assert (status_of(case), parts_of(case)) == (Status.RECEIVED, [])
    Duty.objects.create(unit_level="community", category=lamps, stance="lead")
    dispatch_case(case.number, community, by=lin(), at=LATER)
    assert parts_of(case) == [("copy", "u-D1"), ("lead", "u-C1")]


def test_a_community_never_leads_what_it_only_assists_in(town, lamps):
    Duty.objects.create(unit=town.units["u-C1"], category=lamps, stance="assist_only")
    Duty.objects.create(unit_level="community", category=lamps, stance="lead")
    case = make_case(category=lamps)
    with pytest.raises(WrongInput):
        dispatch_case(case.number, town.units["u-C1"], by=lin(), at=LATER)


def test_a_departments_matter_does_not_go_to_a_street(town, lamps):
    Duty.objects.create(unit_level="street", category=lamps, stance="assist_only")
    case = make_case(category=lamps)
    with pytest.raises(WrongInput):
        dispatch_case(case.number, town.units["u-S1"], by=lin(), at=LATER)
    assert status_of(case) == Status.RECEIVED
    dispatch_case(case.number, lighting(), by=lin(), at=LATER)


def test_the_nearer_category_decides_what_a_unit_may_lead(town, lamps):
    bulbs, street = below(lamps, "灯泡", code="bulbs"), town.units["u-S1"]
    Duty.objects.create(unit=street, category=lamps, stance="assist_only")
    Duty.objects.create(unit_level="street", category=bulbs, stance="lead")
    assert (may_lead(street, lamps), may_lead(street, bulbs)) == (False, True)


def test_an_unlisted_unit_may_lead_and_an_unlisted_community_may_not(town, lamps):
    units = ("u-D1", "u-S1", "u-C1")
    assert [may_lead(town.units[code], lamps) for code in units] == [True, True, False]
    assert [may_lead(town.units[code], None) for code in units] == [True, True, False]
    assert why_not_lead(town.units["u-C1"], None)
