"""Taking requests in, from the phone desk and from the resident's own form."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.cases.access import Actor
from huiyin.cases.models import Case, Status
from huiyin.cases.moves import Papers, move
from huiyin.cases.opening import Wish, open_case
from huiyin.cases.rules import RESIDENT
from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post, Unit
from huiyin.office.problems import NotAllowed, WrongInput
from huiyin.places.queries import place_at


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
        place = place_at(wish.longitude, wish.latitude)
        # A point outside all known places is kept: the address still says where it is.
        if place is not None:
            wish = replace(wish, place_id=place.pk)
    return open_case(wish, by=by, at=at, intake_unit=intake_unit)


def answer_at_once(number: str, reply: str, *, by: Official, at: datetime) -> Case:
    """Answer a consultation in the call itself, without sending it anywhere."""
    return move(number, Status.ANSWERED, by=by, at=at, papers=Papers(reply=reply))


def withdraw_case(number: str, reason: str, *, by: Actor, at: datetime) -> Case:
    """End a case because the resident no longer wants it."""
    return move(number, Status.WITHDRAWN, by=by, at=at, papers=Papers(reason=reason))


def take_up_again(number: str, reason: str, *, by: Official, at: datetime) -> Case:
    """Bring a withdrawn case back to the dispatch queue."""
    return move(number, Status.RECEIVED, by=by, at=at, papers=Papers(reason=reason))
