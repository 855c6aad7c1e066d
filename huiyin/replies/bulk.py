"""One step with many cases by one press: each row in its own transaction, with its own outcome.

The key of the form makes a second press find what the first one did; a run that broke off
goes on with the rows that have no outcome yet.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import case_for
from huiyin.cases.merging import merge_case
from huiyin.cases.models import Case
from huiyin.departments.models import Official
from huiyin.office.problems import NotFound, NotPossible, Problem, WrongInput
from huiyin.replies.actions import accept_case, answer_case, tell_resident
from huiyin.replies.handlers import set_handler, units_handling
from huiyin.replies.models import BulkRow, BulkRun
from huiyin.replies.rules import LONGEST_TEXT, MOST_IN_BULK
from huiyin.replies.standard_texts import check_body, fill
from huiyin.replies.watching import watch_case

Papers = Mapping[str, str]


@dataclass(frozen=True)
class Turn:
    """One row's turn: the case, what was handed over for all rows, who acts, and when."""

    case: Case
    papers: Papers
    by: Official
    at: datetime

    def words(self, name: str) -> str:
        """A text of the papers, with the variables filled in for this very case."""
        return fill(self.papers.get(name, ""), self.case, by=self.by, at=self.at)


@dataclass(frozen=True)
class Bulk:
    """What is to be done with which cases; `key` comes from the form."""

    key: uuid.UUID
    act: str
    numbers: Sequence[str]
    papers: Papers


def _accept(turn: Turn) -> None:
    accept_case(turn.case.number, by=turn.by, at=turn.at)


def _tell(turn: Turn) -> None:
    tell_resident(turn.case.number, turn.words("resident_told"), by=turn.by, at=turn.at)


def _answer(turn: Turn) -> None:
    told = turn.words("resident_told")
    answer_case(turn.case.number, turn.words("reply"), by=turn.by, at=turn.at, resident_told=told)


def _watch(turn: Turn) -> None:
    watch_case(turn.case.number, by=turn.by, at=turn.at)


def _hand(turn: Turn) -> None:
    units = units_handling(turn.case, by=turn.by)
    if not units:
        raise NotPossible(_("Your unit has no part in this case."))
    to = Official.objects.get(pk=int(turn.papers["handler"]))
    reason = turn.papers.get("reason", "")
    set_handler(turn.case.number, to, unit=units[0], by=turn.by, at=turn.at, reason=reason)


def _merge(turn: Turn) -> None:
    merge_case(turn.case.number, turn.papers["parent"], by=turn.by, at=turn.at)


ACTS: dict[str, Callable[[Turn], None]] = {
    "accept": _accept,
    "tell_resident": _tell,
    "answer": _answer,
    "handler": _hand,
    "watch": _watch,
    "merge": _merge,
}
# Which papers each act needs before it begins.
NEEDS = {
    "tell_resident": "resident_told",
    "answer": "reply",
    "handler": "handler",
    "merge": "parent",
}


def start_bulk(bulk: Bulk, *, by: Official, at: datetime) -> BulkRun:
    """Keep what is to be done; the same key a second time finds the first run."""
    known = BulkRun.objects.filter(key=bulk.key).first()
    if known is not None:
        return _own(known, by=by)
    numbers = list(dict.fromkeys(bulk.numbers))
    _check(bulk, numbers)
    run = BulkRun(key=bulk.key, by=by, at=at, act=bulk.act, papers=dict(bulk.papers))
    rows = [BulkRow(run=run, position=n, number=number) for n, number in enumerate(numbers)]
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            BulkRow.objects.bulk_create(rows)
    except IntegrityError:
        # The other press was quicker by a moment.
        return _own(BulkRun.objects.get(key=bulk.key), by=by)
    return run


def finish_bulk(run: BulkRun, *, by: Official, at: datetime) -> None:
    """Take the step with every row that has no outcome yet."""
    for pk in run.rows.filter(is_done=None).order_by("position").values_list("pk", flat=True):
        _take_row(pk, run, by=by, at=at)


def run_of(key: uuid.UUID, *, by: Official) -> BulkRun:
    """Fetch a run of one's own; another's is as absent as one that never was."""
    run = BulkRun.objects.filter(key=key, by=by).first()
    if run is None:
        raise NotFound(_("There is no such run of yours."))
    return run


@transaction.atomic
def _take_row(pk: int, run: BulkRun, *, by: Official, at: datetime) -> None:
    # A second press waits here for the first, and then finds the row done.
    row = BulkRow.objects.select_for_update().get(pk=pk)
    if row.is_done is not None:
        return
    try:
        with transaction.atomic():
            case = case_for(row.number, by=by)
            ACTS[run.act](Turn(case, run.papers, by, at))
    except Problem as problem:
        row.is_done, row.sentence = False, str(problem)
    else:
        row.is_done = True
    row.save(update_fields=["is_done", "sentence"])


def _own(run: BulkRun, *, by: Official) -> BulkRun:
    return run_of(run.key, by=by)


def _check(bulk: Bulk, numbers: list[str]) -> None:
    if bulk.act not in ACTS:
        raise WrongInput(_("Choose what is to be done with the cases."))
    if not numbers:
        raise WrongInput(_("Choose at least one case from the list."))
    if len(numbers) > MOST_IN_BULK:
        raise WrongInput(
            _("At most %(most)d cases are worked at once; choose fewer.") % {"most": MOST_IN_BULK}
        )
    need = NEEDS.get(bulk.act)
    if need == "handler" and not bulk.papers.get("handler", "").isdigit():
        raise WrongInput(_("Choose a colleague who goes on with the cases."))
    if need is not None and not bulk.papers.get(need, "").strip():
        raise WrongInput(_("Choose a standard text or write what is to be said."))
    for name in ("resident_told", "reply"):
        body = bulk.papers.get(name, "")
        check_body(body)
        if len(body) > LONGEST_TEXT:
            raise WrongInput(
                _("A text has at most %(most)d characters; shorten it.") % {"most": LONGEST_TEXT}
            )
