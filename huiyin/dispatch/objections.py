"""派单异议: a unit objects to a dispatch, a dispatcher rules, and nothing is passed around.

Until the ruling the unit stays responsible (首接负责) and the clock goes on. After so many
changes of the lead the hotline designates a unit, which can then no longer object.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.locks import current_round, locked_case
from huiyin.cases.models import Application, Case, Status
from huiyin.cases.moves import Papers, move
from huiyin.cases.papers.applications import Plea, Verdict, file_application, settle
from huiyin.cases.rules import ApplicationKind, Ruling
from huiyin.departments.models import Official, Unit
from huiyin.office.problems import NotPossible, WrongInput


@dataclass(frozen=True)
class Objection:
    """Why a case is not this unit's, and whose it is in its view."""

    ground: str
    words: str
    proposed: Unit | None = None


@transaction.atomic
def object_to_dispatch(
    number: str, objection: Objection, *, by: Official, at: datetime
) -> Application:
    """Say in writing that a case is not this unit's; it stays responsible until the ruling."""
    case = locked_case(number)
    turn = current_round(case)
    if turn is not None and turn.is_designated:
        raise NotPossible(
            _("The hotline designated your unit for this case, so it can no longer object.")
        )
    proposed = objection.proposed
    if proposed is not None and proposed.pk == case.unit_id:
        raise WrongInput(_("Propose another unit than your own, or none."))
    asked = {"proposed": proposed.code} if proposed else {}
    plea = Plea(ApplicationKind.OBJECTION, objection.ground, objection.words, asked)
    return file_application(number, plea, by=by, at=at)


@transaction.atomic
def rule_on_objection(
    application_id: int, verdict: Verdict, *, by: Official, at: datetime, unit: Unit | None = None
) -> Case:
    """Uphold the dispatch, send the case to another unit, designate one, or take it back."""
    application = settle(application_id, verdict, by=by, at=at)
    case, ruling = application.case, Ruling(verdict.ruling)
    if ruling == Ruling.UPHOLD:
        return case
    if ruling in {Ruling.REDISPATCH, Ruling.RETURN} and must_designate(case):
        raise NotPossible(
            _(
                "The lead of this case has been contested %(count)d times; now designate the unit "
                "that must act, which may be the present one."
            )
            % {"count": settings.OBJECTION_LIMIT}
        )
    if ruling == Ruling.RETURN:
        papers = Papers(reason=verdict.words, application=application)
        return move(case.number, Status.RECEIVED, by=by, at=at, papers=papers)
    if unit is None:
        raise WrongInput(_("Choose the unit that must act."))
    if unit.pk == case.unit_id:
        return _stays(case, ruling)
    papers = Papers(reason=verdict.words, unit=unit, application=application)
    return move(case.number, Status.DISPATCHED, by=by, at=at, papers=papers)


@transaction.atomic
def recall_dispatch(
    number: str, words: str, *, by: Official, at: datetime, unit: Unit | None = None
) -> Case:
    """Take back within minutes what was sent wrongly, before the unit has accepted it."""
    case = locked_case(number)
    if not may_still_recall(case, at=at):
        raise NotPossible(
            _(
                "A dispatch can be taken back within %(minutes)d minutes and before the unit "
                "accepts; now the unit has to object."
            )
            % {"minutes": settings.RECALL_MINUTES}
        )
    ground = "wrong_unit" if unit else "wrong_case"
    application = file_application(
        number, Plea(ApplicationKind.RECALL, ground, words), by=by, at=at
    )
    ruling = Ruling.REDISPATCH if unit else Ruling.RETURN
    application = settle(application.pk, Verdict(ruling, words), by=by, at=at)
    papers = Papers(reason=words, unit=unit, application=application)
    if unit is not None and unit.pk == case.unit_id:
        raise WrongInput(_("%(unit)s has the case already; choose another unit.") % {"unit": unit})
    return move(number, Status.DISPATCHED if unit else Status.RECEIVED, by=by, at=at, papers=papers)


def may_still_recall(case: Case, *, at: datetime) -> bool:
    """Whether a dispatch is so fresh that the dispatcher may take it back alone."""
    minutes = timedelta(minutes=settings.RECALL_MINUTES)
    return case.status == Status.DISPATCHED and at <= case.moved_at + minutes


def must_designate(case: Case) -> bool:
    """Whether the lead was contested so often that the hotline must now name a unit for good."""
    contested = Application.objects.filter(case=case, kind=ApplicationKind.OBJECTION)
    return contested.count() >= settings.OBJECTION_LIMIT


def _stays(case: Case, ruling: Ruling) -> Case:
    if ruling != Ruling.DESIGNATE:
        raise WrongInput(
            _("%(unit)s has the case already; uphold the dispatch or designate the unit.")
            % {"unit": case.unit}
        )
    turn = current_round(case)
    if turn is not None:
        turn.is_designated = True
        turn.save(update_fields=["is_designated"])
    return case
