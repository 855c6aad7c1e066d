"""Marks on a number whose calls were abusive (滋扰标记): filed by one, ruled on by another.

A mark warns whoever answers; it blocks nothing. It expires by itself, the person is told, and
may object through the hotline, where a second person decides again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case as CaseWhen
from django.db.models import QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.cases.access import case_for
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Case, Resident
from huiyin.departments.access import holds, reach_of, seat_of, units_within
from huiyin.departments.models import Official, Post
from huiyin.intake.models import CallerMark, MarkGround, MarkState
from huiyin.intake.rules import IN_FORCE, TO_RULE
from huiyin.logbook.actions import record
from huiyin.notices.actions import tell_resident
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput

FILES = frozenset({Post.OPERATOR, Post.SUPERVISOR})


@dataclass(frozen=True)
class Complaint:
    """What an operator writes of the calls, and until when the mark should warn."""

    ground: str
    words: str
    until: date


@transaction.atomic
def file_mark(number: str, said: Complaint, *, by: Official, at: datetime) -> CallerMark:
    """File a mark on the number that stands in a case; it warns nobody until it is ruled on."""
    case = locked_case(case_for(number, by=by).number)
    if not any(holds(by, post, case.intake_unit) for post in FILES):
        raise NotAllowed(_("Only the hotline that takes the calls marks a number."))
    _check(said, on=timezone.localdate(at))
    index = _index_of(case)
    if index is None:
        raise NotPossible(_("No phone number was left in this case, so there is none to mark."))
    open_marks = CallerMark.objects.filter(phone_index=index, state__in=TO_RULE | IN_FORCE)
    if open_marks.filter(until__gte=timezone.localdate(at)).exists():
        raise NotPossible(_("This number is marked already, or a mark waits for its ruling."))
    mark = CallerMark.objects.create(
        case=case,
        phone_index=index,
        ground=said.ground,
        words=said.words.strip(),
        filed_by=by,
        filed_at=at,
        until=said.until,
        state=MarkState.FILED,
    )
    _note("mark.filed", mark, mark.words, by=by, at=at)
    return mark


@transaction.atomic
def rule_on_mark(pk: int, words: str, *, granted: bool, by: Official, at: datetime) -> CallerMark:
    """Rule on a mark, or on the person's objection to it; never whoever filed it."""
    mark = _locked(pk, by=by)
    if not may_rule_on(mark, by=by):
        raise NotAllowed(_("A supervisor who did not file the mark rules on it."))
    if mark.state not in TO_RULE:
        raise NotPossible(
            _("This mark is %(state)s; there is nothing to rule on.")
            % {"state": mark.get_state_display()}
        )
    if not words.strip():
        raise WrongInput(_("Write down why it is ruled so."))
    against = MarkState.LIFTED if mark.state == MarkState.OBJECTED else MarkState.REFUSED
    mark.state = MarkState.GRANTED if granted else against
    mark.ruled_by, mark.ruled_at, mark.ruling_words = by, at, words.strip()
    mark.save()
    position = _note("mark.ruled", mark, words, by=by, at=at, state=str(mark.state))
    _tell(mark, position, at=at)
    return mark


@transaction.atomic
def object_to_mark(pk: int, words: str, *, by: Official, at: datetime) -> CallerMark:
    """Write down what the person says against a mark; it is then ruled on anew."""
    mark = _locked(pk, by=by)
    if not any(holds(by, post, mark.case.intake_unit) for post in FILES):
        raise NotAllowed(_("Only the hotline writes down an objection to a mark."))
    if mark.state != MarkState.GRANTED:
        raise NotPossible(_("Only a mark in force, and not yet objected to, can be objected to."))
    if not words.strip():
        raise WrongInput(_("Write down what the person says against the mark."))
    mark.state, mark.objection, mark.objected_at = MarkState.OBJECTED, words.strip(), at
    mark.save()
    _note("mark.objected", mark, words, by=by, at=at)
    return mark


def marks_speaking(index: bytes | None, *, on: date) -> list[CallerMark]:
    """The marks that warn whoever answers a number on a day; opens nobody's data."""
    if index is None:
        return []
    rows = CallerMark.objects.filter(phone_index=index, state__in=IN_FORCE, until__gte=on)
    return list(rows.order_by("until", "pk"))


def marks_on_caller_of(cases: Iterable[Case], *, on: date) -> list[CallerMark]:
    """The marks that warn of the callers of these cases."""
    index = Resident.objects.filter(case__in=list(cases)).values("phone_index")
    rows = CallerMark.objects.filter(phone_index__in=index, state__in=IN_FORCE, until__gte=on)
    return list(rows.order_by("until", "pk"))


def marks_for(by: Official) -> QuerySet[CallerMark]:
    """The marks of the hotlines at which an official works, those to be ruled on first."""
    units = units_within(by, FILES)
    rows = CallerMark.objects.filter(case__intake_unit__in=units)
    waits_first = CaseWhen(When(state__in=TO_RULE, then=0), default=1)
    rows = rows.select_related("case__intake_unit", "filed_by")
    return rows.order_by(waits_first, "-filed_at", "-pk")


def may_rule_on(mark: CallerMark, *, by: Official) -> bool:
    """Whether an official may rule: a supervisor of that hotline who did not file it."""
    return holds(by, Post.SUPERVISOR, mark.case.intake_unit) and mark.filed_by_id != by.pk


def mark_for(pk: int, *, by: Official) -> CallerMark:
    """Fetch one mark; another hotline's is as absent as one that never was."""
    mark = marks_for(by).filter(pk=pk).first()
    if mark is None:
        raise NotFound(_("There is no such mark for you."))
    return mark


def marks_numbers(by: Official) -> bool:
    """Whether an official files marks or rules on them anywhere."""
    return bool(reach_of(by).paths(FILES))


def _locked(pk: int, *, by: Official) -> CallerMark:
    mark = mark_for(pk, by=by)
    locked_case(mark.case.number)
    return mark_for(pk, by=by)


def _index_of(case: Case) -> bytes | None:
    rows = Resident.objects.filter(case=case).values_list("phone_index", flat=True)
    found = rows.first()
    return bytes(found) if found else None


def _check(said: Complaint, *, on: date) -> None:
    if said.ground not in MarkGround.values:
        raise WrongInput(_("Choose the ground from the list."))
    if not said.words.strip():
        raise WrongInput(_("Write down what happened in the calls, and when."))
    if not on < said.until <= on + timedelta(days=settings.MARK_DAYS):
        raise WrongInput(
            _("A mark ends by itself: give a day within the next %(days)d days.")
            % {"days": settings.MARK_DAYS}
        )


def _note(
    code: str, mark: CallerMark, words: str, *, by: Official, at: datetime, **facts: str
) -> int:
    entry = record(
        code,
        about=mark.case.number,
        by=by,
        at=at,
        unit=seat_of(by, mark.case.intake_unit),
        words={"reason": words.strip()},
        mark=mark.pk,
        ground=str(mark.ground),
        until=mark.until.isoformat(),
        **facts,
    )
    return entry.position


def _tell(mark: CallerMark, position: int, *, at: datetime) -> None:
    code = {MarkState.GRANTED: "caller.marked", MarkState.LIFTED: "caller.mark_lifted"}.get(
        MarkState(mark.state)
    )
    if code is None:
        return
    about = mark.case.number
    facts = {"until": mark.until} if code == "caller.marked" else {}
    tell_resident(code, about=about, at=at, key=f"{about}/{position}", facts=facts)
