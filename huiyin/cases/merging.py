"""One matter, many voices: the parent is worked once, each child keeps its resident.

Each child is answered in its own name, called back by itself, and can be split off again.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.cases.access import Actor
from huiyin.cases.effects import Papers, follow
from huiyin.cases.happenings import Happening
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Case, Link, Status
from huiyin.cases.moves import move
from huiyin.cases.rules import SYSTEM
from huiyin.office.problems import NotPossible, WrongInput
from huiyin.office.together import Blank

# While a parent stands so, its children wait with it.
WORKING = (Status.RECEIVED, Status.DISPATCHED, Status.IN_HAND, Status.PARKED)
SPLIT = "split"


def children_of(case: Case) -> QuerySet[Case]:
    """The cases that wait for this one."""
    return waiting_for(case.pk)


def waiting_for(case: int | Blank) -> QuerySet[Case]:
    """The cases that wait for the one with this key."""
    rows = Case.objects.filter(parent_id=case, status=Status.MERGED)
    return rows.select_related("unit", "intake_unit", "place").order_by("received_at", "pk")


@transaction.atomic
def merge_case(number: str, into: str, *, by: Actor, at: datetime) -> Case:
    """Let one case follow another: same matter, worked once, each resident answered."""
    if number == into:
        raise WrongInput(_("A case cannot be merged with itself; choose the other case."))
    # Always the smaller number first, or two dispatchers could wait for each other.
    found = {each: locked_case(each) for each in sorted((number, into))}
    case, parent = found[number], found[into]
    if parent.status == Status.MERGED:
        raise NotPossible(
            _("Case %(number)s is merged itself; choose the case it follows.") % {"number": into}
        )
    if parent.status not in WORKING:
        raise NotPossible(
            _("Case %(number)s is %(status)s; merge only with a case that is still being worked.")
            % {"number": into, "status": parent.get_status_display()}
        )
    own = _locked_children(case)
    merged = move(number, Status.MERGED, by=by, at=at, papers=Papers(parent=parent))
    for child in own:
        _hang_under(child, parent)
    return merged


@transaction.atomic
def split_case(number: str, reason: str, *, by: Actor, at: datetime) -> Case:
    """Let a merged case go its own way again; what it was merged with stays on record."""
    case = locked_case(number)
    if case.status != Status.MERGED:
        raise NotPossible(
            _("This case is not merged with another; it is %(status)s. Nothing was changed.")
            % {"status": case.get_status_display()}
        )
    parent = case.parent
    papers = Papers(reason=reason, parent=parent)
    case = move(number, Status.RECEIVED, by=by, at=at, papers=papers)
    if parent is not None:
        Link.objects.get_or_create(case=case, other=parent, kind=SPLIT, defaults={"at": at})
    return case


def carry_children(happening: Happening) -> None:
    """After each step of a parent: its children wait as long, are answered, or go on alone."""
    case = happening.case
    children = _locked_children(case)
    if not children:
        return
    if case.status == Status.ANSWERED:
        for child in children:
            reply = answer_for(child, happening.papers.reply, parent=case)
            papers = Papers(parent=case, reply=reply)
            move(child.number, Status.ANSWERED, by=SYSTEM, at=happening.at, papers=papers)
    elif case.status in WORKING:
        children_of(case).update(due_at=case.due_at, wait_until=case.wait_until)
    elif case.status != Status.MERGED:
        _succeed(case, children, at=happening.at)


def _locked_children(case: Case) -> list[Case]:
    """The children, held fast: one that is split off at this moment is waited for and left out."""
    return list(children_of(case).select_for_update(of=("self",), no_key=True))


def answer_for(child: Case, reply: str, *, parent: Case) -> str:
    """One answer as a child's resident reads it: addressed to the number of their own request."""
    if parent.number in reply:
        return reply.replace(parent.number, child.number)
    with override(settings.LANGUAGE_CODE):
        greeting = _("About your request %(number)s:") % {"number": child.number}
    return f"{greeting}\n{reply}"


def _succeed(case: Case, children: list[Case], *, at: datetime) -> None:
    """The one they followed ended without an answer: the eldest goes on, the others follow it."""
    eldest, *others = children
    reason = _("Case %(number)s, which was worked for this one, ended without an answer.") % {
        "number": case.number
    }
    split_case(eldest.number, reason, by=SYSTEM, at=at)
    heir = Case.objects.get(pk=eldest.pk)
    for child in others:
        _hang_under(child, heir)


def _hang_under(child: Case, parent: Case) -> None:
    child.parent = parent
    follow(child, parent)
    child.save(update_fields=["parent", "due_at", "wait_until"])
