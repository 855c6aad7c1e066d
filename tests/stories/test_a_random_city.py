"""Thousands of steps, lawful or not, by anybody on many cases: what holds for every one.

No case is stuck, no clock is lost, no step is without its entry, a refused step changes
nothing, nobody is told twice, nothing of a resident stands where it does not belong.
"""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from huiyin.cases.models import Application, Assignment, Case, Round
from huiyin.cases.residents import ResidentData
from huiyin.cases.rules import ARROWS, OPEN, RESIDENT
from huiyin.departments.models import Post
from huiyin.intake.actions import (
    receive_case,
)
from huiyin.logbook.models import Entry
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.notices.models import Notice
from huiyin.office.problems import Problem
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
from tests.stories.random_acts import ACTS, Nothing, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# A marker that stands in no city; wherever it is found, a resident was found.
NAME, PHONE = "欧阳匿名者", "13987654321"
ENDS = {arrow.start for arrow in ARROWS}


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
    assert len(DONE) >= 12, DONE
    assert DONE.total() >= 60, DONE
