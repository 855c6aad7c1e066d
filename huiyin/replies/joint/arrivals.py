"""报到: when, where and with whom a called unit came; written once, by either side."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.locks import locked_case
from huiyin.cases.models import Case
from huiyin.cases.parts import check_under_way, note_presence
from huiyin.cases.tellings import tell_of_part
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.joint.models import CalledUnit
from huiyin.replies.joint.rules import LONGEST_LIST
from huiyin.replies.joint.whistles import Spot


@dataclass(frozen=True)
class Arrival:
    """How a unit reported: who came, how many, when (now, where nothing is said), and where."""

    people: str
    count: int
    at: datetime | None = None
    where: Spot | None = None


@transaction.atomic
def report_arrival(
    number: str, part_id: int, arrival: Arrival, *, by: Official, at: datetime
) -> CalledUnit:
    """Write down that a unit has come; by the unit itself, or by the one that called it.

    What is said of the moment and when it was written down are kept apart: a unit that
    writes its arrival down late is seen to have done so.
    """
    case = locked_case(number)
    called = called_unit(case, part_id)
    part, whistle = called.part, called.whistle
    seat = _seat(by, (part.unit, whistle.unit))
    check_under_way(part, case)
    if called.arrived_at is not None:
        raise NotPossible(_("This unit has reported already; nothing was changed."))
    moment = arrival.at or at
    _check(arrival, moment, since=whistle.at, at=at)
    where = arrival.where or Spot(whistle.place_words)
    called.arrived_at, called.people = moment, arrival.people.strip()
    called.people_count = arrival.count
    called.place_words = where.words.strip() or whistle.place_words
    called.longitude, called.latitude = where.longitude, where.latitude
    called.noted_at, called.noted_by = at, by
    called.save()
    entry = record(
        "part.arrived",
        about=number,
        by=by,
        at=at,
        unit=seat,
        words={"people": called.people, "where": called.place_words},
        of=part.unit.code,
        whistle=whistle.pk,
        arrived_at=moment,
        count=arrival.count,
        late=called.is_late,
        lapsed=note_presence(part, at=at) or None,
    )
    further = {"where": called.place_words}
    tell_of_part("part.arrived", part, entry.position, at=at, further=further)
    return called


def called_unit(case: Case, part_id: int) -> CalledUnit:
    """The whistle's side of a part; a part that was asked for without a whistle has none."""
    rows = CalledUnit.objects.select_related("whistle__unit", "part__unit", "part__asked_by")
    called = rows.filter(part_id=part_id, part__case=case).first()
    if called is None:
        raise NotPossible(_("This unit was not called to a place; it reports its result only."))
    called.part.case = case
    return called


def _seat(by: Official, sides: tuple[Unit, Unit]) -> int | None:
    for side in sides:
        if holds(by, Post.OFFICER, side):
            return seat_of(by, side)
    raise NotAllowed(_("Only the unit that was called, or the one that called it, writes this."))


def _check(arrival: Arrival, moment: datetime, *, since: datetime, at: datetime) -> None:
    if not arrival.people.strip():
        raise WrongInput(_("Write down who came."))
    if len(arrival.people) > LONGEST_LIST:
        raise WrongInput(
            _("The list of those who came has room for %(most)d characters; shorten it.")
            % {"most": LONGEST_LIST}
        )
    if arrival.count < 1:
        raise WrongInput(_("Say how many people came; at least one."))
    # People say a moment to the minute.
    if not since.replace(second=0, microsecond=0) <= moment <= at:
        raise WrongInput(_("A unit comes after it was called, and not in the future."))
