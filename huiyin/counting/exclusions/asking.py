"""Asking in writing: that a call-back be left out of the count, or that a count is wrong.

It changes nothing by itself. Whoever may not ask, asks too late or without what the ground
needs changes nothing either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huiyin.cases.files.attachments import StoredFile, Upload, store_files
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Case
from huiyin.counting.exclusions.access import TABLES, may_ask_for, may_take_back, stands
from huiyin.counting.exclusions.grounds import Ground, grounds_on
from huiyin.counting.exclusions.lapsing import lapse_papers
from huiyin.counting.exclusions.models import (
    Appeal,
    CountingPaper,
    Exclusion,
    PaperFile,
    StateSaid,
)
from huiyin.counting.exclusions.rounds import Counted, counted_round
from huiyin.counting.exclusions.rules import Count, PaperKind, State, ask_until
from huiyin.counting.exclusions.telling import tell_asked, write
from huiyin.departments.models import Official, Unit
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

LONGEST = 4000
Paper = TypeVar("Paper", Exclusion, Appeal)


@dataclass(frozen=True)
class Plea:
    """What a unit asks for: which round, on which ground, in which words, with which evidence."""

    round_number: int
    ground: str
    words: str
    files: Sequence[Upload] = ()
    # For an appeal that the wrong unit is judged: which one should be.
    proposed: Unit | None = None


@transaction.atomic
def ask_exclusion(number: str, plea: Plea, *, by: Official, at: datetime) -> Exclusion:
    """Ask that the call-back of a round be left out of the count (剔除)."""
    case, counted, unit = _judged(number, plea, by=by)
    if counted.call is None or counted.asks_since is None:
        raise NotPossible(
            _("Nobody has reached the resident in this round, so no call-back counts.")
        )
    _check_in_time(counted.asks_since, at=at)
    files = _checked(PaperKind.EXCLUSION, plea, at=at)
    paper = Exclusion(call_back=counted.call, **_facts(case, plea, unit, by=by, at=at))
    paper.counted_at = counted.call.at
    return _filed(paper, files, by=by, at=at)


@transaction.atomic
def ask_appeal(number: str, plea: Plea, *, by: Official, at: datetime) -> Appeal:
    """Say that a round was counted wrongly (申诉)."""
    case, counted, unit = _judged(number, plea, by=by)
    if counted.since is None:
        raise NotPossible(_("Nothing of this round counts yet."))
    _check_in_time(counted.since, at=at)
    files = _checked(PaperKind.APPEAL, plea, at=at)
    if not counted.counts_against(plea.ground):
        raise NotPossible(
            _("This does not count against your unit in this round; choose another ground.")
        )
    proposed = plea.proposed if plea.ground == Count.UNIT else None
    if plea.ground == Count.UNIT:
        check_proposed(proposed, unit)
    paper = Appeal(proposed=proposed, **_facts(case, plea, unit, by=by, at=at))
    paper.counted_at = counted.since
    return _filed(paper, files, by=by, at=at)


@transaction.atomic
def take_back(paper: CountingPaper, *, by: Official, at: datetime) -> CountingPaper:
    """The unit no longer asks for it."""
    row = locked_paper(paper)
    if not may_ask_for(row.unit, by=by):
        raise NotAllowed(_("Only the unit that asked may take it back."))
    if not may_take_back(row, by=by, at=at):
        raise ended(row, at=at)
    row.state, row.ended_at = State.TAKEN_BACK, at
    row.save(update_fields=["state", "ended_at"])
    write(row, "taken_back", by=by, at=at)
    return row


def locked_paper(paper: CountingPaper) -> CountingPaper:
    """Fetch a paper for a change; its case is the lock on which the second official waits."""
    case = locked_case(paper.case.number)
    beside = ("unit", "asked_by", "ruled_by", "rechecked_by")
    row: CountingPaper = TABLES[paper.kind].objects.select_related(*beside).get(pk=paper.pk)
    row.case = case
    return row


def ended(paper: CountingPaper, *, at: datetime) -> NotPossible:
    """The sentence for whoever comes after a paper has ended: how it ended, by whom, and when."""
    state = stands(paper, at=at)
    facts = {"state": StateSaid(state).label, "at": _said(paper.ruled_at or paper.ended_at or at)}
    if state == State.LAPSED:
        facts["at"] = _said(paper.rule_by)
        return NotPossible(
            _("The time for a ruling was over on %(at)s: it has lapsed and changes no figure.")
            % facts
        )
    if paper.ruled_by is None:
        return NotPossible(_("It was %(state)s on %(at)s already; nothing was changed.") % facts)
    facts["name"] = paper.ruled_by.name
    return NotPossible(
        _("%(name)s has ruled already on %(at)s: %(state)s. Nothing was changed.") % facts
    )


def check_proposed(proposed: Unit | None, unit: Unit) -> None:
    """Refuse a unit that cannot be judged instead."""
    if proposed is None or proposed.pk == unit.pk or proposed.dissolved_on is not None:
        raise WrongInput(_("Name the other unit that should be judged by this round."))


def _judged(number: str, plea: Plea, *, by: Official) -> tuple[Case, Counted, Unit]:
    case = locked_case(number)
    counted = counted_round(case, plea.round_number)
    if counted is None:
        raise NotPossible(_("This round has not been answered, so nothing of it counts yet."))
    if counted.unit is None or not may_ask_for(counted.unit, by=by):
        raise NotAllowed(_("Only the unit that is judged by this round may ask."))
    return case, counted, counted.unit


def _check_in_time(since: datetime, *, at: datetime) -> None:
    until = ask_until(since, days=settings.EXCLUSION_ASK_DAYS)
    if at > until:
        raise NotPossible(
            _("The time for asking ended on %(until)s, %(days)d days after it began to count.")
            % {"until": _said(until), "days": settings.EXCLUSION_ASK_DAYS}
        )


def _checked(kind: PaperKind, plea: Plea, *, at: datetime) -> list[StoredFile]:
    grounds = {ground.code: ground for ground in grounds_on(kind, timezone.localdate(at))}
    ground: Ground | None = grounds.get(plea.ground)
    if ground is None:
        raise WrongInput(_("Choose the ground from the list."))
    words = plea.words.strip()
    if not words or len(words) > LONGEST:
        raise WrongInput(_("Write down why, in at most %(most)d characters.") % {"most": LONGEST})
    if ground.needs_evidence and not plea.files:
        raise WrongInput(_("This ground needs evidence: attach at least one photo or document."))
    return store_files(plea.files)


def _facts(case: Case, plea: Plea, unit: Unit, *, by: Official, at: datetime) -> dict[str, Any]:
    return {
        "case": case,
        "round_number": plea.round_number,
        "unit": unit,
        "ground": plea.ground,
        "words": plea.words.strip(),
        "asked_by": by,
        "asked_at": at,
        "rule_by": at + timedelta(hours=settings.EXCLUSION_RULING_HOURS),
        "state": State.OPEN,
    }


def _filed(paper: Paper, files: list[StoredFile], *, by: Official, at: datetime) -> Paper:
    # What has lapsed may be asked for anew, also before the job has written it down.
    lapse_papers(type(paper).objects.filter(case=paper.case), at=at)
    try:
        with transaction.atomic():
            paper.save(force_insert=True)
    except IntegrityError:
        raise NotPossible(
            _("This was asked for already; it is taken only once for each call-back.")
        ) from None
    of = {str(paper.kind): paper}
    PaperFile.objects.bulk_create(
        PaperFile(
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            **of,
        )
        for file in files
    )
    key = write(
        paper,
        "asked",
        by=by,
        at=at,
        words=paper.words,
        basis=paper.ground,
        rule_by=paper.rule_by,
        files=[file.sha256 for file in files],
    )
    tell_asked(paper, key, at=at)
    return paper


def _said(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "Y-m-d H:i")
