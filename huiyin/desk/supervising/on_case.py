"""What the page of a case shows of supervision; asks only for what its logbook speaks of."""

from collections.abc import Iterable
from typing import Any

from huiyin.cases.models import Case, Status
from huiyin.departments.models import Official
from huiyin.desk.supervising.measures import RUNG_TONES
from huiyin.inspection.access import may_supervise
from huiyin.inspection.models import LedgerRow, Measure, Recheck, Rung, StageReport
from huiyin.inspection.rules import ANSWERABLE
from huiyin.inspection.stage_reports import may_report_stage
from huiyin.logbook.queries import Line


def supervision_of(case: Case, lines: Iterable[Line], *, by: Official) -> dict[str, Any]:
    """The facts of supervision for the page of a case."""
    codes = {line.details.get("step") or line.code for line in lines}
    has_measures = "measure.opened" in codes
    measures = Measure.objects.filter(case=case).order_by("-pk") if has_measures else ()
    is_hard = has_measures or "park" in codes
    looks = is_hard and case.status in {Status.CLOSED, Status.ANSWERED}
    reports = StageReport.objects.filter(case=case).order_by("-at")
    may_open = case.status in ANSWERABLE and may_supervise(case, case.unit, by=by)
    return {
        "measures": [{"row": row, "tone": RUNG_TONES[Rung(row.rung)]} for row in measures],
        "ledger_rows": LedgerRow.objects.filter(case=case).order_by("-pk")
        if "park" in codes
        else (),
        "stage_reports": reports if "stage.reported" in codes else (),
        "rechecks": Recheck.objects.filter(case=case, done_at=None) if looks else (),
        "may_supervise": may_open,
        "may_report_stage": may_report_stage(case, by=by),
    }
