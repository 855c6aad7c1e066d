"""What nobody ruled on in time lapses: nothing is left out, nothing is corrected."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from huiyin.cases.locks import locked_case
from huiyin.counting.exclusions.models import Appeal, CountingPaper, Exclusion
from huiyin.counting.exclusions.rules import State
from huiyin.counting.exclusions.telling import SYSTEM, tell_lapsed, write

AT_ONCE = 2_000


def lapse_overdue(*, at: datetime) -> int:
    """Write down every paper that has lapsed, each in a transaction of its own."""
    lapsed = 0
    for table in (Exclusion, Appeal):
        over = table.objects.filter(state=State.OPEN, rule_by__lt=at).order_by("rule_by", "pk")
        for pk in list(over.values_list("pk", flat=True)[:AT_ONCE]):
            lapsed += lapse_papers(table.objects.filter(pk=pk), at=at)
    return lapsed


@transaction.atomic
def lapse_papers(papers: QuerySet[Exclusion] | QuerySet[Appeal], *, at: datetime) -> int:
    """Write down which of these papers have lapsed."""
    lapsed = 0
    over = papers.filter(state=State.OPEN, rule_by__lt=at)
    for pk, number in list(over.order_by("pk").values_list("pk", "case__number")):
        case = locked_case(number)
        row: CountingPaper = papers.model.objects.select_related("unit").get(pk=pk)
        if row.state != State.OPEN:
            continue
        row.case, row.state, row.ended_at = case, State.LAPSED, row.rule_by
        row.save(update_fields=["state", "ended_at"])
        key = write(row, "lapsed", by=SYSTEM, at=at, rule_by=row.rule_by)
        tell_lapsed(row, key, at=at)
        lapsed += 1
    return lapsed
