"""Whatever people do with papers, in whatever order: what happened stays, and the sums agree."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases.models import Case, Round
from huiyin.counting.exclusions.access import (
    may_recheck,
    may_rule,
    papers_to_recheck,
    waiting_papers,
)
from huiyin.counting.exclusions.asking import take_back
from huiyin.counting.exclusions.lapsing import lapse_overdue
from huiyin.counting.exclusions.models import Appeal, Correction, Exclusion
from huiyin.counting.exclusions.published import COUNTS, Window, published
from huiyin.counting.exclusions.rechecking import Look, note_recheck
from huiyin.counting.exclusions.ruling import Verdict, rule_on
from huiyin.counting.facts.folding import fold
from huiyin.counting.models import Fact
from huiyin.departments.models import Post
from huiyin.followup.models import CallBack
from huiyin.office.problems import Problem
from tests.counting.papers import LATER, asked_appeal, asked_exclusion, called_case
from tests.makers import city, fresh, hotline, lighting, make_official, officer_of, parks

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ACTS = ("ask", "appeal", "grant", "refuse", "back", "stands", "annul", "lapse", "wait")
acts = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(0, 4)), max_size=10)


class Town:
    """Three called cases of two units, five people, and a clock that only goes on."""

    def __init__(self):
        self.at = LATER
        self.cases = [called_case(contacted=False), called_case(), called_case(unit=parks())]
        self.people = [
            make_official(Post.SUPERVISOR, unit=hotline()),
            make_official(Post.SUPERVISOR, unit=city()),
            make_official(Post.CALLER, unit=hotline()),
            make_official(Post.SUPERVISOR, Post.OFFICER, unit=lighting()),
            officer_of(lighting()),
        ]

    def papers(self) -> list:
        """Every paper as it stands, the exclusions first."""
        beside = ("case", "case__intake_unit", "unit")
        tables = (Exclusion, Appeal)
        return [row for one in tables for row in one.objects.select_related(*beside).order_by("pk")]

    def act(self, act: str, which: int, who: int) -> None:
        """Try something; what is refused changes nothing."""
        self.at += timedelta(hours=9 if act == "wait" else 1)
        by, case = self.people[who], fresh(self.cases[which % len(self.cases)])
        if act == "ask":
            asked_exclusion(case, at=self.at)
        elif act == "appeal":
            asked_appeal(case, "contacted", at=self.at)
        elif act == "lapse":
            lapse_overdue(at=self.at)
        elif act != "wait" and self.papers():
            paper = self.papers()[which % len(self.papers())]
            if act in {"grant", "refuse"}:
                rule_on(paper, Verdict(act == "grant", "看过材料。"), by=by, at=self.at)
            elif act == "back":
                take_back(paper, by=by, at=self.at)
            else:
                found = "stands" if act == "stands" else "annulled"
                note_recheck(paper, Look(found, "看过材料。"), by=by, at=self.at)


def what_happened() -> list:
    """All rows of what happened."""
    return [list(model.objects.order_by("pk").values()) for model in (Case, Round, CallBack)]


def check(town: Town) -> None:
    """What must hold at every moment."""
    fold(at=town.at)
    out = {row.case_id for row in town.papers() if row.kind == "exclusion" and in_force(row)}
    known = Fact.objects.filter(known_until=None, is_excluded=True)
    assert set(known.values_list("case_id", flat=True)) == out
    corrected = {row.case_id for row in town.papers() if row.kind == "appeal" and in_force(row)}
    now = Correction.objects.filter(annulled_at=None)
    assert set(now.values_list("case_id", flat=True)) == corrected
    for row in town.papers():
        assert row.asked_by_id not in {row.ruled_by_id, row.rechecked_by_id}
        assert row.ruled_by_id is None or row.ruled_by_id != row.rechecked_by_id
        assert row.ruled_at is None or row.ruled_at <= row.rule_by


def check_lists(town: Town) -> None:
    """A list shows exactly what its reader may rule on or look at again."""
    for by in town.people:
        for kind in ("exclusion", "appeal"):
            mine = [row for row in town.papers() if row.kind == kind]
            rules = {row.pk for row in mine if may_rule(row, by=by, at=town.at)}
            looks = {row.pk for row in mine if may_recheck(row, by=by)}
            assert {row.pk for row in waiting_papers(kind, by=by, at=town.at)} == rules
            assert {row.pk for row in papers_to_recheck(kind, by=by)} == looks


def in_force(row) -> bool:
    """Whether a paper changes what counts."""
    return row.granted_at is not None and row.annulled_at is None


def check_published(town: Town) -> None:
    """Every number is the same by unit, by ground and all together; nothing is lost."""
    window = Window(LATER - timedelta(days=9), LATER + timedelta(days=9), city(), town.at)
    for kind in ("exclusion", "appeal"):
        found = published(kind, window)
        for name in COUNTS:
            for rows in (found.units, found.grounds):
                assert sum(row.counts[name] for row in rows) == found.total.counts[name]
        assert found.total.counts["asked"] == len([r for r in town.papers() if r.kind == kind])
        assert found.total.waiting >= 0
        assert found.total.calls == len(town.cases)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts)
def test_papers_in_any_order_change_only_what_counts(settings, done):
    settings.EXCLUSION_RECHECK_PERCENT = 100
    settings.EXCLUSION_RULING_HOURS = 12
    with transaction.atomic():
        town = Town()
        before = what_happened()
        check(town)
        for act, which, who in done:
            with suppress(Problem):
                town.act(act, which, who)
            check(town)
        check_lists(town)
        check_published(town)
        assert what_happened() == before
        transaction.set_rollback(True)
