"""How a planned case lives: who acts when, what is said, how it ends."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huiyin.cases.effects import Clock, Outcome, Papers
from huiyin.cases.history import PastMove, PastNote
from huiyin.cases.rules import Satisfaction, Status
from huiyin.deadlines.queries import DeadlineBook
from huiyin.demo.planting import GAMING_UNIT, Plan
from huiyin.demo.units import City
from huiyin.demo.wording import (
    BRUSH_OFF,
    RETURN_REASONS,
    UNSOLVED,
    WITHDRAW_REASONS,
    reply_text,
    told_text,
)
from huiyin.departments.models import Official, Unit
from huiyin.followup.models import CallBack, Via
from huiyin.followup.rules import TRIES
from huiyin.logbook.rules import official_label


@dataclass
class Actors:
    """Who acts in the demo city: labels for the logbook, units, calendars."""

    city: City
    book: DeadlineBook

    def hotline(self, post: str) -> str:
        """The label of the official who holds a post at the hotline."""
        return official_label(self.city.hotline[post].pk)

    def official(self, post: str) -> Official:
        """The official who holds a post at the hotline."""
        return self.city.hotline[post]

    def officer(self, unit: Unit) -> str:
        """The label of a unit's officer."""
        return official_label(self.city.officers[unit.code].pk)


