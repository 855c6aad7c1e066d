"""Receiving patrols: from a phone that sends late, twice or in halves, or from a plain form.

Every row has the id that the phone gave it; the row of the patrol is the lock on which a
second sending waits, and then finds what the first has kept.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from huiyin.cases.files.attachments import Upload as File
from huiyin.cases.files.attachments import attach_file, store_file
from huiyin.cases.models import Category
from huiyin.cases.opening import Wish, open_case
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official
from huiyin.departments.queries import hotline, time_zone_of
from huiyin.logbook.actions import record
from huiyin.neighbourhood.access import is_chief
from huiyin.neighbourhood.models import Beat, Finding, FindingPhoto, Patrol, Track
from huiyin.neighbourhood.rules import clock_is_off
from huiyin.neighbourhood.uploads import FindingSaid, PatrolSaid, Upload
from huiyin.office.problems import NotFound, NotPossible, WrongInput
from huiyin.places.queries import place_id_at


@dataclass
class Kept:
    """What the server holds now of a sending: a phone may forget what is named here."""

    patrol: Patrol
    ids: list[uuid.UUID] = field(default_factory=list)
    cases: dict[uuid.UUID, str] = field(default_factory=dict)
    refused: dict[uuid.UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """Who sends, when it arrives, and how far the phone's clock is ahead."""

    by: Official
    at: datetime
    ahead: int = 0

    def put_right(self, phone_at: datetime) -> datetime:
        """A time of the phone by the server's clock; nothing happened after it arrived."""
        right = phone_at - timedelta(seconds=self.ahead) if clock_is_off(self.ahead) else phone_at
        return min(right, self.at)


@transaction.atomic
def receive_upload(upload: Upload, *, by: Official, at: datetime) -> Kept:
    """Keep what a phone sends; what was kept before is found, not made again."""
    arrival = Arrival(by, at, round((upload.sent_at - at).total_seconds()))
    patrol = keep_patrol(upload.patrol, arrival)
    kept = Kept(patrol, [patrol.pk])
    rows = [
        Track(
            id=track.id,
            patrol=patrol,
            phone_at=track.at,
            arrived_at=at,
            clock_ahead=arrival.ahead,
            points=track.points,
        )
        for track in upload.tracks
    ]
    Track.objects.bulk_create(rows, ignore_conflicts=True)
    kept.ids += [row.pk for row in rows]
    for said in upload.findings:
        try:
            with transaction.atomic():
                finding = keep_finding(patrol, said, arrival)
        except (WrongInput, NotFound) as problem:
            # One finding that cannot be kept holds up none of the others.
            kept.refused[said.id] = str(problem)
        else:
            kept.ids.append(finding.pk)
            kept.cases[finding.pk] = finding.case.number
    return kept


def keep_patrol(said: PatrolSaid, arrival: Arrival) -> Patrol:
    """Find or begin a patrol, hold its row, and end it where the phone says so."""
    patrol = _known(said.id, arrival.by) or _begun(said, arrival)
    if said.ended_at is not None and patrol.ended_at is None:
        patrol.ended_at = max(arrival.put_right(said.ended_at), patrol.began_at)
        patrol.words = said.words
        patrol.save(update_fields=["ended_at", "words"])
        _write("patrol.ended", patrol, arrival, words={"text": said.words} if said.words else None)
    return patrol


def _known(pk: uuid.UUID, by: Official) -> Patrol | None:
    rows = Patrol.objects.select_for_update(of=("self",)).select_related("beat__unit")
    patrol = rows.filter(pk=pk).first()
    if patrol is not None and patrol.official_id != by.pk:
        raise NotFound(_("There is no such patrol for you."))
    return patrol


