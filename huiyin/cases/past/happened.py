"""What can have happened to a case: one thing for each action that is taken with living ones.

Each thing names when, and by whom as the logbook writes it; where the rows themselves keep
an official, it names that too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huiyin.cases.effects import Clock, Papers
from huiyin.cases.models import Application, Assignment, Case, Link, Round
from huiyin.cases.rules import AssignmentRole, Status
from huiyin.departments.models import Official, Unit
from huiyin.logbook.rules import Step as Written

NO_PAPERS = Papers()


@dataclass(slots=True)
class PastMove:
    """A step that was taken; `clock` is the deadline its source gives, if it gives one."""

    end: Status
    at: datetime
    by_label: str
    papers: Papers = NO_PAPERS
    clock: Clock | None = None
    by: Official | None = None


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
class PastPlea:
    """Something was asked for in writing; `part` names the unit whose part it is about."""

    kind: str
    at: datetime
    by_label: str
    by: Official
    ground: str
    words: str
    asked: dict[str, Any] = field(default_factory=dict)
    part: Unit | None = None


@dataclass(slots=True)
class PastVerdict:
    """The open application of a kind was ruled on, with everything that follows from it."""

    kind: str
    at: datetime
    by_label: str
    by: Official
    ruling: str
    words: str
    unit: Unit | None = None
    part: Unit | None = None


@dataclass(slots=True)
class PastPart:
    """A unit was asked for its part, by the lead unless another is named; or given a copy."""

    unit: Unit
    at: datetime
    by_label: str
    role: AssignmentRole = AssignmentRole.ASSIST
    task: str = ""
    due_at: datetime | None = None
    asked_by: Unit | None = None
    whistle: int | None = None


@dataclass(slots=True)
class PastPartStep:
    """A unit signed for its part, came, reported what came of it, or was let go.

    `step` is accepted, arrived, done or released; `words` is the result or the reason, and
    what was said of an arrival stands in `said` and `details`.
    """

    step: str
    unit: Unit
    at: datetime
    by_label: str
    words: str = ""
    by: Official | None = None
    details: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] | None = None


Past = PastMove | PastNote | PastPlea | PastVerdict | PastPart | PastPartStep


@dataclass(slots=True)
class Life:
    """A case as it was taken in, and everything that happened to it, in order of time."""

    case: Case
    taken_by: str
    past: Sequence[Past]


@dataclass(slots=True)
class Replayed:
    """What a life leaves: its case, its rounds, its parts, its applications, its logbook."""

    case: Case
    turns: list[Round] = field(default_factory=list)
    parts: list[Assignment] = field(default_factory=list)
    entries: list[Written] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
