"""Setting beats up: who is their chief, in which role, and how often they must walk."""

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from huiyin.departments.access import seat_of
from huiyin.departments.actions import sort_key
from huiyin.departments.models import Official, Unit
from huiyin.logbook.actions import record
from huiyin.neighbourhood.access import check_sets_up, in_office
from huiyin.neighbourhood.models import Beat, BeatKind, Chief, Frequency, Period, Role
from huiyin.office.problems import NotPossible, WrongInput
from huiyin.places.models import Place

FOLDER = Path(__file__).resolve().parent / "presets"
CODE = re.compile(r"[\w.-]{1,60}")
SHAPES = {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}
MOST_TIMES = 366


@dataclass(frozen=True)
class BeatFacts:
    """What a beat is: its geometry is a GeoJSON line or polygon, or the place itself."""

    code: str
    name: str
    kind: str
    place: Place | None = None
    shape_text: str = ""


@dataclass(frozen=True)
class Wanted:
    """A frequency that a city sets: so often, from a day on, and on whose word."""

    period: str
    times: int
    from_on: date
    source: str


@transaction.atomic
def add_beat(facts: BeatFacts, *, unit: Unit, by: Official, at: datetime) -> Beat:
    """Add a beat to a unit."""
    check_sets_up(unit, by=by)
    code, name = facts.code.strip(), facts.name.strip()
    if not CODE.fullmatch(code):
        raise WrongInput(_("Write a code of letters, digits, full stops and hyphens."))
    if not name:
        raise WrongInput(_("A beat needs a name."))
    if facts.kind not in BeatKind.values:
        raise WrongInput(_("Choose the kind of beat from the list."))
    if Beat.objects.filter(code=code).exists():
        raise WrongInput(_("The code “%(code)s” is taken; choose another.") % {"code": code})
    shape = shape_of(facts.shape_text)
    if shape is None and facts.place is None:
        raise WrongInput(_("Say where the beat runs: choose a place, or give its line."))
    beat = Beat.objects.create(
        code=code,
        name=name,
        kind=facts.kind,
        unit=unit,
        place=facts.place,
        shape=shape,
        sort_key=sort_key(name),
    )
    _write("beat.added", beat, by=by, at=at, kind=str(beat.kind))
    return beat


def shape_of(text: str) -> dict[str, Any] | None:
    """Read a GeoJSON line or polygon in degrees; None for an empty text."""
    if not text.strip():
        return None
    wrong = WrongInput(_("The line cannot be read: give a GeoJSON line or polygon in degrees."))
    try:
        said = json.loads(text)
        shape = shapely.from_geojson(json.dumps(said))
    except (ValueError, shapely.GEOSException):
        raise wrong from None
    if not isinstance(said, dict) or said.get("type") not in SHAPES or shape.is_empty:
        raise wrong
    west, south, east, north = shape.bounds
    if not (west >= -180 and south >= -90 and east <= 180 and north <= 90):
        raise wrong
    return said


@transaction.atomic
def end_beat(beat: Beat, *, by: Official, at: datetime) -> None:
    """Give a beat up from today on; its patrols and chiefs stay as they were."""
    check_sets_up(beat.unit, by=by)
    beat = _locked(beat)
    if beat.ended_on is not None:
        raise NotPossible(_("This beat was given up already; nothing was changed."))
    beat.ended_on = localdate(at)
    beat.save(update_fields=["ended_on"])
    for chief in beat.chiefs.filter(in_office(beat.ended_on)):
        _end(chief, last_on=beat.ended_on)
    _write("beat.ended", beat, by=by, at=at)


@transaction.atomic
def appoint_chief(
    beat: Beat, official: Official, *, role: Role, since: date, by: Official, at: datetime
) -> Chief:
    """Make an official chief of a beat from a day on."""
    check_sets_up(beat.unit, by=by)
    beat = _locked(beat)
    if beat.ended_on is not None:
        raise NotPossible(_("This beat was given up; nobody becomes its chief any more."))
    if not official.is_active:
        raise WrongInput(_("The account of %(name)s is closed.") % {"name": official})
    if since > localdate(at) + timedelta(days=366):
        raise WrongInput(_("Give a day within the next year."))
    held = beat.chiefs.filter(role=role, official=official)
    if held.filter(until=None).exists() or held.filter(until__gte=since).exists():
        raise NotPossible(
            _("%(name)s is chief of this beat in this role already.") % {"name": official}
        )
    chief = Chief.objects.create(beat=beat, role=role, official=official, since=since)
    about = f"official:{official.pk}"
    _write("chief.appointed", beat, by=by, at=at, role=role.code, official=about, since=since)
    return chief