class Course:
    """Draws the course of one case and keeps what happens, step by step."""

    def __init__(self, plan: Plan, kind: str, actors: Actors, chance: random.Random) -> None:
        self.plan, self.kind, self.actors, self.chance = plan, kind, actors, chance
        self.at = plan.at
        self.past: list[PastMove | PastNote] = []
        self.calls: list[CallBack] = []
        self.round = 1
        owner = plan.matter.owner
        units = actors.city.units
        self.unit = units[f"S{plan.street.code}"] if owner == "street" else units[owner]
        self.gaming = self.unit.code == GAMING_UNIT

    def run(self) -> None:
        """Live from receipt to the end."""
        if self.kind in {"consultation", "thanks"} and self.chance.random() < 0.9:
            self._answer_at_once()
            return
        self._wait(minutes=self.chance.lognormvariate(2.2, 1.0))
        due = self._send(Status.DISPATCHED, self.unit)
        if self.plan.dispute:
            self._dispute()
        elif self.chance.random() < 0.035:
            self._return_and_send_again()
        if self.chance.random() < 0.012:
            self._wait(hours=self.chance.uniform(0.5, 20))
            self._move(Status.WITHDRAWN, "operator", reason=self.chance.choice(WITHDRAW_REASONS))
            return
        self._work(due)
        self._call_back()

    def _wait(self, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        self.at += timedelta(minutes=minutes, hours=hours, days=days)

    def _move(
        self, end: Status, post: str, *, clock: Clock | None = None, by: str = "", **papers: Any
    ) -> None:
        label = by or self.actors.hotline(post)
        self.past.append(PastMove(end, self.at, label, Papers(**papers), clock))

    def _answer_at_once(self) -> None:
        self._wait(minutes=self.chance.uniform(1, 9))
        reply = reply_text(self.chance, self.plan.matter, self.plan.spot, at=self.at)
        self._move(Status.ANSWERED, "operator", reply=reply)
        self._wait(hours=self.chance.uniform(2, 70))
        if self.chance.random() < 0.3:
            self._note(reached=True, solved=True, satisfied=Satisfaction.SATISFIED)
            self._close(asked=True, solved=True, satisfied=Satisfaction.SATISFIED)
        else:
            for _ in range(TRIES):
                self._note(reached=False)
                self._wait(hours=self.chance.uniform(1, 20))
            self._close(asked=False)

    def _clock(self) -> Clock:
        deadline = self.actors.book.due_for(
            self.at,
            deadline_class=self.plan.matter.deadline_class,
            request_kind=self.kind,
            calendar_code=self.unit.calendar_code,
        )
        return Clock(deadline.due_at, deadline.basis())

    def _send(self, end: Status, unit: Unit, **papers: Any) -> datetime:
        clock = self._clock()
        post = "caller" if self.round > 1 else "dispatcher"
        self._move(end, post, clock=clock, unit=unit, **papers)
        return clock.due_at or self.at

    def _dispute(self) -> None:
        other = self.actors.city.units[f"S{self.plan.dispute}"]
        pair = [other, self.unit]
        for turn in range(self.chance.choice((2, 3, 3))):
            self._wait(hours=self.chance.uniform(2, 9))
            reason = RETURN_REASONS[0]
            self._move(Status.RECEIVED, "", by=self.actors.officer(self.unit), reason=reason)
            self._wait(hours=self.chance.uniform(0.3, 3))
            self.unit = pair[turn % 2]
            self._move(Status.DISPATCHED, "dispatcher", unit=self.unit)

    def _return_and_send_again(self) -> None:
        self._wait(hours=self.chance.uniform(0.5, 12))
        wrong, self.unit = self.unit, self._neighbour()
        reason = self.chance.choice(RETURN_REASONS)
        self._move(Status.RECEIVED, "", by=self.actors.officer(wrong), reason=reason)
        self._wait(minutes=self.chance.uniform(10, 180))
        self._move(Status.DISPATCHED, "dispatcher", unit=self.unit)

    def _neighbour(self) -> Unit:
        units = self.actors.city.units
        street = units[f"S{self.plan.street.code}"]
        return street if self.unit != street else units["urban-management"]

    def _work(self, due: datetime) -> None:
        """Accept, tell the resident, answer: most well before the deadline, some late."""
        chance, left = self.chance, max(due - self.at, timedelta(minutes=20))
        late = chance.random() < 0.055
        share = chance.betavariate(2.2, 2.6) if not late else chance.uniform(1.05, 1.9)
        if self.gaming:
            share = chance.uniform(0.955, 0.998)
        done = self.at + left * share
        accepted = self.at + (done - self.at) * chance.uniform(0.02, 0.3)
        told = accepted + (done - accepted) * chance.uniform(0.05, 0.6)
        officer = self.actors.officer(self.unit)
        self.at = accepted
        self._move(Status.IN_HAND, "", by=officer)
        self.at = told
        words = {"resident_told": told_text(chance)}
        facts = {"round": self.round, "lead": self.unit.code}
        self.past.append(PastNote("resident.told", told, officer, facts, words, tells=True))
        self.at = done
        reply = reply_text(chance, self.plan.matter, self.plan.spot, at=done)
        if self.gaming and chance.random() < 0.6:
            reply = chance.choice(BRUSH_OFF)
        self._move(Status.ANSWERED, "", by=officer, reply=reply)

    def _call_back(self) -> None:
        chance = self.chance
        self._wait(days=chance.uniform(0.3, 4.5))
        if chance.random() < (0.45 if self.gaming else 0.1):
            for _ in range(TRIES):
                self._note(reached=False)
                self._wait(hours=chance.uniform(1, 26))
            self._close(asked=False)
            return
        if chance.random() < 0.08:
            self._note(reached=False)
            self._wait(hours=chance.uniform(2, 26))
        solved = chance.random() < (0.62 if self.gaming else 0.91)
        satisfied = self._satisfaction(solved=solved)
        remark = "" if solved else chance.choice(UNSOLVED)
        self._note(reached=True, solved=solved, satisfied=satisfied, remark=remark)
        if solved or self.round >= 3 or chance.random() < 0.35:
            self._close(asked=True, solved=solved, satisfied=satisfied)
            return
        self.round += 1
        outcome = Outcome(asked=True, solved=False, satisfied=satisfied)
        due = self._send(Status.DISPATCHED, self.unit, reason=remark, outcome=outcome)
        self._work(due)
        self._call_back()

    def _satisfaction(self, *, solved: bool) -> Satisfaction:
        ways = (Satisfaction.SATISFIED, Satisfaction.BASICALLY, Satisfaction.DISSATISFIED)
        weights = (86, 11, 3) if solved else (8, 27, 65)
        return self.chance.choices(ways, weights)[0]

    def _note(
        self, *, reached: bool, solved: bool | None = None, satisfied: str = "", remark: str = ""
    ) -> None:
        call = CallBack(
            round_number=self.round,
            via=Via.PHONE.value,
            at=self.at,
            by=self.actors.official("caller"),
            reached=reached,
            solved=solved,
            satisfied=str(satisfied),
            remark=remark,
        )
        self.calls.append(call)
        facts = {
            "round": self.round,
            "via": call.via,
            "reached": reached,
            "solved": solved,
            "satisfied": str(satisfied) or None,
        }
        words = {"remark": remark} if remark else None
        label = self.actors.hotline("caller")
        self.past.append(PastNote("call_back.noted", self.at, label, facts, words))

    def _close(self, *, asked: bool, solved: bool | None = None, satisfied: str = "") -> None:
        outcome = Outcome(asked=asked, solved=solved, satisfied=str(satisfied))
        self._move(Status.CLOSED, "caller", outcome=outcome)
