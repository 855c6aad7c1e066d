"""Founding a city: from empty tables to one that can take requests in and appoint its people."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.translation import gettext as _

from huiyin.deadlines.actions import adopt_preset, settle_city_calendars
from huiyin.departments.access import holds
from huiyin.departments.actions import add_official, add_unit, give_post
from huiyin.departments.models import Official, Post, Unit, UnitLevel
from huiyin.departments.queries import forget_kept
from huiyin.logbook.actions import record
from huiyin.office.problems import NotPossible, WrongInput
from huiyin.organisation.appointments import NewAccount, check_password, write_appointment
from huiyin.organisation.categories import load_categories
from huiyin.organisation.category_rows import CategoryRow

BY = "system:founding"
ROOT, HOTLINE = "city", "hotline"
# Any number that nothing else in the city takes as an advisory lock.
FOUNDERS_LOCK = 0xF0D
LONGEST_NAME = 120


@dataclass(frozen=True)
class Charter:
    """What a new city is to be."""

    city: str
    city_en: str
    time_zone: str
    hotline: str
    hotline_en: str
    administrator: NewAccount
    preset: str


def stands_already(city: str, sign_in_name: str) -> bool:
    """Whether this very city was founded before; another one is a reason to refuse."""
    root = Unit.objects.filter(parent=None).first()
    if root is None:
        return False
    official = Official.objects.filter(sign_in_name=sign_in_name.strip()).first()
    if root.name == city.strip() and official and holds(official, Post.ADMINISTRATOR, root):
        return True
    raise NotPossible(
        _(
            "A city stands here already: %(city)s. Name another folder in HUIYIN_HOME, or an "
            "empty database in DATABASE_URL."
        )
        % {"city": root}
    )


@transaction.atomic
def found_city(charter: Charter, categories: list[CategoryRow], *, at: datetime) -> Unit:
    """Make the root unit, the hotline, the first administrator, calendar, limits and categories."""
    with connection.cursor() as cursor:
        # A second founder waits here, and then finds a city.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDERS_LOCK])
    name = charter.city.strip()
    if not 0 < len(name) <= LONGEST_NAME or len(charter.city_en) > LONGEST_NAME:
        raise WrongInput(
            _("Give the city a name of at most %(most)d characters.") % {"most": LONGEST_NAME}
        )
    stands_already(name, "")
    settle_city_calendars(time_zone=charter.time_zone)
    root = add_unit(
        ROOT,
        name,
        level=UnitLevel.CITY,
        parent=None,
        name_en=charter.city_en.strip(),
        time_zone=charter.time_zone,
    )
    record("unit.added", about=f"unit:{ROOT}", by=BY, at=at, words={"unit_name": name})
    _add_hotline(root, charter, at=at)
    _appoint_first(charter.administrator, root, at=at)
    adopted = adopt_preset(
        charter.preset, from_on=at.astimezone(ZoneInfo(charter.time_zone)).date()
    )
    record("preset.adopted", about=f"unit:{ROOT}", by=BY, at=at, preset=adopted.preset.code)
    if categories:
        load_categories(categories, by=BY, at=at)
    forget_kept()
    return root


def _add_hotline(root: Unit, charter: Charter, *, at: datetime) -> None:
    name = charter.hotline.strip()
    add_unit(
        HOTLINE,
        name,
        level=UnitLevel.DEPARTMENT,
        parent=root,
        name_en=charter.hotline_en,
        takes_requests=True,
    )
    about, words = f"unit:{HOTLINE}", {"unit_name": name}
    record("unit.added", about=about, by=BY, at=at, words=words, below=ROOT)
    record("unit.named_hotline", about=about, by=BY, at=at)


def _appoint_first(new: NewAccount, root: Unit, *, at: datetime) -> None:
    """The one post that nobody who holds it could give: all others are given by this person."""
    if not new.name.strip() or not new.sign_in_name.strip():
        raise WrongInput(_("The administrator needs a name and a sign-in name."))
    check_password(new.password)
    official = add_official(new.sign_in_name.strip(), new.name.strip(), password=new.password)
    record("official.entered", about=f"official:{official.pk}", by=BY, at=at)
    give_post(official, Post.ADMINISTRATOR, unit=root)
    write_appointment("appointed", official, root, by=BY, at=at, post=Post.ADMINISTRATOR)
