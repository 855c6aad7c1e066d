"""From a row to what it says of a case: pure, without the database.

Contradictions are settled here by the rules of the mapping, and each use of a rule is kept in
`PastRow.rules_used`, so that it can be counted. What a rule leaves out goes into a note.
"""

import math
from collections.abc import Mapping as Rows
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from huiyin.cases.effects import Outcome
from huiyin.cases.opening import TEXT_LENGTH
from huiyin.cases.residents import ResidentData
from huiyin.cases.rules import BY_ENDS, Paper, Status
from huiyin.exchange import rules
from huiyin.exchange.digests import STEP_BYTES, digest_of
from huiyin.exchange.mapping import DUE, RECEIVED, Mapping, Names, PastStep, ValueMap
from huiyin.exchange.moments import ReadMoment, read_moment
from huiyin.exchange.wording import reason_of
from huiyin.office.problems import WrongInput

LONGEST = {"title": 200, "text": TEXT_LENGTH, "address": 300}
LONGEST_NAME, LONGEST_ID = 120, 120


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step a case took, with the papers the source kept of it."""

    end: Status
    at: datetime
    reply: str = ""
    reason: str = ""
    outcome: Outcome | None = None


@dataclass(slots=True)
class Note:
    """What the source said and a rule left out: facts for the chain, words beside it."""

    rules: list[str] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def details(self) -> dict[str, Any]:
        """The facts of the entry."""
        return {"rules": list(dict.fromkeys(self.rules)), "said": self.said}


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


def texts_of(cells: Rows[str, object], mapping: Mapping, columns: list[str]) -> dict[str, str]:
    """The cells of these columns as texts; what counts as missing becomes empty."""
    found = {}
    for column in columns:
        text = text_of(cells.get(column))
        found[column] = "" if text.casefold() in mapping.missing else text
    return found


def text_of(cell: object) -> str:  # noqa: PLR0911 - one line per kind of cell
    """One cell as a person would write it: whole numbers without a point, moments as ISO."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def source_id_of(texts: Rows[str, str], mapping: Mapping) -> str:
    """The source's own id of a row, by which it is known again."""
    found = texts.get(mapping.id_column, "")
    if not found:
        sentence = _("The row has no id in the column “%(column)s”.")
        raise WrongInput(sentence % {"column": mapping.id_column})
    if len(found) > LONGEST_ID:
        raise WrongInput(_("The id of the row is longer than 120 characters."))
    return found


def translate(
    cells: Rows[str, object], texts: Rows[str, str], *, mapping: Mapping, now: datetime
) -> PastRow:
    """Say what a row says, or raise one sentence why it cannot be placed."""
    return _Reader(cells, texts, mapping=mapping, now=now).row()


