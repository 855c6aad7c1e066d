"""The guard in the demo city, through SQL: the unit that games its figures is found, no other."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from huiyin.cases.models import Case
from huiyin.demo.building import build_city
from huiyin.demo.planting import GAMING_UNIT
from huiyin.departments.models import Unit
from huiyin.departments.queries import cities
from huiyin.reports.guard.counting import Window, cases_of, seen_in
from huiyin.reports.guard.rules import Signal, judged
from tests.demo.conftest import UNTIL, an_order

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def looked(django_db_setup, django_db_blocker, tmp_path_factory):  # noqa: ARG001 - comes first
    home, settings.HUIYIN_HOME = settings.HUIYIN_HOME, tmp_path_factory.mktemp("city")
    with django_db_blocker.unblock(), transaction.atomic():
        file = build_city(an_order(6_000, seed=7), lambda _done, _all: None)
        planted = json.loads(file.read_text("utf-8"))["planted"]
        [root] = cities()
        window = Window(root, UNTIL - timedelta(days=365), UNTIL, UNTIL)
        levels = dict(Unit.objects.values_list("pk", "level"))
        yield window, planted, judged(seen_in(window), levels, level=0.01)
        transaction.set_rollback(True)
    settings.HUIYIN_HOME = home


def raised(figures):
    codes = dict(Unit.objects.values_list("pk", "code"))
    return [(codes[one.unit], one.signal) for one in figures if one.is_raised]


def test_the_planted_unit_is_found_by_the_right_signals_and_nobody_else_is_asked(looked):
    _window, _planted, figures = looked
    found = raised(figures)
    assert {unit for unit, _signal in found} == {GAMING_UNIT}
    assert {Signal.NO_CONTACT, Signal.HEAPED, Signal.RETYPED} <= {signal for _unit, signal in found}


def test_each_figure_lists_exactly_as_many_cases_as_it_counts(looked):
    window, _planted, figures = looked
    once = set(Signal) - {Signal.NO_CONTACT, Signal.HEAPED, Signal.EXCLUDED, Signal.SAME_WORDS}
    once -= {Signal.JUMP, Signal.RETURNED}
    units = {unit.pk: unit for unit in Unit.objects.all()}
    for figure in figures:
        if figure.signal in once and figure.k:
            listed = cases_of(figure.signal, units[figure.unit], window)
            assert listed.count() == figure.k


def test_the_cases_listed_as_retyped_are_the_planted_ones(looked):
    window, planted, _figures = looked
    [thing] = [thing for thing in planted if thing["kind"] == "retyped"]
    unit = Unit.objects.get(code=GAMING_UNIT)
    listed = set(cases_of(Signal.RETYPED, unit, window).values_list("number", flat=True))
    in_window = Case.objects.filter(number__in=thing["cases"], received_at__gte=window.start)
    true = set(in_window.values_list("number", flat=True))
    assert len(listed & true) >= 0.8 * len(listed) > 0


def test_signals_are_told_apart(looked):
    _window, _planted, figures = looked
    assert set(Counter(one.signal for one in figures)) >= {Signal.HEAPED, Signal.MERGED}
