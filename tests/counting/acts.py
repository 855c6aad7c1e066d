"""What happens to cases in the tests of the counting, each in one line."""

from datetime import datetime, timedelta

from huiyin.cases.models import Case
from huiyin.counting.models import Exclusion
from huiyin.followup.actions import Said, close_case, refuse_round
from huiyin.followup.judging import Refusal
from huiyin.followup.models import CallBack
from tests.makers import fresh, hotline_staff, make_case
from tests.people import chen, gao

REFUSED = Refusal("other_matter", "这是另一件事，请另行提出。")


def asked(
    unit, at: datetime, *, contacted=True, solved=True, satisfied="satisfied", **facts
) -> Case:
    """A case of a unit that was answered, and whose resident was asked at this moment."""
    case = make_case("answered", unit=unit, at=at - timedelta(hours=5), **facts)
    return call_back(case, at, contacted=contacted, solved=solved, satisfied=satisfied)


def call_back(case: Case, at: datetime, *, contacted=True, solved=True, satisfied="satisfied"):
    """The resident is reached and says so; what is called unsolved is judged not reasonable."""
    said = Said(
        reached=True,
        contacted=contacted,
        solved=solved,
        satisfied=satisfied,
        remark="" if solved else "还是没有解决。",
    )
    if solved:
        return close_case(case.number, said, by=hotline_staff(), at=at)
    return refuse_round(case.number, said, REFUSED, by=hotline_staff(), at=at)


def exclude(case: Case, *, at: datetime) -> Exclusion:
    """The last call-back of a case is left out; how that is granted is told elsewhere."""
    case = fresh(case)
    call = CallBack.objects.filter(case=case, reached=True).order_by("-at", "-pk")[0]
    return Exclusion.objects.create(
        case=case,
        round_number=call.round_number,
        call_back=call,
        unit=case.unit,
        ground="other",
        words="诉求依法不能办理。",
        counted_at=call.at,
        asked_by=chen(),
        asked_at=at,
        rule_by=at + timedelta(hours=24),
        state="granted",
        ruled_by=gao(),
        ruled_at=at,
        granted_at=at,
    )
