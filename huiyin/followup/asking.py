"""The turn of a round in the queue: drawn when it was answered, claimed, put off, ended.

A row belongs to a round. A round that has none (a history that was brought in) is asked like
one of the sample until the hourly job has drawn it, so that no case can fall out of the queue.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.cases.access import may_take, visible_cases
from huiyin.cases.models import Case, Category, Round, Status
from huiyin.cases.moves import locked_case
from huiyin.cases.rules import BY_ENDS
from huiyin.departments.models import Official
from huiyin.followup.models import Asking, Wanted
from huiyin.followup.plans import key_of, plan_on, words_of
from huiyin.followup.queries import with_word
from huiyin.followup.rules import Drawn, Plan, Result, Sort, Start, lot, share_for
from huiyin.followup.saying import CALLED
from huiyin.office.problems import NotAllowed, NotPossible
from huiyin.office.together import Blank

CLOSING = BY_ENDS[Status.ANSWERED, Status.CLOSED]
AT_ONCE = 500
TRIED = 20


def sort_of(case: Case) -> Sort:
    """What a case is, as far as a sample looks at it."""
    category = case.category
    above = [int(part) for part in category.path.split("/") if part] if category else []
    codes = dict(Category.objects.filter(pk__in=above).values_list("pk", "code"))
    return Sort(case.request_kind, case.channel, [codes[pk] for pk in above if pk in codes])


def draw(case: Case, turn: Round, *, at: datetime) -> Asking:
    """Draw whether the resident of a round is asked, and from when on; the row is not saved."""
    adopted, plan = plan_on(timezone.localdate(at))
    drawn = Drawn(
        lot(key_of(adopted), case.number, turn.number), share_for(sort_of(case), plan.shares)
    )
    due = turn.due_at if plan.start == Start.DEADLINE else None
    wanted = Wanted.ASK if drawn.is_in else Wanted.NOT_SAMPLED
    if case.resident is None or case.resident.phone_index is None:
        wanted = Wanted.NO_CONTACT
    return Asking(
        case=case,
        round_number=turn.number,
        plan=adopted,
        wanted=wanted,
        lot=drawn.lot,
        parts=drawn.parts,
        ask_at=max(at, due) if due else at,
    )


def ensure_asking(case: Case, *, at: datetime) -> Asking:
    """The row of the round a locked case is in, drawn now where there is none."""
    row = asking_of(case)
    if row is None:
        turn = Round.objects.get(case=case, number=case.round_number)
        row = draw(case, turn, at=turn.answered_at or at)
        row.save()
    return row


def asking_of(case: Case) -> Asking | None:
    """The row of the round a case is in."""
    rows = Asking.objects.filter(case=case, round_number=case.round_number)
    return rows.select_related("plan", "claimed_by").first()


def call_now(case: Case, *, at: datetime) -> None:
    """The resident has spoken up: whoever was not in the sample is called all the same."""
    row = ensure_asking(case, at=at)
    row.wanted, row.ask_at, row.is_promised = Wanted.ASK, min(row.ask_at, at), False
    row.save(update_fields=["wanted", "ask_at", "is_promised"])


def put_off(row: Asking, result: str, *, at: datetime, later_at: datetime | None) -> None:
    """After an attempt that reached nobody: ask again some hours later, or when it was wished."""
    row.is_promised = result == Result.LATER
    pause = timedelta(hours=words_of(row.plan).hours_between)
    row.ask_at = later_at if row.is_promised and later_at is not None else at + pause
    row.claimed_by = row.claimed_until = None
    row.save(update_fields=["ask_at", "is_promised", "claimed_by", "claimed_until"])


def let_go(row: Asking) -> None:
    """Nobody is calling this resident just now, and no hour is promised any more."""
    row.claimed_by = row.claimed_until = None
    row.is_promised = False
    row.save(update_fields=["claimed_by", "claimed_until", "is_promised"])


def waiting(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases, those whose call-back is not ended: all that the queue answers for."""
    return cases.filter(status=Status.ANSWERED, kind__in=CALLED)


def to_ask(cases: QuerySet[Case], *, at: datetime | Blank) -> QuerySet[Case]:
    """Of these cases, those to be called now."""
    not_now = _rows().filter(~Q(wanted=Wanted.ASK) | Q(ask_at__gt=at))
    return waiting(cases).filter(~Exists(not_now))


def promised(cases: QuerySet[Case], *, at: datetime | Blank) -> QuerySet[Case]:
    """Of these cases, those whose resident named an hour that has come."""
    come = Asking.objects.filter(is_promised=True, ask_at__lte=at, wanted=Wanted.ASK)
    come = come.filter(round_number=F("case__round_number"))
    # From the few rows of promised hours to their cases, not through all cases.
    return waiting(cases).filter(pk__in=come.values("case"))


def put_by(cases: QuerySet[Case], *, at: datetime) -> QuerySet[Case]:
    """Of these cases, those to be called at a later hour."""
    later = _rows().filter(wanted=Wanted.ASK, ask_at__gt=at)
    return waiting(cases).filter(Exists(later))


