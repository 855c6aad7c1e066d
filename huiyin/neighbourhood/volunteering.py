"""Volunteers of a place: registered with their consent, sealed, let go, erased; their link.

A volunteer has no account: the link holds a code and a secret, as a receipt does. Nobody
counts, scores or ranks what volunteers do.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.residents import Look, ResidentData, opened, phone_index, sealed_resident
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official, Unit
from huiyin.logbook.actions import record
from huiyin.logbook.receipts import LETTERS, receipt_secret, secret_is_right
from huiyin.neighbourhood.access import check_leads_volunteers
from huiyin.neighbourhood.models import Deed, Volunteer
from huiyin.office.problems import NotPossible, WrongInput
from huiyin.places.models import Place

VOLUNTEER = "volunteer"


@dataclass(frozen=True)
class Entry:
    """What a volunteer gives when they register."""

    person: ResidentData
    place: Place
    consents: bool


def code_of(letter: str) -> str:
    """A new code that can be read aloud: its letter and eight more by chance."""
    return letter + "".join(secrets.choice(LETTERS) for _place in range(8))


@transaction.atomic
def register(entry: Entry, *, unit: Unit, by: Official, at: datetime) -> Volunteer:
    """Register a volunteer who has consented; their data goes into no list and no logbook."""
    check_leads_volunteers(unit, by=by)
    if not entry.consents:
        raise WrongInput(_("Without the person's consent nothing may be kept about them."))
    if not entry.person.name.strip() or not entry.person.phone.strip():
        raise WrongInput(_("Give the name and the telephone number."))
    # The unit is the lock: of two who press at once the second finds the first's.
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    known = Volunteer.objects.filter(
        person__phone_index=phone_index(entry.person.phone), place=entry.place, left_at=None
    )
    if known.exists():
        raise NotPossible(_("Somebody with this number is a volunteer of this place already."))
    person = sealed_resident(entry.person)
    person.save(force_insert=True)
    volunteer = Volunteer.objects.create(
        code=code_of("V"), unit=unit, place=entry.place, person=person, consented_at=at
    )
    _write("volunteer.registered", volunteer, by=by, at=at, place=entry.place.code)
    return volunteer


def link_secret(volunteer: Volunteer) -> str:
    """The secret of a volunteer's link; kept nowhere, so that it can be printed again."""
    return receipt_secret(_signed(volunteer))


def link_of(volunteer: Volunteer) -> str:
    """A volunteer's link. What is behind # is never sent to a server."""
    said = f"{volunteer.code}.{link_secret(volunteer)}"
    return f"{settings.SITE_URL}/neighbourhood/volunteers/#{said}"


def volunteer_with(code: str, secret: str) -> Volunteer | None:
    """The volunteer whose link holds this code and secret."""
    meant = code.strip().upper()
    found = Volunteer.objects.filter(code=meant).select_related("place", "unit").first()
    # A secret is computed even where there is no such code, so that time tells nothing.
    right = secret_is_right(_signed(found) if found else f"volunteer:{meant[:40]}:0", secret)
    return found if right and found is not None and found.left_at is None else None


@transaction.atomic
def renew_link(volunteer: Volunteer, *, by: Official, at: datetime) -> Volunteer:
    """Make every older link of a volunteer useless."""
    check_leads_volunteers(volunteer.unit, by=by)
    volunteer = locked_volunteer(volunteer)
    if volunteer.left_at is not None:
        raise NotPossible(_("This volunteer has left; there is no link any more."))
    volunteer.link_number += 1
    volunteer.save(update_fields=["link_number"])
    _write("volunteer.link_renewed", volunteer, by=by, at=at)
    return volunteer


@transaction.atomic
def leave(volunteer: Volunteer, *, by: Official | str, at: datetime) -> None:
    """Withdraw the consent: what was told is erased at once, and open tasks are free again."""
    if isinstance(by, Official):
        check_leads_volunteers(volunteer.unit, by=by)
    volunteer = locked_volunteer(volunteer)
    if volunteer.left_at is not None:
        raise NotPossible(_("This volunteer has left already; nothing was changed."))
    volunteer.left_at = at
    volunteer.save(update_fields=["left_at"])
    person = volunteer.person
    person.sealed, person.phone_index, person.erased_at = None, None, at
    person.save(update_fields=["sealed", "phone_index", "erased_at"])
    open_deeds = Deed.objects.filter(volunteer=volunteer, given_back_at=None, done_at=None)
    open_deeds.update(given_back_at=at)
    _write("volunteer.left", volunteer, by=by, at=at)


def person_of(volunteer: Volunteer, *, by: Official, at: datetime, why: str) -> ResidentData:
    """Open a volunteer's data for an officer of their unit, and log the look."""
    check_leads_volunteers(volunteer.unit, by=by)
    if len(why.strip()) < 2:
        raise WrongInput(
            _("Write down why you need the person's data; it is kept in the access log.")
        )
    about = f"volunteer:{volunteer.code}"
    return opened(
        volunteer.person, Look(about, by, at, why.strip()[:200], seat_of(by, volunteer.unit))
    )


def locked_volunteer(volunteer: Volunteer) -> Volunteer:
    """Fetch a volunteer for a change."""
    rows = Volunteer.objects.select_for_update(of=("self",)).select_related("unit", "person")
    return rows.get(pk=volunteer.pk)


def _signed(volunteer: Volunteer) -> str:
    return f"volunteer:{volunteer.code}:{volunteer.link_number}"


def _write(
    code: str, volunteer: Volunteer, *, by: Official | str, at: datetime, **details: Any
) -> None:
    about = f"volunteer:{volunteer.code}"
    record(code, about=about, by=by, at=at, unit=seat_of(by, volunteer.unit), **details)
