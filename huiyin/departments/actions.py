"""Setting up units, accounts and posts."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from huiyin.departments.models import Official, Post, PostHeld, Unit, UnitLevel
from huiyin.office.problems import WrongInput


def sort_key(name: str) -> str:
    """Pinyin of a name, so that lists sort the same on every PostgreSQL."""
    return " ".join(lazy_pinyin(name))[:240].lower()


@transaction.atomic
def add_unit(
    code: str, name: str, *, level: UnitLevel | str, parent: Unit | None, **facts: Any
) -> Unit:
    """Add a unit below its parent; `facts` are further columns of `Unit`."""
    if not name.strip():
        raise WrongInput(_("A unit needs a name."))
    unit = Unit(code=code, name=name, level=level, parent=parent, sort_key=sort_key(name), **facts)
    unit.path = ""
    unit.save()
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def rename_unit(unit: Unit, name: str, *, name_en: str = "") -> None:
    """Give a unit another name; its code stays what it was."""
    unit.name, unit.name_en, unit.sort_key = name, name_en, sort_key(name)
    unit.save(update_fields=["name", "name_en", "sort_key"])


@transaction.atomic
def move_unit(unit: Unit, *, below: Unit) -> None:
    """Put a unit, with all that lies below it, below another one."""
    before, after = unit.path, f"{below.path}{unit.pk}/"
    moved = Concat(Value(after), Substr("path", len(before) + 1))
    Unit.objects.filter(path__startswith=before).update(path=moved)
    unit.parent, unit.path = below, after
    unit.save(update_fields=["parent"])


def dissolve_unit(unit: Unit, *, on: date) -> None:
    """Let a unit end on a day; the row stays, so that its past keeps its name."""
    unit.dissolved_on = on
    unit.save(update_fields=["dissolved_on"])


@transaction.atomic
def name_hotline(unit: Unit) -> None:
    """Let requests arrive at this unit, and at no other."""
    Unit.objects.filter(takes_requests=True).exclude(pk=unit.pk).update(takes_requests=False)
    unit.takes_requests = True
    unit.save(update_fields=["takes_requests"])


@transaction.atomic
def add_official(sign_in_name: str, name: str, *, password: str) -> Official:
    """Open an account; an empty password means that the person cannot sign in yet."""
    if Official.objects.filter(sign_in_name=sign_in_name).exists():
        raise WrongInput(
            _("The sign-in name “%(name)s” is taken; choose another.") % {"name": sign_in_name}
        )
    official = Official(sign_in_name=sign_in_name, name=name)
    if password:
        official.set_password(password)
    else:
        official.set_unusable_password()
    official.save()
    return official


def give_post(
    official: Official, post: Post | str, *, unit: Unit, held_from: date | None = None
) -> PostHeld:
    """Let an official hold a post at a unit; giving it twice changes nothing."""
    held, _made = PostHeld.objects.update_or_create(
        official=official,
        unit=unit,
        post=str(post),
        # A post that was taken back once is held again without an end.
        defaults={"held_from": held_from, "held_until": None},
    )
    official.__dict__.pop("_reach", None)
    return held


def end_post(held: PostHeld, *, last_on: date) -> None:
    """Let a post end after a day; the row stays, so that it is known who held it when."""
    held.held_until = last_on
    held.save(update_fields=["held_until"])
