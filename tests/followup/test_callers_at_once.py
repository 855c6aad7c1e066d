"""Two callers at the same moment: they never ring the same resident."""

import pytest

from huiyin.cases.models import Status
from huiyin.departments.models import Post
from huiyin.followup.asking import claim, claim_next
from huiyin.followup.models import Asking
from huiyin.office.problems import NotPossible
from tests.cases.test_locks import at_once
from tests.makers import NOON, hotline, make_case, make_official, minutes

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_city")]
LATER = NOON + minutes(300)


def test_four_callers_who_press_next_at_once_get_four_residents():
    cases = [make_case(Status.ANSWERED) for _ in range(4)]
    callers = [make_official(Post.CALLER, unit=hotline()) for _ in range(4)]
    found = at_once(*(lambda by=by: claim_next(by=by, at=LATER) for by in callers))
    taken = [case.pk for case in found if case is not None]
    assert len(taken) == len(set(taken))
    held = Asking.objects.filter(claimed_until__gt=LATER).values_list("claimed_by", flat=True)
    assert len(held) == len(set(held)) == len(taken)
    assert set(taken) <= {case.pk for case in cases}
    assert len(taken) >= 2


def test_of_two_who_claim_the_same_case_one_reads_who_is_calling():
    case = make_case(Status.ANSWERED)
    callers = [make_official(Post.CALLER, unit=hotline()) for _ in range(2)]
    found = at_once(*(lambda by=by: claim(case.number, by=by, at=LATER) for by in callers))
    [refusal] = [each for each in found if isinstance(each, NotPossible)]
    [row] = [each for each in found if not isinstance(each, NotPossible)]
    assert row.claimed_by.name in str(refusal)
