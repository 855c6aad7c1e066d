"""Whole lives of cases in one line: `lived(sent(1, due=24), answered(5), closed(6))`.

Numbers are hours after the case was received.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from huiyin.cases.effects import Clock, Outcome, Papers
from huiyin.cases.models import Case, Round
from huiyin.cases.numbers import next_numbers
from huiyin.cases.opening import Wish, new_case
from huiyin.cases.past.history import Life, PastMove, Replayed, replay, write_lives
from huiyin.cases.rules import Status
from huiyin.departments.actions import add_unit
from huiyin.departments.models import Unit, UnitLevel
from huiyin.office.bulk import bare, copy_objects, draw_ids
from tests.makers import city, lighting

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
MAY = datetime(2026, 5, 12, 9, 0, tzinfo=SHANGHAI)
# Long after all that happens in these tests, but for what still waits.
LATER = datetime(2026, 6, 30, 12, 0, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Happened:
    """One step, so many hours after the case was received."""

    end: Status
    hours: float
    unit: Unit | None = None
    due: float | None = None
    outcome: Outcome | None = None


def sent(hours: float, *, due: float | None = None, to: Unit | None = None) -> Happened:
    """Sent to a unit (lighting), to be answered within `due` hours after receipt."""
    return Happened(Status.DISPATCHED, hours, to or lighting(), due)


def returned(hours: float) -> Happened:
    """Refused by the unit."""
    return Happened(Status.RECEIVED, hours)


def answered(hours: float) -> Happened:
    """Answered by whoever has it."""
    return Happened(Status.ANSWERED, hours)


def closed(hours: float) -> Happened:
    """Called back and closed."""
    return Happened(Status.CLOSED, hours, outcome=Outcome(asked=True, solved=True))


def reopened(hours: float, *, due: float | None = None) -> Happened:
    """Sent into the next round, at the same unit."""
    return Happened(Status.DISPATCHED, hours, None, due)


def withdrawn(hours: float) -> Happened:
    """No longer wanted."""
    return Happened(Status.WITHDRAWN, hours)


def other_city(name: str, time_zone: str) -> Unit:
    """A second city in the same database."""
    return add_unit(name.lower(), name, level=UnitLevel.CITY, parent=None, time_zone=time_zone)


def lived(*steps: Happened, at: datetime = MAY, taken_in_by: Unit | None = None, **wish) -> Case:
    """Write one life and give its case."""
    return written([past(*steps, at=at, taken_in_by=taken_in_by, **wish)])[0]


def past(*steps: Happened, at: datetime = MAY, taken_in_by: Unit | None = None, **wish) -> Replayed:
    """Replay one life without writing it."""
    said = {"text": "路灯不亮", "request_kind": "help", "channel": "phone"} | wish
    number = next_numbers([at])[0]
    case = new_case(Wish(**said), number=number, at=at, intake_unit=taken_in_by or city())
    return replay(Life(case, "history", [_move(step, at) for step in steps]))


def written(lives: list[Replayed]) -> list[Case]:
    """Write lives at once and give their cases."""
    write_lives(lives)
    return [life.case for life in lives]


def _move(step: Happened, at: datetime) -> PastMove:
    due = None if step.due is None else at + timedelta(hours=step.due)
    papers = Papers(unit=step.unit, outcome=step.outcome)
    return PastMove(step.end, at + timedelta(hours=step.hours), "history", papers, Clock(due, {}))


def crowd(case: Case, count: int) -> None:
    """Write many cases that stand like this one, with its round, by the thousand."""
    turn = case.rounds.get()
    facts, turns = _columns(Case.objects.get(pk=case.pk)), _columns(turn)
    keys, numbers = draw_ids(Case, count), next_numbers([case.received_at] * count)
    made = zip(keys, numbers, strict=True)
    copy_objects([bare(Case, **facts | {"id": key, "number": number}) for key, number in made])
    made = zip(keys, draw_ids(Round, count), strict=True)
    copy_objects([bare(Round, **turns | {"id": pk, "case_id": key}) for key, pk in made])


def _columns(row: Case | Round) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
