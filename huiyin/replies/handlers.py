"""Who works a unit's part in a case (经办人): taking one, giving one on, handing all over.

Cases are led by units; the handler is the person of that unit whom a colleague asks. A
handler has no right that the other officers of the unit do not have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.cases.happenings import Happening
from huiyin.cases.models import Assignment, AssignmentState, Case
from huiyin.cases.moves import locked_case
from huiyin.cases.rules import OPEN
from huiyin.departments.access import holds, seat_of, units_within
from huiyin.departments.models import Official, Post, PostHeld, Unit
from huiyin.logbook.actions import record
from huiyin.notices.actions import tell_official
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.replies.models import Handler

OFFICER = frozenset({Post.OFFICER})
# Who runs a unit, and so may give a case of one colleague to another.
HEADS = frozenset({Post.SUPERVISOR, Post.LEADER})
ACCEPTING = frozenset({"accept", "answer_directly"})


@dataclass(frozen=True)
class HandOver:
    """From whom, to whom, at which unit, and why."""

    leaving: Official
    to: Official
    unit: Unit
    reason: str


def handled_by(cases: QuerySet[Case], by: Official) -> QuerySet[Case]:
    """Of these cases, the open ones that an official works for a unit that still has its part."""
    mine = Handler.objects.filter(case=OuterRef("pk"), official=by, until=None)
    part = Assignment.objects.filter(case=OuterRef("case"), unit=OuterRef("unit"))
    part = part.exclude(state=AssignmentState.RETURNED)
    return cases.filter(Exists(mine.filter(Exists(part))), status__in=OPEN)


def handlers_of(case: Case) -> list[Handler]:
    """Who works which part of a case now."""
    rows = Handler.objects.filter(case=case, until=None).select_related("official", "unit")
    return list(rows.order_by("pk"))


def units_handling(case: Case, *, by: Official) -> list[Unit]:
    """The units with a part in a case for which this official may name a handler, lead first."""
    mine = units_within(by, OFFICER | HEADS)
    rows = Assignment.objects.filter(case=case, unit__in=mine).select_related("unit")
    rows = rows.exclude(state=AssignmentState.RETURNED).order_by("pk")
    units = list(dict.fromkeys(part.unit for part in rows))
    return sorted(units, key=lambda unit: unit.pk != case.unit_id)


def colleagues_at(*units: Unit) -> QuerySet[Official]:
    """Those who hold the post of an officer at these very units today."""
    day = timezone.localdate()
    held = PostHeld.objects.filter(
        Q(held_from=None) | Q(held_from__lte=day), Q(held_until=None) | Q(held_until__gte=day)
    )
    held = held.filter(official=OuterRef("pk"), unit__in=units, post=Post.OFFICER)
    return Official.objects.filter(Exists(held), is_active=True).order_by("name", "pk")


def units_shared_by(by: Official) -> QuerySet[Unit]:
    """The units whose cases an official may hand over: their own, and those that they run."""
    return units_within(by, OFFICER | HEADS).filter(dissolved_on=None).order_by("sort_key", "pk")


def open_cases_at(unit: Unit) -> dict[int, int]:
    """How many open cases each official works at a unit."""
    rows = Handler.objects.filter(unit=unit, until=None, case__status__in=OPEN)
    counted = rows.values_list("official").annotate(count=Count("pk")).order_by()
    return dict(counted)


def runs(unit: Unit, *, by: Official) -> bool:
    """Whether an official runs a unit: a supervisor or leader of it or of a unit above it."""
    return any(holds(by, post, unit) for post in HEADS)


@transaction.atomic
def set_handler(
    number: str, to: Official, *, unit: Unit, by: Official, at: datetime, reason: str = ""
) -> Handler:
    """Take a case oneself, or give it to a colleague of the same unit."""
    case = locked_case(number)
    _check_part(case, unit)
    now = _handler_at(case, unit)
    _check_giver(now, unit, by=by)
    _check_receiver(to, unit)
    if now is not None and now.official_id == to.pk:
        raise NotPossible(_("%(name)s works this case already.") % {"name": to.name})
    handler = _put(case, to, now, unit=unit, at=at)
    _write(case, to, unit, by=by, at=at, reason=reason)
    if to.pk != by.pk:
        _tell(case, to, handler, by=by, at=at)
    return handler


@transaction.atomic
def hand_over(papers: HandOver, *, by: Official, at: datetime) -> int:
    """Give all open cases of a colleague to another, each with its entry; return how many."""
    unit, leaving, to = papers.unit, papers.leaving, papers.to
    if by.pk != leaving.pk and not runs(unit, by=by):
        raise NotAllowed(
            _("A colleague's cases are handed over by themselves or by who runs the unit.")
        )
    if not papers.reason.strip():
        raise WrongInput(_("Write down why, so that the next person knows."))
    if to.pk == leaving.pk:
        raise WrongInput(_("Choose a colleague who goes on with the cases."))
    _check_receiver(to, unit)
    cases = _open_cases_of(leaving, unit)
    if not cases:
        raise NotPossible(
            _("%(name)s works no open case at %(unit)s.") % {"name": leaving.name, "unit": unit}
        )
    count = sum(_handed(number, papers, by=by, at=at) for number in cases)
    facts = {"by": by, "official": leaving, "count": count}
    key = f"handover:{unit.pk}:{leaving.pk}:{at.isoformat()}"
    about = f"unit:{unit.code}"
    tell_official("handover.many", to, about=about, at=at, key=key, facts=facts)
    return count


def note_handler(happening: Happening) -> None:
    """Whoever signs for a case works it, where nobody does yet; the step's own entry says so."""
    case, by = happening.case, happening.by
    if happening.arrow.step not in ACCEPTING or not isinstance(by, Official) or case.unit is None:
        return
    if holds(by, Post.OFFICER, case.unit) and _handler_at(case, case.unit) is None:
        _put(case, by, None, unit=case.unit, at=happening.at)


