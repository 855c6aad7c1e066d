"""How a planned case lives: who acts when, what is said, how it ends."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huiyin.cases.effects import Clock, Outcome, Papers
from huiyin.cases.history import PastMove, PastNote
from huiyin.cases.rules import RESIDENT, Satisfaction, Status
from huiyin.demo import wording
from huiyin.demo.actors import ROUND_THE_CLOCK, Actors
from huiyin.demo.plans import Plan
from huiyin.demo.planting import GAMING_UNIT
from huiyin.demo.rhythm import ZONE
from huiyin.demo.scenes import Scene
from huiyin.departments.models import Unit
from huiyin.followup.models import CallBack, Via
from huiyin.followup.rules import TRIES
from huiyin.office.bulk import bare

NO_PAPERS = Papers()
SATISFACTIONS = (Satisfaction.SATISFIED, Satisfaction.BASICALLY, Satisfaction.DISSATISFIED)
SATISFIED_IF_SOLVED, SATISFIED_IF_NOT = (94, 99, 100), (12, 48, 100)
ROUNDS = 3
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


class Course:
    """Draws the course of one case and keeps what happens, step by step."""

    def __init__(self, request: Request, actors: Actors, chance: random.Random) -> None:
        self.request, self.plan, self.actors = request, request.plan, actors
        self.chance, self.hours = chance, actors.hours
        self.at = self.plan.at
        self.past: list[PastMove | PastNote] = []
        self.calls: list[CallBack] = []
        self.round = 1
        self.street = str(self.plan.community.parent)
        self.unit = actors.lead(self.plan.matter, self.street)
        self.haste = self.plan.matter.deadline_class

    @property
    def gaming(self) -> bool:
        """Whether the unit in charge is the one that games its figures."""
        return self.unit.code == GAMING_UNIT

    def run(self) -> None:
        """Live from receipt to the end."""
        kind, chance = self.plan.ask.kind, self.chance
        if self.plan.stays:
            self._stay()
        elif chance.random() < {"consultation": 0.97, "thanks": 0.6}.get(kind, 0):
            self._answer_at_once()
        else:
            self._plain_road()

    def _plain_road(self) -> None:
        chance = self.chance
        slow = self.request.channel not in wording.VOICES
        # A caller hears the case being sent; what is written waits to be read.
        self._wait(minutes=chance.lognormvariate(*(2.6, 0.7) if slow else (1.35, 0.55)))
        due = self._send(Status.DISPATCHED, self.unit)
        if self.plan.dispute:
            self._dispute()
        elif self.haste != "emergency" and not self.plan.calm and chance.random() < 0.035:
            self._return(self.actors.neighbour(self.unit, self.street))
        if not self.plan.tags and chance.random() < 0.012:
            self._withdraw()
            return
        self._work(due)
        self._call_back()

    def _wait(self, *, minutes: float = 0, hours: float = 0) -> None:
        self.at += timedelta(minutes=minutes, hours=hours)

    def _move(
        self, end: Status, by: str, papers: Papers = NO_PAPERS, clock: Clock | None = None
    ) -> None:
        label = by if by == RESIDENT else self.actors.labels[by]
        self.past.append(PastMove(end, self.at, label, papers, clock))

    def _note(self, code: str, by: str, words: dict[str, Any] | None, **facts: Any) -> None:
        label = by if by == RESIDENT else self.actors.labels[by]
        tells = code == "resident.told"
        self.past.append(PastNote(code, self.at, label, facts, words, tells=tells))

    # --- At the hotline ---

    def _answer_at_once(self) -> None:
        chance, plan = self.chance, self.plan
        written = self.request.channel not in wording.VOICES
        self._wait(minutes=chance.uniform(12, 110) if written else chance.uniform(2, 9))
        if plan.ask.kind == "thanks":
            reply = wording.thanks_reply(self.unit.name)
        else:
            reply = self._answer()
        self._move(Status.ANSWERED, "operator", Papers(reply=reply))
        if chance.random() < 0.5:
            # Most rate by the link in the message that they are sent.
            self._wait(hours=chance.expovariate(0.12))
            self.at = self.hours.duty(chance, self.at)
            self._rate()
        else:
            self._wait(hours=chance.uniform(1, 40))
            self._call_back()

    def _send(self, end: Status, unit: Unit, **papers: Any) -> datetime:
        clock = self.actors.clock(self.at, self.plan.matter, self.request.kind, unit)
        by = "caller" if self.round > 1 else "dispatcher"
        self._move(end, by, Papers(unit=unit, **papers), clock)
        return clock.due_at.astimezone(ZONE) if clock.due_at else self.at

    def _return(self, to: Unit, reasons: tuple[str, ...] = wording.RETURN_REASONS) -> None:
        chance = self.chance
        self.at = self._act(self.at + timedelta(hours=chance.uniform(0.3, 5)))
        reason = chance.choice(reasons).format(other=to.name)
        self._move(Status.RECEIVED, self.unit.code, Papers(reason=reason))
        self._wait(minutes=chance.uniform(8, 110))
        self.unit = to
        self._move(Status.DISPATCHED, "dispatcher", Papers(unit=to))

    def _dispute(self) -> None:
        one, other = self.unit, self.actors.street(self.plan.dispute)
        for turn in range(self.chance.choice((2, 3, 3))):
            self._return((other, one)[turn % 2], wording.BORDER_REASONS)

    def _withdraw(self) -> None:
        chance = self.chance
        self.at = self.hours.calling(chance, self.at + timedelta(hours=chance.uniform(0.5, 20)))
        reason = chance.choice(wording.WITHDRAW_REASONS)
        self._move(Status.WITHDRAWN, "operator", Papers(reason=reason))

    # --- At the unit ---

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

    def _done_at(self, due: datetime) -> datetime:
        """When the unit answers: most well before the deadline, some late, one always at it."""
        chance, left = self.chance, max(due - self.at, timedelta(minutes=30))
        soonest = self.at + left / 12
        if self.haste == "emergency":
            return self.at + left * chance.uniform(0.25, 0.9)
        if self.gaming:
            done = self._act_before(due - timedelta(minutes=chance.uniform(3, 100)))
        elif not self.plan.calm and chance.random() < 0.05:
            return self._act(self.at + left * chance.uniform(1.04, 1.6))
        else:
            done = self._act_before(self.at + left * chance.betavariate(1.8, 2.6))
        return done if done >= soonest else self._act(soonest)

    def _work(self, due: datetime) -> None:
        """Accept, tell the resident, answer."""
        chance, start, done = self.chance, self.at, self._done_at(due)
        accepted = self._act(start + (done - start) * chance.uniform(0.01, 0.25))
        least, longest = HASTY.get(self.haste, (50, 300))
        done = max(done, self._act(accepted + timedelta(minutes=chance.uniform(least, longest))))
        told = accepted + (done - accepted) * chance.uniform(0.05, 0.75)
        if self.haste != "emergency":
            told = self._act_before(told)
        if told < accepted:
            told = accepted + (done - accepted) * chance.uniform(0.02, 0.2)
        self.at = accepted
        self._move(Status.IN_HAND, self.unit.code)
        if chance.random() < 0.03:
            self.at += (told - accepted) * chance.random()
            words = {"text": chance.choice(wording.ADDED)}
            self._note("resident.added", RESIDENT, words, files=0, form_key=None)
        self.at = told
        self._tell()
        self.at = done
        on = max(told, self._act_before(done - (done - told) * chance.uniform(0, 0.5)))
        if self.gaming and chance.random() < 0.6:
            reply = chance.choice(wording.BRUSH_OFF)
        else:
            reply = self._reply(on)
        self._move(Status.ANSWERED, self.unit.code, Papers(reply=reply))

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

    # --- Asking back ---

    def _call_back(self) -> None:
        chance, calm = self.chance, self.plan.calm
        if self.past[-1].by_label != self.actors.labels["operator"]:
            self._wait(hours=chance.uniform(3, 80))
        if not calm and chance.random() < (0.45 if self.gaming else 0.1):
            for attempt in range(TRIES):
                self._wait(hours=chance.uniform(2, 26) if attempt else 0)
                self._call(reached=False)
            self._close(Outcome(asked=False))
            return
        if not calm and chance.random() < 0.1:
            self._call(reached=False)
            self._wait(hours=chance.uniform(2, 26))
        solved = calm or chance.random() < self._solved_share()
        said = self._said(solved=solved, unsolved=wording.UNSOLVED)
        self._call(reached=True, **said)
        outcome = Outcome(asked=True, solved=solved, satisfied=said["satisfied"])
        if solved or self.round >= ROUNDS or chance.random() < 0.35:
            self._close(outcome)
        else:
            self._reopen(outcome, said["remark"])

    def _solved_share(self) -> float:
        if self.plan.ask.kind in {"consultation", "thanks"}:
            return 0.99
        return 0.62 if self.gaming else 0.94

    def _reopen(self, outcome: Outcome, reason: str) -> None:
        self._wait(minutes=self.chance.uniform(1, 30))
        self.round += 1
        self._work(self._send(Status.DISPATCHED, self.unit, reason=reason, outcome=outcome))
        self._call_back()

    def _rate(self) -> None:
        """The resident says by the receipt what they think; who is not content is called."""
        solved = self.chance.random() < self._solved_share()
        said = self._said(solved=solved, unsolved=wording.UNSOLVED_OWN)
        self._asked(Via.WEB, reached=True, **said)
        if solved:
            outcome = Outcome(asked=True, solved=True, satisfied=said["satisfied"])
            self._move(Status.CLOSED, RESIDENT, Papers(outcome=outcome))
        else:
            self._wait(hours=self.chance.uniform(4, 50))
            self._call_back()

    def _said(self, *, solved: bool, unsolved: tuple[str, ...]) -> dict[str, Any]:
        sums = SATISFIED_IF_SOLVED if solved else SATISFIED_IF_NOT
        satisfied = self.chance.choices(SATISFACTIONS, cum_weights=sums)[0].value
        remark = "" if solved else self.chance.choice(unsolved)
        return {"solved": solved, "satisfied": satisfied, "remark": remark}

    def _call(self, *, reached: bool, **said: Any) -> None:
        self.at = self.hours.calling(self.chance, self.at)
        if not reached:
            said = {"remark": self.chance.choice(wording.NOT_REACHED)}
        self._asked(Via.PHONE, reached=reached, **said)

    def _asked(
        self,
        via: Via,
        *,
        reached: bool,
        solved: bool | None = None,
        satisfied: str = "",
        remark: str = "",
    ) -> None:
        call = bare(
            CallBack,
            round_number=self.round,
            via=via.value,
            at=self.at,
            by=self.actors.caller if via == Via.PHONE else None,
            reached=reached,
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
            solved=solved,
            satisfied=satisfied or None,
        )

    def _close(self, outcome: Outcome) -> None:
        self._wait(minutes=self.chance.uniform(0.2, 3))
        self._move(Status.CLOSED, "caller", Papers(outcome=outcome))
        if self.round == 1 and self.plan.stays == "" and not self.plan.calm and outcome.asked:
            self._maybe_again()

    def _maybe_again(self) -> None:
        chance = self.chance
        if self.plan.ask.kind == "consultation" or chance.random() > 0.012:
            return
        self._wait(hours=chance.uniform(24, 24 * 20))
        self.at = self.hours.duty(chance, self.at)
        reason = chance.choice(wording.ASK_AGAIN)
        self._move(Status.ANSWERED, RESIDENT, Papers(reason=reason))
        self._wait(hours=chance.uniform(1, 20))
        said = self._said(solved=False, unsolved=wording.UNSOLVED)
        self._call(reached=True, **said)
        outcome = Outcome(asked=True, solved=False, satisfied=said["satisfied"])
        self._reopen(outcome, said["remark"])

    # --- Still on somebody's desk ---

    def _stay(self) -> None:
        chance, until = self.chance, self.actors.until
        stays, span = self.plan.stays, until - self.at
        if stays == "received":
            return
        self._wait(minutes=min(chance.uniform(2, 9), span / timedelta(minutes=1) / 4))
        self._send(Status.DISPATCHED, self.unit)
        if stays == "returned":
            self._pass(0.3, 0.9)
            other = self.actors.neighbour(self.unit, self.street)
            reason = chance.choice(wording.RETURN_REASONS).format(other=other.name)
            self._move(Status.RECEIVED, self.unit.code, Papers(reason=reason))
        if stays in {"in_hand", "answered"}:
            self._pass(0.05, 0.3)
            self._move(Status.IN_HAND, self.unit.code)
            self._pass(0.02, 0.2)
            self._tell()
        if stays == "answered":
            self._pass(0.02, 0.15)
            reply = self._reply(self.at)
            self._move(Status.ANSWERED, self.unit.code, Papers(reply=reply))

    def _pass(self, least: float, most: float) -> None:
        """Let a share of the time that is left go by, if possible to an hour of work."""
        until = self.actors.until
        later = self.at + (until - self.at) * self.chance.uniform(least, most)
        worked = self._act_before(later)
        if worked <= self.at:
            worked = self._act(self.at + timedelta(minutes=10))
        self.at = worked if worked < until else later
