"""Whole lives of cases written in bulk: imported histories and demo cities.

A life is replayed along the same arrows and with the same effects as a living case, then
written by COPY with its logbook. A life that takes a step no arrow allows is refused.
"""

from collections.abc import Callable, Sequence
from heapq import merge
from typing import Any

from django.db import models, transaction

from huiyin.cases.models import Application, Assignment, Case, Link, Round
from huiyin.cases.past.asking import asked, ruled
from huiyin.cases.past.happened import (
    Life,
    Past,
    PastMove,
    PastNote,
    PastPart,
    PastPartStep,
    PastPlea,
    PastVerdict,
    Replayed,
)
from huiyin.cases.past.moving import moved, noted
from huiyin.cases.past.parting import part_asked, part_stepped
from huiyin.cases.past.retelling import Retelling
from huiyin.logbook.actions import record_many
from huiyin.office.bulk import copy_objects, draw_ids

__all__ = [
    "Life",
    "Past",
    "PastMove",
    "PastNote",
    "PastPart",
    "PastPartStep",
    "PastPlea",
    "PastVerdict",
    "Replayed",
    "replay",
    "replay_together",
    "write_lives",
]
HAPPENED: dict[type, Callable[[Retelling, Any], None]] = {
    PastMove: moved,
    PastNote: noted,
    PastPlea: asked,
    PastVerdict: ruled,
    PastPart: part_asked,
    PastPartStep: part_stepped,
}


def replay(life: Life) -> Replayed:
    """Take a case through its life in memory; refuse a step that no arrow allows."""
    return replay_together([life])[0]


def replay_together(lives: Sequence[Life]) -> list[Replayed]:
    """Take cases that follow one another through their lives, in the order of time.

    Of cases that are merged only their own steps are told: they are answered with the one
    that is worked for them, and wait as long as it does.
    """
    family = [Retelling(life) for life in lives]
    for of in family:
        of.family = family
    told = [[(past, of) for past in life.past] for of, life in zip(family, lives, strict=True)]
    for past, of in told[0] if len(told) == 1 else merge(*told, key=lambda one: one[0].at):
        of.arrive_at(past.at)
        HAPPENED[type(past)](of, past)
    return [of.left for of in family]


@transaction.atomic
def write_lives(lives: Sequence[Replayed]) -> None:
    """Write replayed lives with their residents and their logbook, all or none."""
    cases = [life.case for life in lives]
    _draw(Case, cases)
    for case in cases:
        if case.parent is not None:
            case.parent_id = case.parent.pk
    copy_objects([case.resident for case in cases if case.resident is not None])
    copy_objects(cases)
    turns = [turn for life in lives for turn in life.turns]
    parts = [part for life in lives for part in life.parts]
    applications = [application for life in lives for application in life.applications]
    links = [link for life in lives for link in life.links]
    for model, rows in ((Round, turns), (Assignment, parts), (Application, applications)):
        _hang_on_cases(model, rows)
    for application in applications:
        if application.part is not None:
            application.part_id = application.part.pk
    for link in links:
        link.other_id = link.other.pk
    copy_objects(turns)
    copy_objects(parts)
    copy_objects(applications)
    _hang_on_cases(Link, links)
    copy_objects(links)
    record_many((life.case.number, life.entries) for life in lives)


def _draw(model: type[models.Model], rows: Sequence[Any]) -> None:
    for row, key in zip(rows, draw_ids(model, len(rows)) if rows else (), strict=True):
        row.pk = key


def _hang_on_cases(model: type[models.Model], rows: Sequence[Any]) -> None:
    _draw(model, rows)
    for row in rows:
        row.case_id = row.case.pk
