"""What the page of a case shows of joint work: its parts, their clocks, and what one may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from huiyin.cases.models import Assignment, Case
from huiyin.cases.parts import UNDER_WAY
from huiyin.departments.models import Official
from huiyin.desk.clocks import Clock, clock
from huiyin.desk.joint.words import ACTS, STATE_TONES, STATES, THINGS
from huiyin.replies.joint.queries import Standing, may_hand_down, may_whistle, standings

# Acts of the unit whose part it is.
OWN_ACTS = frozenset({"accept", "report", "refuse"})


@dataclass(frozen=True)
class Shown:
    """One part as a page shows it."""

    standing: Standing
    state: Any
    tone: str
    clock: Clock | None
    awaited: Clock | None
    acts: list[tuple[str, Any]]
    # Whoever may report the result may also name the colleague or grid worker who does the work.
    may_give: bool
    views: list[dict[str, Any]]


def joint_of(case: Case, parts: list[Assignment], *, by: Official) -> dict[str, Any]:
    """The facts of joint work for the page of a case."""
    now = timezone.now()
    rows = [shown(one, now=now) for one in standings(case, parts, by=by)]
    whistles = {row.standing.called.whistle for row in rows if row.standing.called}
    open_now = [
        row
        for row in rows
        if row.standing.part.state in UNDER_WAY
        and row.standing.part.round_number == case.round_number
    ]
    return {
        "joint": rows,
        "whistles": sorted(whistles, key=lambda whistle: whistle.pk, reverse=True),
        "open_joint": open_now,
        "may_whistle": may_whistle(case, by=by),
        "may_hand_down": may_hand_down(case, parts, by=by),
    }


def shown(one: Standing, *, now: datetime) -> Shown:
    """A part in words and tones."""
    part, called = one.part, one.called
    is_open = part.state in UNDER_WAY
    comes = is_open and called is not None and called.arrived_at is None
    return Shown(
        standing=one,
        state=STATES[part.state],
        tone=STATE_TONES[part.state],
        clock=clock(part.due_at, now=now) if is_open else None,
        awaited=clock(called.whistle.report_by, now=now) if comes and called else None,
        acts=[(act, ACTS[act]) for act in one.acts],
        may_give=not OWN_ACTS.isdisjoint(one.acts),
        views=[
            {
                "row": row,
                "marks": [
                    (THINGS[thing], row.marks[thing]) for thing in THINGS if thing in row.marks
                ],
            }
            for row in one.views
        ],
    )


def _marks(marks: dict[str, int]) -> list[tuple[Any, int]]:
    """Marks with their words, in the order of the form."""
    return [(words, marks[thing]) for thing, words in THINGS.items() if thing in marks]
