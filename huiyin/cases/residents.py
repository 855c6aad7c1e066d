"""Who asked: sealed when kept, opened by one function that writes the access log.

AES-256-GCM, bound to its row so that a sealed text cannot be moved to another case; a
keyed digest of the phone number finds the same caller's cases without naming anybody.
"""

import hmac
import json
import os
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.cases.access import may_know_person
from huiyin.cases.models import Case, Resident
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official
from huiyin.logbook.actions import record_access, record_sending
from huiyin.office.bulk import bare
from huiyin.office.problems import NotAllowed, NotFound, NotPossible

NONCE = 12
_as_text = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class ResidentData:
    """What a resident tells about themselves; every part may be empty."""

    name: str = ""
    phone: str = ""
    address: str = ""
    email: str = ""

    def is_empty(self) -> bool:
        """Whether nothing was told."""
        return not (self.name or self.phone or self.address or self.email)


def sealed_resident(data: ResidentData) -> Resident:
    """Make the row that keeps a resident; the caller saves it."""
    key_name, key = next(iter(settings.DATA_KEYS.items()))
    pk, nonce = uuid.uuid4(), os.urandom(NONCE)
    plain = _as_text(vars(data)).encode()
    return bare(
        Resident,
        id=pk,
        key_name=key_name,
        sealed=nonce + _cipher(key).encrypt(nonce, plain, pk.bytes),
        phone_index=phone_index(data.phone),
    )


def resident_of(case: Case, *, by: Official, at: datetime, why: str) -> ResidentData:
    """Open a resident's data for an official who sees the case, and log that they looked."""
    if case.resident is None:
        raise NotFound(_("This case was taken down without the person's data."))
    if not may_know_person(case, by=by):
        raise NotAllowed(
            _("The person asked to stay unnamed: only the hotline sees who they are. Ask it there.")
            if case.is_confidential
            else _("Only the hotline and the unit in charge see who asked; speak through them.")
        )
    seat = seat_of(by, case.intake_unit) or seat_of(by, case.unit)
    return opened(case.resident, Look(case.number, by, at, why, seat))


@dataclass(frozen=True)
class Look:
    """One look at a person's data: about what, by whom, when, for what, at which unit."""

    about: str
    by: Official
    at: datetime
    why: str
    unit: int | None


def opened(row: Resident, look: Look) -> ResidentData:
    """Open a person's data and log the look; the caller has checked that they may."""
    record_access(about=look.about, by=look.by, at=look.at, why=look.why, unit=look.unit)
    return _opened(row)


def phone_index(phone: str) -> bytes | None:
    """A keyed digest of a phone number, written any way; None for no number."""
    digits = _digits(phone)
    if not digits:
        return None
    # The oldest key: an index must stay findable when a newer key begins to seal.
    key = list(settings.DATA_KEYS.values())[-1]
    return hmac.digest(_index_key(key), digits.encode(), "sha256")[:16]


def phone_for_notice(number: str, *, at: datetime) -> str | None:
    """The mobile number to which a notice about a case may go, and a line in the access log.

    The system opens it, no official sees it; None where no mobile number was left or it was
    erased.
    """
    case = Case.objects.select_related("resident").filter(number=number).first()
    if case is None or case.resident is None or case.resident.sealed is None:
        return None
    mobile = mobile_number(_opened(case.resident).phone)
    if mobile is not None:
        record_sending(number, at=at, why=_("To send the resident a text message."))
    return mobile


def mobile_number(phone: str) -> str | None:
    """A number written any way, as a gateway takes it; None where it is no mobile number."""
    digits = _digits(phone)
    return digits if re.fullmatch(settings.MOBILE_NUMBERS, digits) else None


def _digits(phone: str) -> str:
    # NFKC: a Chinese keyboard may write digits in full width.
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    digits = digits.removeprefix("0086") if len(digits) > 11 else digits
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


@lru_cache(maxsize=16)
def _index_key(key: bytes) -> bytes:
    return hmac.digest(key, b"phone index", "sha256")


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _opened(row: Resident) -> ResidentData:
    if row.sealed is None:
        raise NotPossible(_("The person's data was erased when its time was over."))
    key = settings.DATA_KEYS.get(row.key_name)
    sealed = bytes(row.sealed)
    if key is None:
        raise NotPossible(
            _("The key “%(name)s” that sealed this person's data is not among the city's keys.")
            % {"name": row.key_name}
        )
    try:
        plain = _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], row.id.bytes)
    except InvalidTag:
        raise NotPossible(
            _("This person's data does not open: the key or the stored data was changed.")
        ) from None
    return ResidentData(**json.loads(plain))