def _open_cases_of(official: Official, unit: Unit) -> Sequence[str]:
    rows = Handler.objects.filter(official=official, unit=unit, until=None)
    numbers = rows.filter(case__status__in=OPEN).values_list("case__number", flat=True)
    # In one order for everybody, so that two hand-overs cannot wait for each other.
    return list(numbers.order_by("case__number"))


def _handed(number: str, papers: HandOver, *, by: Official, at: datetime) -> int:
    case = locked_case(number)
    now = _handler_at(case, papers.unit)
    # Given on, or closed, while this hand-over waited for the row.
    if now is None or now.official_id != papers.leaving.pk or case.status not in OPEN:
        return 0
    _put(case, papers.to, now, unit=papers.unit, at=at)
    _write(case, papers.to, papers.unit, by=by, at=at, reason=papers.reason)
    return 1


def _handler_at(case: Case, unit: Unit) -> Handler | None:
    rows = Handler.objects.filter(case=case, unit=unit, until=None)
    return rows.select_related("official").first()


def _check_part(case: Case, unit: Unit) -> None:
    parts = Assignment.objects.filter(case=case, unit=unit)
    if not parts.exclude(state=AssignmentState.RETURNED).exists():
        raise NotPossible(_("%(unit)s has no part in this case.") % {"unit": unit})
    if case.status not in OPEN:
        raise NotPossible(
            _("This case is %(status)s; nobody needs to work it.")
            % {"status": case.get_status_display()}
        )


def _check_giver(now: Handler | None, unit: Unit, *, by: Official) -> None:
    if runs(unit, by=by):
        return
    if not holds(by, Post.OFFICER, unit):
        raise NotAllowed(_("Only the officers of a unit share out its cases."))
    if now is None or now.official_id == by.pk or not holds(now.official, Post.OFFICER, unit):
        return
    raise NotAllowed(
        _("%(name)s works this case; ask them, or who runs the unit, to hand it over.")
        % {"name": now.official.name}
    )


def _check_receiver(to: Official, unit: Unit) -> None:
    if not holds(to, Post.OFFICER, unit):
        raise WrongInput(
            _("%(name)s is no officer of %(unit)s; choose a colleague of this unit.")
            % {"name": to.name, "unit": unit}
        )


def _put(case: Case, to: Official, now: Handler | None, *, unit: Unit, at: datetime) -> Handler:
    if now is not None:
        now.until = at
        now.save(update_fields=["until"])
    return Handler.objects.create(case=case, unit=unit, official=to, since=at)


def _write(
    case: Case, to: Official, unit: Unit, *, by: Official, at: datetime, reason: str
) -> None:
    words = {"handler": to.name} | ({"reason": reason.strip()} if reason.strip() else {})
    seat = seat_of(by, unit, posts=OFFICER | HEADS)
    record(
        "handler.set",
        about=case.number,
        by=by,
        at=at,
        unit=seat,
        words=words,
        official=f"official:{to.pk}",
        office=unit.code,
    )


def _tell(case: Case, to: Official, handler: Handler, *, by: Official, at: datetime) -> None:
    key = f"handover.given:{case.number}:{handler.pk}"
    tell_official("handover.given", to, about=case.number, at=at, key=key, facts={"by": by})
