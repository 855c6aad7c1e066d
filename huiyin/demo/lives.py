"""How a planned case lives: who acts when, what is said, how it ends."""

from datetime import datetime, timedelta
from typing import Any

from huiyin.cases.effects import Outcome, Papers
from huiyin.cases.models import Case
from huiyin.cases.rules import RESIDENT, ApplicationKind, Ruling, Satisfaction, Status
from huiyin.demo import wording
from huiyin.demo.diary import HASTY, Request
from huiyin.demo.papers import PARKED, REDIRECTED, TRANSFERRED, WHISTLED, OnPaper
from huiyin.departments.models import Unit, UnitLevel
from huiyin.followup.models import Via
from huiyin.followup.rules import Ground

__all__ = ["Course", "Request"]
SATISFACTIONS = (Satisfaction.SATISFIED, Satisfaction.BASICALLY, Satisfaction.DISSATISFIED)
SATISFIED_IF_SOLVED, SATISFIED_IF_NOT = (94, 99, 100), (12, 48, 100)
ROUNDS = 3


class AtWork(OnPaper):
    """The part of a life that a unit decides: how soon it acts, what it sends back."""

    def _withdraw(self) -> None:
        chance = self.chance
        self.at = self.hours.calling(chance, self.at + timedelta(hours=chance.uniform(0.5, 20)))
        reason = chance.choice(wording.WITHDRAW_REASONS)
        self._move(Status.WITHDRAWN, "operator", Papers(reason=reason))

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
        """Accept, tell the resident, answer; perhaps with more time, or helped by others."""
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
        done = self._off_the_road(due, done)
        on = max(told, self._act_before(done - (done - told) * chance.uniform(0, 0.5)))
        self.at = done
        if self.gaming and chance.random() < 0.6:
            reply = chance.choice(wording.BRUSH_OFF)
        else:
            reply = self._reply(on)
        without = wording.WITHOUT_PARTS if self.unreported else ""
        self._move(Status.ANSWERED, self.unit.code, Papers(reply=reply, without_parts=without))
        self.unreported = False

    def _off_the_road(self, due: datetime, done: datetime) -> datetime:
        """What may lie between the first feedback and the answer; gives when it is answered."""
        chance = self.chance
        if self.plan.calm or self.haste in HASTY or self.round > 1:
            return done
        parked = self._park(due) if chance.random() < PARKED else None
        if parked is not None:
            due = self._resume(parked)
            return self._act(self.at + (due - self.at) * chance.uniform(0.3, 0.9))
        later = self._more_time(due)
        if later > due:
            return self._act(due + (later - due) * chance.uniform(0.1, 0.95))
        done = max(done, self._act(self.at + timedelta(minutes=20)))
        hours = (done - self.at) / timedelta(hours=1)
        street = self.unit.level == UnitLevel.STREET
        if street and hours > 5 and chance.random() < WHISTLED:
            self._whistle(done)
        return done

    def _stay(self) -> None:
        chance, until = self.chance, self.actors.until
        stays, span = self.plan.stays, until - self.at
        if stays == "received":
            return
        self._wait(minutes=min(chance.uniform(2, 9), span / timedelta(minutes=1) / 4))
        if stays == "transferred":
            self._transfer()
            return
        due = self._send(Status.DISPATCHED, self.unit)
        if stays in {"returned", "objected"}:
            self._pass(0.3, 0.9)
            other = self.actors.neighbour(self.unit, self.street)
            reason = chance.choice(wording.RETURN_REASONS).format(other=other.name)
            kind = ApplicationKind.OBJECTION
            self._ask(kind, "not_our_duty", reason, proposed=other.code)
            if stays == "returned":
                said = chance.choice(wording.RULED["return"])
                self._rule(kind, Ruling.RETURN, said)
        if stays in {"in_hand", "answered", "parked"}:
            self._pass(0.05, 0.3)
            self._move(Status.IN_HAND, self.unit.code)
            self._pass(0.02, 0.2)
            self._tell()
        if stays == "parked":
            self._park(due)
        if stays == "answered":
            self._pass(0.02, 0.15)
            reply = self._reply(self.at)
            self._move(Status.ANSWERED, self.unit.code, Papers(reply=reply))


class Course(AtWork):
    """Draws the course of one case from receipt to the end."""

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
        chance, tags = self.chance, self.plan.tags
        slow = self.request.channel not in wording.VOICES
        by_chance = not tags and not self.plan.calm and self.haste != "emergency"
        other_way = chance.random() if by_chance and self.plan.ask.kind != "thanks" else 1
        if other_way < REDIRECTED and not self._redirect():
            return
        if REDIRECTED < other_way < REDIRECTED + TRANSFERRED:
            self._transfer()
            self._call_back()
            return
        # A caller hears the case being sent; what is written waits to be read.
        self._wait(minutes=chance.lognormvariate(*(2.6, 0.7) if slow else (1.35, 0.55)))
        due = self._send(Status.DISPATCHED, self.unit)
        if self.plan.dispute:
            self._dispute()
        elif self.haste != "emergency" and not self.plan.calm:
            self._maybe_object()
        if not tags and self.plan.follows is None and chance.random() < 0.012:
            self._withdraw()
            return
        self._work(due)
        self._call_back()

    def be_merged(self, at: datetime, into: Case) -> None:
        """Be merged into another case; a dispatcher has seen that it is the same matter."""
        self.at = at
        self._move(Status.MERGED, self.sender, Papers(parent=into))

    def go_on(self, unit: Unit, answered_at: datetime) -> None:
        """Be called back alone, once the other case was answered by its unit."""
        self.at, self.unit = answered_at, unit
        self._call_back()

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

    def _call_back(self) -> None:
        chance, calm = self.chance, self.plan.calm
        if self.past[-1].by_label != self.actors.labels["operator"]:
            self._wait(hours=chance.uniform(3, 80))
        if not calm and chance.random() < (0.45 if self.gaming else 0.1):
            for pause in ((0, 0), (2, 26), (20, 27)):
                self._wait(hours=chance.uniform(*pause) if pause[1] else 0)
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
            if not solved:
                self._wait(minutes=chance.uniform(0.2, 3))
                ground, words = wording.NOT_REASONABLE[self.plan.serial % 3]
                self._judge(reasonable=False, ground=Ground(ground), words=words)
            self._close(outcome)
        else:
            self._reopen(outcome, said["remark"])

    def _solved_share(self) -> float:
        if self.plan.ask.kind in {"consultation", "thanks"}:
            return 0.99
        return 0.62 if self.gaming else 0.94

    def _reopen(self, outcome: Outcome, reason: str) -> None:
        self._wait(minutes=self.chance.uniform(1, 30))
        self._judge(reasonable=True, words=reason)
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
