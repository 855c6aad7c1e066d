"""Measures of supervision: opened for a reason, answered by the unit, judged by a supervisor.

A case has at most one open measure; each is followed by one at most, so that nothing climbs
twice; and none outlives its case: it lapses with an entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import Actor
from huiyin.cases.files.attachments import Upload, store_files
from huiyin.cases.locks import locked_case
from huiyin.cases.models import Case
from huiyin.cases.rules import SYSTEM
from huiyin.departments.access import holds, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.inspection.access import may_supervise
from huiyin.inspection.evidence import keep_evidence
from huiyin.inspection.ladder import ladder_in_force, times_for
from huiyin.inspection.models import Cause, Ending, Judged, Measure
from huiyin.inspection.rules import ANSWERABLE, CLIMBING, Rung, Trigger, is_higher, next_rung
from huiyin.logbook.actions import record
from huiyin.notices.actions import tell_unit
from huiyin.office.problems import NotAllowed, NotPossible, WrongInput

LONGEST = 4000


@dataclass(frozen=True)
class Wanted:
    """What is opened: the rung, why, and the measure that was not enough."""

    rung: str
    trigger: str
    reason: str = ""
    after: Measure | None = None


@transaction.atomic
def open_by_hand(number: str, rung: str, reason: str, *, by: Official, at: datetime) -> Measure:
    """Put the unit in charge of a case under supervision, with a reason of one's own."""
    case = locked_case(number)
    if case.status not in ANSWERABLE or case.unit is None:
        raise NotPossible(_("Supervision is possible while a unit answers for the case."))
    if not may_supervise(case, case.unit, by=by):
        raise NotAllowed(
            _("Only a supervisor above the unit opens supervision, and not for their own unit.")
        )
    if rung not in set(Rung):
        raise WrongInput(_("Choose the rung from the list."))
    if not reason.strip():
        raise WrongInput(_("Write down why; the unit reads this."))
    known = open_measure(case)
    if known is not None and not is_higher(rung, known.rung):
        raise NotPossible(
            _("This case is under supervision already (%(rung)s); choose a higher rung.")
            % {"rung": known.get_rung_display()}
        )
    if known is not None:
        _close(known, Ending.CLIMBED, at=at)
    wanted = Wanted(rung, Trigger.BY_HAND, _short(reason), known)
    return _opened(case, case.unit, wanted, by=by, at=at)


@transaction.atomic
def note_cause(case: Case, trigger: str, mark: str, *, at: datetime) -> Measure | None:
    """Count one occasion for supervision, once; open or climb where the ladder says so.

    `case` must be locked by the caller. None where nothing was opened by it.
    """
    line = ladder_in_force().triggers.get(trigger)
    if line is None or not line.is_on or case.unit is None or case.status not in ANSWERABLE:
        return None
    cause, is_new = Cause.objects.get_or_create(
        case=case, trigger=trigger, mark=mark, defaults={"at": at}
    )
    if not is_new or Cause.objects.filter(case=case, trigger=trigger).count() < line.times:
        return None
    known = open_measure(case)
    if known is not None and not is_higher(line.opens, known.rung):
        # It lies on this rung or a higher one already; the occasion is noted beside it.
        cause.measure = known
        cause.save(update_fields=["measure"])
        number, rung = case.number, known.rung
        record("measure.caused", about=number, by=SYSTEM, at=at, trigger=str(trigger), rung=rung)
        return None
    if known is not None:
        _close(known, Ending.CLIMBED, at=at)
    wanted = Wanted(line.opens, trigger, after=known)
    cause.measure = _opened(case, case.unit, wanted, by=SYSTEM, at=at)
    cause.save(update_fields=["measure"])
    return cause.measure


@transaction.atomic
def answer_measure(
    measure_id: int, words: str, files: Sequence[Upload], *, by: Official, at: datetime
) -> Measure:
    """The unit answers its measure, with evidence where it has some."""
    stored = store_files(files)
    measure = _locked(measure_id)
    if not holds(by, Post.OFFICER, measure.unit):
        raise NotAllowed(_("Only an officer of the unit under supervision answers."))
    _check_open(measure)
    if measure.answered_at is not None:
        raise NotPossible(_("This was answered already; the supervisor judges the answer."))
    if not words.strip():
        raise WrongInput(_("Write down what was done and what is still to be done."))
    measure.answer, measure.answered_at, measure.answered_by = _short(words), at, by
    measure.save(update_fields=["answer", "answered_at", "answered_by"])
    keep_evidence(measure.case, stored, by=by, at=at, measure=measure)
    entry = record(
        "measure.answered",
        about=measure.case.number,
        by=by,
        at=at,
        unit=seat_of(by, measure.unit),
        words={"answer": measure.answer},
        rung=measure.rung,
        of=measure.unit.code,
        files=len(stored),
    )
    tell_unit(
        "measure.answered",
        _supervising(measure),
        about=measure.case.number,
        at=at,
        key=f"{measure.case.number}/{entry.position}",
        facts={"unit": measure.unit, "level": measure.rung},
    )
    return measure


