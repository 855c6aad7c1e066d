"""Who acts in the demo city: units, the labels of officials in the logbook, deadlines, hours."""

from dataclasses import dataclass, field
from datetime import datetime

from huiyin.cases.effects import Clock
from huiyin.deadlines.queries import DeadlineBook
from huiyin.demo.hours import Hours
from huiyin.demo.matters import Matter
from huiyin.demo.units import City
from huiyin.departments.models import Official, Unit
from huiyin.logbook.rules import official_label

ROUND_THE_CLOCK = "round-the-clock"


@dataclass
class Actors:
    """Everybody who may act on a case, at hand by post and by unit."""

    city: City
    book: DeadlineBook
    until: datetime
    hours: Hours = field(init=False)
    labels: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.hours = Hours(self.book.work_calendar())
        units, hotline = self.city.units, self.city.units["hotline"].pk
        self.labels = {
            post: official_label(who.pk, hotline) for post, who in self.city.hotline.items()
        }
        self.labels |= {
            code: official_label(who.pk, units[code].pk) for code, who in self.city.officers.items()
        }

    @property
    def caller(self) -> Official:
        """The official who calls residents back."""
        return self.city.hotline["caller"]

    def lead(self, matter: Matter, street_code: str) -> Unit:
        """The unit whose duty a matter is."""
        units = self.city.units
        return units[f"S{street_code}"] if matter.owner == "street" else units[matter.owner]

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
