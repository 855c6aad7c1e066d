"""Setting up the tree of units: adding, renaming, dissolving one, and naming the hotline.

Each act checks the right, changes, and writes the logbook, or does nothing. A dissolved unit
lies below the one that took over its duties, whose officials thereby reach all its cases.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from huiyin.deadlines.models import Calendar
from huiyin.departments import actions
from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post, PostHeld, Unit, UnitLevel
from huiyin.departments.queries import forget_kept
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput
from huiyin.organisation.appointments import check_stands, write_appointment

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
# What a path has room for: each unit above adds its number and a stroke.
LONGEST_PATH = 180


@dataclass(frozen=True)
class NewUnit:
    """A unit as an administrator writes it down."""

    code: str
    name: str
    level: str
    name_en: str = ""
    calendar_code: str = ""


@transaction.atomic
def add_unit(new: NewUnit, *, below: Unit, by: Official, at: datetime) -> Unit:
    """Add a unit below another one."""
    parent = _locked(below)
    _check_right(parent, by)
    check_stands(parent)
    code, name = new.code.strip(), new.name.strip()
    if not CODE.fullmatch(code):
        raise WrongInput(
            _("The code “%(code)s” cannot be used; write letters, digits, dots and strokes.")
            % {"code": code}
        )
    if Unit.objects.filter(code=code).exists():
        raise WrongInput(
            _("The code “%(code)s” is taken by another unit; choose another.") % {"code": code}
        )
    if new.level not in UnitLevel.values or new.level == UnitLevel.CITY:
        raise WrongInput(_("Choose the level of the unit from the list."))
    if new.calendar_code and not Calendar.objects.filter(code=new.calendar_code).exists():
        raise WrongInput(_("Choose the calendar of the unit from the list."))
    _check_room(parent)
    _check_name(name, below=parent)
    unit = actions.add_unit(
        code,
        name,
        level=new.level,
        parent=parent,
        name_en=new.name_en.strip(),
        calendar_code=new.calendar_code,
    )
    words = {"unit_name": name}
    record("unit.added", about=_about(unit), by=by, at=at, words=words, below=parent.code)
    return unit


@transaction.atomic
def rename_unit(unit: Unit, name: str, *, by: Official, at: datetime, name_en: str = "") -> None:
    """Give a unit another name; its cases, posts and code stay."""
    unit = _locked(unit)
    _check_right(unit, by)
    name, name_en, was = name.strip(), name_en.strip(), unit.name
    if (name, name_en) == (unit.name, unit.name_en):
        return
    _check_name(name, below=unit.parent, but=unit)
    actions.rename_unit(unit, name, name_en=name_en)
    words = {"unit_name": name, "was": was}
    record("unit.renamed", about=_about(unit), by=by, at=at, words=words)
    forget_kept()


@transaction.atomic
def dissolve_unit(unit: Unit, successor: Unit, *, by: Official, at: datetime) -> None:
    """Dissolve a unit: its posts end, and what it has becomes its successor's."""
    unit, successor = _locked(unit), _locked(successor)
    _check_right(unit, by)
    _check_right(successor, by)
    check_stands(unit)
    check_stands(successor)
    _check_may_end(unit, successor)
    for part in Unit.objects.filter(parent=unit, dissolved_on=None).order_by("pk"):
        _check_name(part.name, below=successor, but=part)
        actions.move_unit(part, below=successor)
        record("unit.moved", about=_about(part), by=by, at=at, below=successor.code)
        unit.refresh_from_db()
    _check_name(unit.name, below=successor, but=unit)
    actions.move_unit(unit, below=successor)
    actions.dissolve_unit(unit, on=localdate(at))
    record("unit.dissolved", about=_about(unit), by=by, at=at, successor=successor.code)
    record("unit.took_over", about=_about(successor), by=by, at=at, dissolved=unit.code)
    _end_posts(unit, by=by, at=at)


@transaction.atomic
def name_hotline(unit: Unit, *, by: Official, at: datetime) -> None:
    """Let the requests that come without an operator arrive at this unit from now on."""
    unit = _locked(unit)
    _check_right(unit, by)
    check_stands(unit)
    for before in Unit.objects.filter(takes_requests=True):
        _check_right(before, by)
    if unit.takes_requests:
        return
    actions.name_hotline(unit)
    record("unit.named_hotline", about=_about(unit), by=by, at=at)
    forget_kept()


def may_name_hotline(by: Official) -> bool:
    """Whether an administrator reaches the present hotline, which would be none any more."""
    present = Unit.objects.filter(takes_requests=True)
    return all(holds(by, Post.ADMINISTRATOR, unit) for unit in present)


def _locked(unit: Unit) -> Unit:
    """The unit as it is now; whoever else changes the tree of units waits."""
    list(Unit.objects.select_for_update().filter(parent=None).order_by("pk"))
    return Unit.objects.select_related("parent").get(pk=unit.pk)


def _about(unit: Unit) -> str:
    return f"unit:{unit.code}"


def _check_right(unit: Unit, by: Official) -> None:
    if not holds(by, Post.ADMINISTRATOR, unit):
        raise NotAllowed(
            _("Only an administrator of %(unit)s sets it up and what lies below it.")
            % {"unit": unit}
        )


def _check_room(parent: Unit) -> None:
    if len(parent.path) > LONGEST_PATH:
        raise WrongInput(_("The tree of units is too deep here; add the unit further up."))


def _check_name(name: str, *, below: Unit | None, but: Unit | None = None) -> None:
    if not name:
        raise WrongInput(_("A unit needs a name."))
    same = Unit.objects.filter(parent=below, name=name)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise WrongInput(
            _("There is a unit “%(name)s” below %(parent)s already; choose another name.")
            % {"name": name, "parent": below or ""}
        )


def _check_may_end(unit: Unit, successor: Unit) -> None:
    if unit.parent is None:
        raise NotPossible(_("The city itself cannot be dissolved."))
    if unit.takes_requests:
        raise NotPossible(
            _("Requests arrive at %(unit)s; first say of another unit that it takes them in.")
            % {"unit": unit}
        )
    if successor.path.startswith(unit.path):
        raise WrongInput(
            _("%(successor)s lies below %(unit)s and cannot take over from it; choose another.")
            % {"successor": successor, "unit": unit}
        )
    _check_room(successor)


def _end_posts(unit: Unit, *, by: Official, at: datetime) -> None:
    last_on = localdate(at) - timedelta(days=1)
    running = Q(held_until=None) | Q(held_until__gt=last_on)
    for held in PostHeld.objects.filter(running, unit=unit).select_related("official"):
        actions.end_post(held, last_on=last_on)
        write_appointment("dismissed", held.official, unit, by=by, at=at, post=held.post)