class _Reader:
    """One row being read: its cells, the rules used so far, the notes owed."""

    def __init__(
        self, cells: Rows[str, object], texts: Rows[str, str], *, mapping: Mapping, now: datetime
    ) -> None:
        self.cells, self.texts, self.mapping, self.now = cells, texts, mapping, now
        self.used: dict[str, None] = {}
        self.first, self.last = Note(), Note()

    def settle(self, rule: str) -> str:
        """Use a rule: count it and answer what it says, or reject the row."""
        choice = self.mapping.rules[rule]
        if choice == rules.REJECT:
            raise WrongInput(reason_of(rule))
        self.used[rule] = None
        return choice

    def row(self) -> PastRow:
        moments = self.moments()
        received = moments.get(RECEIVED)
        if received is None:
            raise WrongInput(_("The row does not say when the case was received."))
        if received > self.now:
            raise WrongInput(_("The row was received in the future, at %(at)s.") % {"at": received})
        texts = self.words()
        steps = self.steps(moments, received)
        unit, english = self.path(self.mapping.unit), {}
        if steps and not unit:
            raise WrongInput(_("The row names no unit."))
        due = moments.get(DUE)
        if due is None and any(step.end == Status.DISPATCHED for step in steps):
            self.settle(rules.DUE_MISSING)
        for word in ("unit", "place", "category"):
            english[word] = self.english(getattr(self.mapping, word))
        return PastRow(
            source_id=source_id_of(self.texts, self.mapping),
            received_at=received,
            kind=self.meaning(self.mapping.kind),
            channel=self.meaning(self.mapping.channel),
            texts=texts,
            unit=unit,
            place=self.path(self.mapping.place),
            category=self.path(self.mapping.category),
            english=english,
            point=self.point(),
            resident=ResidentData(**self._resident()),
            due_at=due,
            steps=steps,
            first_note=self.first,
            last_note=self.last,
            rules_used=list(self.used),
        )

    def moments(self) -> dict[str, datetime]:
        zone = ZoneInfo(self.meaning(self.mapping.zone))
        found = {}
        for name, spec in self.mapping.moments.items():
            text = self.texts.get(spec.column, "")
            read = read_moment(self.cells.get(spec.column), text, spec, zone) if text else None
            if read is not None:
                found[name] = read.at
                self.doubts(name, read, text)
        return found

    def doubts(self, name: str, read: ReadMoment, text: str) -> None:
        for doubtful, rule in (
            (read.day_only, rules.DAY_ONLY),
            (read.unclear, rules.UNCLEAR_TIME),
        ):
            if doubtful:
                self.settle(rule)
                self.first.rules.append(rule)
                self.first.said[name] = text[:60]

    def steps(self, moments: Rows[str, datetime], received: datetime) -> list[TakenStep]:
        wanted, last = self.life(), received
        taken: list[TakenStep] = []
        for step in wanted:
            at = moments.get(step.moment)
            if at is None:
                self.settle(rules.MOMENT_MISSING)
                break
            if at > self.now:
                sentence = _("The step “%(step)s” was taken in the future, at %(at)s.")
                raise WrongInput(sentence % {"step": step.end.value, "at": at})
            if at < last:
                self.settle(rules.OUT_OF_ORDER)
                self.last.rules.append(rules.OUT_OF_ORDER)
                self.last.said[step.moment] = at
                at = last
            taken.append(self.taken(step, at, start=taken[-1].end if taken else Status.RECEIVED))
            last = at
        self.left_over(moments, {step.moment for step in wanted}, taken)
        return taken

    def life(self) -> tuple[PastStep, ...]:
        lives = self.mapping.lives
        said = self.texts.get(lives.column, "") if lives.column else ""
        found = lives.steps.get(said.casefold()) if lives.column else lives.default
        if found is None and lives.unknown != rules.REJECT:
            found = lives.default
        if found is None:
            raise self.unknown(lives.column, said)
        return found

    def taken(self, step: PastStep, at: datetime, *, start: Status) -> TakenStep:
        owes = BY_ENDS[start, step.end].owes
        reply = reason = ""
        if step.end == Status.ANSWERED:
            reply = self.mapping.texts["reply"].render(self.texts)
            if not reply:
                self.settle(rules.REPLY_MISSING)
        if Paper.REASON in owes:
            reason = self.mapping.texts["reason"].render(self.texts)
        outcome = self.outcome() if Paper.OUTCOME in owes else None
        return TakenStep(step.end, at, reply, reason, outcome)

    def outcome(self) -> Outcome:
        solved, satisfied = self.meaning(self.mapping.solved), self.meaning(self.mapping.satisfied)
        said = {"yes": True, "no": False}.get(solved)
        return Outcome(asked=said is not None or bool(satisfied), solved=said, satisfied=satisfied)

    def left_over(
        self, moments: Rows[str, datetime], used: set[str], taken: list[TakenStep]
    ) -> None:
        """Note what the source says and the status leaves no step for."""
        unused = set(moments) - used - {RECEIVED, DUE}
        for name in sorted(unused):
            self.settle(rules.UNUSED_MOMENT)
            self.last.rules.append(rules.UNUSED_MOMENT)
            self.last.said[name] = moments[name]
        ends = {step.end for step in taken}
        reply, outcome = self.mapping.texts["reply"].render(self.texts), self.outcome()
        if reply and Status.ANSWERED not in ends:
            self.settle(rules.UNPLACED_ANSWER)
            self.last.rules.append(rules.UNPLACED_ANSWER)
            self.last.words["reply"] = reply
        if outcome.asked and Status.CLOSED not in ends:
            self.settle(rules.UNPLACED_ANSWER)
            self.last.rules.append(rules.UNPLACED_ANSWER)
            self.last.said |= {"solved": outcome.solved, "satisfied": outcome.satisfied or None}

    def words(self) -> dict[str, str]:
        found = {key: self.mapping.texts[key].render(self.texts) for key in LONGEST}
        if not found["text"]:
            if not found["title"]:
                raise WrongInput(_("The row has neither a title nor a text."))
            self.settle(rules.TEXT_MISSING)
            found["text"] = found["title"]
        for key, most in LONGEST.items():
            if len(found[key]) > most:
                self.settle(rules.TEXT_TOO_LONG)
                self.first.rules.append(rules.TEXT_TOO_LONG)
                self.first.words[key] = found[key]
                found[key] = f"{found[key][: most - 1]}…"
        return found

    def path(self, names: Names) -> tuple[str, ...]:
        """From the widest name to the finest, as far as the row names them without a gap.

        A finer name without the wider one above it cannot be told from its namesakes.
        """
        found: list[str] = []
        for column in names.columns:
            text = self.texts.get(column, "")
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

    def english(self, names: Names) -> str:
        path = self.path(names) if names.english else ()
        if path and path[-1] in names.english:
            return names.english[path[-1]][:LONGEST_NAME]
        return self.texts.get(names.english_column, "")[:LONGEST_NAME]

    def point(self) -> tuple[float, float] | None:
        said = [self.texts.get(column, "") for column in self.mapping.point if column]
        if not any(said):
            return None
        try:
            longitude, latitude = (float(text) for text in said)
        except ValueError:
            longitude = latitude = math.nan
        if not (abs(longitude) <= 180 and abs(latitude) <= 90):
            self.settle(rules.IMPOSSIBLE_POINT)
            return None
        is_default = self.mapping.default_point.meaning(self.texts) == "yes"
        if is_default or longitude == latitude == 0:
            choice = self.settle(rules.DEFAULT_POINT)
            return (longitude, latitude) if choice == "keep" else None
        return longitude, latitude

    def meaning(self, words: ValueMap) -> str:
        found = words.meaning(self.texts)
        if found is None:
            raise self.unknown(words.column, self.texts.get(words.column, ""))
        return found

    def unknown(self, column: str, said: str) -> WrongInput:
        sentence = (
            _("“%(word)s” in the column “%(column)s” is not in the mapping.")
            if said
            else _("The column “%(column)s” is empty, and the mapping says nothing for that.")
        )
        return WrongInput(sentence % {"word": said[:60], "column": column})

    def _resident(self) -> dict[str, str]:
        return {part: self.texts.get(column, "") for part, column in self.mapping.resident.items()}


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