def _begun(said: PatrolSaid, arrival: Arrival) -> Patrol:
    beat = Beat.objects.filter(code=said.beat).select_related("unit").first()
    began_at = arrival.put_right(said.began_at)
    # Whoever was chief on the day of the walk may still send it after the time has ended.
    day = began_at.astimezone(time_zone_of(beat.unit)).date() if beat else localdate(arrival.at)
    if beat is None or not is_chief(arrival.by, beat, on=day):
        raise NotFound(_("You are not chief of the beat “%(code)s”.") % {"code": said.beat})
    patrol = Patrol(
        id=said.id,
        beat=beat,
        official=arrival.by,
        phone_at=said.began_at,
        arrived_at=arrival.at,
        clock_ahead=arrival.ahead,
        began_at=began_at,
    )
    try:
        with transaction.atomic():
            patrol.save(force_insert=True)
    except IntegrityError:
        known = _known(said.id, arrival.by)
        if known is None:
            raise
        return known
    _write("patrol.began", patrol, arrival)
    return patrol


def keep_finding(patrol: Patrol, said: FindingSaid, arrival: Arrival) -> Finding:
    """Find a finding or make it a case at the hotline; the patrol's row is held."""
    known = Finding.objects.filter(pk=said.id).select_related("case").first()
    if known is not None:
        if known.patrol_id != patrol.pk:
            raise NotFound(_("This finding belongs to another patrol."))
        return known
    intake_unit = hotline()
    if intake_unit is None:
        raise NotPossible(_("This city has no unit yet that takes cases in."))
    wish = _wish(patrol, said, arrival.by)
    case = open_case(wish, by=arrival.by, at=arrival.at, intake_unit=intake_unit)
    if case.found_by_id != arrival.by.pk:
        raise WrongInput(_("This finding cannot be kept under its number; write it anew."))
    finding = Finding.objects.create(
        id=said.id,
        patrol=patrol,
        case=case,
        phone_at=said.at,
        arrived_at=arrival.at,
        clock_ahead=arrival.ahead,
        accuracy_metres=said.accuracy,
    )
    _write("patrol.found", patrol, arrival, case=case.number, seen_at=said.at)
    return finding


def _wish(patrol: Patrol, said: FindingSaid, by: Official) -> Wish:
    place = place_id_at(*said.point) if said.point else None
    category = None
    if said.category.isdecimal():
        category = Category.objects.filter(pk=int(said.category), valid_to=None).first()
    return Wish(
        text=said.text,
        request_kind="help",
        channel="patrol",
        kind="patrol",
        found_by=by,
        category=category,
        place_id=place or patrol.beat.place_id,
        address=said.address or patrol.beat.name,
        longitude=said.point[0] if said.point else None,
        latitude=said.point[1] if said.point else None,
        form_key=said.id,
    )


@dataclass(frozen=True)
class PhotoSaid:
    """A photo of a finding as the phone tells it."""

    id: uuid.UUID
    finding: uuid.UUID
    at: datetime
    sent_at: datetime


def keep_photo(said: PhotoSaid, file: File, *, by: Official, at: datetime) -> FindingPhoto:
    """Keep a photo of a finding, once for each id."""
    known = FindingPhoto.objects.filter(pk=said.id, finding__patrol__official=by).first()
    if known is not None:
        return known
    # Painted anew before any row is locked: that takes longer than all the rest.
    stored = store_file(file)
    with transaction.atomic():
        finding = (
            Finding.objects.select_for_update(of=("self",))
            .filter(pk=said.finding, patrol__official=by)
            .select_related("case__intake_unit", "case__unit")
            .first()
        )
        if finding is None:
            raise NotFound(_("The finding of this photo has not arrived yet; send it first."))
        known = finding.photos.filter(pk=said.id).first()
        if known is not None:
            return known
        row = attach_file(finding.case, stored, by=by, at=at)
        return FindingPhoto.objects.create(
            id=said.id,
            finding=finding,
            attachment=row,
            phone_at=said.at,
            arrived_at=at,
            clock_ahead=round((said.sent_at - at).total_seconds()),
        )


def _write(
    code: str,
    patrol: Patrol,
    arrival: Arrival,
    *,
    words: dict[str, str] | None = None,
    **details: Any,
) -> None:
    if clock_is_off(arrival.ahead):
        details["clock_ahead_seconds"] = arrival.ahead
    record(
        code,
        about=f"beat:{patrol.beat.code}",
        by=arrival.by,
        at=arrival.at,
        unit=seat_of(arrival.by, patrol.beat.unit),
        words=words,
        patrol=str(patrol.pk),
        **details,
    )
