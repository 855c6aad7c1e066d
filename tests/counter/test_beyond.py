"""A request off the plain road, as its resident reads it and what they can do about it."""

from datetime import timedelta

import pytest

from huiyin.cases.merging import merge_case
from huiyin.cases.models import Case, Link
from huiyin.cases.papers.applications import Verdict
from huiyin.cases.residents import ResidentData
from huiyin.cases.rules import RESIDENT
from huiyin.dispatch.routes import Handover, ask_later, report_outcome, take_back, transfer_case
from huiyin.intake.actions import Addition, add_to_case
from huiyin.logbook.queries import entries_about
from huiyin.replies.actions import tell_resident
from huiyin.replies.joint.whistles import Call, Spot, blow_whistle
from huiyin.replies.times import LedgerEntry, ask_to_park, rule_on_parking
from tests.counter.residents import holding, page
from tests.makers import NOON, fresh, make_case, minutes, parks, status_of
from tests.people import chen, gao, lin

pytestmark = pytest.mark.django_db
LI = ResidentData(name="李先生", phone="13900139000")
WEEK = timedelta(days=7)


def send(client, case, way, prefix, words):
    return client.post(f"/follow/{case.number}/{way}/", {f"{prefix}-reason": words})


def merged_pair():
    parent = make_case("in_hand", resident=LI, text="李先生家楼下的工地夜里施工。")
    child = make_case("received", at=NOON + minutes(30))
    merge_case(child.number, parent.number, by=lin(), at=NOON + minutes(40))
    return fresh(child), fresh(parent)


def test_a_resident_whose_matter_is_different_goes_a_way_of_their_own(client):
    child, parent = merged_pair()
    holding(client, child)
    answer = send(client, child, "different", "different", "我说的是另一处工地。")
    assert answer.status_code == 303
    now = fresh(child)
    assert (now.status, now.parent_id, now.unit_id, now.due_at) == ("received", None, None, None)
    assert Link.objects.get(case=child).other == parent
    words = page(client, child)
    assert "You said that yours is different:" in words
    assert "我说的是另一处工地。" in words
    assert "Others asked for the same" in words, "the history stays"


def test_without_words_a_merged_request_stays_where_it_is(client):
    child, _parent = merged_pair()
    answer = send(holding(client, child), child, "different", "different", "  ")
    assert answer.status_code == 400
    assert status_of(child) == "merged"


def test_nobody_splits_a_request_that_is_not_merged(client):
    case = make_case("in_hand")
    assert send(holding(client, case), case, "different", "different", "x").status_code == 409
    assert status_of(case) == "in_hand"


def test_new_facts_bring_an_explained_request_back_to_the_hotline(client):
    case = make_case("redirected")
    assert "There are new facts" in page(holding(client, case), case)
    assert send(client, case, "new-facts", "facts", "商家已停业，无法协商。").status_code == 303
    assert status_of(case) == "received"
    step = entries_about(case.number)[-1]
    assert (step.by_label, step.details["step"]) == ("resident", "take_up_again")
    assert "商家已停业，无法协商。" in page(client, case)


def test_a_withdrawn_request_is_not_taken_up_by_the_resident_alone(client):
    case = make_case("withdrawn")
    assert "There are new facts" not in page(holding(client, case), case)
    assert send(client, case, "new-facts", "facts", "x").status_code == 403
    assert status_of(case) == "withdrawn"


def test_the_joint_matter_is_told_without_anything_of_the_others(client):
    child, parent = merged_pair()
    add_to_case(parent.number, Addition("李先生又来电。"), by=RESIDENT, at=NOON + minutes(50))
    tell_resident(parent.number, "已告知李先生。", by=chen(), at=NOON + minutes(55))
    words = page(holding(client, child), child)
    assert "You added" not in words
    assert "has reported to you" not in words
    assert "路灯管理所 is working on it for all of you" in words
    assert "2 requests are worked on together" in words
    assert "路灯管理所 signed for it" in words
    for private in (parent.number, parent.title, parent.text, "李先生", "13900139000"):
        assert private not in words


def test_both_notices_of_a_hand_over_are_shown_with_the_day_on_which_we_ask(client):
    case = make_case("dispatched")
    asking = NOON + timedelta(days=10)
    given = Handover("petition_office", "已转信访部门。", asking, "和安市信访局")
    transfer_case(case.number, given, by=lin(), at=NOON + minutes(30))
    words = page(holding(client, case), case)
    assert "petition office · 和安市信访局" in words
    assert "We ask there by" in words
    assert "not known yet" in words
    ask_later(case.number, "信访局称正在核查。", asking + WEEK, by=lin(), at=asking)
    words = page(client, case)
    assert "We asked there" in words
    assert "The hotline asked there. It asks again by" in words
    assert "正在核查" not in words, "what officials said to each other stays inside"
    report_outcome(case.number, "信访局已受理并答复。", by=lin(), at=asking + WEEK)
    words = page(client, case)
    assert "not known yet" not in words
    assert "What came of it at the body outside:" in words
    assert "handed to the petition office" in words
    assert "Your request went to the petition office" in words


def test_a_request_that_came_back_from_outside_no_longer_lies_there(client):
    case = make_case("transferred")
    take_back(case.number, "不属其管辖。", by=lin(), at=NOON + minutes(60))
    assert "With a body outside" not in page(holding(client, case), case)


def test_the_ledger_says_why_until_when_and_by_which_steps(client):
    case = make_case("in_hand")
    steps = (("Money applied for", "2026-05-01"), ("Lift replaced", "2026-06-01"))
    wanted = LedgerEntry("money", "内部说明。", NOON + timedelta(days=90), steps)
    filed = ask_to_park(case.number, wanted, by=chen(), at=NOON + minutes(30))
    rule_on_parking(filed.pk, Verdict("grant", "属实。"), by=gao(), at=NOON + minutes(40))
    words = page(holding(client, case), case)
    assert "Reason: the money is not granted yet" in words
    assert words.index("Money applied for") < words.index("Lift replaced")
    assert "To be looked at again on" in words
    assert "内部说明" not in words


def test_units_that_help_are_named(client):
    case = make_case("in_hand")
    call = Call((parks(),), "修剪树枝", Spot("槐树街"), NOON + minutes(90), NOON + minutes(300))
    blow_whistle(case.number, call, by=chen(), at=NOON + minutes(30))
    words = page(holding(client, case), case)
    assert "Other units are helping: 园林绿化局" in words
    assert "修剪树枝" not in words


@pytest.mark.parametrize("status", ["merged", "transferred", "parked", "redirected"])
def test_a_page_off_the_road_costs_few_queries(client, status, django_assert_max_num_queries):
    case = make_case(status)
    holding(client, case)
    with django_assert_max_num_queries(12):
        page(client, case)
    assert Case.objects.filter(pk=case.pk).exists()
