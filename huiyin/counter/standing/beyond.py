"""What a resident reads of a request off the plain road: merged, handed over, parked, helped.

Everything comes from the case's own papers. Of a matter worked for many, only its steps are
told: no words, no number and no data of the others who asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiyin.cases.merging import children_of
from huiyin.cases.models import (
    Application,
    ApplicationKind,
    ApplicationState,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Case,
    OutsideBody,
    Status,
)
from huiyin.counter.timeline import Event, events
from huiyin.logbook.queries import Line, entries_about
from huiyin.notices.vocabulary import GROUNDS

# Steps of the joint case that are everybody's business, told without anybody's words.
SHARED = frozenset(
    {"dispatch", "redispatch", "return", "accept", "whistle.blown", "park", "resume", "recall"}
)
HELPING = (AssignmentState.SENT, AssignmentState.ACCEPTED)
HANDED = ("transfer", "transfer.asked", "report_outcome", "take_back")


@dataclass(frozen=True)
class Handed:
    """Both notices about a request that went to a body outside (双告知), and when we ask."""

    body: str
    office: str
    since: datetime
    asked_at: Sequence[datetime]
    outcome_at: datetime | None


@dataclass(frozen=True)
class Ledger:
    """Why a request is parked, and the steps that are planned until it can be solved."""

    why: str
    steps: Sequence[tuple[date, str]]


@dataclass(frozen=True)
class Joint:
    """The case that is worked for many: its unit, how it stands, what happened there."""

    case: Case
    voices: int
    events: Sequence[Event]


def beyond_the_road(case: Case, lines: Sequence[Line]) -> dict[str, Any]:
    """The facts of a request's page that only some requests have."""
    return {
        "joint": _joint(case) if case.status == Status.MERGED else None,
        "handed": handed(lines) if case.body else None,
        "ledger": _ledger(case) if case.status == Status.PARKED else None,
        "helpers": _helpers(case) if any(line.code == "part.asked" for line in lines) else [],
    }


def handed(lines: Iterable[Line]) -> Handed | None:
    """What the logbook says of the way outside; none where the request came back."""
    steps = [(line.details.get("step") or line.code, line) for line in lines]
    steps = [(step, line) for step, line in steps if step in HANDED]
    starts = [place for place, (step, _line) in enumerate(steps) if step == "transfer"]
    if not starts or steps[-1][0] == "take_back":
        return None
    (_step, first), *after = steps[starts[-1] :]
    bodies = {str(value): str(label) for value, label in OutsideBody.choices}
    outcomes = [line.at for step, line in after if step == "report_outcome"]
    return Handed(
        body=bodies.get(str(first.details.get("body")), ""),
        office=first.words.get("reason", ""),
        since=first.at,
        asked_at=[line.at for step, line in after if step == "transfer.asked"],
        outcome_at=outcomes[-1] if outcomes else None,
    )


def _joint(case: Case) -> Joint | None:
    rows = Case.objects.select_related("unit", "intake_unit")
    parent = rows.filter(children=case).first()
    if parent is None:
        return None
    return Joint(parent, 1 + children_of(parent).count(), shared_events(parent))


def shared_events(case: Case) -> list[Event]:
    """What happened with a case, as anybody may read it: steps, and nobody's words."""
    shown = (line for line in entries_about(case.number) if _step(line) in SHARED)
    return [Event(event.at, event.sentence) for event in events(shown)]


def _step(line: Line) -> str:
    return str(line.details.get("step") or line.code)


def _ledger(case: Case) -> Ledger | None:
    rows = Application.objects.filter(
        case=case, kind=ApplicationKind.PARKING, state=ApplicationState.GRANTED
    )
    paper = rows.order_by("-ruled_at").first()
    if paper is None:
        return None
    steps = [(date.fromisoformat(s["on"]), s["what"]) for s in paper.asked.get("milestones", [])]
    return Ledger(str(GROUNDS.get(paper.ground, paper.ground)), sorted(steps))


def _helpers(case: Case) -> list[str]:
    """The units that were called to help in this round and have not finished."""
    rows = Assignment.objects.filter(
        case=case,
        round_number=case.round_number,
        role=AssignmentRole.ASSIST,
        state__in=HELPING,
    )
    return [str(part.unit) for part in rows.select_related("unit").order_by("pk")]
