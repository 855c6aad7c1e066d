"""Applications: what a unit asks for in writing, and the ruling on it.

An application changes nothing by itself: the unit stays responsible and its clock goes on
until somebody else has ruled. What a ruling does stands in the room concerned.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.access import visible_cases
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Application, ApplicationState, Assignment, Case
from huiyin.cases.rules import (
    HOTLINE_POSTS,
    PROCEDURES,
    REFUSING,
    ApplicationKind,
    Procedure,
    Ruling,
)
from huiyin.cases.tellings import tell_of_application
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Unit
from huiyin.departments.queries import ids_above, ruler_between
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput


@dataclass(frozen=True)
class Plea:
    """What is asked for: the ground from the list, the words, the facts."""

    kind: str
    ground: str
    words: str
    asked: dict[str, Any] = field(default_factory=dict)
    part: Assignment | None = None


@dataclass(frozen=True)
class Verdict:
    """What is ruled, and why."""

    ruling: str
    words: str = ""


@transaction.atomic
def file_application(number: str, plea: Plea, *, by: Official, at: datetime) -> Application:
    """Ask in writing; nothing else changes until it is ruled on."""
    case, procedure = locked_case(number), PROCEDURES[plea.kind]
    unit = plea.part.unit if plea.part is not None else case.unit
    _check_during(case, procedure)
    if not may_ask(case, procedure, by=by, unit=unit):
        raise NotAllowed(_("Only the unit whose part it is may ask for this."))
    if plea.ground not in procedure.grounds:
        raise WrongInput(_("Choose the ground from the list."))
    if not plea.words.strip():
        raise WrongInput(_("Write down why, so that the next person knows."))
    application = Application(
        case=case,
        round_number=case.round_number,
        kind=plea.kind,
        ground=plea.ground,
        words=plea.words.strip(),
        asked=plea.asked,
        unit=unit or case.intake_unit,
        part=plea.part,
        asked_by=by,
        asked_at=at,
        rule_by=at + timedelta(hours=settings.RULING_HOURS),
        state=ApplicationState.OPEN,
    )
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError:
        raise NotPossible(_("This was asked for already and waits for a ruling.")) from None
    entry = record(
        "application.filed",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, application.unit),
        words={"reason": application.words},
        kind=plea.kind,
        ground=plea.ground,
        of=application.unit.code,
        rule_by=application.rule_by,
        **plea.asked,
    )
    tell_of_application(application, entry.position, at=at)
    return application


@transaction.atomic
def settle(application_id: int, verdict: Verdict, *, by: Official, at: datetime) -> Application:
    """Rule on an application; whoever asked does not rule, except on their own recall."""
    number = Application.objects.values_list("case__number", flat=True).get(pk=application_id)
    case = locked_case(number)
    application = _fetched(application_id)
    application.case = case
    procedure = PROCEDURES[application.kind]
    if application.state != ApplicationState.OPEN:
        raise NotPossible(
            _("This application is %(state)s already; nothing was changed.")
            % {"state": ApplicationState(application.state).label}
        )
    if not may_rule(application, by=by):
        raise NotAllowed(_("Your post does not allow a ruling on this application."))
    if verdict.ruling not in procedure.rulings:
        raise WrongInput(_("Choose the ruling from the list."))
    if not verdict.words.strip():
        raise WrongInput(_("Write down why it is ruled so; the unit reads this."))
    refused = Ruling(verdict.ruling) in REFUSING
    application.state = ApplicationState.REFUSED if refused else ApplicationState.GRANTED
    application.ruling, application.ruling_words = verdict.ruling, verdict.words.strip()
    application.ruled_by, application.ruled_at = by, at
    application.save()
    entry = record(
        "application.ruled",
        about=case.number,
        by=by,
        at=at,
        unit=seat_of(by, _ruled_at(application)),
        words={"reason": application.ruling_words},
        kind=application.kind,
        ruling=verdict.ruling,
        of=application.unit.code,
    )
    tell_of_application(application, entry.position, at=at)
    return application


@transaction.atomic
def take_application_back(application_id: int, *, by: Official, at: datetime) -> Application:
    """The unit no longer asks for it."""
    number = Application.objects.values_list("case__number", flat=True).get(pk=application_id)
    locked_case(number)
    application = _fetched(application_id)
    if not holds(by, PROCEDURES[application.kind].asked_by, application.unit):
        raise NotAllowed(_("Only the unit that asked may take it back."))
    if application.state != ApplicationState.OPEN:
        raise NotPossible(
            _("This application is %(state)s already; nothing was changed.")
            % {"state": ApplicationState(application.state).label}
        )
    application.state, application.ruled_at = ApplicationState.TAKEN_BACK, at
    application.save(update_fields=["state", "ruled_at"])
    seat = seat_of(by, application.unit)
    record("application.taken_back", about=number, by=by, at=at, unit=seat, kind=application.kind)
    return application


def may_ask(case: Case, procedure: Procedure, *, by: Official, unit: Unit | None) -> bool:
    """Whether this official may ask for it, for this unit."""
    if procedure.asked_by in HOTLINE_POSTS:
        return holds(by, procedure.asked_by, case.intake_unit)
    return unit is not None and holds(by, procedure.asked_by, unit)


def may_rule(application: Application, *, by: Official) -> bool:
    """Whether this official may rule: the post of the procedure, and not for themselves."""
    procedure = PROCEDURES[application.kind]
    if not holds(by, procedure.ruled_by, _ruled_at(application)):
        return False
    if application.part is not None and _takes_part(application.part, by):
        return False
    return procedure.asked_by == procedure.ruled_by or application.asked_by_id != by.pk


def askable(case: Case, applications: Iterable[Application], *, by: Official) -> frozenset[str]:
    """What this official may ask for now in this case, beside what waits already."""
    waiting = {
        application.kind
        for application in applications
        if application.state == ApplicationState.OPEN and application.part_id is None
    }
    return frozenset(
        kind
        for kind, procedure in PROCEDURES.items()
        if case.status in procedure.during
        and kind != ApplicationKind.PART_REFUSAL
        and kind not in waiting
        and may_ask(case, procedure, by=by, unit=case.unit)
    )


def open_applications(by: Official) -> QuerySet[Application]:
    """Applications in cases this official may see that wait for a ruling, the next due first."""
    rows = Application.objects.filter(state=ApplicationState.OPEN)
    rows = rows.filter(case__in=visible_cases(by))
    rows = rows.select_related("case", "case__intake_unit", "unit", "asked_by")
    return rows.order_by("rule_by", "pk")


def lapse_applications(case: Case, *, at: datetime) -> list[str]:
    """End the open applications for which a case, as it now stands, leaves no room."""
    lapsed = []
    waiting = Application.objects.filter(case=case, state=ApplicationState.OPEN)
    for application in waiting.order_by("pk"):
        procedure = PROCEDURES[application.kind]
        if case.status in procedure.during and application.round_number == case.round_number:
            continue
        application.state, application.ruled_at = ApplicationState.LAPSED, at
        application.save(update_fields=["state", "ruled_at"])
        lapsed.append(str(application.kind))
    return lapsed


def _fetched(application_id: int) -> Application:
    rows = Application.objects.select_related("unit", "asked_by", "part", "part__asked_by")
    rows = rows.select_related("part__unit")
    return rows.get(pk=application_id)


def _ruled_at(application: Application) -> Unit:
    """Where the ruling post is held: the hotline, or above the unit that asked for a part."""
    part = application.part
    if part is not None and part.asked_by is not None:
        return ruler_between(part.asked_by, part.unit)
    return application.case.intake_unit


def _takes_part(part: Assignment, by: Official) -> bool:
    """Whether an official sits on either side of a part, below the unit that decides."""
    if part.asked_by is None:
        return False
    ruler = ruler_between(part.asked_by, part.unit)
    above = {ruler.pk, *ids_above(ruler)}
    seats = {seat_of(by, side) for side in (part.asked_by, part.unit)}
    return not seats <= {None, *above}


def _check_during(case: Case, procedure: Procedure) -> None:
    if case.status not in procedure.during:
        raise NotPossible(
            _("This cannot be asked for while the case is %(status)s.")
            % {"status": case.get_status_display()}
        )