@transaction.atomic
def dismiss_chief(chief: Chief, *, by: Official, at: datetime) -> None:
    """Let a chief's time end today; it stays written who was in charge when."""
    check_sets_up(chief.beat.unit, by=by)
    _locked(chief.beat)
    chief.refresh_from_db()
    if chief.until is not None:
        raise NotPossible(_("This chief's time has ended already; nothing was changed."))
    _end(chief, last_on=localdate(at))
    about = f"official:{chief.official_id}"
    _write("chief.dismissed", chief.beat, by=by, at=at, role=chief.role.code, official=about)


@transaction.atomic
def set_frequency(
    role: Role, wanted: Wanted, *, by: Official, unit: Unit, at: datetime
) -> Frequency:
    """Say how often those in a role must walk from a day on; the older word ends before it."""
    check_sets_up(unit, by=by)
    if wanted.period not in Period.values or not 1 <= wanted.times <= MOST_TIMES:
        raise WrongInput(_("Say how many times in which period."))
    if not wanted.source.strip():
        raise WrongInput(_("Name the source: the regulation, or your own city's decision."))
    Role.objects.select_for_update().get(pk=role.pk)
    later = role.frequencies.filter(from_on__gt=wanted.from_on).order_by("from_on").first()
    older = role.frequencies.filter(from_on__lt=wanted.from_on)
    before = wanted.from_on - timedelta(days=1)
    for row in older.exclude(until_on__lt=before):
        row.until_on = before
        row.save(update_fields=["until_on"])
    said = {
        "period": wanted.period,
        "times": wanted.times,
        "source": wanted.source.strip()[:200],
        "until_on": later.from_on - timedelta(days=1) if later else None,
    }
    made, _new = Frequency.objects.update_or_create(
        role=role, from_on=wanted.from_on, defaults=said
    )
    record(
        "frequency.set",
        about=f"role:{role.code}",
        by=by,
        at=at,
        unit=seat_of(by, unit),
        words={"source": made.source},
        period=str(made.period),
        times=made.times,
        since=made.from_on,
    )
    return made


@dataclass(frozen=True)
class ShippedRoles:
    """A file of roles, with the frequencies its source gives, if it gives any."""

    code: str
    name: str
    name_en: str
    source: str
    roles: tuple[dict[str, Any], ...]


@cache
def shipped_roles() -> dict[str, ShippedRoles]:
    """The files of roles that come with huiyin, by their code."""
    found = {}
    for file in sorted(FOLDER.glob("*.toml")):
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        found[file.stem] = ShippedRoles(
            file.stem, said["name"], said["name_en"], said["source"], tuple(said["role"])
        )
    return found


@transaction.atomic
def adopt_roles(code: str, *, from_on: date, by: Official, unit: Unit, at: datetime) -> int:
    """Take over a file's roles and frequencies from a day on; roles that stand are kept."""
    check_sets_up(unit, by=by)
    shipped = shipped_roles().get(code)
    if shipped is None:
        raise WrongInput(_("Choose one of the lists of roles."))
    first = 100 * list(shipped_roles()).index(code)
    for position, said in enumerate(shipped.roles, first):
        role, _new = Role.objects.get_or_create(
            code=said["code"],
            defaults={
                "name": said["name"],
                "name_en": said["name_en"],
                "source": shipped.source,
                "position": position,
            },
        )
        if "period" in said and not role.frequencies.exists():
            wanted = Wanted(said["period"], said["times"], from_on, shipped.source)
            set_frequency(role, wanted, by=by, unit=unit, at=at)
    return len(shipped.roles)


def _end(chief: Chief, *, last_on: date) -> None:
    chief.until = max(last_on, chief.since)
    chief.save(update_fields=["until"])


def _locked(beat: Beat) -> Beat:
    return Beat.objects.select_for_update(of=("self",)).select_related("unit").get(pk=beat.pk)


def _write(code: str, beat: Beat, *, by: Official, at: datetime, **details: Any) -> None:
    seat = seat_of(by, beat.unit)
    record(code, about=f"beat:{beat.code}", by=by, at=at, unit=seat, **details)
