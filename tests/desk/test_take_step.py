"""Taking a step at the desk: done once, refused with a sentence, and nothing typed is lost."""

import re
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone

from huiyin.cases.models import Case, Round, Status
from huiyin.followup.actions import note_call_back
from huiyin.followup.models import CallBack
from huiyin.intake.actions import withdraw_case
from huiyin.logbook.queries import entries_about
from tests.desk.visits import address, at_desk, press, seen, sent, text
from tests.makers import (
    NOBODY,
    NOON,
    fresh,
    give_back,
    lighting,
    make_case,
    make_official,
    make_unit,
    minutes,
    parks,
    status_of,
)
from tests.people import EVERYBODY, chen, gao, lin, ma, sun, zhao

pytestmark = pytest.mark.django_db
LATER = {"reason": "Article 9.", "until": "2026-05-04T12:00"}
OUTSIDE = {"body": "police", "reply": "Handed to the police.", "until": "2026-05-04T12:00"}
NOT_ALWAYS = {
    "Unit for a next round",
    "When does the resident want to be called?",
    "Why no further round",
    "Why no further round, in words",
}
SAID = {
    "reached": "yes",
    "contacted": "yes",
    "solved": "yes",
    "satisfied": "satisfied",
    "remark": "Lit.",
}


class Way(NamedTuple):
    """A step, who takes it from where, with which words, and where it leads."""

    start: str
    person: str
    step: str
    words: dict[str, str]
    end: str

    def form(self):
        """The words, with the unit's number where a unit is named."""
        return self.words | ({"unit": parks().pk} if "unit" in self.words else {})

    def __str__(self):
        return self.step


STEPS = [
    Way("received", "dispatcher", "dispatch", {"unit": "parks"}, "dispatched"),
    Way("received", "operator", "answer_at_once", {"reply": "In June."}, "answered"),
    Way("dispatched", "lighting officer", "accept", {}, "in_hand"),
    Way(
        "dispatched",
        "lighting officer",
        "object",
        {"ground": "not_our_duty", "reason": "A park lamp."},
        "dispatched",
    ),
    Way(
        "dispatched",
        "lighting officer",
        "answer_directly",
        {"resident_told": "By phone.", "reply": "Mended."},
        "answered",
    ),
    Way(
        "in_hand",
        "lighting officer",
        "answer",
        {"resident_told": "By phone.", "reply": "Mended."},
        "answered",
    ),
    Way("received", "operator", "redirect", {"route": "outside_duty"}, "redirected"),
    Way("in_hand", "dispatcher", "transfer", OUTSIDE, "transferred"),
    Way("transferred", "dispatcher", "report_outcome", {"reply": "A fine."}, "answered"),
    Way("transferred", "dispatcher", "take_back", {"reason": "Not theirs."}, "received"),
    Way("merged", "operator", "split", {"reason": "Another house."}, "received"),
    Way("parked", "lighting officer", "resume", {"reason": "Money came."}, "in_hand"),
    Way("redirected", "operator", "take_up_again", {"reason": "New facts."}, "received"),
    Way(
        "parked",
        "lighting officer",
        "answer_parked",
        {"resident_told": "By phone.", "reply": "Mended."},
        "answered",
    ),
    Way("dispatched", "lighting officer", "extend", {"ground": "law"} | LATER, "dispatched"),
    Way("in_hand", "lighting officer", "ask_to_park", {"ground": "money"} | LATER, "in_hand"),
    Way("transferred", "dispatcher", "ask_later", LATER, "transferred"),
    Way("answered", "caller", "close", SAID, "closed"),
    Way("answered", "caller", "reopen", SAID | {"solved": "no"}, "dispatched"),
    Way("closed", "operator", "ask_again", {"reason": "Dark again."}, "answered"),
    Way("closed", "supervisor", "reopen_closed", {"reason": "Dark again."}, "dispatched"),
    Way("in_hand", "operator", "withdraw", {"reason": "No longer wanted."}, "withdrawn"),
    Way("withdrawn", "dispatcher", "take_up_again", {"reason": "Wanted."}, "received"),
    Way("in_hand", "lighting officer", "tell_resident", {"resident_told": "Tonight."}, "in_hand"),
    Way("answered", "caller", "note_call_back", {"reached": "no"}, "answered"),
    Way("in_hand", "operator", "add_words", {"words": "Now the next one too."}, "in_hand"),
]
OWING = [
    way for way in STEPS if way.words and way.step not in {"reopen", "close", "note_call_back"}
]
every_step = pytest.mark.parametrize("way", STEPS, ids=str)


