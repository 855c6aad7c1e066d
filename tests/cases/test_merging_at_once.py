"""Two people merge, answer and split at the same moment: no deadlock, one wins, nothing is lost."""

import pytest

from huiyin.cases.merging import merge_case, split_case
from huiyin.cases.rules import RESIDENT
from huiyin.logbook.verifying import verify
from huiyin.office.problems import NotPossible
from tests.cases.test_locks import at_once
from tests.cases.test_merging import LATER, voices
from tests.makers import answer, make_case, status_of
from tests.people import chen, lin

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_city")]


def test_of_two_who_merge_crosswise_one_wins_and_the_other_is_told():
    one, two, by = make_case("in_hand"), make_case("in_hand"), lin()
    results = at_once(
        lambda: merge_case(one.number, two.number, by=by, at=LATER),
        lambda: merge_case(two.number, one.number, by=by, at=LATER),
    )
    assert sum(isinstance(result, NotPossible) for result in results) == 1
    assert sorted([status_of(one), status_of(two)]) == ["in_hand", "merged"]


def test_answering_and_splitting_off_at_one_moment_end_in_one_of_two_ways():
    parent, (child,) = voices(1)
    officer = chen()
    at_once(
        lambda: answer(parent.number, by=officer, at=LATER),
        lambda: split_case(child.number, "另一处。", by=RESIDENT, at=LATER),
    )
    assert status_of(parent) == "answered"
    assert status_of(child) in {"received", "answered"}
    assert verify().problems == []
