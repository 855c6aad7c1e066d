"""Which step a case took when, as its row tells: with its papers, and what is left over."""

from collections.abc import Mapping as Rows
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from huiyin.cases.effects import Outcome
from huiyin.cases.rules import BY_ENDS, Paper, Status
from huiyin.exchange.imports import rules
from huiyin.exchange.imports.mapping import DUE, RECEIVED, PastStep
from huiyin.exchange.imports.moments import ReadMoment, read_moment
from huiyin.exchange.imports.settling import RowReader
from huiyin.office.problems import WrongInput


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step a case took, with the papers the source kept of it."""

    end: Status
    at: datetime
    reply: str = ""
    reason: str = ""
    outcome: Outcome | None = None


def moments_of(row: RowReader) -> dict[str, datetime]:
    """The moments a row states, in UTC, by the names the mapping gives them."""
    zone = ZoneInfo(row.meaning(row.mapping.zone))
    found = {}
    for name, spec in row.mapping.moments.items():
        text = row.texts.get(spec.column, "")
        read = read_moment(row.cells.get(spec.column), text, spec, zone) if text else None
        if read is not None:
            found[name] = read.at
            _doubts(row, name, read, text)
    return found


def _doubts(row: RowReader, name: str, read: ReadMoment, text: str) -> None:
    for doubtful, rule in (
        (read.day_only, rules.DAY_ONLY),
        (read.unclear, rules.UNCLEAR_TIME),
    ):
        if doubtful:
            row.settle(rule)
            row.first.rules.append(rule)
            row.first.said[name] = text[:60]


def steps_of(row: RowReader, moments: Rows[str, datetime], received: datetime) -> list[TakenStep]:
    """The steps of a case in order, none before the one it follows."""
    wanted, last = _life(row), received
    taken: list[TakenStep] = []
    for step in wanted:
        at = moments.get(step.moment)
        if at is None:
            row.settle(rules.MOMENT_MISSING)
            break
        if at > row.now:
            sentence = _("The step “%(step)s” was taken in the future, at %(at)s.")
            raise WrongInput(sentence % {"step": step.end.value, "at": at})
        if at < last:
            row.settle(rules.OUT_OF_ORDER)
            row.last.rules.append(rules.OUT_OF_ORDER)
            row.last.said[step.moment] = at
            at = last
        taken.append(_taken(row, step, at, start=taken[-1].end if taken else Status.RECEIVED))
        last = at
    _left_over(row, moments, {step.moment for step in wanted}, taken)
    return taken


def _life(row: RowReader) -> tuple[PastStep, ...]:
    lives = row.mapping.lives
    said = row.texts.get(lives.column, "") if lives.column else ""
    found = lives.steps.get(said.casefold()) if lives.column else lives.default
    if found is None and lives.unknown != rules.REJECT:
        found = lives.default
    if found is None:
        raise row.unknown(lives.column, said)
    return found


def _taken(row: RowReader, step: PastStep, at: datetime, *, start: Status) -> TakenStep:
    owes = BY_ENDS[start, step.end].owes
    reply = reason = ""
    if step.end == Status.ANSWERED:
        reply = row.mapping.texts["reply"].render(row.texts)
        if not reply:
            row.settle(rules.REPLY_MISSING)
    if Paper.REASON in owes:
        reason = row.mapping.texts["reason"].render(row.texts)
    outcome = _outcome(row) if Paper.OUTCOME in owes else None
    return TakenStep(step.end, at, reply, reason, outcome)


def _outcome(row: RowReader) -> Outcome:
    solved, satisfied = row.meaning(row.mapping.solved), row.meaning(row.mapping.satisfied)
    said = {"yes": True, "no": False}.get(solved)
    return Outcome(asked=said is not None or bool(satisfied), solved=said, satisfied=satisfied)


def _left_over(
    row: RowReader, moments: Rows[str, datetime], used: set[str], taken: list[TakenStep]
) -> None:
    """Note what the source says and the status leaves no step for."""
    unused = set(moments) - used - {RECEIVED, DUE}
    for name in sorted(unused):
        row.settle(rules.UNUSED_MOMENT)
        row.last.rules.append(rules.UNUSED_MOMENT)
        row.last.said[name] = moments[name]
    ends = {step.end for step in taken}
    reply, outcome = row.mapping.texts["reply"].render(row.texts), _outcome(row)
    if reply and Status.ANSWERED not in ends:
        row.settle(rules.UNPLACED_ANSWER)
        row.last.rules.append(rules.UNPLACED_ANSWER)
        row.last.words["reply"] = reply
    if outcome.asked and Status.CLOSED not in ends:
        row.settle(rules.UNPLACED_ANSWER)
        row.last.rules.append(rules.UNPLACED_ANSWER)
        row.last.said |= {"solved": outcome.solved, "satisfied": outcome.satisfied or None}
