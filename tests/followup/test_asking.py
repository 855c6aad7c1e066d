"""The call-back queue: who is asked, claims, later hours, links, second askings, problem cases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from huiyin.cases.models import Case, Round, Status
from huiyin.cases.rules import SYSTEM
from huiyin.departments.models import Post
from huiyin.followup import jobs
from huiyin.followup.actions import (
    Said,
    ask_again,
    close_case,
    close_unasked,
    note_call_back,
    rate_case,
    refuse_round,
    reopen_case,
)
from huiyin.followup.asking import claim, claim_next, not_asked, put_by, to_ask, waiting
from huiyin.followup.judging import Refusal
from huiyin.followup.links import address_of, answer_by_link, link_with, send_link
from huiyin.followup.models import AnswerLink, Asking, CallBack, Judgement
from huiyin.followup.plans import adopt_plan, plan_on, revealed_key, shipped_plans
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from tests.makers import (
    NOBODY,
    NOON,
    NOT_SOLVED,
    SOLVED,
    answer,
    fresh,
    hotline,
    make_case,
    make_official,
    minutes,
    status_of,
)
from tests.people import chen, gao, he, sun

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=5)
NONE_ASKED = 'name = "无"\nsource = "试验"\n[[share]]\npercent = 0\n'
REFUSAL = Refusal("done_as_owed", "已按规定办结，可凭回执再次提出。")
CASES = Case.objects


def adopted(text=NONE_ASKED, *, on=NOON):
    return adopt_plan(text, from_on=on.date(), by=None, at=on - minutes(1))


def second_caller():
    return make_official(Post.CALLER, unit=hotline())


def test_a_case_of_the_sample_says_so_and_is_called():
    case = make_case(Status.ANSWERED)
    row = Asking.objects.get(case=case)
    assert (row.wanted, row.parts, row.ask_at) == ("ask", 10_000, NOON + minutes(60))
    assert list(to_ask(CASES.all(), at=LATER)) == [case]


def test_a_case_outside_the_sample_waits_for_a_word_and_closes_as_not_asked():
    adopted()
    case = make_case(Status.ANSWERED)
    assert list(to_ask(CASES.all(), at=LATER)) == []
    assert list(not_asked(CASES.all())) == [case]
    assert not close_unasked(case.number, at=case.wait_until - minutes(1))
    assert close_unasked(case.number, at=case.wait_until + minutes(1))
    last = entries_about(case.number)[-1]
    assert (status_of(case), last.details["asked"]) == (Status.CLOSED, False)
    assert last.by_label == SYSTEM
    assert Round.objects.get(case=case).solved is None


def test_the_system_never_closes_a_case_that_is_to_be_asked():
    case = make_case(Status.ANSWERED)
    assert not close_unasked(case.number, at=case.wait_until + timedelta(days=99))
    assert status_of(case) == Status.ANSWERED


def test_whoever_speaks_up_is_called_though_no_sample_drew_them():
    adopted()
    case = make_case(Status.ANSWERED)
    rate_case(case.number, NOT_SOLVED, at=LATER)
    assert list(to_ask(CASES.all(), at=LATER)) == [case]
    assert not close_unasked(case.number, at=LATER + timedelta(days=99))


def test_whoever_asks_again_is_called_though_no_sample_drew_them():
    adopted()
    case = make_case(Status.ANSWERED)
    close_unasked(case.number, at=case.wait_until + minutes(1))
    at = case.wait_until + minutes(9)
    ask_again(case.number, "Dark again.", by="resident", at=at)
    assert list(to_ask(CASES.all(), at=at)) == [case]


def test_after_the_deadline_where_the_plan_says_so():
    adopted(
        NONE_ASKED.replace("percent = 0", "percent = 100").replace(
            "[[share]]", 'start = "deadline"\n[[share]]'
        )
    )
    case = make_case(Status.ANSWERED)
    row = Asking.objects.get(case=case)
    assert row.ask_at == Round.objects.get(case=case).due_at
    assert list(to_ask(CASES.all(), at=row.ask_at - minutes(1))) == []
    assert list(to_ask(CASES.all(), at=row.ask_at)) == [case]
    assert case.wait_until == row.ask_at + timedelta(days=7)


def test_no_answered_case_is_ever_outside_all_three_lists():
    adopted(NONE_ASKED.replace("percent = 0", "percent = 50"))
    for turn in range(6):
        case = make_case(Status.ANSWERED, at=NOON + minutes(turn))
        if turn % 2:
            note_call_back(case.number, NOBODY, by=sun(), at=LATER)
    Asking.objects.filter(case=case).delete()
    lists = [to_ask(CASES.all(), at=LATER), put_by(CASES.all(), at=LATER), not_asked(CASES.all())]
    found = [case.pk for rows in lists for case in rows]
    assert sorted(found) == sorted(waiting(CASES.all()).values_list("pk", flat=True))
    assert jobs.draw_all() == 1


def test_whoever_wants_to_be_called_later_comes_back_at_that_hour():
    case, hour = make_case(Status.ANSWERED), LATER + timedelta(hours=20)
    said = Said(reached=False, result="later", later_at=hour)
    note_call_back(case.number, said, by=sun(), at=LATER)
    assert list(to_ask(CASES.all(), at=hour - minutes(1))) == []
    assert list(to_ask(CASES.all(), at=hour)) == [case]


@pytest.mark.parametrize("hours", [-1, 0, 24 * 90])
def test_a_later_hour_lies_ahead_and_not_too_far(hours):
    case = make_case(Status.ANSWERED)
    said = Said(reached=False, result="later", later_at=LATER + timedelta(hours=hours))
    with pytest.raises(WrongInput):
        note_call_back(case.number, said, by=sun(), at=LATER)
    with pytest.raises(WrongInput):
        note_call_back(case.number, replace(said, later_at=None), by=sun(), at=LATER)


def test_whoever_claims_a_case_is_alone_with_it_for_some_minutes():
    case, other = make_case(Status.ANSWERED), second_caller()
    claim(case.number, by=sun(), at=LATER)
    for step in (claim, lambda number, **more: note_call_back(number, SOLVED, **more)):
        with pytest.raises(NotPossible, match=sun().name):
            step(case.number, by=other, at=LATER + minutes(9))
    claim(case.number, by=other, at=LATER + minutes(11))
    assert CallBack.objects.count() == 0


def test_the_next_case_is_first_the_one_that_spoke_then_the_promised_then_the_due():
    due, promised, spoke = (
        make_case(Status.ANSWERED, at=NOON + minutes(turn)) for turn in range(3)
    )
    said = Said(reached=False, result="later", later_at=LATER)
    note_call_back(promised.number, said, by=sun(), at=LATER - minutes(1))
    rate_case(spoke.number, NOT_SOLVED, at=LATER)
    takers = [sun(), second_caller(), second_caller(), second_caller()]
    found = [claim_next(by=taker, at=LATER) for taker in takers]
    assert found == [spoke, promised, due, None]


def test_taking_the_next_lets_the_one_before_go():
    first, second = make_case(Status.ANSWERED), make_case(Status.ANSWERED, at=NOON + minutes(1))
    assert claim_next(by=sun(), at=LATER) == first
    assert claim_next(by=sun(), at=LATER) == second
    assert claim_next(by=second_caller(), at=LATER) == first


def test_a_unit_calls_back_none_of_its_cases_whichever_way_it_tries(settings):
    settings.SMS_GATEWAY_URL = "https://sms.example.cn/send"
    case = make_case(Status.ANSWERED)
    both = make_official(Post.CALLER, Post.OFFICER)
    ways = [
        lambda by: claim(case.number, by=by, at=LATER),
        lambda by: note_call_back(case.number, NOBODY, by=by, at=LATER),
        lambda by: close_case(case.number, SOLVED, by=by, at=LATER),
        lambda by: reopen_case(case.number, NOT_SOLVED, by=by, at=LATER),
        lambda by: refuse_round(case.number, NOT_SOLVED, REFUSAL, by=by, at=LATER),
        lambda by: send_link(case.number, by=by, at=LATER),
    ]
    for way in ways:
        for by in (both, chen()):
            with pytest.raises(NotAllowed):
                way(by)
    assert claim_next(by=both, at=LATER) is None
    assert (CallBack.objects.count(), AnswerLink.objects.count()) == (0, 0)


def test_what_is_not_solved_is_never_simply_closed():
    case = make_case(Status.ANSWERED)
    with pytest.raises(WrongInput):
        close_case(case.number, NOT_SOLVED, by=sun(), at=LATER)
    rate_case(case.number, NOT_SOLVED, at=LATER)
    refused = Said(reached=False, result="refused")
    with pytest.raises(WrongInput):
        close_case(case.number, refused, by=sun(), at=LATER)
    assert status_of(case) == Status.ANSWERED


def test_a_round_that_is_not_reasonable_is_closed_as_unsolved_and_the_resident_told_why():
    case = make_case(Status.ANSWERED)
    refuse_round(case.number, NOT_SOLVED, REFUSAL, by=sun(), at=LATER)
    turn = Round.objects.get(case=case)
    assert (status_of(case), turn.solved, turn.satisfied) == ("closed", False, "dissatisfied")
    row = Judgement.objects.get()
    assert (row.is_reasonable, row.ground, row.words) == (False, REFUSAL.ground, REFUSAL.words)
    told = Notice.objects.get(code="call_back.judged")
    assert (told.audience, told.facts["ground"]) == ("resident", REFUSAL.ground)


def test_what_the_resident_wrote_can_be_judged_without_another_call():
    case = make_case(Status.ANSWERED)
    with pytest.raises(WrongInput):
        refuse_round(case.number, NOBODY, REFUSAL, by=sun(), at=LATER)
    rate_case(case.number, NOT_SOLVED, at=LATER)
    refuse_round(case.number, NOBODY, REFUSAL, by=sun(), at=LATER)
    last = entries_about(case.number)[-1].details
    assert (last["asked"], last["solved"]) == (True, False)


@pytest.mark.parametrize("wrong", [Refusal("because", "词" * 20), Refusal("other_matter", "短")])
def test_a_judgement_owes_a_ground_and_words(wrong):
    case = make_case(Status.ANSWERED)
    with pytest.raises(WrongInput):
        refuse_round(case.number, NOT_SOLVED, wrong, by=sun(), at=LATER)
    assert (status_of(case), CallBack.objects.count()) == (Status.ANSWERED, 0)


def test_a_next_round_is_on_record_as_judged_reasonable():
    case = make_case(Status.ANSWERED)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER)
    row = Judgement.objects.get()
    assert (row.round_number, row.is_reasonable, row.by) == (1, True, sun())
    answer(case.number, by=chen(), at=LATER + minutes(60))
    assert Asking.objects.filter(case=case).count() == 2


def test_a_caller_asks_whether_the_unit_was_in_touch():
    case = make_case(Status.ANSWERED)
    with pytest.raises(WrongInput):
        note_call_back(case.number, replace(SOLVED, contacted=None), by=sun(), at=LATER)
    note_call_back(case.number, replace(SOLVED, contacted=False), by=sun(), at=LATER)
    assert CallBack.objects.get().contacted is False
    assert entries_about(case.number)[-1].details["contacted"] is False


def test_a_link_takes_one_answer(settings):
    settings.SMS_GATEWAY_URL = "https://sms.example.cn/send"
    case = make_case(Status.ANSWERED)
    link = send_link(case.number, by=sun(), at=LATER)
    notice = Notice.objects.get(code="call_back.link")
    code, secret = address_of(notice).rstrip("/").split("/")[-2:]
    assert link_with(code, secret) == link
    answer_by_link(link, SOLVED, at=LATER + minutes(5))
    call = CallBack.objects.get()
    assert (status_of(case), call.via, call.by) == (Status.CLOSED, "sms", None)
    with pytest.raises(NotPossible, match=r"already|已"):
        answer_by_link(link, SOLVED, at=LATER + minutes(6))
    with pytest.raises(NotFound):
        link_with(code, "0" * 12)


def test_a_link_is_over_after_its_hours_and_when_a_newer_one_is_sent(settings):
    settings.SMS_GATEWAY_URL = "https://sms.example.cn/send"
    case = make_case(Status.ANSWERED)
    first = send_link(case.number, by=sun(), at=LATER)
    second = send_link(case.number, by=sun(), at=LATER + minutes(1))
    for link, at in ((first, LATER + minutes(2)), (second, LATER + timedelta(hours=80))):
        with pytest.raises(NotPossible):
            answer_by_link(link, SOLVED, at=at)
    assert status_of(case) == Status.ANSWERED


def test_no_link_without_a_gateway():
    with pytest.raises(NotPossible):
        send_link(make_case(Status.ANSWERED).number, by=sun(), at=LATER)


def test_where_the_plan_says_so_the_hourly_job_sends_the_link_once(settings, monkeypatch):
    settings.SMS_GATEWAY_URL = "https://sms.example.cn/send"
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    adopted('name = "短信"\nsource = "试验"\nlink = "first"\n')
    make_case(Status.ANSWERED)
    assert (jobs.send_links(), jobs.send_links()) == (1, 0)


def test_the_hourly_job_closes_what_nobody_asks(monkeypatch):
    adopted()
    case = make_case(Status.ANSWERED)
    monkeypatch.setattr(timezone, "now", lambda: case.wait_until + minutes(1))
    jobs.look_after_call_backs(0)
    assert status_of(case) == Status.CLOSED


def test_a_plan_is_adopted_by_the_administrator_for_today_or_later():
    text = shipped_plans()["jinan"]
    for by in (sun(), gao(), chen()):
        with pytest.raises(NotAllowed):
            adopt_plan(text, from_on=NOON.date(), by=by, at=NOON)
    with pytest.raises(WrongInput):
        adopt_plan(text, from_on=NOON.date() - timedelta(days=1), by=he(), at=NOON)
    row = adopt_plan(text, from_on=NOON.date() + timedelta(days=3), by=he(), at=NOON)
    assert plan_on(NOON.date())[0] is None
    assert plan_on(NOON.date() + timedelta(days=3))[0] == row


def test_the_key_of_a_plan_is_shown_once_another_holds():
    first = adopted()
    assert revealed_key(first, on=NOON.date()) == ""
    second = adopted(shipped_plans()["plain"])
    assert revealed_key(first, on=NOON.date()) == bytes(first.key).hex()
    assert revealed_key(second, on=NOON.date()) == ""


def test_what_was_drawn_stays_drawn_under_a_later_plan():
    adopted()
    case = make_case(Status.ANSWERED)
    adopted(shipped_plans()["plain"])
    assert list(not_asked(CASES.all())) == [case]
    assert fresh(case).status == Status.ANSWERED


def test_an_hour_left_in_the_form_is_not_kept_of_somebody_who_was_reached():
    case = make_case(Status.ANSWERED)
    said = replace(SOLVED, later_at=datetime(1, 1, 1, tzinfo=NOON.tzinfo))
    note_call_back(case.number, said, by=sun(), at=LATER)
    assert CallBack.objects.get().later_at is None
