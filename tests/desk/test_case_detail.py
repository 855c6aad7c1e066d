"""The page of a case: what stands on it, whom it is shown to, and what stays sealed."""

import re
from datetime import timedelta

import pytest

from huiyin.cases.models import Resident, Status
from huiyin.cases.rules import RESIDENT
from huiyin.followup.actions import rate_case, reopen_case
from huiyin.intake.actions import Addition, add_to_case
from huiyin.logbook.queries import accesses_about, entries_about
from tests.desk.visits import address, at_desk, text
from tests.makers import (
    NOON,
    NOT_SOLVED,
    WANG,
    answer,
    give_back,
    lighting,
    make_case,
    make_official,
    make_wish,
    minutes,
    parks,
    twins,
)
from tests.people import EVERYBODY, chen, gao, lin, ma, sun, zhao

pytestmark = pytest.mark.django_db
QUERIES = 12
READERS = {"operator", "dispatcher", "lighting officer", "caller", "supervisor", "leader"}


def page(case, by, query=""):
    return text(at_desk(by).get(f"{address(case)}{query}"))


def buttons(case, by):
    return re.findall(r'href="\?step=(\w+)#step"', page(case, by))


@pytest.mark.parametrize("person", EVERYBODY)
def test_a_case_opens_for_those_who_may_see_it_and_exists_for_nobody_else(person):
    case = make_case(Status.IN_HAND)
    answer = at_desk(EVERYBODY[person]()).get(address(case))
    assert answer.status_code == (200 if person in READERS else 404)
    assert (case.text in text(answer)) == (person in READERS)


def test_a_foreign_case_and_one_that_never_was_look_alike():
    case, client = make_case(Status.IN_HAND), at_desk(zhao())
    foreign, absent = client.get(address(case)), client.get(address("HY000000-0000000"))
    assert foreign.status_code == absent.status_code == 404
    assert "There is no case" in text(foreign)


def test_a_number_typed_loosely_leads_to_the_one_address_of_the_case():
    case = make_case()
    answer = at_desk(lin()).get(address(case.number.lower()))
    assert answer.url == address(case)


@pytest.mark.parametrize(
    ("status", "person", "offered"),
    [
        (
            "received",
            "dispatcher",
            [
                "dispatch",
                "answer_at_once",
                "redirect",
                "transfer",
                "merge",
                "add_words",
                "withdraw",
            ],
        ),
        ("received", "operator", ["answer_at_once", "redirect", "add_words", "withdraw"]),
        (
            "dispatched",
            "lighting officer",
            ["accept", "tell_resident", "answer_directly", "object", "extend"],
        ),
        (
            "in_hand",
            "lighting officer",
            ["tell_resident", "answer", "object", "extend", "ask_to_park"],
        ),
        ("parked", "lighting officer", ["answer_parked", "resume"]),
        (
            "transferred",
            "dispatcher",
            ["ask_later", "report_outcome", "take_back", "add_words", "withdraw"],
        ),
        ("in_hand", "leader", []),
        ("answered", "caller", ["note_call_back", "close", "reopen", "refuse_round"]),
        ("answered", "lighting officer", []),
        ("closed", "supervisor", ["reopen_closed"]),
        ("withdrawn", "dispatcher", ["take_up_again"]),
    ],
)
def test_the_page_offers_exactly_the_steps_that_would_be_taken(status, person, offered):
    assert buttons(make_case(status), EVERYBODY[person]()) == offered


def test_an_open_step_has_its_form_on_the_page_without_script():
    case = make_case()
    assert 'name="unit"' in page(case, lin(), "?step=dispatch")
    assert 'name="unit"' not in page(case, lin())


@pytest.mark.parametrize("step", ["accept", "close", "nonsense", "<script>"])
def test_a_step_that_is_not_open_has_no_form(step):
    assert 'class="panel stack step"' not in page(make_case(), lin(), f"?step={step}")


def test_the_deadline_stands_there_with_what_is_left_and_why_it_is_that_minute(clock):
    case = make_case(Status.DISPATCHED)
    shown = page(case, chen())
    assert "2026-03-11 13:30" in shown
    assert "7 d 1 h left" in shown
    assert "5 working days, counted from" in shown
    clock.now = case.due_at + timedelta(hours=3)
    assert "overdue by 3 h 0 min" in page(case, chen())


def test_before_its_dispatch_a_case_has_no_deadline_but_a_wait():
    shown = page(make_case(), lin())
    assert "The clock starts when the case is sent" in shown
    assert "To be sent by" in shown


def test_an_answer_is_called_in_time_or_late():
    in_time, late = make_case(Status.ANSWERED), make_case(Status.IN_HAND)
    answer(late.number, by=chen(), at=late.due_at + minutes(1))
    assert "answered in time" in page(in_time, sun())
    assert "answered too late" in page(late, sun())


def test_both_feedbacks_and_every_round_stand_on_the_page():
    case = make_case(Status.ANSWERED)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=NOON + timedelta(days=1))
    shown = page(case, gao())
    assert ("Round 1" in shown, "Round 2" in shown) == (True, True)
    assert "已更换灯泡,恢复照明。" in shown
    assert shown.count("still owed") == 2
    assert "Still dark." in shown


def test_the_logbook_tells_who_did_what_and_bears_the_marks_of_its_chain():
    case = make_case(Status.DISPATCHED)
    give_back(case, at=NOON + minutes(30), by=chen())
    shown = page(case, lin())
    assert "Back to the dispatch queue" in shown
    assert f"{chen().name} · {lighting()}" in shown
    assert "A park lamp." in shown
    assert all(line.hash[:8] in shown for line in entries_about(case.number))


