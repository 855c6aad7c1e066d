"""Reading call-backs: what residents have said of the round a case is in."""

from django.db.models import Exists, OuterRef, QuerySet

from huiyin.cases.models import Case
from huiyin.followup.models import CallBack, Via


def with_unsolved_ratings(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases, those whose resident has written that the matter is not solved."""
    return cases.filter(_unsolved())


def without_unsolved_ratings(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases, those whose resident has not written that the matter is not solved."""
    return cases.filter(~_unsolved())


def _unsolved() -> Exists:
    said = CallBack.objects.filter(case=OuterRef("pk"), round_number=OuterRef("round_number"))
    return Exists(said.filter(via=Via.WEB, solved=False))
