"""Random lives, lawful or not: sums, facts and the slow count never differ, and what was
published as of a moment is counted again bit for bit, whatever happened since."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from huiyin.cases.rules import RESIDENT
from huiyin.counting.facts.folding import fold
from huiyin.counting.facts.reading import Source
from huiyin.counting.models import Exclusion, Fact, Sum
from huiyin.counting.rates import rates
from huiyin.counting.rules import Denominator, Merged, Open, Rounds
from huiyin.departments.models import Post, UnitLevel
from huiyin.followup.models import CallBack
from huiyin.intake.actions import receive_case
from huiyin.office.problems import Problem
from tests.counting.calibers import plain
from tests.counting.slowly import count_slowly
from tests.makers import (
    NOON,
    city,
    fresh,
    hotline,
    hotline_staff,
    lighting,
    make_unit,
    make_wish,
    official_once,
    parks,
)
from tests.people import chen, gao, sun, zhao
from tests.stories.random_acts import ACTS, Nothing, Scene
from tests.stories.test_a_random_city import LAWFUL

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MIDNIGHT = NOON.replace(hour=0)
CALIBERS = (
    plain(),
    replace(plain(), rounds=Rounds.EVERY, merged=Merged.PER_PARENT),
    replace(plain(), denominator=Denominator.CALL_BACKS, not_reached=Open.COUNT_AS_OPEN),
    replace(plain(), denominator=Denominator.CLOSED, rounds=Rounds.EVERY),
    replace(plain(), denominator=Denominator.ANSWERED, not_yet_callable=Open.COUNT_AS_OPEN),
    replace(plain(), denominator=Denominator.RECEIVED, not_yet_callable=Open.COUNT_AS_OPEN),
    replace(plain(), denominator=Denominator.RECEIVED, rounds=Rounds.FIRST),
)
MONTH = (MIDNIGHT - timedelta(days=3), MIDNIGHT + timedelta(days=27))
WINDOWS = (MONTH, (NOON, NOON + timedelta(days=1)), (NOON + timedelta(hours=12), MONTH[1]))


MAIN_ROAD = {
    "received": [("dispatch", "staff")],
    "dispatched": [("answer", "lead"), ("accept", "lead")],
    "in_hand": [("answer", "lead")],
    "answered": [
        ("close", "staff"),
        ("rate", "resident"),
        ("reopen", "staff"),
        ("note_call_back", "staff"),
        ("close", "staff"),
    ],
    "closed": [("ask_again", "resident"), ("reopen", "gao")],
}


class Counting(RuleBasedStateMachine):
    """A small city whose figures are read again and again while it works."""

    @initialize()
    def set_up(self) -> None:
        self.point = transaction.savepoint()
        self.at, self.numbers, self.published = NOON, [], []
        team = make_unit("路灯抢修队", parent=lighting(), level=UnitLevel.COMMUNITY)
        self.units = [lighting(), parks(), team]
        self.team = official_once(f"team-{team.pk}", "抢修员", Post.OFFICER, unit=team)
        for _ in range(4):
            self.another_request_comes()

    @rule()
    def another_request_comes(self) -> None:
        if len(self.numbers) < 9:
            made = receive_case(make_wish(), by=hotline_staff(), at=self.at, intake_unit=hotline())
            self.numbers.append(made.number)

    @rule(
        steps=st.lists(
            st.tuples(st.integers(0, 9), st.integers(0, 40), st.integers(1, 900)),
            min_size=24,
            max_size=24,
        )
    )
    def work_goes_on(self, steps) -> None:
        for which, pick, gap in steps:
            self.at += timedelta(minutes=gap)
            case = fresh(self.numbers[which % len(self.numbers)])
            lead = {lighting().pk: chen(), parks().pk: zhao()}.get(case.unit_id, self.team)
            # Two steps of three are on the main road, so that lives get far enough to be counted.
            acts = MAIN_ROAD.get(case.status) if pick % 3 else None
            act, who = (acts or LAWFUL[case.status])[pick % len(acts or LAWFUL[case.status])]
            people = {"lead": lead, "staff": hotline_staff(), "resident": RESIDENT, "gao": gao()}
            try:
                ACTS[act](Scene(self, people.get(who) or self.team, case, pick))
            except (Problem, Nothing):
                continue
            except (TypeError, AttributeError):
                continue
            DONE[act] += 1

    @rule(pick=st.integers(0, 9))
    def something_is_excluded(self, pick) -> None:
        found = CallBack.objects.filter(reached=True).order_by("pk")
        free = [call for call in found if not Exclusion.objects.filter(call_back=call).exists()]
        if free:
            exclude(free[pick % len(free)], at=self.at)
            DONE["exclude"] += 1

    @rule(pick=st.integers(0, 9))
    def an_exclusion_is_annulled(self, pick) -> None:
        found = list(Exclusion.objects.filter(annulled_at=None).order_by("pk"))
        if found:
            row = found[pick % len(found)]
            row.annulled_at = self.at
            row.save()
            DONE["annul"] += 1

    @rule()
    def the_minute_passes(self) -> None:
        self.at += timedelta(minutes=1)
        fold(at=self.at)

    @rule(which=st.integers(0, len(CALIBERS) - 1))
    def a_table_is_published(self, which) -> None:
        self.at += timedelta(minutes=1)
        asked = {"caliber": CALIBERS[which], "window": MONTH, "as_of": self.at}
        self.published.append((asked, rates(**asked, city=city()).as_json()))

    def teardown(self) -> None:
        if not hasattr(self, "point"):
            return
        try:
            self.compare()
        finally:
            transaction.savepoint_rollback(self.point)

    def compare(self) -> None:
        self.at += timedelta(minutes=1)
        for caliber in CALIBERS:
            for window in WINDOWS:
                slow = rolled_up(count_slowly(caliber, *window), self.units)
                for source in Source:
                    table = rates(caliber, window, city=city(), as_of=self.at, source=source)
                    assert counted(table) == slow, (source, caliber.denominator, window)
        for asked, told in self.published:
            assert rates(**asked, city=city()).as_json() == told
        assert not Sum.objects.filter(n_volume__lt=0).exists()
        now = Fact.objects.filter(known_until=None)
        assert now.count() == now.values("case", "round_number").distinct().count()
        spans = {
            span: sum(Sum.objects.filter(span=span).values_list("n_volume", flat=True))
            for span in (1, 8)
        }
        assert spans[1] == spans[8]


DONE: Counter[str] = Counter()


def exclude(call, *, at) -> Exclusion:
    """A granted exclusion of a call-back; how it is granted is told elsewhere."""
    return Exclusion.objects.create(
        case=call.case,
        round_number=call.round_number,
        call_back=call,
        unit=lighting(),
        ground="other",
        words="Cannot be done by law.",
        counted_at=call.at,
        asked_by=chen(),
        asked_at=call.at,
        rule_by=at,
        state="granted",
        ruled_by=sun(),
        ruled_at=at,
        granted_at=at,
    )


def counted(table) -> dict:
    """The rows of a table as the slow count gives them."""
    rows = [*table.rows, *table.outside, *([table.unled] if table.unled else [])]
    found = {
        row.unit.pk if row.unit else None: {
            "received": row.received,
            "closed": row.closed,
            "net": sides(row.net),
            "all": sides(row.all),
        }
        for row in rows
    }
    return {unit: row for unit, row in found.items() if any_in(row)}


def sides(tally) -> dict:
    return {
        "n": tally.n,
        "contacted": tally.responded,
        "solved": tally.solved,
        "satisfied": tally.satisfied,
        "basically": tally.basically,
        "waiting": tally.count("not_yet"),
        "score_n": tally.score_n,
        "score_sum": tally.score_sum,
        "score_square": tally.score_square,
    }


def any_in(row) -> bool:
    return any([row["received"], row["closed"], *row["net"].values(), *row["all"].values()])


def rolled_up(slow, units) -> dict:
    """The team is a community in no group: its work counts at the unit above it."""
    lamps, _parks, team = (unit.pk for unit in units)
    if team not in slow:
        return slow
    below, at = slow.pop(team), slow.get(lamps)
    if at is None:
        return slow | {lamps: below}
    for name, value in below.items():
        if isinstance(value, dict):
            at[name] = {each: at[name][each] + value[each] for each in value}
        else:
            at[name] += value
    return slow | {lamps: at}


def test_sums_never_drift_and_what_was_published_is_counted_again_bit_for_bit():
    DONE.clear()
    run_state_machine_as_test(
        Counting,
        settings=settings(
            max_examples=20,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    for act in ("dispatch", "answer", "close", "reopen", "merge", "exclude"):
        assert DONE[act], f"no life had {act}: {DONE}"
