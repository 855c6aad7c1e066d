"""Reading call-backs: what residents have said of the round a case is in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.cases.models import Case, Round
from huiyin.followup.models import CallBack
from huiyin.followup.rules import OWN_WORDS
from huiyin.logbook.queries import entries_about

ASK_AGAIN = "ask_again"


@dataclass(frozen=True)
class Word:
    """What a resident has said of a case that waits for a person: when, and in which words."""

    asks_again: bool
    at: datetime
    words: str


def with_word(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these answered cases, those whose resident asks again or says nothing is solved."""
    return cases.filter(_asked_again() | Q(_unsolved()))


def without_word(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these answered cases, those whose resident has not spoken of the answer."""
    return cases.filter(~(_asked_again() | Q(_unsolved())))


def asked_again(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these answered cases, those that were closed and then asked about again."""
    return cases.filter(_asked_again())


def words_about(cases: Iterable[Case]) -> dict[int, Word]:
    """What the residents of these cases said last, by the key of the case: two queries."""
    by_number = {case.number: case for case in cases}
    rounds = {case.pk: case.round_number for case in by_number.values()}
    said = CallBack.objects.filter(case__in=rounds, via__in=OWN_WORDS, solved=False).order_by(
        "at", "pk"
    )
    found = {
        call.case_id: Word(asks_again=False, at=call.at, words=call.remark)
        for call in said
        if call.round_number == rounds[call.case_id]
    }
    for line in entries_about(*by_number):
        case = by_number[line.about]
        if (
            line.details.get("step") == ASK_AGAIN
            and line.details.get("round") == case.round_number
            and (case.pk not in found or found[case.pk].at <= line.at)
        ):
            reason = line.words.get("reason", "")
            found[case.pk] = Word(asks_again=True, at=line.at, words=reason)
    return found


def _asked_again() -> Q:
    # A round is closed once; where its case is answered all the same, somebody asked again.
    turn = Round.objects.filter(case=OuterRef("pk"), number=OuterRef("round_number"))
    return Q(Exists(turn.filter(closed_at__isnull=False)))


def _unsolved() -> Exists:
    said = CallBack.objects.filter(case=OuterRef("pk"), round_number=OuterRef("round_number"))
    return Exists(said.filter(via__in=OWN_WORDS, solved=False))
