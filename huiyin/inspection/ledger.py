"""The ledger of parked matters (挂账台账): owner, milestones, reviews, and the way home.

A row is written when a case is parked and kept for ever; it is closed by the step that takes
the case out. Nobody has to remember: at its date the night walk resumes the case.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from huiyin.cases.files.attachments import Upload, store_files
from huiyin.cases.happenings import Happening
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Application, Case
from huiyin.cases.rules import Status
from huiyin.departments.access import holds, reach_of, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.queries import time_zone_of
from huiyin.inspection.access import may_supervise
from huiyin.inspection.evidence import keep_evidence
from huiyin.inspection.models import LedgerRow, Milestone, Review
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

LONGEST = 4000


def enter_ledger(case: Case, application: Application | None, *, at: datetime) -> LedgerRow | None:
    """Write the row of a parked case, with the milestones its unit promised."""
    if case.unit is None or case.wait_until is None:
        return None
    row = LedgerRow.objects.create(
        case=case,
        round_number=case.round_number,
        application=application,
        unit=case.unit,
        owner=application.asked_by if application else None,
        ground=application.ground if application else "",
        words=application.words if application else "",
        parked_at=at,
        until=case.wait_until,
        review_at=_next_review(at, case.wait_until),
    )
    promised = application.asked.get("milestones", []) if application else []
    Milestone.objects.bulk_create(
        Milestone(row=row, what=str(each["what"])[:200], due_at=due)
        for each in promised
        if str(each.get("what", "")).strip() and (due := _end_of(each.get("on"), case.unit))
    )
    return row


def follow_step(happening: Happening) -> None:
    """Write a row when a case is parked, and close it when the case leaves the ledger."""
    case = happening.case
    if happening.arrow.end == Status.PARKED:
        enter_ledger(case, happening.papers.application, at=happening.at)
    elif happening.arrow.start == Status.PARKED:
        leave_ledger(case, happening.arrow.step, at=happening.at)


def leave_ledger(case: Case, step: str, *, at: datetime) -> None:
    """Close the row of a case; what was still to be done on the way is dropped."""
    for row in LedgerRow.objects.filter(case=case, closed_at=None):
        row.closed_at, row.closed_by_step = at, step
        row.save(update_fields=["closed_at", "closed_by_step"])
        row.milestones.filter(done_at=None).update(dropped_at=at)


@transaction.atomic
def finish_milestone(
    milestone_id: int, note: str, files: Sequence[Upload], *, by: Official, at: datetime
) -> Milestone:
    """The unit reports a milestone done, with a note and evidence."""
    stored = store_files(files)
    milestone, case = _milestone(milestone_id)
    _check_keeps(milestone.row, by)
    _check_stands(milestone.row)
    if milestone.done_at is not None:
        raise NotPossible(_("This milestone is done already; nothing was changed."))
    if not note.strip():
        raise WrongInput(_("Write down what was done."))
    milestone.note, milestone.done_at, milestone.done_by = _short(note), at, by
    milestone.save(update_fields=["note", "done_at", "done_by"])
    keep_evidence(case, stored, by=by, at=at, milestone=milestone)
    record(
        "milestone.done",
        about=case.number,
        by=by,
        at=at,
        unit=seat_of(by, milestone.row.unit),
        words={"task": milestone.what, "result": milestone.note},
        late=at > milestone.due_at,
        files=len(stored),
    )
    return milestone


@transaction.atomic
def add_milestone(
    row_id: int, what: str, due_at: datetime, *, by: Official, at: datetime
) -> Milestone:
    """Promise one more step on the way, before the date of the row."""
    row, case = _row(row_id)
    _check_keeps(row, by)
    _check_stands(row)
    if not what.strip() or len(what.strip()) > 200:
        raise WrongInput(_("Write the milestone in one sentence of at most 200 characters."))
    if not at < due_at <= row.until:
        raise WrongInput(_("Give a day from now until the date on which the matter is resumed."))
    made = Milestone.objects.create(row=row, what=what.strip(), due_at=due_at)
    seat, words = seat_of(by, row.unit), {"task": made.what}
    record("milestone.added", about=case.number, by=by, at=at, unit=seat, words=words, due=due_at)
    return made


@transaction.atomic
def set_owner(row_id: int, owner: Official, *, by: Official, at: datetime) -> LedgerRow:
    """Name the official of the unit who keeps a parked matter in mind."""
    row, case = _row(row_id)
    if not (holds(by, Post.OFFICER, row.unit) or may_supervise(case, row.unit, by=by)):
        raise NotAllowed(_("Only the unit in charge or a supervisor names the owner."))
    _check_stands(row)
    if not owner.is_active or not reach_of(owner).holds(Post.OFFICER, row.unit.path):
        raise WrongInput(_("Choose an officer of the unit in charge."))
    row.owner = owner
    row.save(update_fields=["owner"])
    about = f"official:{owner.pk}"
    record(
        "ledger.owner_set", about=case.number, by=by, at=at, unit=seat_of(by, row.unit), to=about
    )
    return row


@transaction.atomic
def review_row(row_id: int, words: str, *, by: Official, at: datetime) -> Review:
    """Write down what a look at a parked matter found, and when it is looked at next."""
    row, case = _row(row_id)
    if not (holds(by, Post.OFFICER, row.unit) or may_supervise(case, row.unit, by=by)):
        raise NotAllowed(_("Only the unit in charge or a supervisor reviews a parked matter."))
    _check_stands(row)
    if not words.strip():
        raise WrongInput(_("Write down how the matter stands."))
    row.review_at = _next_review(at, row.until)
    row.save(update_fields=["review_at"])
    made = Review.objects.create(row=row, at=at, by=by, words=_short(words), next_at=row.review_at)
    seat, said = seat_of(by, row.unit), {"result": made.words}
    record(
        "ledger.reviewed",
        about=case.number,
        by=by,
        at=at,
        unit=seat,
        words=said,
        next=made.next_at,
    )
    return made


def enter_missing(*, most: int) -> int:
    """Write rows for parked cases that have none: those that were brought in from elsewhere."""
    rows = Case.objects.filter(status=Status.PARKED, wait_until__isnull=False)
    rows = rows.exclude(unit=None).exclude(
        pk__in=LedgerRow.objects.filter(closed_at=None).values("case")
    )
    count = 0
    for number in rows.order_by("pk").values_list("number", flat=True)[:most]:
        with transaction.atomic():
            case = locked_case(number)
            if case.status == Status.PARKED and _has_no_row(case):
                enter_ledger(case, None, at=case.moved_at)
                count += 1
    return count


def _has_no_row(case: Case) -> bool:
    return not LedgerRow.objects.filter(case=case, closed_at=None).exists()


def _next_review(at: datetime, until: datetime) -> datetime:
    return min(at + timedelta(days=settings.LEDGER_REVIEW_DAYS), until)


def _end_of(day: Any, unit: Unit) -> datetime | None:
    """The end of a working day on a date that a unit wrote; None for what is no date."""
    try:
        on = parse_date(str(day)[:10])
    except ValueError:
        return None
    return make_aware(datetime.combine(on, time(18)), time_zone_of(unit)) if on else None


def _row(row_id: int) -> tuple[LedgerRow, Case]:
    number = LedgerRow.objects.values_list("case__number", flat=True).get(pk=row_id)
    case = locked_case(number)
    row = LedgerRow.objects.select_related("unit").get(pk=row_id)
    row.case = case
    return row, case


def _milestone(milestone_id: int) -> tuple[Milestone, Case]:
    row_id = Milestone.objects.values_list("row_id", flat=True).get(pk=milestone_id)
    row, case = _row(row_id)
    milestone = Milestone.objects.get(pk=milestone_id)
    milestone.row = row
    return milestone, case


def _check_keeps(row: LedgerRow, by: Official) -> None:
    if not holds(by, Post.OFFICER, row.unit):
        raise NotAllowed(_("Only an officer of the unit in charge reports on its milestones."))


def _check_stands(row: LedgerRow) -> None:
    if row.closed_at is not None:
        raise NotPossible(_("This matter has left the ledger; nothing was changed."))


def _short(words: str) -> str:
    words = words.strip()
    if len(words) > LONGEST:
        raise WrongInput(
            _("At most %(most)d characters fit; attach the rest as a file.") % {"most": LONGEST}
        )
    return words
