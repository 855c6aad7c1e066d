"""What stands under supervision in the scene: a measure, a parked matter, a recheck."""

from dataclasses import dataclass
from datetime import timedelta

from huiyin.cases.models import Status
from huiyin.inspection.ledger import add_milestone
from huiyin.inspection.measures import open_by_hand
from huiyin.inspection.models import LedgerRow, Measure, Milestone, Recheck
from tests.makers import NOON, lighting, make_case, minutes
from tests.people import chen, gao


@dataclass(frozen=True)
class Watched:
    """The papers of supervision, all of the lighting unit."""

    measure: Measure
    milestone: Milestone
    recheck: Recheck

    def parts(self) -> dict[str, object]:
        """What stands in the addresses of supervision."""
        return {
            "measure": self.measure.pk,
            "row": self.milestone.row_id,
            "milestone": self.milestone.pk,
            "recheck": self.recheck.pk,
        }


def make_watched() -> Watched:
    """An open measure, a parked matter with a milestone, a closed case to be looked at again."""
    worked, parked = make_case(Status.IN_HAND), make_case(Status.PARKED)
    at = NOON + minutes(90)
    row = LedgerRow.objects.get(case=parked)
    # The hotline's own staff sits beside the supervisor of the whole city.
    return Watched(
        open_by_hand(worked.number, "remind", "Three weeks in the dark.", by=gao(), at=at),
        add_milestone(row.pk, "Cable ordered", row.until - timedelta(days=1), by=chen(), at=at),
        Recheck.objects.create(
            case=make_case(Status.CLOSED), round_number=1, unit=lighting(), due_at=NOON
        ),
    )
