"""Streets that whistle the fire brigade, and what both sides think of it, month after month."""

from datetime import datetime, timedelta

from huiyin.cases.models import Status
from huiyin.cases.parts import finish_part
from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of
from huiyin.replies.joint.assessing import View, assess
from huiyin.replies.joint.models import Assessment
from huiyin.replies.joint.whistles import Call, Spot, blow_whistle
from huiyin.reports.assessing.rules import Sheet
from tests.makers import city, make_case, make_unit, officer_of

OF = {
    Sheet.REPORTING: ("arrival", "work", "cooperation"),
    Sheet.WHISTLING: ("reason", "lead", "cooperation"),
}


def fire() -> Unit:
    """The fire brigade, a department of the city."""
    known = Unit.objects.filter(code="fire").first()
    return known or make_unit("消防救援支队", code="fire")


def streets(count: int) -> list[Unit]:
    """So many streets of one district."""
    district = make_unit("城东区人民政府", level="district")
    return [make_unit(parent=district, level="street") for _ in range(count)]


def in_month(month: int, day: int = 10) -> datetime:
    """A moment in a month of 2026, in the zone of the city."""
    return datetime(2026, month, day, 9, 0, tzinfo=time_zone_of(city()))


def whistled(street: Unit, called: Unit, *, at: datetime):
    """A street calls a unit, whose part ends at once; gives the case's number and the part."""
    case = make_case(Status.IN_HAND, unit=street, at=at - timedelta(hours=3))
    until = at + timedelta(hours=2)
    call = Call((called,), "联合检查。", Spot("东口"), report_by=until, due_at=until)
    whistle = blow_whistle(case.number, call, by=officer_of(street), at=at - timedelta(hours=1))
    part = whistle.called.get().part
    finish_part(case.number, part.pk, "已清。", by=officer_of(called), at=at)
    return case.number, part


def marked(
    street: Unit, mark: int, *, at: datetime, called: Unit | None = None, words: str = ""
) -> Assessment:
    """A street gives a department (the fire brigade) this mark for everything."""
    called = called or fire()
    number, part = whistled(street, called, at=at)
    view = View(dict.fromkeys(OF[Sheet.REPORTING], mark), words)
    return assess(number, part.pk, view, about=called, by=officer_of(street), at=at)


def marked_back(street: Unit, mark: int, *, at: datetime, called: Unit) -> Assessment:
    """A department gives a street that called it this mark for everything."""
    number, part = whistled(street, called, at=at)
    view = View(dict.fromkeys(OF[Sheet.WHISTLING], mark))
    return assess(number, part.pk, view, about=street, by=officer_of(called), at=at)
