"""An appeal (申诉) changes only what counts: a correction beside the facts, and both are kept."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Round
from huiyin.counting.exclusions.asking import ask_appeal
from huiyin.counting.exclusions.lapsing import lapse_overdue
from huiyin.counting.exclusions.models import Appeal, Correction
from huiyin.counting.exclusions.rechecking import Look, note_recheck
from huiyin.counting.exclusions.ruling import Verdict, rule_on
from huiyin.followup.actions import Said, reopen_case
from huiyin.followup.models import CallBack, Judgement
from huiyin.notices.models import Notice
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from tests.counting.papers import (
    CALLED,
    GRANT,
    LATER,
    REFUSE,
    asked_appeal,
    called_case,
    draws_all,
    fact_of,
    plea,
    supervisor,
)
from tests.makers import fresh, hotline_staff, lighting, make_case, parks
from tests.people import zhao

pytestmark = pytest.mark.django_db
SOON = LATER + timedelta(hours=2)


def late_case():
    """A case that was answered after its deadline, by ten minutes."""
    case = called_case()
    turn = Round.objects.get(case=case)
    Round.objects.filter(pk=turn.pk).update(due_at=turn.answered_at - timedelta(minutes=10))
    return fresh(case)


def reopened_case():
    """A case whose resident called it unsolved, judged reasonable: its first round counts so."""
    case = make_case("answered", at=CALLED - timedelta(hours=5))
    said = Said(
        reached=True, contacted=True, solved=False, satisfied="dissatisfied", remark="还没好。"
    )
    reopen_case(case.number, said, by=hotline_staff(), at=CALLED)
    return fresh(case)


def test_a_unit_that_was_in_touch_is_counted_so_and_the_call_stays_as_it_was():
    case = called_case(contacted=False)
    assert fact_of(case, at=LATER).contacted is False
    rule_on(asked_appeal(case, "contacted"), GRANT, by=supervisor(), at=SOON)
    assert fact_of(case, at=SOON).contacted is True
    assert CallBack.objects.get(case=case).contacted is False


def test_a_deadline_reckoned_wrongly_is_corrected_and_the_deadline_stays():
    case = late_case()
    due = Round.objects.get(case=case).due_at
    rule_on(asked_appeal(case, "on_time"), GRANT, by=supervisor(), at=SOON)
    assert fact_of(case, at=SOON).on_time is True
    assert Round.objects.get(case=case).due_at == due


def test_another_round_judged_reasonable_wrongly_is_corrected_and_the_judgement_stays():
    case = reopened_case()
    assert fact_of(case, at=LATER).reasonable is True
    rule_on(asked_appeal(case, "reasonable"), GRANT, by=supervisor(), at=SOON)
    assert fact_of(case, at=SOON).reasonable is False
    assert Judgement.objects.get(case=case).is_reasonable is True
    assert fresh(case).status == "dispatched"


def test_the_right_unit_is_judged_and_told_and_may_appeal_itself():
    case = called_case()
    paper = asked_appeal(case, "unit", proposed=parks())
    rule_on(paper, GRANT, by=supervisor(), at=SOON)
    assert fact_of(case, at=SOON).unit_id == parks().pk
    assert fresh(case).unit_id == lighting().pk
    assert Notice.objects.filter(code="appeal.moved", unit=parks()).exists()
    own = ask_appeal(case.number, plea("unit", proposed=lighting()), by=zhao(), at=SOON)
    rule_on(own, GRANT, by=supervisor(), at=SOON + timedelta(hours=1))
    assert fact_of(case, at=SOON + timedelta(hours=1)).unit_id == lighting().pk
    assert Correction.objects.filter(annulled_at=None).count() == 1


def test_who_rules_cannot_let_the_very_unit_be_judged_instead_of_itself():
    paper = asked_appeal(called_case(), "unit", proposed=parks())
    with pytest.raises(WrongInput):
        rule_on(paper, Verdict(is_granted=True, unit=lighting()), by=supervisor(), at=SOON)
    assert not Correction.objects.exists()


def test_an_appeal_about_the_unit_names_another_unit():
    with pytest.raises(WrongInput):
        asked_appeal(called_case(), "unit", proposed=lighting())


@pytest.mark.parametrize("ground", ["contacted", "on_time", "reasonable"])
def test_what_does_not_count_against_a_unit_is_nothing_to_appeal(ground):
    with pytest.raises(NotPossible):
        asked_appeal(called_case(), ground)


def test_a_refused_appeal_changes_no_count_and_is_kept():
    case = called_case(contacted=False)
    paper = asked_appeal(case, "contacted")
    rule_on(paper, REFUSE, by=supervisor(), at=SOON)
    assert fact_of(case, at=SOON).contacted is False
    assert (Correction.objects.count(), Appeal.objects.get().state) == (0, "refused")


def test_an_appeal_that_nobody_ruled_on_lapses():
    paper = asked_appeal(called_case(contacted=False), "contacted")
    assert lapse_overdue(at=paper.rule_by + timedelta(seconds=1)) == 1
    assert (Appeal.objects.get().state, Correction.objects.count()) == ("lapsed", 0)


def test_an_annulled_appeal_counts_as_before(settings):
    draws_all(settings)
    case = called_case(contacted=False)
    paper = rule_on(asked_appeal(case, "contacted"), GRANT, by=supervisor(), at=SOON)
    at = SOON + timedelta(days=1)
    note_recheck(paper, Look("annulled", "通话记录不是本案的。"), by=supervisor(), at=at)
    assert fact_of(case, at=at).contacted is False
    assert Correction.objects.get().annulled_at == at


def test_another_unit_does_not_appeal():
    case = called_case(contacted=False)
    with pytest.raises(NotAllowed):
        ask_appeal(case.number, plea("contacted"), by=zhao(), at=LATER)


def test_the_same_count_is_appealed_against_once():
    case = called_case(contacted=False)
    rule_on(asked_appeal(case, "contacted"), REFUSE, by=supervisor(), at=SOON)
    with pytest.raises(NotPossible):
        asked_appeal(case, "contacted", at=SOON)
