"""双考评: each side marks the other once, after the part; who reads the marks."""

import pytest
from django.db import IntegrityError, transaction

from huiyin.cases.models import Assignment, Status
from huiyin.cases.papers.applications import Verdict
from huiyin.cases.parts import finish_part, release_part
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.joint.assessing import View, assess
from huiyin.replies.joint.models import Assessment, CalledUnit
from huiyin.replies.joint.queries import standings
from huiyin.replies.joint.refusals import refuse_part, rule_on_refusal
from huiyin.replies.joint.whistles import blow_whistle
from tests.makers import make_case, make_unit, minutes, officer_of
from tests.people import chen, gao
from tests.replies.street import BEGUN, call, make_street, whistled

pytestmark = pytest.mark.django_db
LATER = BEGUN + minutes(30)
OF_CALLED = View({"arrival": 5, "work": 4, "cooperation": 5}, "来得快")
OF_CALLER = View({"reason": 5, "lead": 3, "cooperation": 4})


@pytest.fixture
def town():
    return make_street()


@pytest.fixture
def ended(town):
    """A case whose fire part is done."""
    case, parts = whistled(town, "fire", "market")
    finish_part(case.number, parts["fire"].pk, "通道已清。", by=town.officer("fire"), at=LATER)
    return case, parts["fire"]


def marked(town, case, part, *, view=OF_CALLED, about="fire", by="street"):
    unit = town.street if about == "street" else town.called[about]
    return assess(case.number, part.pk, view, about=unit, by=town.officer(by), at=LATER)


def test_each_side_marks_the_other(town, ended):
    marked(town, *ended)
    marked(town, *ended, view=OF_CALLER, about="street", by="fire")
    rows = Assessment.objects.values_list("from_unit__code", "about_unit__code", "marks")
    assert {(a, b) for a, b, _ in rows} == {("locust", "fire"), ("fire", "locust")}
    assert Assessment.objects.get(about_unit=town.street).marks["lead"] == 3


def test_a_side_marks_once(town, ended):
    marked(town, *ended)
    with pytest.raises(NotPossible):
        marked(town, *ended)
    assert Assessment.objects.count() == 1


def test_nobody_marks_before_the_part_has_ended(town):
    case, parts = whistled(town, "fire")
    with pytest.raises(NotPossible):
        marked(town, case, parts["fire"])


def test_a_released_part_is_marked_and_an_excused_one_is_not(town):
    case, parts = whistled(town, "fire", "power")
    release_part(case.number, parts["fire"].pk, "不再需要。", by=town.officer(), at=LATER)
    filed = refuse_part(
        case.number, parts["power"].pk, "no_power", "无权。", by=town.officer("power"), at=LATER
    )
    rule_on_refusal(filed.pk, Verdict("grant", "属实。"), by=town.supervisor(), at=LATER)
    marked(town, case, parts["fire"])
    with pytest.raises(NotPossible):
        marked(town, case, parts["power"], about="power")


def test_no_unit_marks_itself(town, ended):
    case, part = ended
    with pytest.raises(NotAllowed):
        marked(town, case, part, about="fire", by="fire")
    with pytest.raises(NotAllowed):
        marked(town, case, part, view=OF_CALLER, about="street", by="street")
    called = CalledUnit.objects.get(part=part)
    own = Assessment(called=called, from_unit=part.unit, about_unit=part.unit, by=chen(), at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        own.save()


def test_units_outside_a_part_neither_mark_nor_are_marked(town, ended):
    case, part = ended
    with pytest.raises(NotAllowed):
        marked(town, case, part, by="market")
    with pytest.raises(WrongInput):
        marked(town, case, part, about="market")


@pytest.mark.parametrize(
    "marks",
    [{}, {"arrival": 5}, {"arrival": 0, "work": 4, "cooperation": 5}, OF_CALLER.marks],
    ids=str,
)
def test_every_thing_gets_a_mark_from_one_to_five(town, ended, marks):
    with pytest.raises(WrongInput):
        marked(town, *ended, view=View(marks))


def seen_by(case, by):
    parts = Assignment.objects.filter(case=case).select_related("unit", "asked_by")
    return sum(len(one.views) for one in standings(case, parts, by=by))


def test_marks_are_read_by_supervisors_above_both_and_by_the_side_that_gave_them(town, ended):
    case, _ = ended
    marked(town, *ended)
    readers = {
        gao(): 1,
        town.supervisor("district"): 1,
        town.officer("street"): 1,
        town.officer("fire"): 0,
        town.supervisor("fire"): 0,
        town.supervisor("street"): 0,
        town.officer("market"): 0,
    }
    assert {who.name: seen_by(case, who) for who in readers} == {
        who.name: count for who, count in readers.items()
    }


def test_marks_have_a_chain_of_their_own_that_is_not_the_cases(town, ended):
    case, part = ended
    marked(town, case, part)
    called = CalledUnit.objects.get(part=part)
    (line,) = entries_about(f"whistle:{called.whistle_id}")
    assert (line.code, line.details["marks"]["work"]) == ("part.assessed", 4)
    assert "part.assessed" not in {line.code for line in entries_about(case.number)}


def test_a_supervisor_below_the_unit_that_rules_between_the_two_reads_no_marks(town):
    squad = make_unit("综合执法队", parent=town.street)
    case = make_case(Status.IN_HAND, unit=squad)
    whistle = blow_whistle(case.number, call(town, "fire"), by=officer_of(squad), at=BEGUN)
    part = whistle.called.get().part_id
    finish_part(case.number, part, "已清。", by=town.officer("fire"), at=LATER)
    fire = town.called["fire"]
    assess(case.number, part, OF_CALLED, about=fire, by=officer_of(squad), at=LATER)
    assert seen_by(case, town.supervisor("street")) == 0
    assert seen_by(case, town.supervisor("district")) == 1
