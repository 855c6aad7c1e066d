"""Ways out of the plain road: the six special routes, and bodies outside the city.

A request that takes one of them is never dropped: the resident is told in words where it
goes or why not, and may come back with new facts.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import case_for
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Case, Link, OutsideBody, SpecialRoute, Status
from huiyin.cases.moves import Papers, move
from huiyin.cases.papers.explaining import words_owed
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post
from huiyin.dispatch.repeats import REPEAT, is_same_caller, state_of
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput


@dataclass(frozen=True)
class Explanation:
    """Which of the six ways, the words owed to the resident, and the earlier case if any."""

    route: str
    words: str
    earlier: str = ""


@dataclass(frozen=True)
class Handover:
    """To whom a case goes outside, what the resident is told, and when we ask that body."""

    body: str
    words: str
    ask_on: datetime | None
    name: str = ""


@transaction.atomic
def redirect_case(number: str, told: Explanation, *, by: Official, at: datetime) -> Case:
    """Explain why a request takes one of the six special ways (《条例》第十一条)."""
    if told.route not in SpecialRoute.values:
        raise WrongInput(_("Choose which of the six legal ways it is."))
    earlier = _earlier(number, told, by=by) if told.route == SpecialRoute.SAME_MATTER else None
    words = told.words
    if earlier is not None and words.strip() and is_same_caller(locked_case(number), earlier):
        words = f"{state_of(earlier)}\n{words}"
    papers = Papers(route=told.route, reply=words, parent=earlier)
    case = move(number, Status.REDIRECTED, by=by, at=at, papers=papers)
    if earlier is not None:
        Link.objects.get_or_create(case=case, other=earlier, kind=REPEAT, defaults={"at": at})
        seat = seat_of(by, earlier.intake_unit)
        record("case.repeated", about=earlier.number, by=by, at=at, unit=seat, again=number)
    return case


def link_repeat(number: str, earlier: str, *, by: Official, at: datetime) -> Case:
    """The same matter without new facts, in one step: state told, linked, counted."""
    words = words_owed(SpecialRoute.SAME_MATTER)
    told = Explanation(SpecialRoute.SAME_MATTER, words, earlier)
    return redirect_case(number, told, by=by, at=at)


def transfer_case(number: str, given: Handover, *, by: Official, at: datetime) -> Case:
    """Hand a case to a body outside; first notice to the resident, and a day to ask (双告知)."""
    if given.body not in OutsideBody.values:
        raise WrongInput(_("Choose the body outside to which the matter goes."))
    papers = Papers(body=given.body, reply=given.words, until=given.ask_on, reason=given.name)
    return move(number, Status.TRANSFERRED, by=by, at=at, papers=papers)


def report_outcome(number: str, words: str, *, by: Official, at: datetime) -> Case:
    """Tell the resident what the body outside made of it: the second notice (双告知)."""
    return move(number, Status.ANSWERED, by=by, at=at, papers=Papers(reply=words))


@transaction.atomic
def ask_later(number: str, words: str, ask_on: datetime, *, by: Official, at: datetime) -> Case:
    """Note what the body outside said so far, and ask again on a later day."""
    case = locked_case(number)
    if case.status != Status.TRANSFERRED:
        raise NotPossible(_("This case is not with an outside body; there is nobody to ask."))
    if not holds(by, Post.DISPATCHER, case.intake_unit):
        raise NotAllowed(_("Only a dispatcher of the hotline asks the body outside."))
    if not words.strip():
        raise WrongInput(_("Write down whom you asked and what was said."))
    if ask_on <= at:
        raise WrongInput(_("Give a day in the future on which the body is asked again."))
    case.wait_until = ask_on
    case.save(update_fields=["wait_until"])
    record(
        "transfer.asked",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, case.intake_unit),
        words={"reason": words.strip()},
        until=ask_on,
    )
    return case


def take_back(number: str, reason: str, *, by: Official, at: datetime) -> Case:
    """The body outside does not act: the case comes back to the dispatch queue."""
    return move(number, Status.RECEIVED, by=by, at=at, papers=Papers(reason=reason))


def _earlier(number: str, told: Explanation, *, by: Official) -> Case:
    try:
        # Its state is told on: a case that this official may not see cannot be named.
        earlier = case_for(told.earlier.strip(), by=by)
    except NotFound:
        earlier = None
    if earlier is None or earlier.number == number:
        raise WrongInput(
            _("Name the earlier case of the same matter; its state is told to the resident.")
        )
    return earlier
