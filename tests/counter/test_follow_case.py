"""The page of a request: what a resident may read, and what is none of their business."""

from dataclasses import replace

import pytest

from huiyin.cases.files.attachments import keep_attachment
from huiyin.cases.papers.applications import Verdict
from huiyin.cases.residents import resident_of
from huiyin.cases.rules import RESIDENT
from huiyin.departments.actions import give_post
from huiyin.departments.models import Post
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.objections import Objection, object_to_dispatch, rule_on_objection
from huiyin.followup.actions import reopen_case
from huiyin.intake.actions import Addition, add_to_case
from huiyin.replies.actions import tell_resident
from tests.counter.residents import asked, holding, page
from tests.makers import NOON, NOT_SOLVED, make_case, minutes, parks
from tests.people import chen, lin, sun
from tests.photos import PDF, photo, upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("received", "waits to be sent"),
        ("dispatched", "which has to sign for it"),
        ("in_hand", "路灯管理所 is working on your request"),
        ("answered", "Please tell us whether it is solved"),
        ("closed", "Your request is closed"),
        ("withdrawn", "was withdrawn; nobody works on it"),
        ("redirected", "The hotline explained another way"),
        ("transferred", "lies with a body outside the city's own units: police"),
        ("parked", "is kept in the ledger and is not forgotten"),
        ("merged", "you get your own answer"),
    ],
)
def test_every_status_is_said_in_plain_words(client, status, sentence):
    case = make_case(status)
    assert sentence in page(holding(client, case), case)


def test_the_story_of_a_closed_request_is_told_in_order(client):
    case = make_case("closed")
    words = page(holding(client, case), case)
    story = [
        "市民热线服务中心 received the request",
        "Sent to 路灯管理所; by March 11",
        "路灯管理所 signed for it",
        "路灯管理所 answered:",
        "已更换灯泡,恢复照明。",
        "You were asked by the hotline. Noted: solved, satisfied",
        "The request was closed.",
    ]
    story_part = words[words.index("What happened so far") :]
    places = [story_part.index(sentence) for sentence in story]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("redirected", ["The hotline explained another way:", "请与商家协商"]),
        ("transferred", ["Handed over to: police. By March 14", "已转公安机关"]),
        ("parked", ["kept in the ledger until June 2"]),
        ("merged", ["Others asked for the same"]),
    ],
)
def test_what_happens_off_the_plain_road_is_told_too(client, status, told):
    case = make_case(status)
    words = page(holding(client, case), case)
    story = words[words.index("What happened so far") :]
    assert all(sentence in story for sentence in told)


def test_a_second_round_is_told_with_its_deadline(client):
    case = make_case("answered")
    said = replace(NOT_SOLVED, remark="灯又灭了,催办。")
    reopen_case(case.number, said, by=sun(), at=NOON + minutes(90))
    words = page(holding(client, case), case)
    assert "Not solved: round 2 began, sent to 路灯管理所; by " in words
    assert "round 2" in words


def test_officials_stay_nameless_and_their_remarks_inside(client):
    case = make_case("dispatched")
    objection = Objection("not_our_duty", "不属于我单位,踢给园林。")
    filed = object_to_dispatch(case.number, objection, by=chen(), at=NOON + minutes(20))
    verdict = Verdict("return", "再看一遍职责清单。")
    rule_on_objection(filed.pk, verdict, by=lin(), at=NOON + minutes(25))
    dispatch_case(case.number, parks(), by=lin(), at=NOON + minutes(30))
    resident_of(case, by=sun(), at=NOON + minutes(40), why="回访前核对")
    words = page(holding(client, case), case)
    for inside in ("不属于我单位", "再看一遍", "陈国强", "林静", "孙丽", "回访前核对", "official:"):
        assert inside not in words
    assert "the hotline is looking for the right one" in words
    assert "Sent to 园林绿化局" in words


def test_what_the_unit_wrote_about_telling_is_not_shown_but_that_it_told_is(client):
    case = make_case("in_hand")
    tell_resident(case.number, "已电话联系,当事人情绪激动。", by=chen(), at=NOON + minutes(30))
    words = page(holding(client, case), case)
    assert "路灯管理所 noted that it has reported to you" in words
    assert "情绪激动" not in words


def test_the_deadline_is_explained(client):
    case = make_case("dispatched")
    words = page(holding(client, case), case)
    assert "To be answered by" in words
    assert "How this deadline was reckoned" in words
    assert "counted from" in words


def test_what_the_resident_added_is_shown_again(client):
    case = make_case()
    files = [upload(photo(), "灯杆.jpg")]
    add_to_case(case.number, Addition("第二盏也灭了。", files), by=RESIDENT, at=NOON)
    words = page(holding(client, case), case)
    for shown in ("You added:", "第二盏也灭了。", "灯杆.jpg"):
        assert shown in words


def test_the_resident_sees_own_files_and_not_those_of_the_unit(client):
    case = make_case("dispatched")
    own = keep_attachment(case, upload(photo(), "灯.jpg"), by=RESIDENT, at=NOON)
    units = keep_attachment(case, upload(PDF, "内部核查.pdf"), by=chen(), at=NOON)
    words = page(holding(client, case), case)
    assert "内部核查" not in words
    answer = client.get(f"/follow/{case.number}/files/{own.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.getvalue().startswith(b"\xff\xd8\xff")
    assert client.get(f"/follow/{case.number}/files/{units.pk}/").status_code == 404


def test_a_file_opens_only_at_its_own_case(client):
    case, other = make_case(), make_case()
    own = keep_attachment(case, upload(photo()), by=RESIDENT, at=NOON)
    holding(client, other)
    assert client.get(f"/follow/{other.number}/files/{own.pk}/").status_code == 404
    assert client.get(f"/follow/{case.number}/files/{own.pk}/").status_code == 303


def test_the_resident_reads_who_looked_at_their_data_by_post_and_unit(client):
    case = make_case("dispatched")
    assert "Nobody so far" in page(holding(client, case), case)
    resident_of(case, by=sun(), at=NOON + minutes(40), why="call-back")
    words = page(client, case)
    assert "市民热线服务中心 call-back officer" in words
    assert "March 4, 2026, 12:40 p.m." in words


def test_posts_that_have_nothing_to_do_with_the_request_are_not_told(client):
    case, caller = make_case("dispatched"), sun()
    give_post(caller, Post.OFFICER, unit=parks())
    resident_of(case, by=caller, at=NOON + minutes(40), why="call-back")
    words = page(holding(client, case), case)
    assert "call-back officer" in words
    assert "园林绿化局" not in words


def test_an_anonymous_request_has_no_looks_to_show(client):
    case = asked(client, name="", phone="")
    assert "Who looked at" not in page(client, case)


def test_the_page_costs_the_same_few_queries_at_any_length(client, django_assert_max_num_queries):
    case = make_case("answered")
    holding(client, case)
    for number in range(15):
        addition = Addition(f"补充 {number}", [upload(photo(size=(64, 48 + number)))])
        add_to_case(case.number, addition, by=RESIDENT, at=NOON + minutes(70 + number))
        resident_of(case, by=sun(), at=NOON + minutes(70 + number), why="call-back")
    with django_assert_max_num_queries(8):
        words = page(client, case)
    assert "补充 14" in words


def test_only_the_holder_of_the_receipt_reads_a_request(client):
    case, other = make_case(), make_case()
    holding(client, other)
    answer = client.get(f"/follow/{case.number}/")
    assert (answer.status_code, case.text in answer.content.decode()) == (303, False)
