"""More time: an extension with its legal basis, or the ledger of parked matters (挂账).

Both are asked for by the unit and ruled on by a supervisor of the hotline; the first
promise of the round is kept beside the new one.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from huiyin.cases.due import extend
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Application, ApplicationState, Case, Status
from huiyin.cases.moves import Papers, move
from huiyin.cases.papers.applications import Plea, Verdict, file_application, settle
from huiyin.cases.rules import SYSTEM, ApplicationKind
from huiyin.departments.models import Official
from huiyin.office.problems import NotPossible, WrongInput


@dataclass(frozen=True)
class MoreTime:
    """Until when, on which ground, and why: for an extension the article that allows it."""

    ground: str
    words: str
    until: datetime


@dataclass(frozen=True)
class LedgerEntry:
    """Why a matter cannot be solved now, who keeps it, and the steps until it is."""

    ground: str
    words: str
    until: datetime
    milestones: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def ask_for_time(number: str, wanted: MoreTime, *, by: Official, at: datetime) -> Application:
    """Ask for an extension; the old deadline holds until it is granted (《条例》第十五条)."""
    _check_later(locked_case(number), wanted.until, at=at)
    asked = {"until": wanted.until.isoformat()}
    plea = Plea(ApplicationKind.EXTENSION, wanted.ground, wanted.words, asked)
    return file_application(number, plea, by=by, at=at)


@transaction.atomic
def rule_on_time(
    application_id: int, verdict: Verdict, *, by: Official, at: datetime
) -> Application:
    """Grant or refuse an extension; a granted one moves the promise to the resident."""
    application = settle(application_id, verdict, by=by, at=at)
    if application.state == ApplicationState.GRANTED:
        extend(application.case, later_of(application), by=by, at=at)
    return application


@transaction.atomic
def ask_to_park(number: str, wanted: LedgerEntry, *, by: Official, at: datetime) -> Application:
    """Ask to put a matter that cannot be solved now into the ledger, with its milestones."""
    _check_later(locked_case(number), wanted.until, at=at)
    asked = {
        "until": wanted.until.isoformat(),
        "milestones": [{"what": what, "on": on} for what, on in wanted.milestones],
    }
    plea = Plea(ApplicationKind.PARKING, wanted.ground, wanted.words, asked)
    return file_application(number, plea, by=by, at=at)


@transaction.atomic
def rule_on_parking(application_id: int, verdict: Verdict, *, by: Official, at: datetime) -> Case:
    """Verify the explanation: park the case until its date, or leave it with its clock."""
    application = settle(application_id, verdict, by=by, at=at)
    if application.state != ApplicationState.GRANTED:
        return application.case
    papers = Papers(until=later_of(application), application=application)
    return move(application.case.number, Status.PARKED, by=by, at=at, papers=papers)


def resume_case(number: str, reason: str, *, by: Official | None, at: datetime) -> Case:
    """Take a parked case up again, by hand or because its date has come."""
    papers = Papers(reason=reason)
    return move(number, Status.IN_HAND, by=by or SYSTEM, at=at, papers=papers)


def later_of(application: Application) -> datetime:
    """The moment asked for, which another ruling may have overtaken meanwhile."""
    until, due = until_of(application), application.case.due_at
    if due is not None and until <= due:
        raise NotPossible(
            _("The deadline moved to %(due)s meanwhile, later than what is asked for; refuse it.")
            % {"due": f"{localtime(due):%Y-%m-%d %H:%M}"}
        )
    return until


def until_of(application: Application) -> datetime:
    """The moment an application asks for."""
    until = parse_datetime(str(application.asked.get("until", "")))
    if until is None:
        raise WrongInput(_("The application names no date; ask the unit to file it again."))
    return until


def _check_later(case: Case, until: datetime, *, at: datetime) -> None:
    if until <= at or (case.due_at is not None and until <= case.due_at):
        raise WrongInput(_("Give a date after the present deadline."))
