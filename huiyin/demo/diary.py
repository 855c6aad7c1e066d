"""What every life of the demo city does alike: time passes, steps and words are noted."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huiyin.cases.effects import Clock, Papers
from huiyin.cases.past.history import Past, PastMove, PastNote, PastPart
from huiyin.cases.rules import RESIDENT, SYSTEM, AssignmentRole, Status
from huiyin.demo import wording
from huiyin.demo.actors import ROUND_THE_CLOCK, Actors
from huiyin.demo.plans import Plan
from huiyin.demo.planting import GAMING_UNIT
from huiyin.demo.rhythm import ZONE
from huiyin.demo.scenes import Scene
from huiyin.departments.models import Unit
from huiyin.followup.models import CallBack, Judgement, Result, Via
from huiyin.office.bulk import bare
from huiyin.replies.joint.models import CalledUnit, Whistle

NO_PAPERS = Papers()
NOBODY = {RESIDENT, SYSTEM}
# Minutes of work at least, where it cannot wait for the office to open.
HASTY = {"emergency": (12, 45), "timely": (25, 120)}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the plan, its spot, the words, the kind it was typed as, the channel."""

    plan: Plan
    scene: Scene
    said: wording.Said
    kind: str
    channel: str


@dataclass(slots=True)
class Joint:
    """A whistle that was blown: its row, and the rows of the units it called."""

    whistle: Whistle
    called: list[tuple[Unit, CalledUnit]]


class Diary:
    """Keeps what happens to one case, step by step, in its own time."""

    def __init__(self, request: Request, actors: Actors, chance: random.Random) -> None:
        self.request, self.plan, self.actors = request, request.plan, actors
        self.chance, self.hours = chance, actors.hours
        self.at = self.plan.at
        self.past: list[Past] = []
        self.whistles: list[Joint] = []
        # Who sends this case, drawn by the case's own number.
        self.sender = f"dispatcher-{self.plan.serial % len(actors.city.dispatchers)}"
        # Whether a part was not reported back, so that the answer says why it does not wait.
        self.unreported = False
        self.copied: set[tuple[int, str]] = set()
        self.calls: list[CallBack | Judgement] = []
        self.round = 1
        self.street = str(self.plan.community.parent)
        self.unit = actors.lead(self.plan.matter, self.street)
        self.haste = self.plan.matter.deadline_class

    @property
    def gaming(self) -> bool:
        """Whether the unit in charge is the one that games its figures."""
        return self.unit.code == GAMING_UNIT

    def _wait(self, *, minutes: float = 0, hours: float = 0) -> None:
        self.at += timedelta(minutes=minutes, hours=hours)

    def _move(
        self, end: Status, by: str, papers: Papers = NO_PAPERS, clock: Clock | None = None
    ) -> None:
        label = by if by in NOBODY else self.actors.labels[by]
        who = self.actors.people.get(by)
        self.past.append(PastMove(end, self.at, label, papers, clock, by=who))

    def _note(self, code: str, by: str, words: dict[str, Any] | None, **facts: Any) -> None:
        label = by if by == RESIDENT else self.actors.labels[by]
        tells = code == "resident.told"
        self.past.append(PastNote(code, self.at, label, facts, words, tells=tells))

    def _send(self, end: Status, unit: Unit, **papers: Any) -> datetime:
        clock = self.actors.clock(self.at, self.plan.matter, self.request.kind, unit)
        by = "caller" if self.round > 1 else self.sender
        self._move(end, by, Papers(unit=unit, **papers), clock)
        self._copy(unit, by)
        return clock.due_at.astimezone(ZONE) if clock.due_at else self.at

    def _copy(self, unit: Unit, by: str) -> None:
        """Let the district know what its street was sent, once in a round."""
        district = self.actors.district(unit)
        if district is None or (self.round, district.code) in self.copied:
            return
        self.copied.add((self.round, district.code))
        label = self.actors.labels[by]
        self.past.append(PastPart(district, self.at, label, AssignmentRole.COPY))

    def _tell(self) -> None:
        told = wording.told_text(self.chance, self.plan.ask, self.haste)
        words = {"resident_told": told}
        self._note("resident.told", self.unit.code, words, round=self.round, lead=self.unit.code)

    def _reply(self, on: datetime) -> str:
        answer = self._answer(on)
        if self.request.said.is_english:
            return answer
        kind = self.plan.ask.kind
        return wording.unit_reply(self.chance, answer, kind, round_number=self.round)

    def _answer(self, on: datetime | None = None) -> str:
        return wording.answer_text(
            self.chance, self.request.said, self.request.scene, on=on or self.at
        )

    def _asked(
        self,
        via: Via,
        *,
        reached: bool,
        solved: bool | None = None,
        satisfied: str = "",
        remark: str = "",
    ) -> None:
        contacted = self._was_contacted() if reached else None
        result = Result.REACHED if reached else Result.NO_ANSWER
        call = bare(
            CallBack,
            round_number=self.round,
            via=via.value,
            at=self.at,
            by=self.actors.caller if via == Via.PHONE else None,
            reached=reached,
            result=result.value,
            contacted=contacted,
            solved=solved,
            satisfied=satisfied,
            remark=remark,
        )
        self.calls.append(call)
        self._note(
            "call_back.noted",
            "caller" if via == Via.PHONE else RESIDENT,
            {"remark": remark} if remark else None,
            round=self.round,
            via=via.value,
            reached=reached,
            result=result.value,
            contacted=contacted,
            solved=solved,
            satisfied=satisfied or None,
        )

    def _was_contacted(self) -> bool | None:
        """Whether the unit was in touch, as the resident says; no unit was where none was sent."""
        if not any(isinstance(past, PastMove) and past.papers.unit for past in self.past):
            return None
        return (self.plan.serial * 7 + self.round * 3) % (6 if self.gaming else 24) != 0

    def _judge(self, *, reasonable: bool, words: str, ground: str = "") -> None:
        """What the caller judged of a round that the resident calls unsolved."""
        row = bare(
            Judgement,
            round_number=self.round,
            is_reasonable=reasonable,
            ground=ground,
            words=words,
            by=self.actors.caller,
            at=self.at,
        )
        self.calls.append(row)
        if not reasonable:
            facts = {"round": self.round, "reasonable": False, "ground": ground}
            self._note("call_back.judged", "caller", {"judgement": words}, **facts)

    def _act(self, at: datetime) -> datetime:
        """When the unit gets to something that it could do at this moment."""
        utility = self.unit.calendar_code == ROUND_THE_CLOCK
        if utility and self.haste in HASTY:
            return at
        return (self.hours.duty if self._on_duty() else self.hours.office)(self.chance, at)

    def _act_before(self, at: datetime) -> datetime:
        before = self.hours.duty_before if self._on_duty() else self.hours.office_before
        return before(self.chance, at)

    def _on_duty(self) -> bool:
        return self.unit.calendar_code == ROUND_THE_CLOCK or self.haste in HASTY

    def _pass(self, least: float, most: float) -> None:
        """Let a share of the time that is left go by, if possible to an hour of work."""
        until = self.actors.until
        later = self.at + (until - self.at) * self.chance.uniform(least, most)
        worked = self._act_before(later)
        if worked <= self.at:
            worked = self._act(self.at + timedelta(minutes=10))
        self.at = worked if worked < until else later
