"""Past parts of other units: asked for, signed for, come to, reported back, let go."""

from typing import Any

from huiyin.cases.models import Assignment, AssignmentState
from huiyin.cases.parts import SHARED, UNDER_WAY
from huiyin.cases.past.happened import PastPart, PastPartStep
from huiyin.cases.past.retelling import Retelling
from huiyin.cases.rules import AssignmentRole
from huiyin.office.bulk import bare
from huiyin.office.problems import WrongInput


def part_asked(of: Retelling, past: PastPart) -> None:
    """A unit was asked for its part, or given a copy."""
    case, is_copy = of.case, past.role == AssignmentRole.COPY
    if case.status not in SHARED:
        raise WrongInput(f"Nobody is asked for a part of a case that is {case.status}.")
    asking = case.intake_unit if is_copy else past.asked_by or case.unit
    part = bare(
        Assignment,
        case=case,
        round_number=case.round_number,
        unit=past.unit,
        role=past.role.value,
        state=AssignmentState.SENT.value,
        sent_at=past.at,
        due_at=None if is_copy else past.due_at or case.due_at,
        asked_by=asking,
        task=past.task,
    )
    of.left.parts.append(part)
    if is_copy or asking is None:
        of.write("part.copied", past, {"to": past.unit.code})
        return
    facts: dict[str, Any] = {
        "lead": case.unit.code if case.unit else None,
        "asking": asking.code,
        "to": past.unit.code,
        "role": past.role.value,
        "due": part.due_at,
        "whistle": past.whistle,
    }
    of.write("part.asked", past, facts, {"task": past.task})


def part_stepped(of: Retelling, past: PastPartStep) -> None:
    """A unit went on with its part, or was let go from it."""
    part = of.part_of(past.unit)
    if past.step == "released":
        for each in [*handed_on(of, part), part]:
            of.release(each, past, by=past.by, reason=past.words)
        return
    facts: dict[str, Any] = {"of": part.unit.code}
    if past.step == "arrived":
        _signed(part, past)
        facts |= past.details | {"lapsed": of.lapse_refusal(part, past.at) or None}
        of.write("part.arrived", past, facts, past.said)
        return
    _signed(part, past)
    if past.step == "done":
        part.state, part.done_at = AssignmentState.DONE.value, past.at
        part.result = past.words
    facts["role"] = str(part.role)
    lapsed = of.lapse_refusal(part, past.at)
    if lapsed:
        facts["lapsed"] = lapsed
    of.write(f"part.{past.step}", past, facts, {"result": past.words} if past.words else None)


def handed_on(of: Retelling, part: Assignment) -> list[Assignment]:
    """The open parts that hang on this one, the deepest first."""
    own = [
        each
        for each in of.left.parts
        if each.asked_by_id == part.unit_id
        and each is not part
        and each.role == AssignmentRole.BELOW
        and each.state in UNDER_WAY
    ]
    deeper = [below for each in own for below in handed_on(of, each)]
    return [*deeper, *own]


def _signed(part: Assignment, past: PastPartStep) -> None:
    part.accepted_at = part.accepted_at or past.at
    if part.state == AssignmentState.SENT:
        part.state = AssignmentState.ACCEPTED.value
