"""Random small histories of joint work: what must hold whatever people do, and in which order."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases.models import Application, Assignment, AssignmentRole, Status
from huiyin.cases.papers.applications import Verdict
from huiyin.cases.parts import Task, accept_part, ask_for_part, finish_part, release_part
from huiyin.departments.queries import forget_kept
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.models import Duty, Stance
from huiyin.followup.actions import close_case, reopen_case
from huiyin.intake.actions import withdraw_case
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from huiyin.office.problems import Problem
from huiyin.replies.actions import answer_case
from huiyin.replies.joint.arrivals import Arrival, report_arrival
from huiyin.replies.joint.refusals import refuse_part, rule_on_refusal
from huiyin.replies.joint.whistles import Call, Spot, blow_whistle
from tests.makers import (
    NOT_SOLVED,
    SOLVED,
    fresh,
    give_back,
    hotline_staff,
    make_category,
    minutes,
    parks,
)
from tests.people import lin, sun
from tests.replies.street import BEGUN, case_of, make_street

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NAMES = ("fire", "market", "housing", "community")
STEPS = (
    *("whistle", "hand_down", "accept", "arrive", "finish", "release", "refuse", "excuse"),
    *("confirm", "answer", "answer_without", "reopen", "close", "withdraw", "give_back", "send"),
)
moves = st.tuples(st.sampled_from(STEPS), st.sampled_from(NAMES), st.sampled_from(NAMES))


class History:
    """One case of a street, and what people try with it."""

    def __init__(self):
        category = make_category()
        Duty.objects.create(unit_level="community", category=category, stance=Stance.ASSIST_ONLY)
        self.town = make_street()
        self.number = case_of(self.town, category=category).number
        self.at = BEGUN
        self.answered_with_open = []

    def take(self, step, name, other):
        """Try one step; what may not be done leaves everything as it was."""
        self.at += minutes(7)
        before = self.standing()
        try:
            getattr(self, step)(name, other)
        except Problem:
            assert self.standing() == before

    def standing(self):
        parts = Assignment.objects.filter(case__number=self.number).order_by("pk")
        rows = list(parts.values_list("pk", "state", "result"))
        return rows, fresh(self.number).status, len(entries_about(self.number))

    def part(self, name):
        unit = getattr(self.town, name, None) or self.town.called[name]
        rows = Assignment.objects.filter(case__number=self.number, unit=unit).exclude(role="lead")
        return getattr(rows.order_by("-pk").first(), "pk", 0)

    def words(self, name):
        return {"by": self.town.officer(name), "at": self.at}

    def whistle(self, name, other):
        units = tuple(self.town.called[one] for one in {name, other} if one != "community")
        call = Call(
            units,
            "联合检查。",
            Spot("夜市东口"),
            self.at + timedelta(hours=1),
            self.at + timedelta(days=1),
        )
        blow_whistle(self.number, call, **self.words("street"))

    def hand_down(self, _name, _other):
        task = Task("上门查看。", self.at + timedelta(days=1))
        below, role = self.town.community, AssignmentRole.BELOW
        ask_for_part(self.number, below, task, role=role, **self.words("street"))

    def accept(self, name, other):
        accept_part(self.number, self.part(name), **self.words(other))

    def arrive(self, name, other):
        report_arrival(self.number, self.part(name), Arrival("李强", 1), **self.words(other))

    def finish(self, name, other):
        finish_part(self.number, self.part(name), "已办。", **self.words(other))

    def release(self, name, _other):
        release_part(self.number, self.part(name), "不再需要。", **self.words("street"))

    def refuse(self, name, _other):
        refuse_part(self.number, self.part(name), "no_power", "无权。", **self.words(name))

    def excuse(self, name, _other):
        self.rule(name, "grant")

    def confirm(self, name, _other):
        self.rule(name, "refuse")

    def rule(self, name, ruling):
        paper = Application.objects.filter(part=self.part(name)).order_by("-pk").first()
        if paper is not None:
            by = self.town.supervisor()
            rule_on_refusal(paper.pk, Verdict(ruling, "依清单。"), by=by, at=self.at)

    def answer(self, _name, _other):
        self.given("")

    def answer_without(self, _name, _other):
        self.given("另案处理。")

    def given(self, why):
        words = self.words("street") | {"resident_told": "已告知。", "without_parts": why}
        waiting = open_now(self.number)
        answer_case(self.number, "已处理。", **words)
        self.answered_with_open.append((waiting, why))

    def reopen(self, _name, _other):
        reopen_case(self.number, NOT_SOLVED, by=sun(), at=self.at)

    def close(self, _name, _other):
        close_case(self.number, SOLVED, by=sun(), at=self.at)

    def withdraw(self, _name, _other):
        withdraw_case(self.number, "不用了。", by=hotline_staff(), at=self.at)

    def give_back(self, _name, _other):
        if fresh(self.number).unit == self.town.street:
            give_back(fresh(self.number), at=self.at, by=self.town.officer())

    def send(self, name, _other):
        unit = parks() if name == "fire" else self.town.street
        dispatch_case(self.number, unit, by=lin(), at=self.at)


def open_now(number):
    rows = Assignment.objects.filter(case__number=number, role__in=("assist", "below"))
    return list(rows.filter(state__in=("sent", "accepted")))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(moves, min_size=4, max_size=22))
def test_whatever_people_do_with_the_parts_of_a_case(steps):
    forget_kept()
    with transaction.atomic():
        walk(steps)
        transaction.set_rollback(True)


def walk(steps):
    """Take the steps in a city of their own, and look at it after each."""
    history = History()
    for step in steps:
        history.take(*step)
        case = fresh(history.number)
        # A part is open only while its case is worked, by whoever asked for it, in its round.
        for part in open_now(history.number):
            assert case.status in {Status.DISPATCHED, Status.IN_HAND, Status.PARKED}
            assert (part.round_number, part.asked_by) == (case.round_number, case.unit)
    what_remains(history)


def what_remains(history):
    """No part without an entry that asked for it, no end without one that ended it."""
    lines = entries_about(history.number)
    parts = Assignment.objects.filter(case__number=history.number, role__in=("assist", "below"))
    ended = parts.exclude(state__in=("sent", "accepted"))
    assert sum(line.code == "part.asked" for line in lines) == parts.count()
    assert sum(line.code in ENDS for line in lines) == ended.count()
    assert not ended.filter(done_at=None)
    # No answer with open parts without words, no refusal that waits for a part that is over.
    assert [why for waiting, why in history.answered_with_open if waiting and not why] == []
    waiting = Application.objects.filter(kind="part_refusal", state="open")
    assert not waiting.exclude(part__in=open_now(history.number))
    assert verify().problems == []


ENDS = {"part.done", "part.excused", "part.released"}
