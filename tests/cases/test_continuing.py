"""A stored case that is taken on leaves nothing behind: papers, parts and children go with it."""

from datetime import timedelta

import pytest

from huiyin.cases.effects import Papers
from huiyin.cases.merging import merge_case
from huiyin.cases.models import Application, Assignment, AssignmentRole, Status
from huiyin.cases.parts import Task, ask_for_part
from huiyin.cases.past.continuing import go_on
from huiyin.cases.past.happened import PastMove
from huiyin.dispatch.objections import Objection, object_to_dispatch
from huiyin.logbook.queries import entries_about
from huiyin.logbook.verifying import verify
from tests.makers import NOON, hotline_staff, make_case, minutes, parks, status_of
from tests.people import chen

pytestmark = pytest.mark.django_db
LATER = NOON + minutes(90)
ANSWER = PastMove(
    Status.ANSWERED, LATER + timedelta(days=1), "system:import", Papers(reply="Mended.")
)


def answered(case):
    go_on(case.number, [ANSWER])
    assert status_of(case) == Status.ANSWERED
    assert verify().problems == []
    return [line.code for line in entries_about(case.number)]


def test_an_open_objection_lapses():
    case = make_case(Status.DISPATCHED)
    object_to_dispatch(case.number, Objection("not_our_duty", "No."), by=chen(), at=LATER)
    answered(case)
    assert Application.objects.get().state == "lapsed"
    assert entries_about(case.number)[-1].details["lapsed"] == ["objection"]


def test_an_open_part_is_released_with_an_entry_after_the_step():
    case, task = make_case(Status.IN_HAND), Task("剪枝", LATER + timedelta(days=2))
    ask_for_part(case.number, parks(), task, role=AssignmentRole.ASSIST, by=chen(), at=LATER)
    assert answered(case)[-2:] == ["case.moved", "part.released"]
    assert Assignment.objects.get(unit=parks()).state == "released"


def test_a_merged_case_follows_its_parent():
    case, child = make_case(Status.IN_HAND), make_case(Status.RECEIVED)
    merge_case(child.number, case.number, by=hotline_staff(), at=LATER)
    answered(case)
    assert status_of(child) == Status.ANSWERED
