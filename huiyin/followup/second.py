"""The second asking: a sample of closed cases asked once more by somebody else, blind.

What is said is kept beside the first answer and never instead of it; differences are listed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.cases.access import visible_cases
from huiyin.cases.happenings import Happening
from huiyin.cases.models import Status
from huiyin.cases.moves import locked_case
from huiyin.cases.rules import Status as RuleStatus
from huiyin.departments.access import reach_of, seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.followup.models import CallBack, Result, SecondAsking, SecondTry
from huiyin.followup.plans import key_of, plan_on
from huiyin.followup.rules import SECOND, Plan, Try, lot, may_give_up
from huiyin.followup.saying import CALLED, Said, check_later, check_said
from huiyin.logbook.actions import record
from huiyin.office.problems import NotFound, NotPossible

ASKED = ("contacted", "solved", "satisfied")
CLAIM = timedelta(minutes=10)
TRIED = 20


@dataclass(frozen=True)
class Difference:
    """One question that was answered otherwise the second time."""

    question: str
    first: bool | str | None
    second: bool | str | None


def draw_second(happening: Happening) -> None:
    """At the closing of a round that was asked: draw whether it is asked again."""
    case, at = happening.case, happening.at
    outcome = happening.papers.outcome
    if happening.arrow.step != "close" or case.kind not in CALLED or outcome is None:
        return
    if not outcome.asked or case.resident is None or case.resident.phone_index is None:
        return
    adopted, plan = plan_on(timezone.localdate(at))
    drawn = lot(key_of(adopted), case.number, case.round_number, what=SECOND)
    said = CallBack.objects.filter(case=case, round_number=case.round_number, reached=True)
    first = said.order_by("-at", "-pk").first()
    if drawn >= plan.second_parts or first is None:
        return
    SecondAsking.objects.get_or_create(
        case=case,
        round_number=case.round_number,
        defaults={"drawn_at": at, "ask_at": at, "first": first},
    )


def drop_second(happening: Happening) -> None:
    """A case that comes back is asked again anyway; the second asking of its round ends."""
    if happening.arrow.start == RuleStatus.CLOSED:
        rows = SecondAsking.objects.filter(case=happening.case, ended_at=None)
        rows.update(ended_at=happening.at, claimed_by=None, claimed_until=None)


def open_seconds(by: Official, *, at: datetime) -> QuerySet[SecondAsking]:
    """The second askings this official may take now: of cases others called, and not their own."""
    rows = SecondAsking.objects.filter(ended_at=None, case__in=visible_cases(by))
    if not _of_the_team(by, at=at):
        return rows.none()
    mine = CallBack.objects.filter(
        case=OuterRef("case"), round_number=OuterRef("round_number"), by=by
    )
    led = Q(pk__in=[])
    for path in reach_of(by).paths(frozenset({Post.OFFICER})):
        led |= Q(case__unit__path__startswith=path)
    return rows.filter(~Exists(mine), ask_at__lte=at).exclude(led).select_related("case")


@transaction.atomic
def take_second(*, by: Official, at: datetime) -> SecondAsking | None:
    """Claim the oldest second asking that is free; None where none waits."""
    mine = SecondAsking.objects.filter(claimed_by=by)
    held = set(mine.filter(claimed_until__gt=at).values_list("pk", flat=True))
    free = open_seconds(by, at=at).filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
    mine.update(claimed_by=None, claimed_until=None)
    wanted = free.exclude(pk__in=held).order_by("drawn_at", "pk")
    keys = list(wanted.values_list("pk", flat=True)[:TRIED])
    rows = SecondAsking.objects.select_for_update(skip_locked=True, of=("self",))
    still = Q(claimed_until=None) | Q(claimed_until__lte=at)
    row = rows.filter(still, pk__in=keys, ended_at=None).order_by("drawn_at", "pk").first()
    if row is not None:
        row.claimed_by, row.claimed_until = by, at + CLAIM
        row.save(update_fields=["claimed_by", "claimed_until"])
    return row


def second_for(pk: int, *, by: Official, at: datetime) -> SecondAsking:
    """A second asking that this official may take; for others there is none."""
    rows = open_seconds(by, at=at).select_related("case__unit", "case__intake_unit")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(_("There is no such second call for you."))
    return row


@transaction.atomic
def note_second(pk: int, said: Said, *, by: Official, at: datetime) -> SecondAsking:
    """Write down what was said the second time, beside the first; it changes no outcome."""
    seen = second_for(pk, by=by, at=at)
    case = locked_case(seen.case.number)
    row = SecondAsking.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.ended_at is not None or case.status != Status.CLOSED:
        raise NotPossible(_("This second call has ended already; nothing was changed."))
    if row.claimed_until and row.claimed_until > at and row.claimed_by_id != by.pk:
        raise NotPossible(_("Somebody else is making this second call just now; take another."))
    check_said(said, case, by=by)
    row.tries += 1
    row.claimed_by = row.claimed_until = None
    if said.reached:
        row.by, row.reached, row.ended_at = by, True, at
        row.contacted, row.solved, row.satisfied = said.contacted, said.solved, said.satisfied
        row.remark = said.remark.strip()
    else:
        _not_reached(row, said, by=by, at=at)
    row.save()
    record(
        "call_back.second",
        about=case.number,
        by=by,
        at=at,
        unit=seat_of(by, case.intake_unit),
        words={"remark": row.remark} if said.reached and row.remark else None,
        round=row.round_number,
        reached=said.reached,
        result=said.outcome,
        contacted=said.contacted,
        solved=said.solved,
        satisfied=said.satisfied or None,
    )
    return row


def _not_reached(row: SecondAsking, said: Said, *, by: Official, at: datetime) -> None:
    plan = plan_on(timezone.localdate(row.drawn_at))[1]
    check_later(said, plan, at=at)
    SecondTry.objects.create(asking=row, at=at, by=by, result=said.outcome)
    later = said.later_at if said.outcome == Result.LATER else None
    row.ask_at = later or at + timedelta(hours=plan.hours_between)
    if may_give_up(_tries(row), plan):
        row.by, row.reached, row.ended_at = by, False, at


def _tries(row: SecondAsking) -> list[Try]:
    attempts: Iterable[SecondTry] = row.attempts.order_by("at", "pk")
    return [Try(one.at, timezone.localdate(one.at), one.result) for one in attempts]


def asked_twice(by: Official) -> QuerySet[SecondAsking]:
    """Rounds of visible cases that were reached twice, the latest first."""
    rows = SecondAsking.objects.filter(reached=True, case__in=visible_cases(by))
    rows = rows.select_related("case", "case__unit", "first", "first__by", "by")
    return rows.order_by("-ended_at", "-pk")


def differing(rows: QuerySet[SecondAsking]) -> QuerySet[SecondAsking]:
    """Of these, those that were answered otherwise in any of the three questions."""
    otherwise = ~Q(solved=F("first__solved")) | ~Q(satisfied=F("first__satisfied"))
    told = Q(contacted__isnull=False, first__contacted__isnull=False)
    return rows.filter(otherwise | told & ~Q(contacted=F("first__contacted")))


def differences(row: SecondAsking) -> list[Difference]:
    """In what the two answers differ; a question that was not asked twice differs in nothing."""
    both = [(word, getattr(row.first, word), getattr(row, word)) for word in ASKED]
    return [
        Difference(word, first, second)
        for word, first, second in both
        if first not in {None, ""} and second not in {None, ""} and first != second
    ]


def _of_the_team(by: Official, *, at: datetime) -> bool:
    plan: Plan = plan_on(timezone.localdate(at))[1]
    team = Unit.objects.filter(code=plan.second_unit).first() if plan.second_unit else None
    if team is not None:
        return any(post == Post.CALLER and path == team.path for post, path in reach_of(by).held)
    return any(post == Post.CALLER for post, _path in reach_of(by).held)
