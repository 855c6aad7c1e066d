"""Taking a stored case on through further past steps: imported history that has gone on.

The steps go along the same arrows and have the same effects as those of a living case.
"""

from collections.abc import Sequence

from django.db import transaction

from huiyin.cases.effects import words_of
from huiyin.cases.models import Case
from huiyin.cases.moves import current_round, lead_part, locked_case
from huiyin.cases.past.happened import PastMove, PastNote
from huiyin.cases.past.moving import step_along
from huiyin.logbook.actions import Step, record_many


@transaction.atomic
def go_on(number: str, past: Sequence[PastMove | PastNote]) -> Case:
    """Take a case on from where it stands, and write it with its logbook, or change nothing."""
    case = locked_case(number)
    turn, part = current_round(case), lead_part(case)
    entries = []
    for one in past:
        if isinstance(one, PastNote):
            entries.append(Step(one.code, one.at, one.by_label, one.details, one.words))
            continue
        step, facts = step_along(case, turn, part, one)
        turn, part = step.turn, step.part
        for row in step.changed:
            row.save()
        entries.append(Step("case.moved", one.at, one.by_label, facts, words_of(one.papers)))
    case.save()
    record_many([(number, entries)])
    return case