@every_step
def test_a_step_is_taken_and_the_second_press_is_told_so(way):
    case, client = make_case(way.start), at_desk(EVERYBODY[way.person]())
    words = way.form() | {"seen": seen(client, case, way.step)}
    assert sent(client, case, way.step, **words).status_code == 302
    assert status_of(case) == way.end
    entries = len(entries_about(case.number))
    again = sent(client, case, way.step, **words)
    assert again.status_code == 409
    assert (status_of(case), len(entries_about(case.number))) == (way.end, entries)


@every_step
def test_a_foreign_case_cannot_be_moved_even_by_its_address(way):
    case, stranger = make_case(way.start), make_official("officer", "caller", unit=make_unit())
    answer = sent(at_desk(stranger), case, way.step, **way.form())
    assert (answer.status_code, status_of(case)) == (404, way.start)


def test_whoever_gave_a_case_back_is_told_where_it_went():
    case, client = make_case(Status.DISPATCHED), at_desk(chen())
    give_back(case, at=NOON + minutes(30))
    answer = sent(client, case, "accept")
    assert (answer.status_code, "went back to the dispatcher" in text(answer)) == (409, True)
    assert sent(at_desk(zhao()), case, "accept").status_code == 404
    assert client.get(address(case)).status_code == 404


@pytest.mark.parametrize("status", ["received", "in_hand", "answered", "closed"])
@pytest.mark.parametrize("step", ["accept", "answer", "tell_resident"])
def test_a_post_that_never_takes_a_step_is_refused_wherever_the_case_is(status, step):
    answer = sent(at_desk(lin()), make_case(status), step, resident_told="x", reply="y")
    assert answer.status_code == 403


def test_a_step_that_came_too_late_shows_what_was_chosen_in_words():
    case, client = make_case(Status.CLOSED), at_desk(sun())
    refused = text(sent(client, case, "close", **SAID, unit=parks().pk))
    shown = refused.split("What you had written")[1]
    assert "<dd>Yes</dd>" in shown
    assert "<dd>satisfied</dd>" in shown
    assert f"<dd>{parks()}</dd>" in shown
    assert "Lit." in shown
    assert ">yes<" not in shown


@pytest.mark.parametrize(
    ("status", "person", "step", "optional"),
    [
        ("answered", sun, "close", NOT_ALWAYS),
        ("received", lin, "dispatch", {"Category"}),
        ("received", lin, "answer_at_once", set()),
        ("in_hand", chen, "answer", set()),
        ("in_hand", chen, "tell_resident", set()),
        ("in_hand", lin, "withdraw", set()),
        ("in_hand", lin, "add_words", set()),
        ("closed", gao, "reopen_closed", {"Unit in charge"}),
    ],
)
def test_only_what_a_step_does_not_owe_is_marked_as_optional(status, person, step, optional):
    page = text(at_desk(person()).get(f"{address(make_case(status))}?step={step}"))
    marked = re.findall(r'([^<>]+?)\s*<span class="optional">', page)
    assert {label.strip() for label in marked} == optional


@every_step
def test_the_wrong_post_is_a_403_on_a_case_that_one_may_see(way):
    case, leader = make_case(way.start), EVERYBODY["leader"]()
    length = len(entries_about(case.number))
    answer = sent(at_desk(leader), case, way.step, seen=length, **way.form())
    assert (answer.status_code, status_of(case)) == (403, way.start)
    assert len(entries_about(case.number)) == length


@pytest.mark.parametrize("way", OWING, ids=str)
def test_a_step_without_its_papers_is_a_400_and_changes_nothing(way):
    case, client = make_case(way.start), at_desk(EVERYBODY[way.person]())
    length = len(entries_about(case.number))
    answer = press(client, case, way.step)
    assert (answer.status_code, status_of(case)) == (400, way.start)
    assert 'class="error-summary' in text(answer)
    assert len(entries_about(case.number)) == length


def test_what_was_typed_stays_when_a_paper_is_missing():
    case = make_case(Status.IN_HAND)
    answer = press(at_desk(chen()), case, "answer", reply="Mended at six.", resident_told="")
    assert answer.status_code == 400
    assert "Mended at six." in text(answer)
    assert "two feedbacks are owed" in text(answer)


def test_a_stale_page_is_a_409_that_keeps_what_was_typed_and_leads_back():
    case, client = make_case(Status.IN_HAND), at_desk(chen())
    shown = seen(client, case, "answer")
    withdraw_case(case.number, "No longer wanted.", by=ma(), at=NOON + minutes(30))
    words = {"reply": "Mended at six.", "resident_told": "By phone.", "seen": shown}
    answer = sent(client, case, "answer", **words)
    assert answer.status_code == 409
    assert "This case is now withdrawn" in text(answer)
    assert "Mended at six." in text(answer)
    assert f'href="{address(case)}"' in text(answer)


