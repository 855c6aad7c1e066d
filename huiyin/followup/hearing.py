"""What follows here when a case moved: an answer is drawn for the call-back, a closing ends it."""

from huiyin.cases.happenings import Happening, subscribe
from huiyin.cases.models import Case, Status
from huiyin.cases.moves import current_round
from huiyin.cases.rules import Status as RuleStatus
from huiyin.followup.asking import ask_limit, asking_of, call_now, draw, let_go
from huiyin.followup.escalating import end_problem, put_before
from huiyin.followup.judging import note_reasonable
from huiyin.followup.links import address_of
from huiyin.followup.models import Wanted
from huiyin.followup.saying import is_called
from huiyin.followup.second import draw_second, drop_second
from huiyin.notices.sending import ADDRESSES


def queue_call_back(happening: Happening) -> None:
    """An answered case waits for its call-back; one that moved on waits no longer."""
    case = happening.case
    if not is_called(case):
        return
    if case.status == Status.ANSWERED:
        if happening.arrow.step == "ask_again":
            call_now(case, at=happening.at)
        else:
            _drawn(happening)
    elif happening.arrow.start == RuleStatus.ANSWERED:
        row = asking_of(case)
        if row is not None:
            let_go(row)


def _drawn(happening: Happening) -> None:
    case, turn = happening.case, current_round(happening.case)
    if turn is None or asking_of(case) is not None:
        return
    row = draw(case, turn, at=happening.at)
    row.save()
    if row.wanted == Wanted.ASK and row.ask_at > happening.at:
        case.wait_until = ask_limit(row)
        Case.objects.filter(pk=case.pk).update(wait_until=case.wait_until)


subscribe(queue_call_back)
subscribe(note_reasonable)
subscribe(draw_second)
subscribe(drop_second)
subscribe(put_before)
subscribe(end_problem)
ADDRESSES["call_back.link"] = address_of
