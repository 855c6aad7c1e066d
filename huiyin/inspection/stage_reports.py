"""Stage reports (阶段性报告): how far a long case is, for the hotline and for the resident.

《北京市接诉即办工作条例》第十四条: what cannot be done in time is explained, with a stage report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.files.attachments import Upload, store_files
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Case, Status
from huiyin.cases.rules import WORKED
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post
from huiyin.inspection.evidence import keep_evidence
from huiyin.inspection.models import StageReport
from huiyin.logbook.actions import record
from huiyin.notices.actions import for_resident, for_unit, tell_many
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

LONGEST, LONGEST_SENTENCE = 4000, 200
DURING = WORKED | {Status.PARKED}


@dataclass(frozen=True)
class Stage:
    """How far the case is: the whole for the hotline, one sentence for the resident, photos."""

    words: str
    for_resident: str
    files: Sequence[Upload] = ()


def may_report_stage(case: Case, *, by: Official) -> bool:
    """Whether an official may file a stage report now."""
    return case.status in DURING and case.unit is not None and holds(by, Post.OFFICER, case.unit)


@transaction.atomic
def file_stage_report(number: str, stage: Stage, *, by: Official, at: datetime) -> StageReport:
    """File a stage report, and tell the resident how far it is; the clock goes on."""
    stored = store_files(stage.files)
    case = locked_case(number)
    if case.unit is None or not holds(by, Post.OFFICER, case.unit):
        raise NotAllowed(_("Only an officer of the unit in charge files a stage report."))
    if case.status not in DURING:
        raise NotPossible(_("A stage report is filed while the unit works on the case."))
    words, sentence = stage.words.strip(), " ".join(stage.for_resident.split())
    if not words or len(words) > LONGEST:
        raise WrongInput(_("Write down how far the case is and what comes next."))
    if not sentence or len(sentence) > LONGEST_SENTENCE:
        raise WrongInput(
            _("Write for the resident how far it is, in at most %(most)d characters.")
            % {"most": LONGEST_SENTENCE}
        )
    report = StageReport.objects.create(
        case=case,
        round_number=case.round_number,
        unit=case.unit,
        words=words,
        for_resident=sentence,
        at=at,
        by=by,
    )
    keep_evidence(case, stored, by=by, at=at, report=report)
    entry = record(
        "stage.reported",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, case.unit),
        words={"result": words, "resident_told": sentence},
        files=len(stored),
    )
    key, facts = f"{number}/{entry.position}", {"unit": case.unit, "progress": sentence}
    told = [for_unit("stage.reported", case.intake_unit, about=number, at=at, key=key, facts=facts)]
    if case.resident_id is not None:
        told.append(for_resident("stage.reported", about=number, at=at, key=key, facts=facts))
    tell_many(told)
    return report
