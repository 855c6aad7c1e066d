"""Lives off the plain road: objections and rulings, more time, the ledger, whistles, routes."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from huiyin.cases.effects import Papers
from huiyin.cases.past.history import PastPart, PastPartStep, PastPlea, PastVerdict
from huiyin.cases.rules import RESIDENT, SYSTEM, ApplicationKind, Ruling, Status
from huiyin.demo import wording
from huiyin.demo.diary import Diary, Joint
from huiyin.departments.models import Unit
from huiyin.office.bulk import bare
from huiyin.replies.joint.models import CalledUnit, Whistle

# Of a hundred objections: where the ruling sends the case.
RULINGS = ("redispatch", "return", "uphold", "designate")
RULING_SUMS = (54, 64, 94, 100)
GROUNDS = ("not_our_duty", "not_our_place", "shared_duty", "facts_missing")
GROUND_SUMS = (58, 82, 94, 100)
OBJECTED, EXTENDED, PARKED, WHISTLED = 0.042, 0.03, 0.006, 0.07
REDIRECTED, TRANSFERRED = 0.03, 0.012
ROUTE_SUMS = {
    "outside_duty": 55,
    "legal_channel": 80,
    "unlawful": 88,
    "emergency": 94,
    "secret": 100,
}
BODY_SUMS = {"police": 40, "petition_office": 65, "court": 85, "other_city": 100}
HELPERS = ("urban-management", "market", "fire", "environment", "housing", "traffic", "police")
# A newcomer at the desk sends more of them wrongly.
NEWCOMER, NEWCOMERS_SHARE = "dispatcher-2", 1.7


class OnPaper(Diary):
    """What units ask for in writing, and what others rule on it."""

    def _by(self, code: str) -> str:
        return self.actors.labels[code]

    def _ask(self, kind: ApplicationKind, ground: str, words: str, **asked: Any) -> None:
        code = self.unit.code
        officer = self.actors.city.officers[code]
        plea = PastPlea(kind, self.at, self._by(code), officer, ground, words, asked)
        self.past.append(plea)

    def _rule(
        self, kind: ApplicationKind, ruling: str, words: str, unit: Unit | None = None
    ) -> None:
        by = self.sender if kind == ApplicationKind.OBJECTION else "supervisor"
        who = self.actors.people[by]
        # Always within the time for rulings, and most of them long before.
        longest = min(settings.RULING_HOURS * 60 - 5, 230)
        self._wait(minutes=6 + (longest - 6) * self.chance.betavariate(1.2, 3))
        verdict = PastVerdict(kind, self.at, self._by(by), who, ruling, words, unit)
        self.past.append(verdict)

    def _object(self, other: Unit, ruling: str, *, ground: str, words: str) -> None:
        """Object to the dispatch, and let the hotline rule; `other` is whom the unit proposes."""
        chance, kind = self.chance, ApplicationKind.OBJECTION
        self.at = self._act(self.at + timedelta(hours=chance.uniform(0.3, 5)))
        self._ask(kind, ground, words.format(other=other.name), proposed=other.code)
        goes_to = self.unit
        if ruling == Ruling.REDISPATCH or (ruling == Ruling.DESIGNATE and chance.random() < 0.5):
            goes_to = other
        said = chance.choice(wording.RULED[ruling]).format(unit=goes_to.name)
        named = goes_to if ruling in {Ruling.REDISPATCH, Ruling.DESIGNATE} else None
        self._rule(kind, ruling, said, named)
        if ruling == Ruling.RETURN:
            self._wait(minutes=chance.uniform(4, 70))
            self._send(Status.DISPATCHED, other)
            goes_to = other
        elif goes_to is not self.unit:
            self._copy(goes_to, self.sender)
        self.unit = goes_to

    def _maybe_object(self) -> None:
        chance = self.chance
        share = OBJECTED * (NEWCOMERS_SHARE if self.sender == NEWCOMER else 1)
        if chance.random() >= share:
            return
        ruling = chance.choices(RULINGS, cum_weights=RULING_SUMS)[0]
        ground = chance.choices(GROUNDS, cum_weights=GROUND_SUMS)[0]
        other = self.actors.neighbour(self.unit, self.street)
        words = chance.choice(wording.RETURN_REASONS)
        self._object(other, ruling, ground=ground, words=words)

    def _dispute(self) -> None:
        """Two streets push a case to each other until the hotline designates one of them."""
        chance = self.chance
        pair = (self.unit, self.actors.street(self.plan.dispute))
        limit = settings.OBJECTION_LIMIT
        most = chance.randint(min(2, limit), limit)
        for turn in range(most):
            ruling = Ruling.DESIGNATE if turn == most - 1 else Ruling.REDISPATCH
            other = pair[1] if self.unit is pair[0] else pair[0]
            words = chance.choice(wording.BORDER_REASONS)
            self._object(other, ruling, ground="not_our_place", words=words)

    def _more_time(self, due: datetime) -> datetime:
        """Perhaps ask for an extension; gives the deadline that holds then."""
        chance, left = self.chance, due - self.at
        if left < timedelta(days=2) or chance.random() >= EXTENDED:
            return due
        ground = chance.choice(list(wording.EXTENSION_WORDS))
        until = due + left * chance.uniform(0.5, 1)
        self.at = self._act(self.at + timedelta(hours=chance.uniform(1, 20)))
        kind, words = ApplicationKind.EXTENSION, wording.EXTENSION_WORDS[ground]
        self._ask(kind, ground, words, until=until.isoformat())
        if chance.random() < 0.68:
            self._rule(kind, Ruling.GRANT, chance.choice(wording.GRANTED))
            return until
        self._rule(kind, Ruling.REFUSE, chance.choice(wording.REFUSED))
        return due

    def _park(self, due: datetime) -> datetime | None:
        """Ask for the ledger; gives the date until when it is parked, if it was granted."""
        chance, kind = self.chance, ApplicationKind.PARKING
        ground = chance.choice(list(wording.PARKING_WORDS))
        until = due + timedelta(days=chance.randint(45, 150))
        share = (until - self.at) / len(wording.MILESTONES)
        steps = [
            {"what": what, "on": (self.at + share * (at + 1)).date().isoformat()}
            for at, what in enumerate(wording.MILESTONES)
        ]
        self.at = self._act(self.at + timedelta(hours=chance.uniform(0.5, 6)))
        words = wording.PARKING_WORDS[ground]
        self._ask(kind, ground, words, until=until.isoformat(), milestones=steps)
        if chance.random() < 0.8 or self.plan.stays:
            self._rule(kind, Ruling.GRANT, chance.choice(wording.PARKED))
            return until
        self._rule(kind, Ruling.REFUSE, wording.NOT_PARKED)
        return None

    def _resume(self, until: datetime) -> datetime:
        """The date of the ledger has come: work goes on; gives when it must be answered."""
        self.at = until
        self._move(Status.IN_HAND, SYSTEM, Papers(reason=wording.RESUMED))
        return until + timedelta(days=self.chance.uniform(2, 9))

    def _whistle(self, until: datetime) -> None:
        """Call departments to the spot; each comes, does its part and reports back."""
        chance, units = self.chance, self.actors.city.units
        codes = chance.sample(HELPERS, chance.choice((1, 1, 2, 2, 3)))
        left = until - self.at
        report_by, due = self.at + left * 0.45, self.at + left * 0.9
        where = self.request.scene.names.get("where", "")
        what_for = chance.choice(wording.WHISTLE_FOR)
        lead, label, key = self.unit, self._by(self.unit.code), next(self.actors.keys)
        whistle = bare(
            Whistle,
            pk=key,
            id=key,
            round_number=self.round,
            unit=lead,
            by=self.actors.city.officers[lead.code],
            at=self.at,
            what_for=what_for,
            place_words=where,
            report_by=report_by,
            due_at=due,
        )
        self._note(
            "whistle.blown",
            lead.code,
            {"task": what_for, "where": where},
            lead=lead.code,
            whistle=key,
            called=codes,
            report_by=report_by,
            due=due,
            field=False,
        )
        called = []
        for code in codes:
            part = PastPart(units[code], self.at, label, task=what_for, due_at=due, whistle=key)
            self.past.append(part)
            called.append((units[code], bare(CalledUnit, whistle=whistle)))
        self.whistles.append(Joint(whistle, called))
        blown = self.at
        for unit, row in called:
            self._come(unit, row, blown, left)
        self.past.sort(key=lambda past: past.at)

    def _come(self, unit: Unit, row: CalledUnit, blown: datetime, left: timedelta) -> None:
        chance, whistle = self.chance, row.whistle
        label = self._by(unit.code)
        arrived = blown + left * chance.uniform(0.1, 0.5)
        count, people = chance.randint(1, 3), f"{unit.name}执法人员"
        row.arrived_at = row.noted_at = arrived
        row.people, row.people_count, row.place_words = people, count, whistle.place_words
        row.noted_by = self.actors.city.officers[unit.code]
        facts = {"whistle": whistle.pk, "arrived_at": arrived, "count": count, "late": row.is_late}
        said = {"people": people, "where": whistle.place_words}
        came = PastPartStep("arrived", unit, arrived, label, details=facts, said=said)
        self.past.append(came)
        if chance.random() < 0.94:
            done = arrived + left * chance.uniform(0.02, 0.4)
            result = chance.choice(wording.PART_RESULTS)
            self.past.append(PastPartStep("done", unit, done, label, result))
            return
        self.unreported = True

    def _redirect(self) -> bool:
        """Explain that it takes one of the special ways; gives whether it came back from there."""
        chance = self.chance
        route = chance.choices(list(ROUTE_SUMS), cum_weights=list(ROUTE_SUMS.values()))[0]
        self._wait(minutes=chance.uniform(2, 15))
        papers = Papers(route=route, reply=wording.ROUTES[route])
        self._move(Status.REDIRECTED, "operator", papers)
        if route == "secret" or chance.random() > 0.08:
            return False
        self._wait(hours=chance.uniform(5, 60))
        self._move(Status.RECEIVED, RESIDENT, Papers(reason=wording.TAKE_UP))
        return True

    def _transfer(self) -> None:
        """Hand it to a body outside, and tell the resident later what came of it."""
        chance = self.chance
        body = chance.choices(list(BODY_SUMS), cum_weights=list(BODY_SUMS.values()))[0]
        words, name = wording.BODIES[body]
        self._wait(minutes=chance.uniform(5, 50))
        ask_on = self.hours.office(chance, self.at + timedelta(days=chance.randint(7, 15)))
        papers = Papers(body=body, reply=words, until=ask_on, reason=name)
        self._move(Status.TRANSFERRED, self.sender, papers)
        self.at = ask_on
        papers = Papers(reply=chance.choice(wording.OUTCOME))
        self._move(Status.ANSWERED, self.sender, papers)
