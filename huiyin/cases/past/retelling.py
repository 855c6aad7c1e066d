"""One case on its way through its past life: where it stands, and what is left so far."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from huiyin.cases.models import Application, ApplicationState, Assignment, AssignmentState, Round
from huiyin.cases.opening import received_facts, received_words
from huiyin.cases.parts import SHARED, UNDER_WAY, WORKING
from huiyin.cases.past.happened import Life, Replayed
from huiyin.cases.rules import PROCEDURES
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official, Unit
from huiyin.logbook.rules import Step as Written
from huiyin.logbook.rules import official_label
from huiyin.office.problems import WrongInput


class Dated(Protocol):
    """Whatever happened at a moment and was written down by somebody."""

    at: datetime
    by_label: str


class Retelling:
    """A case, its present round and lead part, the cases of its family, and what is left."""

    def __init__(self, life: Life) -> None:
        case = life.case
        self.case, self.left = case, Replayed(case)
        self.turn: Round | None = None
        self.lead: Assignment | None = None
        self.last = case.received_at
        self.family: Sequence[Retelling] = (self,)
        facts, words = received_facts(case), received_words(case)
        first = Written("case.received", case.received_at, life.taken_by, facts, words)
        self.left.entries.append(first)

    def arrive_at(self, at: datetime) -> None:
        """Let time pass; nothing can come before what it follows."""
        if at < self.last:
            raise WrongInput(f"A step at {at.isoformat()} comes before the one it follows.")
        self.last = at

    def write(
        self, code: str, past: Dated, facts: dict[str, Any], words: dict[str, Any] | None = None
    ) -> None:
        """Add an entry to the logbook, by whoever did what happened."""
        self.left.entries.append(Written(code, past.at, past.by_label, facts, words))

    def keep(self, row: Round | Assignment) -> None:
        """Remember a row that a step has made or changed."""
        rows: list[Any] = self.left.turns if isinstance(row, Round) else self.left.parts
        if not any(row is known for known in rows):
            rows.append(row)

    def waiting(self, kind: str, part: Assignment | None = None) -> Application:
        """The open application of a kind; a ruling needs one."""
        for application in self.left.applications:
            is_open = application.state == ApplicationState.OPEN
            if is_open and application.kind == kind and _part_of(application) is part:
                return application
        raise WrongInput(f"No {kind} waits for a ruling here.")

    def part_of(self, unit: Unit) -> Assignment:
        """The part of a unit that is under way."""
        for part in self.left.parts:
            if part.unit_id == unit.pk and part.role in WORKING and part.state in UNDER_WAY:
                return part
        raise WrongInput(f"{unit} has no part that is under way here.")

    def lapse(self, at: datetime) -> list[str]:
        """End the open applications for which the case, as it now stands, leaves no room."""
        lapsed = []
        for application in self.left.applications:
            if application.state != ApplicationState.OPEN:
                continue
            is_now = application.round_number == self.case.round_number
            if is_now and self.case.status in PROCEDURES[application.kind].during:
                continue
            application.state, application.ruled_at = ApplicationState.LAPSED.value, at
            lapsed.append(str(application.kind))
        return lapsed

    def lapse_refusal(self, part: Assignment, at: datetime) -> list[str]:
        """End the open refusal of a part in which the unit acts, or of which it is rid."""
        lapsed = []
        for application in self.left.applications:
            if application.state == ApplicationState.OPEN and _part_of(application) is part:
                application.state, application.ruled_at = ApplicationState.LAPSED.value, at
                lapsed.append(str(application.kind))
        return lapsed

    def release_what_is_over(self, past: Dated, step: str, by: Official | None) -> None:
        """Release the parts for which the case, as it now stands, has no room."""
        case = self.case
        for part in self.left.parts:
            if part.role not in WORKING or part.state not in UNDER_WAY:
                continue
            is_now = part.round_number == case.round_number and case.status in SHARED
            if not (is_now and self._still_asked(part)):
                self.release(part, past, by=by, because=step)

    def release(
        self,
        part: Assignment,
        past: Dated,
        *,
        by: Official | None,
        because: str = "released",
        reason: str = "",
    ) -> None:
        """Let a unit go that is needed no more; written by who sits where it was asked."""
        part.state, part.done_at = AssignmentState.RELEASED.value, past.at
        facts: dict[str, Any] = {"of": part.unit.code, "role": str(part.role), "because": because}
        lapsed = self.lapse_refusal(part, past.at)
        if lapsed:
            facts["lapsed"] = lapsed
        label = past.by_label
        if by is not None:
            label = official_label(by.pk, seat_of(by, part.asked_by))
        words = {"reason": reason} if reason else None
        self.left.entries.append(Written("part.released", past.at, label, facts, words))

    def _still_asked(self, part: Assignment) -> bool:
        lead, asking = self.case.unit, part.asked_by
        if lead is None or asking is None:
            return False
        return asking.pk == lead.pk or any(
            other.unit_id == asking.pk
            and other.role in WORKING
            and other.state in UNDER_WAY
            and other.round_number == self.case.round_number
            for other in self.left.parts
        )


def _part_of(application: Application) -> Assignment | None:
    # The part has no key yet, so it is looked for where it was put.
    found: Assignment | None = application._state.fields_cache.get("part")  # noqa: SLF001
    return found