def test_the_logbook_names_what_was_written_by_what_it_is():
    case = make_case(Status.DISPATCHED)
    add_to_case(case.number, Addition(words="Now two lamps."), by=RESIDENT, at=NOON + minutes(20))
    assert "What was added:" in page(case, lin())
    rated = make_case(Status.ANSWERED)
    rate_case(rated.number, NOT_SOLVED, at=NOON + minutes(90))
    assert "The resident rated the answer" in page(rated, lin())


def test_each_part_shows_when_it_was_sent_and_when_it_was_accepted():
    shown = page(make_case(Status.IN_HAND), lin())
    part = shown.split("Assignments")[1].split("</ul>")[0]
    assert "2026-03-04 12:10" in part
    assert "2026-03-04 12:20" in part


def test_what_residents_and_officials_write_is_shown_and_never_run():
    case = make_case(text="<script>alert(1)</script> & 路灯")
    shown = page(case, lin())
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


def test_nothing_of_the_person_stands_on_the_page_until_it_is_asked_for():
    case = make_case(Status.ANSWERED)
    shown = page(case, sun())
    assert not [word for word in (WANG.name, WANG.phone, WANG.address) if word in shown]
    assert not accesses_about(case.number).exists()


def test_the_persons_data_is_shown_once_and_the_look_is_written_down():
    case, client = make_case(Status.ANSWERED), at_desk(sun())
    shown = text(client.post(f"{address(case)}person/", {"why": "call-back", "step": "close"}))
    assert (WANG.phone in shown, 'name="reached"' in shown) == (True, True)
    entry = accesses_about(case.number).get()
    assert (entry.official_id, entry.at, entry.why) == (sun().pk, NOON, "call-back")
    assert WANG.phone not in text(client.get(address(case)))


@pytest.mark.parametrize("why", ["", " ", "x"])
def test_the_persons_data_stays_sealed_without_a_reason(why):
    case = make_case(Status.ANSWERED)
    answer = at_desk(sun()).post(f"{address(case)}person/", {"why": why})
    assert (answer.status_code, WANG.phone in text(answer)) == (400, False)
    assert not accesses_about(case.number).exists()


def test_the_persons_data_is_not_fetched_by_a_link():
    case = make_case(Status.ANSWERED)
    answer = at_desk(sun()).get(f"{address(case)}person/", {"why": "link"})
    assert (answer.status_code, answer.url) == (302, address(case))
    assert not accesses_about(case.number).exists()


def test_who_sees_no_case_sees_no_person():
    case = make_case(Status.ANSWERED)
    answer = at_desk(zhao()).post(f"{address(case)}person/", {"why": "curious"})
    assert answer.status_code == 404
    assert not accesses_about(case.number).exists()


def test_the_unit_is_not_told_who_asked_to_stay_unnamed():
    case = make_case(Status.DISPATCHED, is_confidential=True)
    assert "Show the person" not in page(case, chen())
    answer = at_desk(chen()).post(f"{address(case)}person/", {"why": "to call"})
    assert (answer.status_code, WANG.phone in text(answer)) == (403, False)


def test_a_person_whose_data_was_erased_is_said_to_be_erased():
    case = make_case(Status.ANSWERED)
    Resident.objects.filter(pk=case.resident_id).update(sealed=None, erased_at=NOON)
    answer = at_desk(sun()).post(f"{address(case)}person/", {"why": "call-back"})
    assert (answer.status_code, "was erased" in text(answer)) == (409, True)


def test_other_cases_of_the_same_caller_are_found_without_opening_any_data():
    first, second = make_case(title="路灯不亮"), make_case(Status.CLOSED, title="井盖缺失")
    make_case(title="别人的事", resident=make_wish().resident.__class__(phone="13900000000"))
    shown = page(first, ma())
    assert ("井盖缺失" in shown, "别人的事" in shown) == (True, False)
    assert not accesses_about(second.number).exists()


def test_other_cases_of_the_caller_that_one_may_not_see_are_not_listed():
    case = make_case(Status.DISPATCHED, title="路灯不亮")
    make_case(Status.DISPATCHED, unit=parks(), title="树枝断裂")
    assert "树枝断裂" not in page(case, chen())


@pytest.mark.parametrize(("status", "step"), [("received", "dispatch"), ("answered", "close")])
@pytest.mark.parametrize("cases", [3, 200])
def test_a_case_page_asks_the_database_as_little_in_a_large_city_as_in_a_small_one(
    django_assert_max_num_queries, status, step, cases
):
    case = make_case(status)
    twins(case, cases)
    client = at_desk(make_official("dispatcher", "caller"))
    with django_assert_max_num_queries(QUERIES):
        assert client.get(address(case)).status_code == 200
    with django_assert_max_num_queries(QUERIES):
        assert client.get(f"{address(case)}?step={step}").status_code == 200


def test_a_long_life_costs_no_more_queries_than_a_short_one(django_assert_max_num_queries):
    case = make_case(Status.ANSWERED)
    for day in range(1, 6):
        reopen_case(case.number, NOT_SOLVED, by=sun(), at=NOON + timedelta(days=day))
        answer(case.number, by=chen(), at=NOON + timedelta(days=day, hours=1))
    client = at_desk(sun())
    with django_assert_max_num_queries(QUERIES):
        client.get(f"{address(case)}?step=close")
