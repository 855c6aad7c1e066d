"""Looking again some time after the closing, whether a matter came back (防反弹)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.happenings import Happening
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Case, Link
from huiyin.cases.opening import Wish, open_case
from huiyin.cases.rules import Status
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official
from huiyin.inspection.access import may_recheck
from huiyin.inspection.models import Found, LedgerRow, Measure, Recheck
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

LONGEST = 2000
REBOUND = "rebound"


@dataclass(frozen=True)
class Look:
    """What was found, and in which words."""

    came_back: bool
    words: str


def plan_recheck(happening: Happening) -> None:
    """Plan a look when a hard case is closed; drop it when the case is taken up again."""
    case, at = happening.case, happening.at
    if happening.arrow.end == Status.CLOSED and _was_hard(case):
        Recheck.objects.get_or_create(
            case=case,
            done_at=None,
            defaults={
                "round_number": case.round_number,
                "unit": case.unit,
                "due_at": at + timedelta(days=settings.RECHECK_DAYS),
            },
        )
    elif happening.arrow.start == Status.CLOSED:
        rows = Recheck.objects.filter(case=case, done_at=None)
        rows.update(found=Found.LAPSED, done_at=at)


@transaction.atomic
def note_recheck(recheck_id: int, look: Look, *, by: Official, at: datetime) -> Recheck:
    """Write down a look; what came back becomes a new case that names the old one."""
    number = Recheck.objects.values_list("case__number", flat=True).get(pk=recheck_id)
    case = locked_case(number)
    row = Recheck.objects.get(pk=recheck_id)
    if not may_recheck(case, by=by):
        raise NotAllowed(
            _("Only a supervisor of the hotline rechecks, and not a case of their own unit.")
        )
    if row.done_at is not None:
        raise NotPossible(_("This recheck is done already; nothing was changed."))
    words = look.words.strip()
    if not words or len(words) > LONGEST:
        raise WrongInput(
            _("Write down what you found, in at most %(most)d characters.") % {"most": LONGEST}
        )
    row.words, row.done_at, row.done_by = words, at, by
    row.found = Found.BACK if look.came_back else Found.HOLDS
    if look.came_back:
        row.new_case = _new_case(case, words, by=by, at=at)
    row.save()
    record(
        "recheck.noted",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, case.intake_unit),
        words={"result": words},
        came_back=look.came_back,
        new=row.new_case.number if row.new_case else None,
    )
    return row


def _was_hard(case: Case) -> bool:
    """Matters that once stood in the ledger, or for which a unit was supervised."""
    return (
        LedgerRow.objects.filter(case=case).exists() or Measure.objects.filter(case=case).exists()
    )


def _new_case(case: Case, words: str, *, by: Official, at: datetime) -> Case:
    wish = Wish(
        text=words,
        request_kind=case.request_kind,
        channel="other",
        title=case.title,
        category=case.category,
        place_id=case.place_id,
        address=case.address,
        longitude=case.longitude,
        latitude=case.latitude,
    )
    made = open_case(wish, by=by, at=at, intake_unit=case.intake_unit)
    Link.objects.create(case=made, other=case, kind=REBOUND, at=at)
    record("case.came_back", about=made.number, by=by, at=at, before=case.number)
    return made
