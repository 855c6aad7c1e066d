"""Taking requests in, from the phone desk and from the resident's own form."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import Actor
from huiyin.cases.files.attachments import Upload, attach_file, store_files
from huiyin.cases.models import Case, Status
from huiyin.cases.moves import Papers, locked_case, move
from huiyin.cases.opening import TEXT_LENGTH, Wish, open_case
from huiyin.cases.rules import OPEN, RESIDENT
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.logbook.actions import record
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.places.queries import place_id_at


@dataclass(frozen=True)
class Addition:
    """What a resident adds to a request; the key tells a second sending of the same form."""

    words: str = ""
    files: Sequence[Upload] = ()
    form_key: uuid.UUID | None = None


def receive_case(wish: Wish, *, by: Actor, at: datetime, intake_unit: Unit) -> Case:
    """Take a request in at a unit; a point is resolved to the finest place that holds it."""
    if isinstance(by, Official):
        if not any(holds(by, post, intake_unit) for post in (Post.OPERATOR, Post.DISPATCHER)):
            raise NotAllowed(_("Only an operator or a dispatcher of the hotline takes cases down."))
    elif by != RESIDENT:
        raise NotAllowed(_("Only an operator or a dispatcher of the hotline takes cases down."))
    if wish.longitude is not None and wish.latitude is not None:
        if not (-180 <= wish.longitude <= 180 and -90 <= wish.latitude <= 90):
            raise WrongInput(
                _("The point is not on the globe: longitude −180 to 180, latitude −90 to 90.")
            )
        # A point outside all known places is kept: the address still says where it is.
        wish = replace(wish, place_id=place_id_at(wish.longitude, wish.latitude))
    return open_case(wish, by=by, at=at, intake_unit=intake_unit)


def receive_with_files(
    wish: Wish, files: Sequence[Upload], *, by: Actor, at: datetime, intake_unit: Unit
) -> Case:
    """Take a request in together with its photos: all of it, or nothing."""
    # Photos are checked and painted anew before any row is locked.
    stored = store_files(files)
    if not stored:
        return receive_case(wish, by=by, at=at, intake_unit=intake_unit)
    with transaction.atomic():
        case = receive_case(wish, by=by, at=at, intake_unit=intake_unit)
        for file in stored:
            attach_file(case, file, by=by, at=at)
    return case


def add_to_case(number: str, addition: Addition, *, by: Actor, at: datetime) -> Case:
    """Keep what the resident adds to a request that is still open: words, photos, or both."""
    words = addition.words.strip()
    if not words and not addition.files:
        raise WrongInput(_("Write what you want to add, or choose a photo."))
    if len(words) > TEXT_LENGTH or "\x00" in words:
        raise WrongInput(
            _("At most %(most)d characters fit; attach the rest as a file.") % {"most": TEXT_LENGTH}
        )
    stored = store_files(addition.files)
    with transaction.atomic():
        case = locked_case(number)
        _check_adding(case, by)
        if not is_added(case, addition.form_key):
            _record_addition(case, addition, by=by, at=at)
        # A photo that came only with the second sending is kept, too.
        for file in stored:
            attach_file(case, file, by=by, at=at)
    return case


def answer_at_once(number: str, reply: str, *, by: Official, at: datetime) -> Case:
    """Answer a consultation in the call itself, without sending it anywhere."""
    return move(number, Status.ANSWERED, by=by, at=at, papers=Papers(reply=reply))


def withdraw_case(number: str, reason: str, *, by: Actor, at: datetime) -> Case:
    """End a case because the resident no longer wants it."""
    return move(number, Status.WITHDRAWN, by=by, at=at, papers=Papers(reason=reason))


@transaction.atomic
def take_up_again(number: str, reason: str, *, by: Actor, at: datetime) -> Case:
    """Bring a withdrawn or explained case back to the dispatch queue, to be looked at anew."""
    case = locked_case(number)
    if case.status not in {Status.WITHDRAWN, Status.REDIRECTED}:
        raise NotPossible(
            _("This request is %(status)s; it need not be taken up again. Nothing was changed.")
            % {"status": case.get_status_display()}
        )
    return move(number, Status.RECEIVED, by=by, at=at, papers=Papers(reason=reason))


def _check_adding(case: Case, by: Actor) -> None:
    if isinstance(by, Official):
        posts = (Post.OPERATOR, Post.DISPATCHER)
        if not any(holds(by, post, case.intake_unit) for post in posts):
            raise NotAllowed(_("Only the hotline writes down what a resident adds."))
    if case.status not in OPEN:
        raise NotPossible(
            _("This request is %(status)s; nothing can be added to it any more.")
            % {"status": case.get_status_display()}
        )


def is_added(case: Case, form_key: uuid.UUID | None) -> bool:
    """Whether the addition of a form with this key is with the case already."""
    if form_key is None:
        return False
    return any(line.details.get("form_key") == str(form_key) for line in entries_about(case.number))


def _record_addition(case: Case, addition: Addition, *, by: Actor, at: datetime) -> None:
    words = addition.words.strip()
    record(
        "resident.added",
        about=case.number,
        by=by,
        at=at,
        unit=seat_of(by, case.intake_unit),
        words={"text": words} if words else None,
        files=len(addition.files),
        form_key=str(addition.form_key) if addition.form_key else None,
    )
