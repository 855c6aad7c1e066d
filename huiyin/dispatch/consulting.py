"""Asking before the dispatch (会商): “whose is it?”, to named units, until a moment.

The case stays received and its wait for the dispatch goes on. The units read what the
dispatcher wrote for them, the category and the place; never the resident's words or data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.locks import locked_case
from huiyin.cases.models import Case, Status
from huiyin.departments.access import holds, seat_of, units_within
from huiyin.departments.models import Official, Post, Unit
from huiyin.dispatch.models import Consultation, Opinion
from huiyin.logbook.actions import record
from huiyin.notices.actions import tell_unit
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput

MOST_UNITS = 12
MOST_HOURS = 72
LONGEST = 2000
OFFICER = frozenset({Post.OFFICER})


@dataclass(frozen=True)
class Asked:
    """What is asked: the units, the question written for them, and for how many hours."""

    units: Sequence[Unit]
    question: str
    hours: int


@transaction.atomic
def ask_units(number: str, asked: Asked, *, by: Official, at: datetime) -> Consultation:
    """Ask units whose a case is; its own clock and its place in the queue stay as they are."""
    case = locked_case(number)
    if not holds(by, Post.DISPATCHER, case.intake_unit):
        raise NotAllowed(_("Only a dispatcher of the hotline asks units before the dispatch."))
    _check_waits(case)
    if Consultation.objects.filter(case=case, answer_until__gt=at).exists():
        raise NotPossible(_("Units are being asked about this case already; wait or decide."))
    units = _checked_units(asked)
    consultation = Consultation.objects.create(
        case=case,
        question=asked.question.strip(),
        asked_by=by,
        asked_at=at,
        answer_until=at + timedelta(hours=asked.hours),
    )
    Opinion.objects.bulk_create(Opinion(consultation=consultation, unit=unit) for unit in units)
    until, seat = consultation.answer_until, seat_of(by, case.intake_unit)
    facts = {"units": [unit.code for unit in units], "until": until}
    words = {"question": consultation.question}
    record("consultation.asked", about=number, by=by, at=at, unit=seat, words=words, **facts)
    for unit in units:
        tell_unit(
            "consultation.asked",
            unit,
            about=number,
            at=at,
            key=f"consultation {consultation.pk}",
            facts={"unit": case.intake_unit, "due": until},
        )
    return consultation


@dataclass(frozen=True)
class View:
    """What a unit says: whether it would take the case, and why."""

    would_take: bool
    why: str = ""


@transaction.atomic
def give_opinion(opinion: Opinion, view: View, *, by: Official, at: datetime) -> Opinion:
    """Say whether a case would be this unit's; once, and within the time."""
    case = locked_case(opinion.consultation.case.number)
    mine = Opinion.objects.select_related("unit", "consultation").get(pk=opinion.pk)
    if not holds(by, Post.OFFICER, mine.unit):
        raise NotAllowed(_("Only an officer of the unit that was asked answers for it."))
    if mine.given_at is not None:
        raise NotPossible(_("Your unit has said what it thinks already; nothing was changed."))
    if case.status != Status.RECEIVED:
        raise NotPossible(_("The case was decided meanwhile; the question is over."))
    if at > mine.consultation.answer_until:
        raise NotPossible(_("The time for this question is over; the dispatcher decides now."))
    why = view.why.strip()
    if not view.would_take and len(why) < 2:
        raise WrongInput(_("Write down why it is not yours, and whose it may be."))
    if len(why) > LONGEST:
        raise WrongInput(_("Write at most 2000 characters."))
    mine.would_take, mine.why, mine.given_by, mine.given_at = view.would_take, why, by, at
    mine.save()
    seat, words = seat_of(by, mine.unit), {"reason": why} if why else None
    facts = {"of": mine.unit.code, "would_take": view.would_take}
    number = case.number
    record("consultation.opinion", about=number, by=by, at=at, unit=seat, words=words, **facts)
    tell_unit(
        "consultation.answered",
        case.intake_unit,
        about=number,
        at=at,
        key=f"opinion {mine.pk}",
        facts={"unit": mine.unit},
    )
    return mine


def consultations_of(case: Case) -> QuerySet[Consultation]:
    """The consultations about a case with their opinions, the latest first."""
    opinions = Prefetch("opinions", Opinion.objects.select_related("unit").order_by("pk"))
    return case.consultations.prefetch_related(opinions).order_by("-pk")


def opinions_owed(by: Official, *, at: datetime) -> QuerySet[Opinion]:
    """The questions that an official's units have not answered and still can."""
    mine = Opinion.objects.filter(unit__in=units_within(by, OFFICER), given_at=None)
    waiting = mine.filter(
        consultation__answer_until__gte=at, consultation__case__status=Status.RECEIVED
    )
    return _listed(waiting).order_by("consultation__answer_until", "pk")


def opinions_given(by: Official) -> QuerySet[Opinion]:
    """What an official's units have said, the latest first."""
    mine = Opinion.objects.filter(unit__in=units_within(by, OFFICER), given_at__isnull=False)
    return _listed(mine).order_by("-given_at", "pk")


def opinion_for(pk: int, *, by: Official) -> Opinion:
    """One question to a unit of this official; any other is absent for them."""
    mine = Opinion.objects.filter(unit__in=units_within(by, OFFICER))
    opinion = _listed(mine).filter(pk=pk).first()
    if opinion is None:
        raise NotFound(_("There is no such question to your unit."))
    return opinion


def _listed(rows: QuerySet[Opinion]) -> QuerySet[Opinion]:
    near = rows.select_related("unit", "consultation__case__category", "consultation__case__place")
    # Nothing a resident wrote leaves the database for the pages of these units.
    case = "consultation__case__"
    return near.defer(*(f"{case}{name}" for name in ("title", "text", "address")))


def _check_waits(case: Case) -> None:
    if case.status != Status.RECEIVED:
        raise NotPossible(
            _("Units are asked before the dispatch; this case is %(status)s.")
            % {"status": case.get_status_display()}
        )


def _checked_units(asked: Asked) -> list[Unit]:
    units = list({unit.pk: unit for unit in asked.units}.values())
    if not units:
        raise WrongInput(_("Choose at least one unit to ask."))
    if len(units) > MOST_UNITS:
        raise WrongInput(_("Ask at most %(most)d units at once.") % {"most": MOST_UNITS})
    gone = next((unit for unit in units if unit.dissolved_on is not None), None)
    if gone is not None:
        raise WrongInput(
            _("%(unit)s was dissolved; choose the unit that took over its duties.") % {"unit": gone}
        )
    question = asked.question.strip()
    if len(question) < 5 or len(question) > LONGEST:
        raise WrongInput(
            _("Describe the matter for the units in 5 to 2000 characters, without naming anybody.")
        )
    if not 1 <= asked.hours <= MOST_HOURS:
        raise WrongInput(_("Give the units between 1 and %(most)d hours.") % {"most": MOST_HOURS})
    return units
