"""Public matters (公开诉求): a case that everybody may follow and join, in the hotline's words.

A resident makes nothing public. What stands there was written by an official, checked by
hand, and is never the resident's own text; of those who asked, nothing is shown.
"""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.access import case_for
from huiyin.cases.locks import locked_case
from huiyin.cases.merging import WORKING, merge_case
from huiyin.cases.models import Case, Status
from huiyin.cases.opening import Wish
from huiyin.cases.rules import RESIDENT, SYSTEM
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post
from huiyin.intake.actions import receive_case
from huiyin.intake.models import Follower, PublicMatter
from huiyin.logbook.actions import record
from huiyin.logbook.receipts import LETTERS
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput

OPENS = frozenset({Post.OPERATOR, Post.SUPERVISOR})
CODE_LENGTH = 12
# So many letters in a row taken over from a resident are a quotation.
QUOTED = 16
# A telephone, a number of identity, a number plate: long rows of digits name somebody.
DIGITS = re.compile(r"\d[\d\s-]{5,}\d")


@dataclass(frozen=True)
class Wording:
    """What everybody will read, and that somebody looked for traces of a person in it."""

    title: str
    summary: str
    is_checked: bool = False


@transaction.atomic
def open_matter(number: str, said: Wording, *, by: Official, at: datetime) -> PublicMatter:
    """Let everybody follow a case, or change the words in which they do."""
    case = _case(number, by=by)
    if case.is_confidential or case.status == Status.MERGED or case.status not in WORKING:
        raise NotPossible(
            _("Only a case that is being worked, by itself and not confidential, can be public.")
        )
    _check(said, [case.text, *Case.objects.filter(parent=case).values_list("text", flat=True)])
    words = {"title": said.title.strip(), "summary": said.summary.strip()}
    facts = {**words, "opened_by": by, "opened_at": at, "ended_at": None}
    matter, _is_new = PublicMatter.objects.update_or_create(case=case, defaults=facts)
    seat = seat_of(by, case.intake_unit)
    record("case.made_public", about=number, by=by, at=at, unit=seat, words=words)
    return matter


@transaction.atomic
def end_matter(number: str, *, by: Official, at: datetime) -> None:
    """Take a case from the public list; those who follow it read that it ended."""
    case = _case(number, by=by)
    changed = PublicMatter.objects.filter(case=case, ended_at=None).update(ended_at=at)
    if not changed:
        raise NotPossible(_("This case is not public; nothing was changed."))
    record("case.public_ended", about=number, by=by, at=at, unit=seat_of(by, case.intake_unit))


def public_matters() -> QuerySet[PublicMatter]:
    """The matters that everybody may see, the latest first; none where the city has none."""
    if not settings.PUBLIC_MATTERS:
        return PublicMatter.objects.none()
    rows = PublicMatter.objects.filter(ended_at=None, case__is_confidential=False)
    rows = rows.select_related("case__unit", "case__parent__unit", "case__intake_unit")
    return rows.order_by("-opened_at", "-pk")


def matter_at(pk: int) -> PublicMatter:
    """One public matter; a case that is not public is as absent as none."""
    matter = public_matters().filter(pk=pk).first()
    if matter is None:
        raise NotFound(_("There is no such public matter."))
    return matter


def follow_matter(matter: PublicMatter, *, at: datetime) -> Follower:
    """Follow a matter: a code is given out, and nothing is kept of the person."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                return Follower.objects.create(matter=matter, code=code, at=at)
        except IntegrityError:
            continue


def matter_followed_with(code: str) -> PublicMatter:
    """The matter that a code follows."""
    tidy = re.sub(r"[\s-]", "", code).upper().translate(str.maketrans("OIL", "011"))
    follower = Follower.objects.filter(code=tidy).first()
    if follower is None:
        raise NotFound(_("There is no such code; please check it."))
    return matter_at(follower.matter_id)


@transaction.atomic
def join_matter(matter: PublicMatter, wish: Wish, *, at: datetime) -> Case:
    """Say “me too”: a request of one's own, worked together with the public matter.

    Where that is answered already, the request is taken in all the same and goes its own way.
    """
    # Not locked here: merging locks both in the order in which everybody does.
    rows = Case.objects.select_related("parent", "intake_unit", "category")
    parent = rows.get(pk=matter.case_id)
    if parent.status == Status.MERGED and parent.parent is not None:
        parent = parent.parent
    own = replace(
        wish,
        category=parent.category,
        place_id=parent.place_id,
        request_kind=parent.request_kind,
        title=matter.title,
        text=wish.text.strip() or matter.title,
    )
    case = receive_case(own, by=RESIDENT, at=at, intake_unit=parent.intake_unit)
    if case.status != Status.RECEIVED:
        return case
    try:
        return merge_case(case.number, parent.number, by=SYSTEM, at=at)
    except NotPossible:
        return case


def _case(number: str, *, by: Official) -> Case:
    case = locked_case(case_for(number, by=by).number)
    if not settings.PUBLIC_MATTERS:
        raise NotPossible(_("This city has no public matters; its operator can switch them on."))
    if not any(holds(by, post, case.intake_unit) for post in OPENS):
        raise NotAllowed(_("Only an operator or a supervisor of the hotline makes a case public."))
    return case


def _check(said: Wording, texts: list[str]) -> None:
    if not said.title.strip() or not said.summary.strip():
        raise WrongInput(_("Write a title and a summary in your own words."))
    if not said.is_checked:
        raise WrongInput(_("Read it again for traces of a person, and say that you did."))
    public = f"{said.title}\n{said.summary}"
    if DIGITS.search(public):
        raise WrongInput(_("A long number stands in it, which may name somebody; take it out."))
    runs = {public[n : n + QUOTED] for n in range(len(public) - QUOTED + 1)}
    if any(text[n : n + QUOTED] in runs for text in texts for n in range(len(text) - QUOTED + 1)):
        raise WrongInput(_("Part of it is a resident's own text; say it in the hotline's words."))
