"""From a row to what it says of a case: pure, without the database.

Contradictions are settled by the rules of the mapping, and each use of a rule is kept in
`PastRow.rules_used`, so that it can be counted. What a rule leaves out goes into a note.
"""

import math
from collections.abc import Mapping as Rows
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.cases.opening import TEXT_LENGTH
from huiyin.cases.residents import ResidentData
from huiyin.cases.rules import Status
from huiyin.exchange.imports import rules
from huiyin.exchange.imports.cells import STEP_BYTES, digest_of, source_id_of
from huiyin.exchange.imports.mapping import DUE, RECEIVED, Mapping, Names
from huiyin.exchange.imports.settling import Note, RowReader
from huiyin.exchange.imports.stepping import TakenStep, moments_of, steps_of
from huiyin.office.problems import WrongInput

LONGEST = {"title": 200, "text": TEXT_LENGTH, "address": 300}
LONGEST_NAME = 120


@dataclass(slots=True)
class PastRow:
    """What one row says of a case; names of units and places are not looked up yet."""

    source_id: str
    received_at: datetime
    kind: str
    channel: str
    texts: dict[str, str]
    unit: tuple[str, ...]
    place: tuple[str, ...]
    category: tuple[str, ...]
    english: dict[str, str]
    point: tuple[float, float] | None
    resident: ResidentData
    due_at: datetime | None
    steps: list[TakenStep]
    first_note: Note
    last_note: Note
    rules_used: list[str]


def translate(
    cells: Rows[str, object], texts: Rows[str, str], *, mapping: Mapping, now: datetime
) -> PastRow:
    """Say what a row says, or raise one sentence why it cannot be placed."""
    return _past_row(RowReader(cells, texts, mapping=mapping, now=now))


def _past_row(row: RowReader) -> PastRow:
    moments = moments_of(row)
    received = moments.get(RECEIVED)
    if received is None:
        raise WrongInput(_("The row does not say when the case was received."))
    if received > row.now:
        raise WrongInput(_("The row was received in the future, at %(at)s.") % {"at": received})
    texts = _words(row)
    steps = steps_of(row, moments, received)
    unit, english = _path(row, row.mapping.unit), {}
    if steps and not unit:
        raise WrongInput(_("The row names no unit."))
    due = moments.get(DUE)
    if due is None and any(step.end == Status.DISPATCHED for step in steps):
        row.settle(rules.DUE_MISSING)
    for word in ("unit", "place", "category"):
        english[word] = _english(row, getattr(row.mapping, word))
    return PastRow(
        source_id=source_id_of(row.texts, row.mapping),
        received_at=received,
        kind=row.meaning(row.mapping.kind),
        channel=row.meaning(row.mapping.channel),
        texts=texts,
        unit=unit,
        place=_path(row, row.mapping.place),
        category=_path(row, row.mapping.category),
        english=english,
        point=_point(row),
        resident=ResidentData(**_resident(row)),
        due_at=due,
        steps=steps,
        first_note=row.first,
        last_note=row.last,
        rules_used=list(row.used),
    )


def _words(row: RowReader) -> dict[str, str]:
    found = {key: row.mapping.texts[key].render(row.texts) for key in LONGEST}
    if not found["text"]:
        if not found["title"]:
            raise WrongInput(_("The row has neither a title nor a text."))
        row.settle(rules.TEXT_MISSING)
        found["text"] = found["title"]
    for key, most in LONGEST.items():
        if len(found[key]) > most:
            row.settle(rules.TEXT_TOO_LONG)
            row.first.rules.append(rules.TEXT_TOO_LONG)
            row.first.words[key] = found[key]
            found[key] = f"{found[key][: most - 1]}…"
    return found


def _path(row: RowReader, names: Names) -> tuple[str, ...]:
    """From the widest name to the finest, as far as the row names them without a gap.

    A finer name without the wider one above it cannot be told from its namesakes.
    """
    found: list[str] = []
    for column in names.columns:
        text = row.texts.get(column, "")
        separator = next((one for one in names.split if one in text), None)
        parts = text.split(separator) if separator else [text]
        kept = [" ".join(part.split()) for part in parts]
        kept = [part for part in kept if part and part.casefold() not in names.missing]
        if not kept:
            break
        found += kept
    if any(len(name) > LONGEST_NAME for name in found):
        sentence = _("A name in the column “%(column)s” is longer than 120 characters.")
        raise WrongInput(sentence % {"column": ", ".join(names.columns)})
    return tuple(found) or ((names.default,) if names.default else ())


def _english(row: RowReader, names: Names) -> str:
    path = _path(row, names) if names.english else ()
    if path and path[-1] in names.english:
        return names.english[path[-1]][:LONGEST_NAME]
    return row.texts.get(names.english_column, "")[:LONGEST_NAME]


def _point(row: RowReader) -> tuple[float, float] | None:
    said = [row.texts.get(column, "") for column in row.mapping.point if column]
    if not any(said):
        return None
    try:
        longitude, latitude = (float(text) for text in said)
    except ValueError:
        longitude = latitude = math.nan
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        row.settle(rules.IMPOSSIBLE_POINT)
        return None
    is_default = row.mapping.default_point.meaning(row.texts) == "yes"
    if is_default or longitude == latitude == 0:
        choice = row.settle(rules.DEFAULT_POINT)
        return (longitude, latitude) if choice == "keep" else None
    return longitude, latitude


def _resident(row: RowReader) -> dict[str, str]:
    return {part: row.texts.get(column, "") for part, column in row.mapping.resident.items()}


def prints_of(row: PastRow, *, key: bytes) -> list[bytes]:
    """A digest of what was asked, and one of each step: whether a life goes on from another."""
    texts, resident = row.texts, row.resident
    asked = (row.received_at, row.kind, row.channel, *texts.values(), row.place, row.category)
    asked += (row.point, resident.name, resident.phone, resident.address, resident.email)
    found = [digest_of(map(str, asked), key=key, size=STEP_BYTES)]
    for step in row.steps:
        parts: tuple[object, ...] = (step.end.value, step.at, step.reply, step.reason, step.outcome)
        if step.end == Status.DISPATCHED:
            parts += (row.unit, row.due_at)
        found.append(digest_of(map(str, parts), key=key, size=STEP_BYTES))
    return found
