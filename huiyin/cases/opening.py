"""Taking a case in: the only code that creates one by one."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import Actor
from huiyin.cases.effects import dispatch_limit
from huiyin.cases.models import Case, Category, Channel, RequestKind
from huiyin.cases.numbers import next_numbers
from huiyin.cases.residents import ResidentData, sealed_resident
from huiyin.cases.rules import KINDS, Status
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official, Unit
from huiyin.logbook.actions import record
from huiyin.office.bulk import bare
from huiyin.office.problems import WrongInput

TITLE_LENGTH = 40
TEXT_LENGTH = 5000


@dataclass(frozen=True)
class Wish:
    """What somebody asks of the city, as it was taken down."""

    text: str
    request_kind: str
    channel: str
    title: str = ""
    category: Category | None = None
    place_id: int | None = None
    address: str = ""
    longitude: float | None = None
    latitude: float | None = None
    is_confidential: bool = False
    resident: ResidentData = field(default_factory=ResidentData)
    form_key: uuid.UUID | None = None
    kind: str = "request"
    found_by: Official | None = None


def open_case(wish: Wish, *, by: Actor, at: datetime, intake_unit: Unit) -> Case:
    """Take a case in and write its first entry, or change nothing.

    Sending the same form twice yields the case of the first sending.
    """
    _check(wish)
    try:
        with transaction.atomic():
            return _written(wish, by=by, at=at, intake_unit=intake_unit)
    except IntegrityError:
        # Nearly every form comes once, so nobody looks first whether it was here before:
        # the key that must be unique tells.
        case = Case.objects.filter(form_key=wish.form_key).first() if wish.form_key else None
        if case is None:
            raise
        return case


def _written(wish: Wish, *, by: Actor, at: datetime, intake_unit: Unit) -> Case:
    case = new_case(wish, number=next_numbers([at])[0], at=at, intake_unit=intake_unit)
    if case.resident is not None:
        case.resident.save(force_insert=True)
    case.save(force_insert=True)
    words, facts = received_words(case), received_facts(case)
    seat = seat_of(by, intake_unit)
    record("case.received", about=case.number, by=by, at=at, unit=seat, words=words, **facts)
    return case


def new_case(wish: Wish, *, number: str, at: datetime, intake_unit: Unit) -> Case:
    """A received case in memory, with its sealed resident; the caller saves both."""
    resident = None if wish.resident.is_empty() else sealed_resident(wish.resident)
    return bare(
        Case,
        number=number,
        kind=wish.kind,
        found_by=wish.found_by,
        request_kind=wish.request_kind,
        channel=wish.channel,
        title=title_of(wish.title, wish.text),
        text=wish.text.strip(),
        category=wish.category,
        deadline_class=wish.category.deadline_class if wish.category else "general",
        place_id=wish.place_id,
        address=wish.address.strip(),
        longitude=wish.longitude,
        latitude=wish.latitude,
        is_confidential=wish.is_confidential,
        resident=resident,
        status=Status.RECEIVED.value,
        intake_unit=intake_unit,
        received_at=at,
        moved_at=at,
        wait_until=dispatch_limit(at),
        form_key=wish.form_key,
    )


def title_of(title: str, text: str) -> str:
    """A title for a case that came without one: the first words of the text."""
    if title.strip():
        return title.strip()[:200]
    first = text.strip().splitlines()[0]
    return first if len(first) <= TITLE_LENGTH else f"{first[:TITLE_LENGTH]}…"


def _check(wish: Wish) -> None:
    if not wish.text.strip():
        raise WrongInput(_("Write down what the matter is; the text is empty."))
    if len(wish.text) > TEXT_LENGTH:
        raise WrongInput(
            _("The text has %(count)d characters; at most %(most)d fit. Attach the rest as a file.")
            % {"count": len(wish.text), "most": TEXT_LENGTH}
        )
    if "\x00" in wish.text + wish.title + wish.address:
        raise WrongInput(_("The text holds a character that cannot be kept; type it anew."))
    if wish.request_kind not in RequestKind.values:
        raise WrongInput(_("Choose the kind of request from the list."))
    if wish.channel not in Channel.values:
        raise WrongInput(_("Choose from the list how the request reached the city."))
    if wish.kind not in KINDS:
        raise ValueError(f"There is no kind of case {wish.kind!r}.")
    if (wish.longitude is None) != (wish.latitude is None):
        raise WrongInput(_("Give both longitude and latitude, or neither."))


def received_words(case: Case) -> dict[str, Any]:
    """What people wrote when the case was taken in."""
    return {"title": case.title, "text": case.text, "address": case.address}


def received_facts(case: Case) -> dict[str, Any]:
    """The facts of the first entry of a case."""
    found = {} if case.kind == "request" else {"case_kind": case.kind}
    return found | {
        "channel": str(case.channel),
        "kind": str(case.request_kind),
        "category": case.category.code if case.category else None,
        "taken_in_at": case.intake_unit.code,
    }
