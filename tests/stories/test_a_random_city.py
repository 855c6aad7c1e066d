"""Thousands of steps, lawful or not, by anybody on many cases: what holds for every one.

No case is stuck, no clock is lost, no step is without its entry, a refused step changes
nothing, nobody is told twice, nothing of a resident stands where it does not belong.
"""

import json
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from hypothesis import HealthCheck
from hypothesis import settings as given_by
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from huiyin.cases.models import Application, Assignment, Case, Round
from huiyin.cases.residents import ResidentData
from huiyin.cases.rules import ARROWS, OPEN, RESIDENT
from huiyin.departments.models import Post
from huiyin.followup.models import AnswerLink
from huiyin.inspection.models import LedgerRow, Measure, Recheck
from huiyin.inspection.reminders import remind
from huiyin.inspection.walking import walk_on
from huiyin.intake.actions import receive_case
from huiyin.logbook.models import Entry
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.notices.models import Notice
from huiyin.office.problems import Problem
from huiyin.replies.joint.models import CalledUnit
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


def snapshot(number: str) -> tuple[object, ...]:
    """Everything that a refused step must leave as it was."""
    case = Case.objects.filter(number=number).values().get()
    rounds = list(Round.objects.filter(case__number=number).order_by("pk").values())
    parts = list(Assignment.objects.filter(case__number=number).order_by("pk").values())
    papers = list(Application.objects.filter(case__number=number).order_by("pk").values())
    beside = [
        list(kind.objects.filter(case__number=number).order_by("pk").values())
        for kind in (Measure, AnswerLink, LedgerRow, Recheck)
    ]
    return case, rounds, parts, papers, len(entries_about(number)), beside


gaps = st.sampled_from([0, 1, 7, 60, 900, 6000])
picks = st.integers(0, 40)
anything = st.tuples(
    st.sampled_from(sorted(ACTS)), st.integers(0, 10), st.integers(0, 9), picks, gaps
)
seeds = st.integers(0, 2**32)