@transaction.atomic
def judge_answer(
    measure_id: int, judged: str, words: str, *, by: Official, at: datetime
) -> Measure:
    """Accept the answer of a unit, or climb: an insufficient answer opens the next rung."""
    measure = _locked(measure_id)
    if not may_supervise(measure.case, measure.unit, by=by) or measure.answered_by_id == by.pk:
        raise NotAllowed(_("Only a supervisor above the unit judges, and not their own answer."))
    _check_open(measure)
    if measure.answered_at is None:
        raise NotPossible(_("The unit has not answered yet; there is nothing to judge."))
    if judged not in Judged.values:
        raise WrongInput(_("Say whether the answer is enough."))
    if judged == Judged.INSUFFICIENT and not words.strip():
        raise WrongInput(_("Write down what is missing; the unit reads this."))
    measure.judged, measure.judged_words, measure.judged_by = judged, _short(words), by
    ending = Ending.ACCEPTED if judged == Judged.ACCEPTED else Ending.CLIMBED
    _close(measure, ending, at=at)
    number = measure.case.number
    entry = record(
        "measure.judged",
        about=number,
        by=by,
        at=at,
        unit=seat_of(by, _supervising(measure)),
        words={"reason": measure.judged_words} if measure.judged_words else None,
        rung=measure.rung,
        judged=judged,
        of=measure.unit.code,
    )
    if judged == Judged.ACCEPTED:
        key, facts = f"{number}/{entry.position}", {"level": measure.rung}
        tell_unit("measure.accepted", measure.unit, about=number, at=at, key=key, facts=facts)
        return measure
    wanted = Wanted(next_rung(measure.rung), measure.trigger, measure.judged_words, measure)
    return _opened(measure.case, measure.unit, wanted, by=by, at=at)


@transaction.atomic
def climb(measure_id: int, *, at: datetime) -> Measure | None:
    """Open the next rung because the unit did not answer in time; None where it is not due."""
    measure = _locked(measure_id)
    late = measure.closed_at is None and measure.answered_at is None and measure.climb_at <= at
    if not late or measure.case.status not in CLIMBING:
        return None
    _close(measure, Ending.CLIMBED, at=at)
    wanted = Wanted(next_rung(measure.rung), measure.trigger, after=measure)
    return _opened(measure.case, measure.unit, wanted, by=SYSTEM, at=at)


def lapse_measure(case: Case, *, by: Actor, at: datetime) -> None:
    """End the open measure of a case for which its unit answers no more."""
    measure = open_measure(case)
    if measure is None or (case.status in ANSWERABLE and case.unit_id == measure.unit_id):
        return
    _close(measure, Ending.LAPSED, at=at)
    number, of = case.number, measure.unit.code
    record("measure.lapsed", about=number, by=by, at=at, rung=measure.rung, of=of)


def open_measure(case: Case) -> Measure | None:
    """The open measure of a case, if it has one."""
    rows = Measure.objects.filter(case=case, closed_at=None)
    return rows.select_related("unit").first()


def _opened(case: Case, unit: Unit, wanted: Wanted, *, by: Actor, at: datetime) -> Measure:
    answer_due, climb_at = times_for(wanted.rung, unit, at=at)
    measure = Measure.objects.create(
        case=case,
        round_number=case.round_number,
        unit=unit,
        rung=wanted.rung,
        trigger=wanted.trigger,
        after=wanted.after,
        reason=wanted.reason,
        opened_at=at,
        opened_by=by if isinstance(by, Official) else None,
        answer_due=answer_due,
        climb_at=climb_at,
    )
    entry = record(
        "measure.opened",
        about=case.number,
        by=by,
        at=at,
        unit=seat_of(by, case.intake_unit),
        words={"reason": wanted.reason} if wanted.reason else None,
        rung=str(wanted.rung),
        trigger=str(wanted.trigger),
        of=unit.code,
        due=answer_due,
    )
    facts: dict[str, object] = {"level": wanted.rung, "due": answer_due}
    if wanted.reason:
        facts["reason"] = wanted.reason
    key = f"{case.number}/{entry.position}"
    tell_unit("measure.opened", unit, about=case.number, at=at, key=key, facts=facts)
    return measure


def _locked(measure_id: int) -> Measure:
    number = Measure.objects.values_list("case__number", flat=True).get(pk=measure_id)
    case = locked_case(number)
    measure = Measure.objects.select_related("unit").get(pk=measure_id)
    measure.case = case
    return measure


def _check_open(measure: Measure) -> None:
    if measure.closed_at is not None:
        raise NotPossible(
            _("This step of supervision has ended (%(how)s); nothing was changed.")
            % {"how": measure.get_ending_display()}
        )


def _close(measure: Measure, ending: Ending, *, at: datetime) -> None:
    measure.closed_at, measure.ending = at, ending
    measure.save()


def _supervising(measure: Measure) -> Unit:
    """Where the supervisor sits who reads the answer: whoever opened it, or the hotline."""
    return measure.case.intake_unit


def _short(words: str) -> str:
    words = words.strip()
    if len(words) > LONGEST:
        raise WrongInput(
            _("At most %(most)d characters fit; attach the rest as a file.") % {"most": LONGEST}
        )
    return words
