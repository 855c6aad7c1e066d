"""Thousands of steps, lawful or not, by anybody on many cases: what holds for every one.

No case is stuck, no clock is lost, no step is without its entry, a refused step changes
nothing, nobody is told twice, nothing of a resident stands where it does not belong.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from huiyin.cases.applications import Verdict, take_application_back
from huiyin.cases.merging import merge_case, split_case
from huiyin.cases.models import Application, Assignment, AssignmentRole, Case, Round
from huiyin.cases.parts import Task, accept_part, ask_for_part, finish_part
from huiyin.cases.residents import ResidentData
from huiyin.cases.rules import ARROWS, OPEN, PROCEDURES, RESIDENT
from huiyin.departments.models import Post
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.objections import (
    Objection,
    object_to_dispatch,
    recall_dispatch,
    rule_on_objection,
)
from huiyin.dispatch.routes import (
    Explanation,
    Handover,
    ask_later,
    redirect_case,
    report_outcome,
    take_back,
    transfer_case,
)
from huiyin.followup.actions import (
    Said,
    ask_again,
    close_case,
    note_call_back,
    rate_case,
    reopen_case,
)
from huiyin.intake.actions import (
    Addition,
    add_to_case,
    answer_at_once,
    receive_case,
    take_up_again,
    withdraw_case,
)
from huiyin.logbook.models import Entry
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.notices.models import Notice
from huiyin.office.problems import Problem
from huiyin.replies.actions import accept_case, answer_case, tell_resident
from huiyin.replies.times import (
    LedgerEntry,
    MoreTime,
    ask_for_time,
    ask_to_park,
    resume_case,
    rule_on_parking,
    rule_on_time,
)
from tests.makers import (
    NOON,
    fresh,
    hotline,
    hotline_staff,
    lighting,
    make_unit,
    make_wish,
    official_once,
    parks,
)
from tests.people import chen, gao, he, lin, ma, song, sun, zhao

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# A marker that stands in no city; wherever it is found, a resident was found.
NAME, PHONE = "欧阳匿名者", "13987654321"
SOLVED = Said(reached=True, solved=True, satisfied="satisfied")
UNSOLVED = Said(reached=True, solved=False, satisfied="dissatisfied", remark="Still dark.")
NOBODY = Said(reached=False)
RULINGS = ("uphold", "redispatch", "designate", "return", "grant", "refuse")
ROUTES = ("emergency", "same_matter", "outside_duty", "nonsense")
FINAL_ALLOWED = {"closed", "withdrawn", "redirected"}
ENDS = {arrow.start for arrow in ARROWS}


class Scene:
    """What one attempt is made with: who, on which case, with which other things at hand."""

    def __init__(self, machine: "City", who, case: Case, pick: int) -> None:
        self.by, self.case, self.number, self.pick = who, case, case.number, pick
        self.at = machine.at
        self.units = machine.units
        self.unit = machine.units[pick % len(machine.units)]
        self.other = machine.numbers[(pick * 7) % len(machine.numbers)]
        self.later = machine.at + timedelta(hours=(pick % 9) * 40 - 20)

    def application(self) -> int:
        rows = Application.objects.filter(case=self.case).order_by("-pk")
        found = list(rows.values_list("pk", flat=True)[:2])
        return found[self.pick % len(found)] if found else skip()

    def part(self) -> int:
        rows = Assignment.objects.filter(case=self.case).order_by("-pk")
        found = list(rows.values_list("pk", flat=True)[:3])
        return found[self.pick % len(found)] if found else skip()


class Nothing(Exception):  # noqa: N818 - not a mistake: there is nothing to try here
    """There is nothing yet on which this could be tried."""


def skip():
    raise Nothing


def told(scene: Scene) -> str:
    return ("By phone.", "", "On site.")[scene.pick % 3]


def verdict(scene: Scene) -> Verdict:
    """Mostly a ruling of the kind that was asked for, now and then another."""
    latest = Application.objects.filter(case=scene.case).order_by("-pk").first()
    rulings = PROCEDURES[latest.kind].rulings if latest and scene.pick % 5 else RULINGS
    return Verdict(rulings[scene.pick % len(rulings)], "So it is ruled.")


ACTS: dict[str, Callable[[Scene], object]] = {
    "dispatch": lambda s: dispatch_case(s.number, s.unit, by=s.by, at=s.at),
    "accept": lambda s: accept_case(s.number, by=s.by, at=s.at),
    "tell": lambda s: tell_resident(s.number, "Tonight.", by=s.by, at=s.at),
    "answer": lambda s: answer_case(
        s.number,
        "Mended.",
        by=s.by,
        at=s.at,
        resident_told=told(s),
        without_parts="Not needed." if s.pick % 2 else "",
    ),
    "answer_at_once": lambda s: answer_at_once(s.number, "In June.", by=s.by, at=s.at),
    "object": lambda s: object_to_dispatch(
        s.number, Objection("not_our_duty", "Not ours.", s.unit), by=s.by, at=s.at
    ),
    "rule_on_objection": lambda s: rule_on_objection(
        s.application(), verdict(s), by=s.by, at=s.at, unit=s.unit
    ),
    "recall": lambda s: recall_dispatch(s.number, "Wrong button.", by=s.by, at=s.at, unit=s.unit),
    "take_back_paper": lambda s: take_application_back(s.application(), by=s.by, at=s.at),
    "extend": lambda s: ask_for_time(
        s.number, MoreTime("law", "Article 9.", s.later), by=s.by, at=s.at
    ),
    "rule_on_time": lambda s: rule_on_time(s.application(), verdict(s), by=s.by, at=s.at),
    "park": lambda s: ask_to_park(
        s.number, LedgerEntry("money", "Next year.", s.later), by=s.by, at=s.at
    ),
    "rule_on_parking": lambda s: rule_on_parking(s.application(), verdict(s), by=s.by, at=s.at),
    "resume": lambda s: resume_case(
        s.number, "The day has come.", by=None if s.pick % 2 else official(s), at=s.at
    ),
    "redirect": lambda s: redirect_case(
        s.number, Explanation(ROUTES[s.pick % 4], "Told.", s.other), by=s.by, at=s.at
    ),
    "transfer": lambda s: transfer_case(
        s.number, Handover("police", "Handed over.", s.later), by=s.by, at=s.at
    ),
    "ask_later": lambda s: ask_later(s.number, "They work on it.", s.later, by=s.by, at=s.at),
    "report_outcome": lambda s: report_outcome(s.number, "A fine.", by=s.by, at=s.at),
    "take_back": lambda s: take_back(s.number, "Not theirs.", by=s.by, at=s.at),
    "merge": lambda s: merge_case(s.number, s.other, by=s.by, at=s.at),
    "split": lambda s: split_case(s.number, "Another house.", by=s.by, at=s.at),
    "withdraw": lambda s: withdraw_case(s.number, "No longer wanted.", by=s.by, at=s.at),
    "take_up_again": lambda s: take_up_again(s.number, "New facts.", by=s.by, at=s.at),
    "note_call_back": lambda s: note_call_back(s.number, NOBODY, by=s.by, at=s.at),
    "close": lambda s: close_case(
        s.number, (SOLVED, UNSOLVED, NOBODY)[s.pick % 3], by=s.by, at=s.at
    ),
    "reopen": lambda s: reopen_case(s.number, UNSOLVED, by=s.by, at=s.at),
    "rate": lambda s: rate_case(s.number, (SOLVED, UNSOLVED)[s.pick % 2], at=s.at),
    "ask_again": lambda s: ask_again(s.number, "Dark again.", by=s.by, at=s.at),
    "add": lambda s: add_to_case(s.number, Addition("More words."), by=s.by, at=s.at),
    "call_for_a_part": lambda s: ask_for_part(
        s.number,
        s.unit,
        Task("Bring a ladder."),
        role=(AssignmentRole.ASSIST, AssignmentRole.BELOW)[s.pick % 2],
        by=s.by,
        at=s.at,
    ),
    "accept_part": lambda s: accept_part(s.number, s.part(), by=s.by, at=s.at),
    "finish_part": lambda s: finish_part(s.number, s.part(), "Brought.", by=s.by, at=s.at),
}


def official(scene: Scene):
    return scene.by if scene.by != RESIDENT else hotline_staff()


def parks_or_lamps(pick: int):
    return zhao() if pick % 3 else chen()


def snapshot(number: str) -> tuple[object, ...]:
    """Everything that a refused step must leave as it was."""
    case = Case.objects.filter(number=number).values().get()
    rounds = list(Round.objects.filter(case__number=number).order_by("pk").values())
    parts = list(Assignment.objects.filter(case__number=number).order_by("pk").values())
    papers = list(Application.objects.filter(case__number=number).order_by("pk").values())
    return case, rounds, parts, papers, len(entries_about(number))


gaps = st.sampled_from([0, 1, 7, 60, 900, 6000])
picks = st.integers(0, 40)
anything = st.tuples(
    st.sampled_from(sorted(ACTS)), st.integers(0, 10), st.integers(0, 9), picks, gaps
)
lawful = st.tuples(st.integers(0, 9), picks, st.integers(1, 300))


class City(RuleBasedStateMachine):
    """A small city in which anybody may try anything."""

    @initialize()
    def set_up(self) -> None:
        # Each example in a city of its own.
        self.point = transaction.savepoint()
        self.at, self.numbers, self.taken = NOON, [], Counter()
        team = make_unit("路灯抢修队", parent=lighting())
        self.units = [lighting(), parks(), team]
        self.team = official_once(f"team-{team.pk}", "抢修员", Post.OFFICER, unit=team)
        for _ in range(4):
            self.receive()

    def receive(self) -> None:
        resident = ResidentData(name=NAME, phone=PHONE, address="某小区 3 号")
        wish = make_wish(resident=resident)
        case = receive_case(wish, by=hotline_staff(), at=self.at, intake_unit=hotline())
        self.numbers.append(case.number)

    def people(self):
        named = [ma(), lin(), chen(), zhao(), sun(), gao(), song(), he()]
        return [*named, self.team, RESIDENT, hotline_staff()]

    @rule(tries=st.lists(anything, min_size=8, max_size=8))
    def people_try_things(self, tries) -> None:
        for act, who, which, pick, gap in tries:
            self.at += timedelta(minutes=gap)
            number = self.numbers[which % len(self.numbers)]
            self.attempt(act, Scene(self, self.people()[who], fresh(number), pick))

    @rule(steps=st.lists(lawful, min_size=12, max_size=12))
    def those_who_may_go_on(self, steps) -> None:
        """Random presses are mostly refused; so that lives get long, these are by who may."""
        for which, pick, gap in steps:
            self.at += timedelta(minutes=gap)
            case = fresh(self.numbers[which % len(self.numbers)])
            lead = {lighting().pk: chen(), parks().pk: zhao()}.get(case.unit_id, self.team)
            acts = LAWFUL[case.status]
            act, who = acts[pick % len(acts)]
            people = {"lead": lead, "staff": hotline_staff(), "resident": RESIDENT, "gao": gao()}
            by = people.get(who) or (parks_or_lamps(pick), self.team)[pick % 2]
            self.attempt(act, Scene(self, by, case, pick))

    @rule()
    def another_request_comes(self) -> None:
        if len(self.numbers) < 10:
            self.receive()

    def attempt(self, act: str, scene: Scene) -> None:
        before, merged = snapshot(scene.number), scene.case.parent_id
        due = scene.case.due_at
        try:
            ACTS[act](scene)
        except Nothing:
            return
        except Problem:
            assert snapshot(scene.number) == before, f"{act} was refused and changed something"
            return
        except TypeError:
            # The resident has no seat at the desk: most acts do not even know how to ask.
            assert scene.by == RESIDENT
            return
        except AttributeError:
            assert scene.by == RESIDENT
            return
        self.taken[act] += 1
        assert snapshot(scene.number)[4] > before[4], f"{act} left no entry"
        case = fresh(scene.number)
        later_round = case.round_number > before[0]["round_number"]
        changed = case.parent_id != merged or merged
        if due is not None and not later_round and not changed:
            assert case.due_at is not None, f"{act} lost the clock"
            assert case.due_at >= due, f"{act} shortened a promise"
        for number in self.numbers:
            self.look_at(fresh(number))

    def look_at(self, case: Case) -> None:
        assert case.status in ENDS, f"{case.status} has no way out"
        assert (case.wait_until is None) == (case.status not in OPEN), case.status
        if case.status in {"dispatched", "in_hand", "parked"}:
            assert case.unit_id is not None
            assert Round.objects.get(case=case, number=case.round_number).due_at == case.due_at
        if case.status == "merged":
            assert case.parent.status in {"received", "dispatched", "in_hand", "parked"}
            assert case.parent.parent_id is None or case.parent.status != "merged"
        waiting = Application.objects.filter(case=case, state="open")
        assert not waiting.exists() or case.status in {"dispatched", "in_hand", "parked"}

    def teardown(self) -> None:
        if not hasattr(self, "point"):
            return
        try:
            self.look_at_everything()
        finally:
            transaction.savepoint_rollback(self.point)
            DONE.update(self.taken)

    def look_at_everything(self) -> None:
        assert verify().problems == []
        keys = list(Notice.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys))
        same = Counter(
            Notice.objects.values_list("about", "code", "audience", "unit_id", "official_id", "at")
        )
        assert [one for one, times in same.items() if times > 1] == []
        written = json.dumps(
            [
                list(Entry.objects.values_list("body", flat=True)),
                list(Notice.objects.values_list("facts", flat=True)),
                list(Application.objects.values_list("asked", "words", "ruling_words")),
                list(Case.objects.values_list("title", "text", "address")),
            ],
            ensure_ascii=False,
        )
        assert NAME not in written
        assert PHONE not in written


DONE: Counter[str] = Counter()
LAWFUL: dict[str, list[tuple[str, str]]] = {
    "received": [
        ("dispatch", "staff"),
        ("dispatch", "staff"),
        ("dispatch", "staff"),
        ("merge", "staff"),
        ("redirect", "staff"),
        ("transfer", "staff"),
        ("answer_at_once", "staff"),
    ],
    "dispatched": [
        ("accept", "lead"),
        ("object", "lead"),
        ("rule_on_objection", "staff"),
        ("rule_on_objection", "staff"),
        ("recall", "staff"),
        ("answer", "lead"),
        ("extend", "lead"),
    ],
    "in_hand": [
        ("tell", "lead"),
        ("answer", "lead"),
        ("answer", "lead"),
        ("park", "lead"),
        ("rule_on_parking", "gao"),
        ("rule_on_parking", "gao"),
        ("accept_part", "helper"),
        ("finish_part", "helper"),
        ("extend", "lead"),
        ("rule_on_time", "gao"),
        ("call_for_a_part", "lead"),
        ("object", "lead"),
        ("rule_on_objection", "staff"),
        ("merge", "staff"),
    ],
    "answered": [
        ("close", "staff"),
        ("reopen", "staff"),
        ("rate", "resident"),
        ("note_call_back", "staff"),
    ],
    "closed": [("add", "resident")] * 6 + [("ask_again", "resident"), ("reopen", "gao")],
    "withdrawn": [("take_up_again", "staff")],
    "redirected": [("take_up_again", "resident"), ("take_up_again", "staff")],
    "transferred": [("report_outcome", "staff"), ("take_back", "staff"), ("ask_later", "staff")],
    "parked": [("resume", "lead"), ("answer", "lead"), ("withdraw", "resident")],
    "merged": [("split", "resident"), ("split", "staff"), ("withdraw", "resident")],
}


def test_whatever_anybody_tries_no_case_is_stuck_and_nothing_is_lost(db):  # noqa: ARG001
    run_state_machine_as_test(
        City,
        settings=settings(
            max_examples=20,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # A run in which hardly anything succeeded would prove nothing.
    assert len(DONE) >= 25, DONE
    assert DONE.total() >= 300, DONE
