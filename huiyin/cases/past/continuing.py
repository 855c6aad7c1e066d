"""Taking a stored case on through further past steps: imported history that has gone on.

The steps go along the same arrows and have the same effects as those of a living case: papers
for which they leave no room lapse, parts are released, and merged cases follow.
"""

from collections.abc import Sequence

from django.db import transaction

from huiyin.cases.effects import words_of
from huiyin.cases.happenings import Happening
from huiyin.cases.merging import carry_children
from huiyin.cases.models import Case
from huiyin.cases.moves import current_round, lead_part, locked_case
from huiyin.cases.papers.applications import lapse_applications
from huiyin.cases.parts import release_parts
from huiyin.cases.past.happened import PastMove, PastNote
from huiyin.cases.past.moving import step_along
from huiyin.cases.rules import SYSTEM
from huiyin.logbook.actions import Step, record_many


@transaction.atomic
def go_on(number: str, past: Sequence[PastMove | PastNote]) -> Case:
    """Take a case on from where it stands, and write it with its logbook, or change nothing."""
    case = locked_case(number)
    entries: list[Step] = []
    for one in past:
        if isinstance(one, PastNote):
            entries.append(Step(one.code, one.at, one.by_label, one.details, one.words))
        else:
            _moved(case, one, entries)
    record_many([(number, entries)])
    return case


def _moved(case: Case, one: PastMove, entries: list[Step]) -> None:
    step, facts = step_along(case, current_round(case), lead_part(case), one)
    for row in step.changed:
        row.save()
    case.save()
    lapsed = lapse_applications(case, at=one.at)
    if lapsed:
        facts["lapsed"] = lapsed
    entries.append(Step("case.moved", one.at, one.by_label, facts, words_of(one.papers)))
    # What hangs on the step writes its own entries, which come after this one.
    record_many([(case.number, entries)])
    entries.clear()
    happening = Happening(case, step.arrow, one.papers, by=one.by or SYSTEM, at=one.at, position=0)
    carry_children(happening)
    release_parts(happening)
