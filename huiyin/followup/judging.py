"""Judging what a resident calls unsolved: reasonable, or not, with a ground and words.

The resident is told why and how to go on; the judgement stays on record beside the outcome
and changes nothing in it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.cases.happenings import Happening
from huiyin.cases.models import Case
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official
from huiyin.followup.models import CallBack, Ground, Judgement
from huiyin.followup.saying import Said
from huiyin.logbook.actions import record
from huiyin.notices.actions import tell_resident
from huiyin.office.problems import WrongInput

LEAST_WORDS = 6


@dataclass(frozen=True)
class Refusal:
    """Why no unit is sent again: one ground of the list, and words the resident reads."""

    ground: str
    words: str


def check_unsolved(case: Case, said: Said) -> Said:
    """What the resident said last of this round; only what they call unsolved is judged."""
    calls = CallBack.objects.filter(case=case, round_number=case.round_number, reached=True)
    last = calls.order_by("-at", "-pk").first()
    if last is None or last.solved is not False:
        raise WrongInput(
            _("Only what the resident calls unsolved is judged; ask the resident first.")
        )
    return replace(said, solved=False, satisfied=last.satisfied, contacted=last.contacted)


def keep_judgement(case: Case, refusal: Refusal, *, by: Official, at: datetime) -> Judgement:
    """Write down that another round is not reasonable, and tell the resident."""
    words = refusal.words.strip()
    if refusal.ground not in Ground.values:
        raise WrongInput(_("Choose the ground on which another round is not reasonable."))
    if len(words) < LEAST_WORDS:
        raise WrongInput(_("Write in words why, and how to go on: the resident reads this."))
    row = Judgement.objects.create(
        case=case,
        round_number=case.round_number,
        is_reasonable=False,
        ground=refusal.ground,
        words=words,
        by=by,
        at=at,
    )
    entry = record(
        "call_back.judged",
        about=case.number,
        by=by,
        at=at,
        unit=seat_of(by, case.intake_unit),
        words={"judgement": words},
        round=case.round_number,
        reasonable=False,
        ground=refusal.ground,
    )
    if case.resident_id is not None:
        key = f"{case.number}/{entry.position}"
        facts = {"ground": refusal.ground}
        tell_resident("call_back.judged", about=case.number, at=at, key=key, facts=facts)
    return row


def note_reasonable(happening: Happening) -> None:
    """A next round is the judgement that it was reasonable."""
    if happening.arrow.step not in {"reopen", "reopen_closed"}:
        return
    case, by = happening.case, happening.by
    Judgement.objects.create(
        case=case,
        round_number=case.round_number - 1,
        is_reasonable=True,
        words=happening.papers.reason.strip(),
        by=by if isinstance(by, Official) else None,
        at=happening.at,
    )