class City(RuleBasedStateMachine):
    """A small city in which anybody may try anything."""

    @initialize()
    def set_up(self) -> None:
        # Each example in a city of its own.
        self.point = transaction.savepoint()
        self.at, self.numbers = NOON, []
        self.taken, self.pressed = Counter(), Counter()
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

    @rule(seed=seeds)
    def those_who_may_go_on(self, seed) -> None:
        """Random presses are mostly refused; so that lives get long, these are by who may."""
        chance = Random(seed)
        for step in range(25):
            self.at += timedelta(minutes=chance.choice([1, 4, 60, 200]))
            # Often somebody goes on with what has just been touched.
            if chance.randint(0, 2) == 0 or step == 0:
                number = chance.choice(self.numbers)
            case, pick = fresh(number), chance.randint(0, 999)
            acts = [*LAWFUL[case.status], *self.waiting(case)]
            if pick % 3:
                # What was seldom taken so far goes first, so that nothing is left untried.
                acts = sorted(set(acts), key=lambda one: (self.pressed[one[0]], one[0]))[:3]
            act, who = acts[pick // 3 % len(acts)]
            self.attempt(act, Scene(self, self.person(who, case), case, pick))

    def person(self, who: str, case: Case):
        if who == "lead":
            return self.officer_of(case.unit_id)
        people = {"staff": hotline_staff(), "resident": RESIDENT, "gao": gao()}
        return people.get(who) or self.officer_of(int(who))

    def officer_of(self, unit_id):
        return {lighting().pk: chen(), parks().pk: zhao()}.get(unit_id, self.team)

    def waiting(self, case: Case) -> list[tuple[str, str]]:
        """What people, papers and parts of a case wait for, and who may do it."""
        found = []
        papers = Application.objects.filter(case=case, state="open")
        found += [RULED[kind] for kind in papers.values_list("kind", flat=True)] * 2
        found += [("take_back_paper", "lead")] * papers.exists()
        under_way = Assignment.objects.filter(case=case, state__in=["sent", "accepted"])
        for part in under_way.exclude(role__in=["lead", "copy"]):
            found += [(act, str(part.unit_id)) for act in OF_A_PART]
            if CalledUnit.objects.filter(part=part, arrived_at=None).exists():
                found.append(("arrive", str(part.unit_id)))
            found.append(("release_part", "lead"))
        for measure in Measure.objects.filter(case=case, closed_at=None):
            found.append(("judge", "gao") if measure.answered_at else ("answer_measure", "lead"))
        links = AnswerLink.objects.filter(case=case, used_at=None, expires_at__gt=self.at)
        if case.status == "answered" and links.exists():
            found.append(("answer_by_link", "resident"))
        if Recheck.objects.filter(case=case, done_at=None).exists():
            found.append(("recheck", "gao"))
        return found

    @rule(days=st.integers(1, 9))
    def days_pass_and_the_jobs_run(self, days) -> None:
        """Measures open and climb, parked cases come back, people are reminded: each once."""
        for _day in range(days):
            self.at += timedelta(days=1)
            walked = walk_on(at=self.at)
            self.taken += Counter(
                {f"{name} by the job": count for name, count in asdict(walked).items()}
            )
            told = Notice.objects.count()
            remind(at=self.at)
            self.taken["reminded by the job"] += Notice.objects.count() - told
        again = walk_on(at=self.at)
        assert (again.resumed, again.caused, again.climbed, again.entered) == (0, 0, 0, 0)
        told = Notice.objects.count()
        remind(at=self.at)
        assert Notice.objects.count() == told

    @rule()
    def another_request_comes(self) -> None:
        if len(self.numbers) < 10:
            self.receive()

    def attempt(self, act: str, scene: Scene) -> None:
        self.pressed[act] += 1
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
        # What succeeded can wait longer than what was refused.
        self.pressed[act] += 2
        assert snapshot(scene.number)[4] > before[4], f"{act} left no entry"
        case = fresh(scene.number)
        later_round = case.round_number > before[0]["round_number"]
        changed = case.parent_id != merged or merged
        if due is not None and not later_round and not changed:
            assert case.due_at is not None, f"{act} lost the clock"
            assert case.due_at >= due, f"{act} shortened a promise"
        self.look_at(case)

    @invariant()
    def every_case_is_sound(self) -> None:
        for number in getattr(self, "numbers", ()):
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
        assert Measure.objects.filter(case=case, closed_at=None).count() <= 1
        on_ledger = LedgerRow.objects.filter(case=case, closed_at=None).count()
        assert on_ledger == (case.status == "parked")
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
        same = Counter(Notice.objects.values_list(*WHAT_IS_TOLD, Cast("facts", TextField())))
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
WHAT_IS_TOLD = ("about", "code", "audience", "unit_id", "official_id", "post", "at")
RULED = {
    "objection": ("rule_on_objection", "staff"),
    "extension": ("rule_on_time", "gao"),
    "parking": ("rule_on_parking", "gao"),
    "part_refusal": ("rule_on_refusal", "gao"),
}
OF_A_PART = ("accept_part", "refuse_part", "finish_part")
OFTEN = {
    *("rule_on_objection", "rule_on_time", "rule_on_parking", "rule_on_refusal"),
    *("transfer", "refuse_part", "send_link", "answer_by_link", "answer_measure", "judge"),
    *("caused by the job", "climbed by the job", "reminded by the job"),
}
JOBS = {f"{name} by the job" for name in ("resumed", "caused", "climbed", "reminded")}
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
        ("recall", "staff"),
        ("answer", "lead"),
        ("extend", "lead"),
        ("add", "resident"),
    ],
    "in_hand": [
        ("tell", "lead"),
        ("answer", "lead"),
        ("answer", "lead"),
        ("park", "lead"),
        ("park", "lead"),
        ("extend", "lead"),
        ("call_for_a_part", "lead"),
        ("whistle", "lead"),
        ("supervise", "gao"),
        ("report_stage", "lead"),
        ("object", "lead"),
        ("merge", "staff"),
    ],
    "answered": [
        ("close", "staff"),
        ("reopen", "staff"),
        ("rate", "resident"),
        ("note_call_back", "staff"),
        ("send_link", "staff"),
    ],
    "closed": [("add", "resident"), ("ask_again", "resident"), ("reopen_closed", "gao")],
    "withdrawn": [("take_up_again", "staff")],
    "redirected": [("take_up_again", "resident"), ("take_up_again", "staff")],
    "transferred": [("report_outcome", "staff"), ("take_back", "staff"), ("ask_later", "staff")],
    "parked": [
        ("resume", "lead"),
        ("answer", "lead"),
        ("withdraw", "resident"),
        ("review", "lead"),
        ("finish_milestone", "lead"),
    ],
    "merged": [("split", "resident"), ("split", "staff"), ("withdraw", "resident")],
}


def test_whatever_anybody_tries_no_case_is_stuck_and_nothing_is_lost(db, settings):  # noqa: ARG001
    settings.SMS_GATEWAY_URL = "https://sms.example.cn/send"
    DONE.clear()
    run_state_machine_as_test(
        City,
        settings=given_by(
            max_examples=10,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # A run in which hardly anything succeeded would prove nothing.
    assert len(DONE) >= 12, DONE
    assert DONE.total() >= 60, DONE


def seldom_done() -> set[str]:
    """What the cities so far have not shown often enough."""
    least = dict.fromkeys(OFTEN, 3)
    return {act for act in {*ACTS, *JOBS} if DONE[act] < least.get(act, 1)}


def test_everything_that_may_be_tried_succeeds_somewhere(db, settings):  # noqa: ARG001
    settings.SMS_GATEWAY_URL = "https://sms.example.cn/send"
    DONE.clear()
    pressed: Counter[str] = Counter()
    for seed in range(12):
        city = City()
        city.set_up()
        # Each city goes on with what the others tried least.
        city.pressed = +pressed
        try:
            for turn in range(14):
                city.another_request_comes()
                city.those_who_may_go_on(seed=100 * seed + turn)
                city.days_pass_and_the_jobs_run(days=1 + turn % 5)
                city.every_case_is_sound()
        finally:
            city.teardown()
            pressed = city.pressed
        if not seldom_done():
            return
    pytest.fail(f"{sorted(seldom_done())} hardly ever succeeded: {DONE}")
