"""Two officials at the same moment: one ruling stands, and the other reads whose it is."""

import pytest

from huiyin.counting.exclusions.models import Exclusion
from huiyin.counting.exclusions.ruling import rule_on
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotPossible
from tests.cases.test_locks import at_once
from tests.counting.papers import GRANT, LATER, REFUSE, asked_exclusion, called_case, supervisor

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_city")]


def test_of_two_who_rule_at_once_one_wins_and_the_other_reads_why():
    paper = asked_exclusion()
    rulers = [supervisor(), supervisor()]
    found = at_once(
        lambda: rule_on(paper, GRANT, by=rulers[0], at=LATER),
        lambda: rule_on(paper, REFUSE, by=rulers[1], at=LATER),
    )
    [refusal] = [each for each in found if isinstance(each, NotPossible)]
    [row] = [each for each in found if not isinstance(each, NotPossible)]
    assert row.ruled_by.name in str(refusal)
    assert Exclusion.objects.get(pk=paper.pk).state == row.state
    codes = [line.code for line in entries_about(paper.case.number)]
    assert codes.count("exclusion.ruled") == 1


def test_two_presses_ask_for_one_exclusion():
    case = called_case()
    found = at_once(lambda: asked_exclusion(case), lambda: asked_exclusion(case))
    assert sum(isinstance(each, NotPossible) for each in found) == 1
    assert Exclusion.objects.count() == 1
