"""The ruling: by somebody from outside the unit, in time, with the reason of a refusal.

A granted exclusion leaves its call-back out of one of the two figures; a granted appeal writes a
correction. What happened, what the resident said and where the case stands are never touched.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.counting.exclusions.access import has_ruling_post, stands
from huiyin.counting.exclusions.asking import LONGEST, check_proposed, ended, locked_paper
from huiyin.counting.exclusions.models import Appeal, Correction, CountingPaper
from huiyin.counting.exclusions.rounds import counted_round
from huiyin.counting.exclusions.rules import Count, State
from huiyin.counting.exclusions.telling import tell_ruled, write
from huiyin.departments.models import Official, Unit
from huiyin.followup.plans import key_of, plan_on
from huiyin.followup.rules import PARTS, lot
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

# In what a granted appeal is counted instead.
VALUES = {Count.CONTACTED: True, Count.ON_TIME: True, Count.REASONABLE: False}


@dataclass(frozen=True)
class Verdict:
    """What is ruled, and why; for an appeal about the unit, which unit is judged instead."""

    is_granted: bool
    words: str = ""
    unit: Unit | None = None


@transaction.atomic
def rule_on(paper: CountingPaper, verdict: Verdict, *, by: Official, at: datetime) -> CountingPaper:
    """Rule on a paper; the second of two officials reads what the first has ruled."""
    row = locked_paper(paper)
    if not has_ruling_post(row, by):
        raise NotAllowed(
            _("Only a supervisor of the hotline from outside the unit that asked rules on this.")
        )
    if stands(row, at=at) != State.OPEN:
        raise ended(row, at=at)
    words = verdict.words.strip()
    if not verdict.is_granted and not words:
        raise WrongInput(_("Write down why it is refused; the unit reads this."))
    if len(words) > LONGEST:
        raise WrongInput(_("Write down why, in at most %(most)d characters.") % {"most": LONGEST})
    row.state = State.GRANTED if verdict.is_granted else State.REFUSED
    row.ruled_by, row.ruled_at, row.ended_at, row.ruling_words = by, at, at, words
    if verdict.is_granted:
        row.granted_at = at
        _draw(row, at=at)
        if isinstance(row, Appeal):
            _correct(row, verdict, by=by, at=at)
    row.save()
    key = write(
        row,
        "ruled",
        by=by,
        at=at,
        words=words,
        granted=verdict.is_granted,
        lot=row.lot,
        parts=row.parts,
    )
    tell_ruled(row, key, at=at)
    return row


def _draw(row: CountingPaper, *, at: datetime) -> None:
    """Draw whether it is looked at again; under the key of the call-back plan of that day.

    The digest of that key is shown from the first day and the key itself later, so that nobody
    can steer the lot and anybody can draw it again.
    """
    adopted, _plan = plan_on(timezone.localdate(at))
    row.lot = lot(key_of(adopted), row.case.number, row.round_number, what=str(row.kind))
    row.parts = settings.EXCLUSION_RECHECK_PERCENT * PARTS // 100
    if row.lot < row.parts:
        row.recheck_by = at + timedelta(days=settings.EXCLUSION_RECHECK_DAYS)


def _correct(row: Appeal, verdict: Verdict, *, by: Official, at: datetime) -> None:
    """Write what counts instead; what was corrected before ends where the two are about one."""
    counted = counted_round(row.case, row.round_number)
    if counted is None or counted.unit is None or counted.unit.pk != row.unit_id:
        raise NotPossible(_("Another unit is judged by this round now; refuse this appeal."))
    if row.ground == Count.UNIT:
        row.proposed = verdict.unit or row.proposed
        check_proposed(row.proposed, row.unit)
    elif not counted.counts_against(row.ground):
        raise NotPossible(_("This no longer counts against the unit; refuse this appeal."))
    known = counted.corrections.get(row.ground)
    if known is not None:
        known.annulled_at = at
        known.save(update_fields=["annulled_at"])
    count = Count(row.ground)
    Correction.objects.create(
        appeal=row,
        case=row.case,
        round_number=row.round_number,
        count=count,
        # Who was judged by the facts themselves: those stay.
        unit=counted.turn.unit or row.unit,
        to_unit=row.proposed if count == Count.UNIT else None,
        value=VALUES.get(count),
        ground=row.ground,
        granted_by=by,
        granted_at=at,
    )
