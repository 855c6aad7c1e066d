"""What follows here when a case moved: causes for supervision, the ledger, rechecks."""

from huiyin.cases.happenings import Happening, subscribe
from huiyin.cases.locks import locked_case
from huiyin.cases.merging import children_of
from huiyin.cases.rules import NEW_ROUND
from huiyin.inspection.ledger import follow_step
from huiyin.inspection.measures import lapse_measure, note_cause
from huiyin.inspection.rechecks import plan_recheck
from huiyin.inspection.rules import Trigger

CAUSES = {"reopen": Trigger.UNSOLVED, "reopen_closed": Trigger.FALSE_CLOSING}


def supervise(happening: Happening) -> None:
    """End what no unit answers for any more, then see whether the step is a new cause."""
    case, at = happening.case, happening.at
    lapse_measure(case, by=happening.by, at=at)
    step, mark = happening.arrow.step, f"round:{case.round_number}"
    # The heaviest first: what lies below an open rung is only noted beside it.
    if step in NEW_ROUND and case.problem_since == at:
        note_cause(case, Trigger.PROBLEM, mark, at=at)
    if step in CAUSES:
        note_cause(case, CAUSES[step], mark, at=at)
    if step == "merge" and case.parent is not None:
        parent = locked_case(case.parent.number)
        # The first voice is the parent's own: so many further ones are so many occasions.
        if children_of(parent).filter(pk=case.pk).exists():
            note_cause(parent, Trigger.REPEATED, f"case:{case.number}", at=at)


subscribe(supervise)
subscribe(follow_step)
subscribe(plan_recheck)
