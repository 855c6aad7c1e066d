"""Who acts in the demo city: units, the labels of officials in the logbook, deadlines, hours."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from huiyin.cases.effects import Clock
from huiyin.deadlines.queries import DeadlineBook
from huiyin.demo.accounts import ACCOUNTS
from huiyin.demo.hours import Hours
from huiyin.demo.matters import Matter
from huiyin.demo.units import City
from huiyin.departments.models import Official, Unit, UnitLevel
from huiyin.logbook.rules import official_label
from huiyin.office.bulk import draw_ids
from huiyin.replies.joint.models import Whistle

ROUND_THE_CLOCK = "round-the-clock"


@dataclass
class Actors:
    """Everybody who may act on a case, at hand by post and by unit."""

    city: City
    book: DeadlineBook
    until: datetime
    hours: Hours = field(init=False)
    labels: dict[str, str] = field(init=False)
    people: dict[str, Official] = field(init=False)
    keys: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.hours = Hours(self.book.work_calendar())
        units, hotline = self.city.units, self.city.units["hotline"].pk
        self.labels = {
            account.post: official_label(
                self.city.hotline[account.post].pk, units[account.unit_code].pk
            )
            for account in ACCOUNTS
            if account.post in self.city.hotline
        }
        self.labels |= {
            code: official_label(who.pk, units[code].pk) for code, who in self.city.officers.items()
        }
        self.people = {**self.city.hotline, **self.city.officers}
        for at, who in enumerate(self.city.dispatchers):
            self.labels[f"dispatcher-{at}"] = official_label(who.pk, hotline)
            self.people[f"dispatcher-{at}"] = who
        self.keys = _drawn_keys()

    @property
    def caller(self) -> Official:
        """The official who calls residents back."""
        return self.city.hotline["caller"]

    def lead(self, matter: Matter, street_code: str) -> Unit:
        """The unit whose duty a matter is."""
        units = self.city.units
        return units[f"S{street_code}"] if matter.owner == "street" else units[matter.owner]

    def district(self, unit: Unit) -> Unit | None:
        """The district that gets a copy of what its street is sent."""
        known = unit.level == UnitLevel.STREET
        return self.city.units[f"D{unit.code[1:7]}000000"] if known else None

    def street(self, code: str) -> Unit:
        """The street office of a street."""
        return self.city.units[f"S{code}"]

    def neighbour(self, unit: Unit, street_code: str) -> Unit:
        """A unit that a case of this unit is easily sent to by mistake."""
        street = self.street(street_code)
        return self.city.units["urban-management"] if unit is street else street

    def clock(self, at: datetime, matter: Matter, kind: str, unit: Unit) -> Clock:
        """The deadline of a case that is sent now, as the city reckons it for living cases."""
        deadline = self.book.due_for(
            at,
            deadline_class=matter.deadline_class,
            request_kind=kind,
            calendar_code=unit.calendar_code,
        )
        return Clock(deadline.due_at, deadline.basis())


def _drawn_keys() -> Iterator[int]:
    """Keys of whistles, which their entries in the logbook name."""
    while True:
        yield from draw_ids(Whistle, 200)