def called(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases, those that somebody calls, now or at a later hour."""
    return waiting(cases).filter(~Exists(_rows().exclude(wanted=Wanted.ASK)))


def not_asked(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases, those that nobody calls: the limit closes them, counted as not asked."""
    return waiting(cases).filter(Exists(_rows().exclude(wanted=Wanted.ASK)))


@transaction.atomic
def claim(number: str, *, by: Official, at: datetime) -> Asking:
    """Say that one is calling this resident, so that nobody else rings at the same time."""
    case = locked_case(number)
    if case.status != Status.ANSWERED:
        raise NotPossible(
            _("Only an answered case is called back; this one is %(status)s.")
            % {"status": case.get_status_display()}
        )
    if not may_take(CLOSING, case, by=by):
        raise NotAllowed(_("A unit does not call back its own cases; the hotline's callers do."))
    return _claimed(case, by=by, at=at)


def check_claim(row: Asking, *, by: Official, at: datetime) -> None:
    """Refuse whoever calls a resident whom somebody else is calling just now."""
    if row.claimed_until is None or row.claimed_until <= at or row.claimed_by_id == by.pk:
        return
    raise NotPossible(
        _("%(name)s is calling this resident until %(moment)s; take another case.")
        % {"name": row.claimed_by, "moment": f"{timezone.localtime(row.claimed_until):%H:%M}"}
    )


def claim_next(*, by: Official, at: datetime) -> Case | None:
    """Claim the next case to call, and let go of what was claimed before; None where none waits.

    First whoever spoke up, then whoever named this hour, then by due time.
    """
    seen = visible_cases(by)
    skipped = list(_mine(by, at=at).values_list("case_id", flat=True))
    free = to_ask(seen, at=at).exclude(pk__in=skipped)
    free = free.filter(~Exists(_rows().filter(claimed_until__gt=at).exclude(claimed_by=by)))
    order = F("wait_until").asc(nulls_last=True), "pk"
    for group in (with_word(free), promised(free, at=at), free):
        for number in group.order_by(*order).values_list("number", flat=True)[:TRIED]:
            case = _taken(number, by=by, at=at)
            if case is not None:
                return case
    return None


def _taken(number: str, *, by: Official, at: datetime) -> Case | None:
    with transaction.atomic():
        # Whoever holds the row is claiming it: this one goes on to the next.
        rows = Case.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.select_related("unit", "intake_unit", "category", "resident")
        case = rows.filter(number=number, status=Status.ANSWERED).first()
        if case is None or not may_take(CLOSING, case, by=by):
            return None
        row = asking_of(case)
        if row is not None and row.claimed_until and row.claimed_until > at:
            return None
        _claimed(case, by=by, at=at)
        return case


def _claimed(case: Case, *, by: Official, at: datetime) -> Asking:
    row = ensure_asking(case, at=at)
    check_claim(row, by=by, at=at)
    Asking.objects.filter(claimed_by=by).exclude(pk=row.pk).update(
        claimed_by=None, claimed_until=None
    )
    row.claimed_by = by
    row.claimed_until = at + timedelta(minutes=words_of(row.plan).claim_minutes)
    row.save(update_fields=["claimed_by", "claimed_until"])
    return row


def _mine(by: Official, *, at: datetime) -> QuerySet[Asking]:
    return Asking.objects.filter(claimed_by=by, claimed_until__gt=at)


def _rows() -> QuerySet[Asking]:
    return Asking.objects.filter(case=OuterRef("pk"), round_number=OuterRef("round_number"))


def draw_missing(*, most: int = AT_ONCE) -> int:
    """Draw for answered rounds that have no row yet, as a history that was brought in has none."""
    cases = waiting(Case.objects.filter(~Exists(_rows())))
    rows = list(cases.select_related("category", "resident").order_by("pk")[:most])
    turns = {turn.case_id: turn for turn in _turns(rows)}
    made = [
        draw(case, turns[case.pk], at=turns[case.pk].answered_at or case.moved_at)
        for case in rows
        if case.pk in turns
    ]
    Asking.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _turns(cases: Sequence[Case]) -> QuerySet[Round]:
    rows = Round.objects.filter(case__in=[case.pk for case in cases])
    return rows.filter(number=F("case__round_number"))


def over_limit(*, at: datetime) -> QuerySet[Case]:
    """Answered cases outside the sample whose time for a word of their resident is over."""
    return not_asked(Case.objects.filter(wait_until__lt=at)).order_by("wait_until", "pk")


def ask_limit(row: Asking) -> datetime:
    """Until when the call-back may wait: some days from when the resident may be asked."""
    return row.ask_at + timedelta(days=settings.CALL_BACK_DAYS)


def sentence_of(row: Asking, plan: Plan) -> str:
    """What a case says of its draw."""
    facts = {"lot": row.lot, "percent": f"{row.parts / 100:g}", "plan": plan.name}
    if row.wanted == Wanted.NO_CONTACT:
        return _("No number was left: the resident cannot be called and may rate with the receipt.")
    if row.wanted == Wanted.NOT_SAMPLED:
        return (
            _(
                "Not in the sample: of these cases %(percent)s %% are called "
                "(lot %(lot)d, “%(plan)s”)."
            )
            % facts
        )
    if row.parts < 10_000:
        return (
            _("In the sample: of these cases %(percent)s %% are called (lot %(lot)d, “%(plan)s”).")
            % facts
        )
    return _("All of these cases are called (“%(plan)s”).") % facts
