"""Who works where: giving and taking posts, opening accounts, setting first passwords.

Each act checks the right, changes, and writes the logbook, or does nothing. They stand here
and not with the departments because the logbook stands above those.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from huiyin.departments.access import holds, reach_of, units_within
from huiyin.departments.actions import add_official, end_post, give_post
from huiyin.departments.models import Official, Post, PostHeld, Unit
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput

ADMINISTRATORS = frozenset({Post.ADMINISTRATOR})


def unit_for(code: str, *, by: Official) -> Unit:
    """Fetch a unit that an administrator sets up; any other is absent for them."""
    unit = units_within(by, ADMINISTRATORS).filter(code=code).select_related("parent").first()
    if unit is None:
        raise NotFound(_("There is no unit “%(code)s” that you set up.") % {"code": code})
    return unit


def official_named(sign_in_name: str) -> Official:
    """Find the official with a sign-in name."""
    found = Official.objects.filter(sign_in_name=sign_in_name.strip()).first()
    if found is None:
        raise WrongInput(
            _("Nobody has the sign-in name “%(name)s”; open an account first.")
            % {"name": sign_in_name.strip()}
        )
    return found


@transaction.atomic
def appoint(official: Official, post: str, *, unit: Unit, by: Official, at: datetime) -> PostHeld:
    """Give a post at a unit to somebody else than oneself."""
    _check(unit, by)
    if official.pk == by.pk:
        raise NotAllowed(_("Nobody gives a post to themselves; ask another administrator."))
    if post not in Post.values:
        raise WrongInput(_("Choose the post from the list."))
    check_stands(unit)
    held = give_post(official, post, unit=unit)
    write_appointment("appointed", official, unit, by=by, at=at, post=post)
    return held


@transaction.atomic
def dismiss(held: PostHeld, *, by: Official, at: datetime) -> None:
    """Take a post back at once; what was done with it stays as it was."""
    _check(held.unit, by)
    if held.official_id == by.pk:
        raise NotAllowed(_("Nobody takes a post from themselves; ask another administrator."))
    end_post(held, last_on=localdate(at) - timedelta(days=1))
    write_appointment("dismissed", held.official, held.unit, by=by, at=at, post=held.post)


@dataclass(frozen=True)
class NewAccount:
    """Who is to sign in, and with which first password."""

    sign_in_name: str
    name: str
    password: str


@transaction.atomic
def enter(new: NewAccount, post: str, *, unit: Unit, by: Official, at: datetime) -> Official:
    """Open an account with its first post at a unit."""
    _check(unit, by)
    check_password(new.password)
    name = new.sign_in_name.strip()
    official = add_official(name, new.name.strip(), password=new.password)
    record("official.entered", about=f"official:{official.pk}", by=by, at=at)
    appoint(official, post, unit=unit, by=by, at=at)
    return official


@transaction.atomic
def set_first_password(official: Official, password: str, *, by: Official, at: datetime) -> None:
    """Give somebody a new first password who forgot theirs."""
    reach = reach_of(by)
    theirs = reach_of(official).held
    # Whoever sets a password could sign in with it, so it must not lead further than one's own.
    if official.pk == by.pk or not all(reach.holds(Post.ADMINISTRATOR, p) for _post, p in theirs):
        raise NotAllowed(
            _("You set passwords only for others whose posts all lie within the units you set up.")
        )
    check_password(password)
    official.set_password(password)
    official.save(update_fields=["password"])
    record("official.password_set", about=f"official:{official.pk}", by=by, at=at)


def _check(unit: Unit, by: Official) -> None:
    if not holds(by, Post.ADMINISTRATOR, unit):
        raise NotAllowed(_("Only an administrator of this unit gives and takes its posts."))


def check_stands(unit: Unit) -> None:
    """Refuse a unit that was dissolved: whoever took over its duties goes on."""
    if unit.dissolved_on is not None:
        raise NotPossible(
            _("%(unit)s was dissolved; choose the unit that took over its duties.") % {"unit": unit}
        )


def check_password(password: str) -> None:
    """Refuse a password that is short or known to everybody."""
    try:
        validate_password(password)
    except ValidationError as wrong:
        raise WrongInput(" ".join(wrong.messages)) from None


def write_appointment(
    code: str, official: Official, unit: Unit, *, by: Official | str, at: datetime, post: str
) -> None:
    """Write that a post was given or taken, with the unit and with the official."""
    about = f"official:{official.pk}"
    record(f"official.{code}", about=about, by=by, at=at, post=str(post), office=unit.code)
    record(f"unit.{code}", about=f"unit:{unit.code}", by=by, at=at, post=str(post), official=about)
