"""From what a row says to the life of a case: its steps, papers, clock and notes."""

from datetime import datetime

from huiyin.cases.effects import Clock, Papers
from huiyin.cases.opening import Wish, new_case
from huiyin.cases.past.history import Life, PastMove, PastNote
from huiyin.cases.rules import Status
from huiyin.exchange.imports import rules
from huiyin.exchange.imports.mapping import Mapping
from huiyin.exchange.imports.matching import CityNames
from huiyin.exchange.imports.settling import Note
from huiyin.exchange.imports.translating import PastRow

NOTED = "import.noted"


def life_of(row: PastRow, names: CityNames, *, number: str, place_id: int | None) -> Life:
    """The whole life that a row tells; `place_id` counts where the row names no place."""
    place = names.place(row)
    wish = Wish(
        text=row.texts["text"],
        title=row.texts["title"],
        request_kind=row.kind,
        channel=row.channel,
        category=names.categories.category(row),
        place_id=place.pk if place else place_id,
        address=row.texts["address"],
        longitude=row.point[0] if row.point else None,
        latitude=row.point[1] if row.point else None,
        resident=row.resident,
    )
    case = new_case(wish, number=number, at=row.received_at, intake_unit=names.root())
    case.source, case.source_id = names.mapping.source, row.source_id
    return Life(case, names.mapping.label, steps_of(row, names))


def steps_of(row: PastRow, names: CityNames, *, after: int = 0) -> list[PastMove | PastNote]:
    """The steps of a life after the first few, with the notes that belong to them."""
    label = names.mapping.label
    past: list[PastMove | PastNote] = []
    if row.first_note.rules and not after:
        past.append(_noted(row.first_note, row.received_at, label))
    unit = names.unit(row)
    for step in row.steps[after:]:
        sent = step.end == Status.DISPATCHED
        papers = Papers(
            reason=step.reason,
            unit=unit if sent else None,
            reply=step.reply,
            outcome=step.outcome,
        )
        clock = _clock(row, names.mapping) if sent else None
        past.append(PastMove(step.end, step.at, label, papers, clock))
    if row.last_note.rules:
        end = row.steps[-1].at if row.steps else row.received_at
        past.append(_noted(row.last_note, end, label))
    return past


def _noted(note: Note, at: datetime, label: str) -> PastNote:
    return PastNote(NOTED, at, label, note.details, dict(note.words) or None)


def _clock(row: PastRow, mapping: Mapping) -> Clock | None:
    """The source's own deadline; None lets the city's rule reckon one."""
    by_rule = mapping.rules[rules.DUE_MISSING] == "city_rule"
    if row.due_at is None and by_rule:
        return None
    return Clock(row.due_at, {"given_by": mapping.source})
