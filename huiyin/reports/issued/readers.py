"""Who gets reports by mail: added and ended by an analyst or administrator, ended by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.departments.models import Official, Unit
from huiyin.logbook.actions import record
from huiyin.office.problems import NotFound, NotPossible, WrongInput
from huiyin.reports.issued.access import check_keeper
from huiyin.reports.issued.models import ReportReader
from huiyin.reports.issued.rules import FORMATS, Kind

ABOUT = "report-readers"
MOST_UNITS = 20
SALT = "huiyin.reports.issued.readers"


@dataclass(frozen=True)
class Subscription:
    """What somebody wants to get: in which language, which reports, as which files, of whom."""

    name: str
    address: str
    language: str
    kinds: Sequence[str]
    formats: Sequence[str]
    units: Sequence[Unit] = ()


@transaction.atomic
def add_reader(city: Unit, wanted: Subscription, *, by: Official, at: datetime) -> ReportReader:
    """Let somebody get the reports of a city by mail, from the next one on."""
    check_keeper(by, city)
    _check(city, wanted)
    address = wanted.address.strip().lower()
    Unit.objects.select_for_update(no_key=True).get(pk=city.pk)
    if current_readers(city).filter(address=address).exists():
        raise NotPossible(
            _("This address gets reports already; end that entry first to change it.")
        )
    reader = ReportReader.objects.create(
        city=city,
        name=wanted.name.strip(),
        address=address,
        language=wanted.language,
        kinds=list(wanted.kinds),
        formats=list(wanted.formats),
        added_at=at,
        added_by=by,
    )
    reader.units.set(wanted.units)
    words = {"name": reader.name, "address": reader.address}
    record(
        "report.reader_added", about=ABOUT, by=by, at=at, words=words,
        reader=reader.pk, kinds=",".join(reader.kinds), language=reader.language,
    )  # fmt: skip
    return reader


@transaction.atomic
def end_reader(reader: ReportReader, *, by: Official | None, at: datetime) -> bool:
    """End what somebody gets; `by` is None for the reader. False where it had ended already."""
    if by is not None:
        check_keeper(by, reader.city)
    rows = ReportReader.objects.select_for_update().filter(pk=reader.pk, ended_at=None)
    if not rows.update(ended_at=at, ended_by=by):
        return False
    record(
        "report.reader_ended", about=ABOUT, by=by or "reader:by-mail", at=at, reader=reader.pk,
    )  # fmt: skip
    return True


def current_readers(city: Unit) -> QuerySet[ReportReader]:
    """Those who get reports of a city now."""
    return ReportReader.objects.filter(city=city, ended_at=None).order_by("name", "pk")


def secret_of(reader: ReportReader) -> str:
    """The secret in the mails of a reader, with which they end them without signing in."""
    return signing.dumps(reader.pk, salt=SALT)


def reader_of(secret: str) -> ReportReader:
    """The reader who holds a secret."""
    try:
        pk = signing.loads(secret, salt=SALT)
    except signing.BadSignature:
        pk = None
    reader = ReportReader.objects.select_related("city").filter(pk=pk).first()
    if reader is None:
        raise NotFound(_("This link belongs to nobody; copy it whole from the mail."))
    return reader


def _check(city: Unit, wanted: Subscription) -> None:
    try:
        validate_email(wanted.address.strip())
    except ValidationError:
        raise WrongInput(_("Write a mail address such as name@he-an.example.cn.")) from None
    if not wanted.name.strip():
        raise WrongInput(_("Write the name of the reader."))
    if not wanted.kinds or set(wanted.kinds) - set(Kind):
        raise WrongInput(_("Choose at least one kind of report."))
    if not wanted.formats or set(wanted.formats) - set(FORMATS):
        raise WrongInput(_("Choose at least one kind of file."))
    if wanted.language not in dict(settings.LANGUAGES):
        raise WrongInput(_("Choose a language."))
    if len(wanted.units) > MOST_UNITS or any(
        not unit.path.startswith(city.path) for unit in wanted.units
    ):
        raise WrongInput(
            _("Choose at most %(most)d units, all of this city.") % {"most": MOST_UNITS}
        )
