"""What of a round counts, for whom and since when: the ground on which papers stand."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from huiyin.cases.models import Case, Round
from huiyin.counting.exclusions.models import Correction, Count
from huiyin.departments.models import Unit
from huiyin.followup.models import CallBack, Judgement


@dataclass(frozen=True)
class Counted:
    """One round as it counts: its unit, the decisive call-back, and since when it counts."""

    turn: Round
    unit: Unit | None
    call: CallBack | None
    judgement: Judgement | None
    corrections: dict[str, Correction]

    @property
    def since(self) -> datetime | None:
        """The latest moment at which something of the round came to count; None if nothing did."""
        moved = self.corrections.get(Count.UNIT)
        moments = [
            self.turn.answered_at,
            self.turn.closed_at,
            self.call.at if self.call else None,
            self.judgement.at if self.judgement else None,
            # Who is judged only since an appeal may answer from then on.
            moved.granted_at if moved else None,
        ]
        return max((moment for moment in moments if moment is not None), default=None)

    @property
    def asks_since(self) -> datetime | None:
        """Since when an exclusion may be asked for: the call-back, or being judged by it."""
        moved = self.corrections.get(Count.UNIT)
        if self.call is None:
            return None
        return max(self.call.at, moved.granted_at) if moved else self.call.at

    def counts_against(self, count: str) -> bool:
        """Whether this count stands against the unit, so that there is something to appeal."""
        if count in self.corrections and count != Count.UNIT:
            return False
        turn = self.turn
        if count == Count.CONTACTED:
            return self.call is not None and self.call.contacted is False
        if count == Count.ON_TIME:
            return bool(turn.answered_at and turn.due_at and turn.answered_at > turn.due_at)
        if count == Count.REASONABLE:
            return self.judgement is not None and self.judgement.is_reasonable
        return count == Count.UNIT and self.since is not None


def counted_rounds(case: Case) -> list[Counted]:
    """The answered rounds of a case as they count: four queries."""
    turns = Round.objects.filter(case=case, answered_at__isnull=False).select_related("unit")
    calls = {call.round_number: call for call in decisive_calls(case)}
    judged = Judgement.objects.filter(case=case).order_by("at", "pk")
    judgements = {row.round_number: row for row in judged}
    corrections: dict[int, dict[str, Correction]] = {}
    rows = Correction.objects.filter(case=case, annulled_at=None).select_related("to_unit")
    for row in rows:
        corrections.setdefault(row.round_number, {})[row.count] = row
    found = []
    for turn in turns.order_by("number"):
        known = corrections.get(turn.number, {})
        moved = known.get(Count.UNIT)
        unit = moved.to_unit if moved else turn.unit
        call, judgement = calls.get(turn.number), judgements.get(turn.number)
        found.append(Counted(turn, unit, call, judgement, known))
    return found


def counted_round(case: Case, number: int) -> Counted | None:
    """One round of a case as it counts; None where nothing of it counts yet."""
    return next((each for each in counted_rounds(case) if each.turn.number == number), None)


def decisive_calls(case: Case) -> QuerySet[CallBack]:
    """For each round the last call-back that reached the resident, in their own words."""
    rows = CallBack.objects.filter(case=case, reached=True, solved__isnull=False)
    return rows.order_by("round_number", "-at", "-pk").distinct("round_number")
