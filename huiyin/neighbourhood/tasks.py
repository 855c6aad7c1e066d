"""Small deeds: offered to the volunteers of a place, taken, done, confirmed, thanked.

The row of the task is the lock: of two who take the last place at once one gets it, and the
other reads why not. A task never holds what a resident told of themselves.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.access import case_for
from huiyin.cases.files.attachments import Upload, store_file
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official, Unit
from huiyin.logbook.actions import record
from huiyin.neighbourhood.access import check_leads_volunteers
from huiyin.neighbourhood.models import Deed, Task, Volunteer
from huiyin.neighbourhood.volunteering import VOLUNTEER, code_of
from huiyin.office.problems import NotFound, NotPossible, WrongInput
from huiyin.places.models import Place

MOST_NEEDED, MOST_WORDS = 200, 2000


@dataclass(frozen=True)
class Offer:
    """What is asked, where and when, of how many."""

    title: str
    what: str
    where: str
    place: Place
    begins_at: datetime
    ends_at: datetime
    needed: int
    case_number: str = ""
    form_key: uuid.UUID | None = None


def offer_task(offer: Offer, *, unit: Unit, by: Official, at: datetime) -> Task:
    """Offer a task to the volunteers of a place; a form sent twice offers it once."""
    check_leads_volunteers(unit, by=by)
    _check(offer, at)
    # Only a case that this official may see can be named.
    case = case_for(offer.case_number, by=by) if offer.case_number.strip() else None
    try:
        with transaction.atomic():
            task = Task.objects.create(
                code=code_of("T"),
                unit=unit,
                place=offer.place,
                case=case,
                title=offer.title.strip(),
                what=offer.what.strip(),
                where=offer.where.strip(),
                begins_at=offer.begins_at,
                ends_at=offer.ends_at,
                needed=offer.needed,
                offered_at=at,
                form_key=offer.form_key or uuid.uuid4(),
            )
            words = {"title": task.title, "text": task.what, "address": task.where}
            _write("task.offered", task, by=by, at=at, words=words, needed=task.needed)
            if case is not None:
                seat = seat_of(by, unit)
                record("task.linked", about=case.number, by=by, at=at, unit=seat, task=task.code)
            return task
    except IntegrityError:
        known = Task.objects.filter(form_key=offer.form_key).first() if offer.form_key else None
        if known is None:
            raise
        return known


def _check(offer: Offer, at: datetime) -> None:
    if not (offer.title.strip() and offer.what.strip() and offer.where.strip()):
        raise WrongInput(_("Say what is to be done, and where one meets."))
    if not 1 <= offer.needed <= MOST_NEEDED:
        raise WrongInput(_("Say how many are needed: from 1 to %(most)d.") % {"most": MOST_NEEDED})
    if offer.ends_at <= offer.begins_at:
        raise WrongInput(_("The end must come after the beginning."))
    if offer.ends_at <= at:
        raise WrongInput(_("The task would be over already; give a later time."))


@transaction.atomic
def call_off(task: Task, *, by: Official, at: datetime) -> None:
    """Call a task off; what was done already stays to be thanked."""
    check_leads_volunteers(task.unit, by=by)
    task = _locked(task.pk)
    if task.called_off_at is not None:
        raise NotPossible(_("This task was called off already; nothing was changed."))
    task.called_off_at = at
    task.save(update_fields=["called_off_at"])
    _write("task.called_off", task, by=by, at=at)


def tasks_for(volunteer: Volunteer, *, at: datetime) -> QuerySet[Task]:
    """The tasks a volunteer may take: at their place, or one that it lies in."""
    place = volunteer.place
    around = Q(place__in=place.path_ids) | Q(place__path__startswith=place.path)
    return Task.objects.filter(around, called_off_at=None, ends_at__gt=at).order_by(
        "begins_at", "pk"
    )


def with_places(tasks: QuerySet[Task]) -> list[Task]:
    """These tasks, each with how many places are still free as `free`."""
    taken = Count("deeds", filter=Q(deeds__given_back_at=None))
    return list(tasks.select_related("place").annotate(free=F("needed") - taken))


@transaction.atomic
def take_task(task: Task, volunteer: Volunteer, *, at: datetime) -> Deed:
    """Take a place in a task: first come, first served, as many as are needed."""
    task = _locked(task.pk)
    if not tasks_for(volunteer, at=at).filter(pk=task.pk).exists():
        raise NotPossible(_("This task is over or called off; nothing was taken."))
    mine = Deed.objects.filter(task=task, given_back_at=None)
    known = mine.filter(volunteer=volunteer).first()
    if known is not None:
        return known
    if mine.count() >= task.needed:
        raise NotPossible(_("All places of this task are taken by now; thank you all the same."))
    deed = Deed.objects.create(task=task, volunteer=volunteer, taken_at=at)
    _write("task.taken", task, by=VOLUNTEER, at=at, volunteer=volunteer.code)
    return deed


@transaction.atomic
def give_back(deed: Deed, *, at: datetime) -> None:
    """Give a place back, so that somebody else can take it."""
    task = _locked(deed.task_id)
    deed.refresh_from_db()
    if deed.given_back_at is not None or deed.done_at is not None:
        raise NotPossible(_("This task is done or given back already; nothing was changed."))
    deed.given_back_at = at
    deed.save(update_fields=["given_back_at"])
    _write("task.given_back", task, by=VOLUNTEER, at=at, volunteer=deed.volunteer.code)


def report_done(deed: Deed, words: str, photo: "Upload | None", *, at: datetime) -> Deed:
    """Say that a task is done, in words and with a photo, if there is one."""
    if not words.strip() or len(words) > MOST_WORDS:
        raise WrongInput(
            _("Write in a few words what was done; at most %(most)d characters fit.")
            % {"most": MOST_WORDS}
        )
    stored = store_file(photo) if photo else None
    with transaction.atomic():
        task = _locked(deed.task_id)
        deed.refresh_from_db()
        if deed.given_back_at is not None or deed.done_at is not None:
            raise NotPossible(_("This task is done or given back already; nothing was changed."))
        if at < task.begins_at:
            raise NotPossible(_("This task has not begun yet; report it when it is done."))
        deed.done_at, deed.words = at, words.strip()
        if stored is not None:
            deed.photo_name, deed.photo_type = stored.name, stored.content_type
            deed.photo_sha256 = stored.sha256
        deed.save()
        said = {"volunteer": deed.volunteer.code, "photo": deed.photo_sha256 or None}
        _write("task.done", task, by=VOLUNTEER, at=at, words={"text": deed.words}, **said)
    return deed


@transaction.atomic
def confirm_deed(deed: Deed, thanks: str, *, by: Official, at: datetime) -> Deed:
    """Confirm what a volunteer did, and thank them: the paper stands on their page."""
    task = _locked(deed.task_id)
    check_leads_volunteers(task.unit, by=by)
    deed.refresh_from_db()
    if deed.done_at is None or deed.confirmed_at is not None:
        raise NotPossible(_("There is nothing to confirm here any more; nothing was changed."))
    if not thanks.strip() or len(thanks) > MOST_WORDS:
        raise WrongInput(_("Write a word of thanks; the volunteer reads it."))
    deed.confirmed_at, deed.confirmed_by, deed.thanks = at, by, thanks.strip()
    deed.save()
    said = {"volunteer": deed.volunteer.code}
    _write("task.thanked", task, by=by, at=at, words={"text": deed.thanks}, **said)
    return deed


def deed_of(task: Task, pk: int) -> Deed:
    """Fetch one volunteer's part in a task."""
    deed = task.deeds.filter(pk=pk).select_related("volunteer").first()
    if deed is None:
        raise NotFound(_("There is no such part in this task."))
    return deed


def _locked(pk: int) -> Task:
    rows = Task.objects.select_for_update(of=("self",)).select_related("unit", "place")
    return rows.get(pk=pk)


def _write(
    code: str,
    task: Task,
    *,
    by: Official | str,
    at: datetime,
    words: dict[str, str] | None = None,
    **details: Any,
) -> None:
    seat = seat_of(by, task.unit)
    record(code, about=f"task:{task.code}", by=by, at=at, unit=seat, words=words, **details)
