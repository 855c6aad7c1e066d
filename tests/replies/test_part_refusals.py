"""A called unit that will not come: the district above both rules, and neither side itself."""

import pytest

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Application
from huiyin.cases.papers.applications import Verdict, may_rule
from huiyin.cases.parts import accept_part, finish_part
from huiyin.departments.actions import give_post
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.actions import answer_case
from huiyin.replies.joint.refusals import refuse_part, rule_on_refusal
from tests.makers import make_official, minutes
from tests.people import gao
from tests.replies.street import BEGUN, make_street, part_now, whistled

pytestmark = pytest.mark.django_db
LATER = BEGUN + minutes(30)
DUTY = Verdict("refuse", "职责清单载明由你单位承担。")
EXCUSED = Verdict("grant", "确不属其职责。")


@pytest.fixture
def town():
    return make_street()


@pytest.fixture
def refused(town):
    """A case, its part of the housing bureau (of the district), and the open refusal."""
    case, parts = whistled(town, "housing", "market")
    filed = refuse(town, case, parts["housing"])
    return case, parts["housing"], filed


def refuse(town, case, part, ground="not_our_duty", words="与房屋无关。"):
    by = town.officer(part.unit.code)
    return refuse_part(case.number, part.pk, ground, words, by=by, at=LATER)


@pytest.mark.parametrize(("ground", "words"), [("busy", "没空。"), ("no_power", " ")])
def test_a_refusal_needs_a_ground_from_the_list_and_words(town, ground, words):
    case, parts = whistled(town, "housing")
    with pytest.raises(WrongInput):
        refuse(town, case, parts["housing"], ground, words)
    assert not Application.objects.exists()


def test_until_the_ruling_the_duty_stands(town, refused):
    case, part, _ = refused
    assert part_now(part).state == "sent"
    with pytest.raises(WrongInput):
        answer_case(case.number, "好了。", by=town.officer(), at=LATER, resident_told="已告知。")


@pytest.mark.usefixtures("refused")
def test_the_refusal_is_told_to_the_supervisor_of_the_district():
    notice = Notice.objects.get(code="part.refused")
    assert (notice.unit.code, notice.post) == ("east", "supervisor")


def test_the_district_rules_and_neither_side_nor_anybody_else(town, refused):
    _, part, filed = refused
    judges = {
        town.supervisor("district"): True,
        gao(): True,
        town.supervisor("housing"): False,
        town.supervisor("street"): False,
        town.supervisor("market"): False,
        town.officer("district"): False,
        town.officer("housing"): False,
    }
    assert {who.name: may_rule(filed, by=who) for who in judges} == {
        who.name: may for who, may in judges.items()
    }
    for who, may in judges.items():
        if not may:
            with pytest.raises(NotAllowed):
                rule_on_refusal(filed.pk, EXCUSED, by=who, at=LATER)
    assert part_now(part).state == "sent"


def test_a_judge_who_also_works_for_one_side_does_not_judge(town, refused):
    _, _, filed = refused
    for side in ("housing", "street"):
        both = make_official("supervisor", unit=town.district)
        give_post(both, "officer", unit=town.called.get(side) or town.street)
        assert may_rule(filed, by=both) is False


def test_whoever_filed_does_not_rule(town, refused):
    _, part, _ = refused
    filer = make_official("officer", "supervisor", unit=town.district)
    filed = Application.objects.get(part=part)
    filed.asked_by = filer
    filed.save()
    assert may_rule(filed, by=filer) is False


def test_a_district_that_was_called_itself_is_ruled_on_by_the_city(town):
    town.called["east"] = town.district
    case, parts = whistled(town, "east")
    filed = refuse(town, case, parts["east"])
    assert may_rule(filed, by=town.supervisor("district")) is False
    assert may_rule(filed, by=gao()) is True


def test_a_granted_refusal_excuses_the_unit_and_both_sides_are_told(town, refused):
    case, part, filed = refused
    rule_on_refusal(filed.pk, EXCUSED, by=town.supervisor(), at=LATER)
    assert part_now(part).state == "returned"
    told = Notice.objects.filter(code="part.refusal_ruled")
    assert {notice.unit.code for notice in told} == {"housing", "locust"}
    assert not visible_cases(town.officer("housing")).filter(pk=case.pk).exists()


def test_a_refused_refusal_leaves_the_duty_and_is_not_refused_again(town, refused):
    case, part, filed = refused
    rule_on_refusal(filed.pk, DUTY, by=town.supervisor(), at=LATER)
    assert part_now(part).state == "sent"
    told = Notice.objects.filter(code="part.refusal_ruled")
    assert {notice.unit.code for notice in told} == {"housing", "locust"}
    with pytest.raises(NotPossible):
        refuse(town, case, part, "no_power")
    accept_part(case.number, part.pk, by=town.officer("housing"), at=LATER)


@pytest.mark.parametrize("step", ["accept", "finish"])
def test_a_unit_that_acts_refuses_no_more(town, refused, step):
    case, part, filed = refused
    by = town.officer("housing")
    if step == "accept":
        accept_part(case.number, part.pk, by=by, at=LATER)
    else:
        finish_part(case.number, part.pk, "看过了。", by=by, at=LATER)
    filed.refresh_from_db()
    assert filed.state == "lapsed"
    assert entries_about(case.number)[-1].details["lapsed"] == ["part_refusal"]
    with pytest.raises(NotPossible):
        rule_on_refusal(filed.pk, EXCUSED, by=town.supervisor(), at=LATER)


def test_a_refusal_ends_with_its_case(town, refused):
    case, _, filed = refused
    answer_case(
        case.number,
        "好了。",
        by=town.officer(),
        at=LATER,
        resident_told="已告知。",
        without_parts="不再需要。",
    )
    filed.refresh_from_db()
    assert filed.state == "lapsed"


def test_only_the_called_unit_refuses(town):
    case, parts = whistled(town, "housing")
    for who in (town.officer(), town.officer("market"), town.supervisor("housing")):
        with pytest.raises(NotAllowed):
            refuse_part(case.number, parts["housing"].pk, "no_power", "否。", by=who, at=LATER)
