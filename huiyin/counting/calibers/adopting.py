"""By which caliber a city counts on a day, and adopting another from a day on.

Adopted rows and the texts they name are only ever added: a figure that names a digest can be
counted again for as long as the city keeps its records.
"""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.counting.calibers.grouping import unknown_codes
from huiyin.counting.calibers.models import AdoptedCaliber, CaliberText
from huiyin.counting.calibers.reading import read_caliber, write_caliber
from huiyin.counting.rules import Caliber
from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post
from huiyin.departments.queries import cities
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput

FOLDER = Path(__file__).resolve().parent.parent / "presets"
PLAIN = "plain"
ABOUT = "caliber"


@cache
def shipped_texts() -> dict[str, str]:
    """The text of each caliber that comes with huiyin, by its code."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}


def adopted_on(on: date) -> AdoptedCaliber | None:
    """The adoption that holds on a day: the last one among those that have begun."""
    rows = AdoptedCaliber.objects.filter(valid_from__lte=on).select_related("caliber")
    return rows.order_by("-valid_from", "-pk").first()


def caliber_on(on: date) -> Caliber:
    """The caliber by which the city counts on a day; the plain one before any was adopted."""
    row = adopted_on(on)
    return read_caliber(shipped_texts()[PLAIN] if row is None else row.caliber.text)


def caliber_named(name: str, *, on: date) -> Caliber:
    """A caliber by its code or the beginning of its digest.

    A code means the text adopted last under it by that day, or else the one that is shipped.
    """
    rows = AdoptedCaliber.objects.filter(caliber__code=name, valid_from__lte=on)
    row = rows.select_related("caliber").order_by("-valid_from", "-pk").first()
    if row is not None:
        return read_caliber(row.caliber.text)
    if name in shipped_texts():
        return read_caliber(shipped_texts()[name])
    return caliber_of(name)


def caliber_of(digest: str) -> Caliber:
    """The caliber that a published figure names by its digest, or by the first 8 signs of it."""
    if len(digest) >= 8 and set(digest) <= set("0123456789abcdef"):
        found = CaliberText.objects.filter(digest__startswith=digest)[:2]
        if len(found) == 1:
            return read_caliber(found[0].text)
    for text in shipped_texts().values():
        if len(digest) >= 8 and read_caliber(text).digest.startswith(digest):
            return read_caliber(text)
    known = ", ".join([*shipped_texts(), *_adopted_codes()])
    raise NotFound(
        _("There is no caliber “%(name)s”; name one of %(known)s, or the digest of a figure.")
        % {"name": digest[:80], "known": known}
    )


def keep_text(caliber: Caliber, *, at: datetime) -> CaliberText:
    """Keep the words of a caliber, so that whatever names its digest can be counted again."""
    row, _made = CaliberText.objects.get_or_create(
        digest=caliber.digest,
        defaults={"code": caliber.code, "text": write_caliber(caliber), "kept_at": at},
    )
    return row


def may_adopt(by: Official) -> bool:
    """Whether an official may decide how the city counts: an administrator of the city."""
    return any(holds(by, Post.ADMINISTRATOR, city) for city in cities())


@transaction.atomic
def adopt_caliber(
    text: str, *, from_on: date, by: Official | None, at: datetime, reason: str
) -> AdoptedCaliber:
    """Adopt a caliber from a day on; earlier adoptions stay as they are."""
    if by is not None and not may_adopt(by):
        raise NotAllowed(_("Only an administrator of the city adopts a caliber."))
    caliber = read_caliber(text)
    _check_units(caliber)
    if not reason.strip():
        raise WrongInput(_("Write down why the city counts otherwise from that day on."))
    # By setting up a city or its demonstration, its past may be counted by a caliber as well.
    if by is not None and from_on < at.date():
        raise WrongInput(_("A caliber begins today or later: what was counted stays counted."))
    if caliber.valid_from is not None and from_on < caliber.valid_from:
        facts = {"first": caliber.valid_from}
        raise WrongInput(
            _("The text holds from %(first)s on by its own words; choose that day or later.")
            % facts
        )
    held = adopted_on(from_on)
    if held is not None and held.caliber.digest == caliber.digest:
        raise NotPossible(_("This very caliber already holds on that day; nothing was changed."))
    row = AdoptedCaliber.objects.create(
        valid_from=from_on,
        caliber=keep_text(caliber, at=at),
        written=text,
        reason=reason.strip(),
        adopted_at=at,
        adopted_by=by,
    )
    record(
        "caliber.adopted",
        about=ABOUT,
        by=by or "system:setup",
        at=at,
        words={"reason": row.reason},
        adoption=row.pk,
        caliber=caliber.code,
        valid_from=from_on.isoformat(),
        digest=caliber.digest,
        written=hashlib.sha256(text.encode()).hexdigest(),
    )
    return row


def _check_units(caliber: Caliber) -> None:
    missing = unknown_codes(caliber)
    if missing:
        raise WrongInput(
            _("There is no unit “%(code)s”; correct its code in the caliber, or take it out.")
            % {"code": missing[0]}
        )


def _adopted_codes() -> list[str]:
    codes = AdoptedCaliber.objects.values_list("caliber__code", flat=True).distinct()
    return sorted(set(codes) - set(shipped_texts()))
