"""More time, and the ledger: a ruling never shortens what was promised meanwhile."""

from datetime import timedelta

import pytest
from django.utils import translation

from huiyin.cases.models import Application
from huiyin.cases.papers.applications import Verdict
from huiyin.office.problems import NotPossible
from huiyin.replies.times import (
    LedgerEntry,
    MoreTime,
    ask_for_time,
    ask_to_park,
    rule_on_parking,
    rule_on_time,
)
from tests.makers import NOON, fresh, lighting, make_case
from tests.people import chen, gao

pytestmark = pytest.mark.django_db
GRANT, REFUSE = Verdict("grant", "属实。"), Verdict("refuse", "期限已经更晚。")
LATER = NOON + timedelta(days=60)


@pytest.fixture
def both():
    """One case whose unit asks for the ledger until one day and for more time until another."""

    def asked(*, ledger, extension):
        number = make_case("in_hand", unit=lighting(), at=NOON - timedelta(hours=1)).number
        until = LATER + timedelta(days=ledger)
        kept = ask_to_park(number, LedgerEntry("money", "待招标。", until), by=chen(), at=NOON)
        until = LATER + timedelta(days=extension)
        more = ask_for_time(number, MoreTime("law", "需专家论证。", until), by=chen(), at=NOON)
        return kept, more

    return asked


def test_a_case_is_not_parked_until_a_day_before_its_deadline(both):
    kept, more = both(ledger=1, extension=3)
    rule_on_time(more.pk, GRANT, by=gao(), at=NOON)
    due = fresh(kept.case.number).due_at
    with translation.override("en"), pytest.raises(NotPossible, match="moved to 2026-05-06"):
        rule_on_parking(kept.pk, GRANT, by=gao(), at=NOON)
    case = fresh(kept.case.number)
    assert (case.status, case.due_at) == ("in_hand", due)
    assert Application.objects.get(pk=kept.pk).state == "open"
    rule_on_parking(kept.pk, REFUSE, by=gao(), at=NOON)
    assert fresh(kept.case.number).due_at == due


@pytest.mark.parametrize("ledger", [4, 5])
def test_a_later_day_of_the_ledger_is_granted_after_an_extension(both, ledger):
    kept, more = both(ledger=ledger, extension=3)
    rule_on_time(more.pk, GRANT, by=gao(), at=NOON)
    case = rule_on_parking(kept.pk, GRANT, by=gao(), at=NOON)
    assert (case.status, case.due_at) == ("parked", LATER + timedelta(days=ledger))
