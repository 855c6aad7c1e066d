"""Looking on site whether what a patrol found was mended (核实), as a call-back asks a resident."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import may_take
from huiyin.cases.files.attachments import Upload, attach_file, store_file
from huiyin.cases.models import Case, Status
from huiyin.cases.moves import Outcome, Papers, locked_case, move
from huiyin.cases.rules import BY_ENDS
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official
from huiyin.logbook.actions import record
from huiyin.neighbourhood.models import SiteCheck
from huiyin.neighbourhood.uploads import Point
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

CLOSING = BY_ENDS[Status.ANSWERED, Status.CLOSED]


@dataclass(frozen=True)
class Looked:
    """What was seen on site: solved or not, with a photo and, where the phone tells it, a point."""

    solved: bool
    photo: "Upload | None"
    words: str = ""
    point: Point | None = None


def check_on_site(number: str, looked: Looked, *, by: Official, at: datetime) -> Case:
    """Close a finding that is mended, or send it into its next round."""
    if looked.photo is None:
        raise WrongInput(_("Take a photo on site; it shows what stands there now."))
    if not looked.solved and not looked.words.strip():
        raise WrongInput(_("Write down what is not solved, so that the unit knows."))
    stored = store_file(looked.photo)
    with transaction.atomic():
        case = locked_case(number)
        _check(case, by)
        row = attach_file(case, stored, by=by, at=at)
        SiteCheck.objects.create(
            case=case,
            round_number=case.round_number,
            official=by,
            at=at,
            solved=looked.solved,
            words=looked.words.strip(),
            longitude=looked.point[0] if looked.point else None,
            latitude=looked.point[1] if looked.point else None,
            attachment=row,
        )
        record(
            "site.checked",
            about=number,
            by=by,
            at=at,
            unit=seat_of(by, case.intake_unit),
            words={"remark": looked.words.strip()} if looked.words.strip() else None,
            round=case.round_number,
            solved=looked.solved,
            positioned=looked.point is not None,
        )
        # Nobody was asked how satisfied they are: that question is the residents'.
        outcome = Outcome(asked=True, solved=looked.solved)
        end = Status.CLOSED if looked.solved else Status.DISPATCHED
        papers = Papers(reason=looked.words.strip(), outcome=outcome)
        return move(number, end, by=by, at=at, papers=papers)


def _check(case: Case, by: Official) -> None:
    if case.kind != "patrol":
        raise NotPossible(_("Only what a patrol found is looked at on site."))
    if case.status != Status.ANSWERED:
        raise NotPossible(
            _("Only an answered finding is looked at on site; this one is %(status)s.")
            % {"status": case.get_status_display()}
        )
    if not may_take(CLOSING, case, by=by):
        raise NotAllowed(_("The patroller who found it looks at it on site."))
