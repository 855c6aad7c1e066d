"""Standard texts (常用语): written for a unit or for oneself, filled in from a case.

Every change is kept as a version. A resident's name goes into a text only where the official
may know the person, and opening it is written in the access log.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from huiyin.cases.access import may_know_person
from huiyin.cases.models import Case
from huiyin.cases.residents import resident_of
from huiyin.departments.access import holds, reach_of, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.rules import READS_CASES
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from huiyin.replies.models import StandardText, TextVersion
from huiyin.replies.rules import LONGEST_TEXT, VARIABLES, filled, is_personal, unknown_in

# Who writes to residents; they write the texts of their unit, too.
WRITERS = frozenset({Post.OFFICER, Post.OPERATOR, Post.DISPATCHER, Post.CALLER, Post.SUPERVISOR})


@dataclass(frozen=True)
class Wording:
    """What a standard text says, and under which title it is found."""

    title: str
    body: str


def may_write_for(unit: Unit, *, by: Official) -> bool:
    """Whether an official writes the texts of a unit."""
    return any(holds(by, post, unit) for post in WRITERS)


def units_written_for(by: Official) -> QuerySet[Unit]:
    """The units at which an official holds a post that writes to residents."""
    seats = {path for post, path in reach_of(by).held if post in WRITERS}
    return Unit.objects.filter(path__in=seats, dissolved_on=None).order_by("sort_key", "pk")


def texts_for(by: Official) -> QuerySet[StandardText]:
    """The texts an official may use: their own, and those of their units and of units above."""
    paths = {path for post, path in reach_of(by).held if post in READS_CASES}
    units = {int(part) for path in paths for part in path.split("/") if part}
    rows = StandardText.objects.filter(Q(owner=by) | Q(unit__in=units), retired_at=None)
    return rows.select_related("unit").order_by("-used", "title", "pk")


def text_for(pk: int, *, by: Official) -> StandardText:
    """Fetch one text for an official; another's is as absent as one that never was."""
    text = texts_for(by).filter(pk=pk).first()
    if text is None:
        raise NotFound(_("There is no such standard text for you."))
    return text


def may_change(text: StandardText, *, by: Official) -> bool:
    """Whether an official may change a text that they may use."""
    if text.unit is None:
        return text.owner_id == by.pk
    return may_write_for(text.unit, by=by)


@transaction.atomic
def write_text(
    wording: Wording, *, by: Official, at: datetime, unit: Unit | None = None
) -> StandardText:
    """Write a standard text, for a unit or, where none is named, for oneself."""
    if unit is None and not any(post in WRITERS for post, _path in reach_of(by).held):
        raise NotAllowed(_("Standard texts are for those who write to residents."))
    if unit is not None and not may_write_for(unit, by=by):
        raise NotAllowed(_("Only an officer of the unit writes its standard texts."))
    wording = _checked(wording)
    owner = by if unit is None else None
    text = StandardText.objects.create(
        unit=unit, owner=owner, title=wording.title, body=wording.body
    )
    _keep_version(text, "text.written", by=by, at=at)
    return text


@transaction.atomic
def change_text(
    pk: int, wording: Wording, *, seen: int, by: Official, at: datetime
) -> StandardText:
    """Change a text; `seen` is the version that was changed, so that no change is lost."""
    text = _locked(pk, by=by)
    if text.version != seen:
        raise NotPossible(
            _("This text was changed since you opened it; look at its newest version first.")
        )
    wording = _checked(wording)
    text.title, text.body, text.version = wording.title, wording.body, text.version + 1
    text.save(update_fields=["title", "body", "version"])
    _keep_version(text, "text.changed", by=by, at=at)
    return text


@transaction.atomic
def retire_text(pk: int, *, by: Official, at: datetime) -> None:
    """Take a text out of use; its versions stay."""
    text = _locked(pk, by=by)
    text.retired_at, text.version = at, text.version + 1
    text.save(update_fields=["retired_at", "version"])
    _keep_version(text, "text.retired", by=by, at=at)


def count_use(pks: set[int], *, by: Official, times: int = 1) -> None:
    """Count that steps were taken with these texts in them."""
    if pks and times:
        texts = StandardText.objects.filter(pk__in=texts_for(by).order_by().values("pk"))
        texts.filter(pk__in=pks).update(used=F("used") + times)


def fill(body: str, case: Case, *, by: Official, at: datetime) -> str:
    """The text with its variables filled in from a case."""
    facts = facts_for(case, by=by, at=at)
    if is_personal(body):
        facts["person"] = _person(case, by=by, at=at)
    return filled(body, facts)


def facts_for(case: Case, *, by: Official, at: datetime) -> dict[str, str]:
    """What the variables say for a case; nothing here names its resident."""
    place = case.address or (case.place.label if case.place else "")
    unknown = _("not yet known")
    return {
        "number": case.number,
        "title": case.title,
        "kind": str(case.get_request_kind_display()),
        "unit": str(case.unit or case.intake_unit),
        "due": date_format(localtime(case.due_at), "Y-m-d H:i") if case.due_at else unknown,
        "place": place or unknown,
        "received": date_format(localtime(case.received_at), "Y-m-d H:i"),
        "round": str(case.round_number),
        "today": date_format(localtime(at), "Y-m-d"),
        "official": by.name,
    }


def check_body(body: str) -> None:
    """Refuse a body with a variable that nobody can fill in."""
    unknown = unknown_in(body)
    if unknown:
        raise WrongInput(
            _("{%(name)s} is no variable; write one of these: %(known)s.")
            % {"name": unknown[0], "known": " ".join(f"{{{one.chinese}}}" for one in VARIABLES)}
        )


def _person(case: Case, *, by: Official, at: datetime) -> str:
    neutral = _("the person who asked")
    if case.resident is None or not may_know_person(case, by=by):
        return neutral
    why = _("To fill in a standard text")
    return resident_of(case, by=by, at=at, why=why).name or neutral


def _checked(wording: Wording) -> Wording:
    title, body = " ".join(wording.title.split()), wording.body.strip()
    if not title or not body:
        raise WrongInput(_("Give the text a title, and write what it says."))
    if len(title) > 60 or len(body) > LONGEST_TEXT:
        raise WrongInput(
            _("A title has at most 60 characters and a text at most %(most)d.")
            % {"most": LONGEST_TEXT}
        )
    check_body(body)
    return Wording(title, body)


def _locked(pk: int, *, by: Official) -> StandardText:
    text = text_for(pk, by=by)
    if not may_change(text, by=by):
        raise NotAllowed(_("Only an officer of the unit writes its standard texts."))
    return StandardText.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)


def _keep_version(text: StandardText, code: str, *, by: Official, at: datetime) -> None:
    TextVersion.objects.create(
        text=text,
        number=text.version,
        title=text.title,
        body=text.body,
        is_retired=text.retired_at is not None,
        by=by,
        at=at,
    )
    if text.unit is not None:
        seat = seat_of(by, text.unit, posts=WRITERS)
        about = f"unit:{text.unit.code}"
        record(code, about=about, by=by, at=at, unit=seat, text=text.pk, version=text.version)
