"""The same matter from the same caller again: told, linked and counted, never dropped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Case, Link, Resident
from huiyin.cases.queries import of_the_same_caller
from huiyin.cases.rules import OPEN, Status
from huiyin.departments.models import Official

REPEAT = "repeat"
MOST = 8


@dataclass(frozen=True)
class Earlier:
    """An open case of the same caller, and how it stands in words to read out."""

    case: Case
    state: str
    is_alike: bool
    asked: int


def earlier_cases(case: Case, *, by: Official) -> list[Earlier]:
    """The open cases of the same caller, the like ones first; opens nobody's data."""
    open_here = visible_cases(by).filter(status__in=OPEN)
    found = [other.pk for other in of_the_same_caller(case, open_here)]
    return told_of(found, like=case)


def told_of(found: Sequence[int], *, like: Case | None = None) -> list[Earlier]:
    """How these cases stand, in words to read out; those of the same matter first."""
    repeats = Count("linked_from", filter=Q(linked_from__kind=REPEAT))
    rows = Case.objects.filter(pk__in=list(found)).annotate(asked=repeats)
    rows = rows.select_related("unit", "parent__unit", "category", "place").order_by("-received_at")
    known = [Earlier(row, state_of(row), _is_alike(row, like), row.asked) for row in rows]
    return sorted(known, key=lambda one: not one.is_alike)[:MOST]


def state_of(case: Case) -> str:
    """How an earlier case stands, as it is read out to the one who asked."""
    worked = case.parent if case.status == Status.MERGED and case.parent else case
    facts = {
        "number": case.number,
        "on": date_format(timezone.localtime(case.received_at), "DATE_FORMAT"),
        "status": Status(case.status).value,
        "unit": str(worked.unit) if worked.unit else "",
        "due": _day(worked.due_at or worked.wait_until),
    }
    return _sentence(worked, Status(case.status)) % facts


def is_same_caller(case: Case, earlier: Case) -> bool:
    """Whether both cases came from one phone number."""
    rows = Resident.objects.filter(pk__in=[case.resident_id, earlier.resident_id])
    indexes = [bytes(one) for one in rows.values_list("phone_index", flat=True) if one]
    return len(indexes) == len({case.pk, earlier.pk}) and len(set(indexes)) == 1


def repeats_of(cases: Iterable[Case]) -> int:
    """How often these cases were asked for again without new facts."""
    return Link.objects.filter(other__in=list(cases), kind=REPEAT).count()


def _sentence(worked: Case, status: Status) -> str:
    if status == Status.ANSWERED:
        return _("Request %(number)s of %(on)s was answered by %(unit)s; the call-back follows.")
    if status == Status.PARKED:
        return _("Request %(number)s of %(on)s is parked with %(unit)s until %(due)s.")
    if status == Status.TRANSFERRED:
        return _("Request %(number)s of %(on)s lies with a body outside; we ask there by %(due)s.")
    if worked.unit is None:
        return _("Request %(number)s of %(on)s waits to be sent to the unit in charge.")
    return _("Request %(number)s of %(on)s is with %(unit)s, which must answer by %(due)s.")


def _is_alike(row: Case, like: Case | None) -> bool:
    if like is None or row.pk == like.pk:
        return False
    category = like.category_id is not None and row.category_id == like.category_id
    place = like.place_id is not None and row.place_id == like.place_id
    address = bool(like.address) and row.address == like.address
    return (category and (place or address)) or address


def _day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""