def test_a_step_that_moves_nothing_is_not_taken_over_a_newer_entry():
    case, client = make_case(Status.IN_HAND), at_desk(chen())
    shown = seen(client, case, "tell_resident")
    press(client, case, "tell_resident", resident_told="Tonight.")
    answer = sent(client, case, "tell_resident", resident_told="Tonight.", seen=shown)
    assert answer.status_code == 409
    assert "since you opened it" in text(answer)


def test_a_case_is_answered_once_the_resident_was_told_before():
    case, client = make_case(Status.IN_HAND), at_desk(chen())
    press(client, case, "tell_resident", resident_told="Tonight.")
    assert press(client, case, "answer", reply="Mended.").status_code == 302
    assert Round.objects.get(case=case).resident_told_at == NOON


def test_a_case_is_reopened_at_another_unit_that_the_caller_names():
    case = make_case(Status.ANSWERED)
    words = SAID | {"solved": "no", "unit": parks().pk}
    press(at_desk(sun()), case, "reopen", **words)
    assert (fresh(case).unit, fresh(case).round_number) == (parks(), 2)


def test_a_reopened_case_goes_to_the_same_unit_if_none_is_named():
    case = make_case(Status.CLOSED)
    press(at_desk(gao()), case, "reopen_closed", reason="Dark again.")
    assert fresh(case).unit == lighting()


@pytest.mark.parametrize(
    "said",
    [
        {"reached": "yes"},
        {"reached": "yes", "solved": "yes"},
        {"reached": "yes", "satisfied": "satisfied"},
        {"reached": "yes", "solved": "no", "satisfied": "dissatisfied"},
        {"reached": "perhaps"},
        {},
    ],
)
def test_a_call_back_without_both_answers_closes_nothing(said):
    case = make_case(Status.ANSWERED)
    answer = press(at_desk(sun()), case, "close", **said)
    assert (answer.status_code, status_of(case)) == (400, Status.ANSWERED)
    assert not CallBack.objects.exists()


def test_a_case_is_closed_as_not_reached_only_after_three_attempts():
    case, client = make_case(Status.ANSWERED), at_desk(sun())
    for days in (3, 2):
        assert press(client, case, "close", reached="no").status_code == 409
        note_call_back(case.number, NOBODY, by=sun(), at=timezone.now() - timedelta(days=days))
    assert status_of(case) == Status.ANSWERED
    assert press(client, case, "close", reached="no").status_code == 302
    assert (status_of(case), Round.objects.get(case=case).solved) == (Status.CLOSED, None)


def test_a_caller_of_the_lead_unit_is_refused():
    case, judge = make_case(Status.ANSWERED), make_official("caller", "officer")
    answer = sent(at_desk(judge), case, "close", **SAID)
    assert (answer.status_code, status_of(case)) == (403, Status.ANSWERED)


def test_an_unknown_step_does_not_exist():
    case = make_case()
    assert sent(at_desk(lin()), case, "delete").status_code == 404
    assert Case.objects.filter(pk=case.pk).exists()


def test_a_step_is_not_taken_by_a_link():
    case = make_case(Status.DISPATCHED)
    assert (
        at_desk(chen()).get(f"{address(case)}steps/accept/").url == f"{address(case)}?step=accept"
    )
    assert status_of(case) == Status.DISPATCHED


@pytest.mark.parametrize("unit", ["0", "x", "999999", "-1"])
def test_a_unit_that_does_not_exist_is_a_400(unit):
    case = make_case()
    assert press(at_desk(lin()), case, "dispatch", unit=unit).status_code == 400
    assert status_of(case) == Status.RECEIVED


def test_a_unit_that_was_dissolved_is_not_offered_and_not_taken():
    gone = make_unit("旧照明队", dissolved_on=NOON.date())
    case, client = make_case(), at_desk(lin())
    assert "旧照明队" not in text(client.get(f"{address(case)}?step=dispatch"))
    assert press(client, case, "dispatch", unit=gone.pk).status_code == 400


def test_what_came_of_a_step_is_said_on_the_next_page():
    case, client = make_case(Status.DISPATCHED), at_desk(chen())
    press(client, case, "accept")
    assert "The case was accepted." in text(client.get(address(case)))


def test_an_officer_of_another_unit_sees_nothing_of_a_refusal():
    case = make_case(Status.DISPATCHED)
    answer = sent(at_desk(zhao()), case, "accept")
    assert case.title not in text(answer)
