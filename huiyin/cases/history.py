"""Whole lives of cases written in bulk: imported histories and demo cities.

A life is replayed along the same arrows and with the same effects as a living case, then
written by COPY with its logbook. A life that takes a step no arrow allows is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from huiyin.cases import rules
from huiyin.cases.effects import Clock, Papers, Step, apply, facts_of, words_of
from huiyin.cases.models import Assignment, Case, Round, Status
from huiyin.cases.moves import city_clock
from huiyin.cases.opening import received_facts, received_words
from huiyin.cases.rules import BY_ENDS
from huiyin.departments.models import Unit
from huiyin.logbook.actions import record_many
from huiyin.logbook.rules import Step as Written
from huiyin.office.bulk import copy_objects, draw_ids
from huiyin.office.problems import WrongInput

NO_PAPERS = Papers()


@dataclass(slots=True)
class PastMove:
    """A step that was taken; `clock` is the deadline its source gives, if it gives one."""

    end: rules.Status
    at: datetime
    by_label: str
    papers: Papers = NO_PAPERS
    clock: Clock | None = None


@dataclass(slots=True)
class PastNote:
    """An entry that moved nothing: a call, a feedback to the resident (`tells`)."""

    code: str
    at: datetime
    by_label: str
    details: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] | None = None
    tells: bool = False


@dataclass(slots=True)
class Life:
    """A case as it was taken in, and everything that happened to it, in order of time."""

    case: Case
    taken_by: str
    past: list[PastMove | PastNote]


@dataclass(slots=True)
class Replayed:
    """What a life leaves: its case, its rounds, its assignments, its logbook."""

    case: Case
    turns: list[Round]
    parts: list[Assignment]
    entries: list[Written]


def replay(life: Life) -> Replayed:
    """Take a case through its life in memory; refuse a step that no arrow allows."""
    case, done = life.case, Replayed(life.case, [], [], [])
    first = Written(
        "case.received", case.received_at, life.taken_by, received_facts(case), received_words(case)
    )
    done.entries.append(first)
    turn: Round | None = None
    part: Assignment | None = None
    last = case.received_at
    for past in life.past:
        if past.at < last:
            raise WrongInput(f"A step at {past.at.isoformat()} comes before the one it follows.")
        last = past.at
        if isinstance(past, PastNote):
            if past.tells and turn is not None:
                turn.resident_told_at = turn.resident_told_at or past.at
            entry = Written(past.code, past.at, past.by_label, past.details, past.words)
        else:
            step, entry = past_step(case, turn, part, past)
            turn, part = step.turn, step.part
            _keep(done, step)
        done.entries.append(entry)
    return done


def past_step(
    case: Case, turn: Round | None, part: Assignment | None, past: PastMove
) -> tuple[Step, Written]:
    """Take one past step in memory, and say what the logbook will hold of it."""
    start = Status(case.status)
    arrow = BY_ENDS.get((start, past.end))
    if arrow is None:
        raise WrongInput(f"A case that is {start.value} cannot become {past.end.value}.")
    step = Step(
        case=case,
        turn=turn,
        part=part,
        arrow=arrow,
        papers=past.papers,
        at=past.at,
        start_clock=city_clock if past.clock is None else _given(past.clock),
    )
    apply(step)
    facts = facts_of(step, start=start.value)
    return step, Written("case.moved", past.at, past.by_label, facts, words_of(past.papers))


def _given(clock: Clock) -> Callable[[Step, Unit], Clock]:
    return lambda _step, _unit: clock


def _keep(done: Replayed, step: Step) -> None:
    for row in step.changed:
        if isinstance(row, Round):
            if not any(row is known for known in done.turns):
                done.turns.append(row)
        elif not any(row is known for known in done.parts):
            done.parts.append(row)


@transaction.atomic
def write_lives(lives: Sequence[Replayed]) -> None:
    """Write replayed lives with their residents and their logbook, all or none."""
    cases = [life.case for life in lives]
    for case, key in zip(cases, draw_ids(Case, len(cases)), strict=True):
        case.pk = key
    turns = [turn for life in lives for turn in life.turns]
    parts = [part for life in lives for part in life.parts]
    for turn, key in zip(turns, draw_ids(Round, len(turns)), strict=True):
        turn.pk, turn.case_id = key, turn.case.pk
    for part, key in zip(parts, draw_ids(Assignment, len(parts)), strict=True):
        part.pk, part.case_id = key, part.case.pk
    copy_objects([case.resident for case in cases if case.resident is not None])
    copy_objects(cases)
    copy_objects(turns)
    copy_objects(parts)
    record_many((life.case.number, life.entries) for life in lives)
