"""Queues: whoever has waited longest for the next step comes first."""

from datetime import timedelta

import pytest

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Case, Status
from huiyin.cases.queries import (
    overdue,
    waiting_for_call_back,
    waiting_for_dispatch,
    waiting_for_units,
)
from huiyin.departments.access import units_within
from huiyin.departments.models import Post
from tests.makers import NOON, make_case, make_category, minutes, parks
from tests.people import chen, gao, lin

pytestmark = pytest.mark.django_db


def test_the_longest_waiting_case_is_sent_first():
    late = make_case(at=NOON + minutes(30))
    early = make_case(at=NOON)
    make_case(Status.DISPATCHED)
    assert list(waiting_for_dispatch(visible_cases(lin()))) == [early, late]


def test_an_officer_works_what_is_due_next_first():
    plain = make_case(Status.DISPATCHED)
    gas = make_case(Status.IN_HAND, category=make_category("燃气", deadline_class="emergency"))
    make_case(Status.ANSWERED), make_case(Status.DISPATCHED, unit=parks())
    units = units_within(chen(), frozenset({Post.OFFICER}))
    assert list(waiting_for_units(visible_cases(chen()), units)) == [gas, plain]


def test_only_answered_cases_wait_for_a_call_back():
    cases = {status: make_case(status) for status in Status}
    assert list(waiting_for_call_back(visible_cases(gao()))) == [cases[Status.ANSWERED]]


def test_a_case_is_overdue_the_moment_after_its_wait_ends():
    case = make_case(Status.DISPATCHED)
    assert not overdue(Case.objects.all(), on=case.wait_until).exists()
    assert overdue(Case.objects.all(), on=case.wait_until + timedelta(seconds=1)).get() == case


def test_an_ended_case_is_never_overdue():
    make_case(Status.CLOSED), make_case(Status.WITHDRAWN)
    assert not overdue(Case.objects.all(), on=NOON + timedelta(days=900)).exists()
