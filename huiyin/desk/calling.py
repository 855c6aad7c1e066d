"""The call-back queue: answered cases whose resident is still to be asked."""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Case
from huiyin.cases.queries import waiting_for_call_back
from huiyin.departments.models import Post
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page
from huiyin.desk.paging import BY_WAIT, ROWS, Note, Row, counted, moment_of, page_of, row_of
from huiyin.followup.queries import with_word, without_word, words_about


@at_desk
@for_posts(frozenset({Post.CALLER}))
@require_GET
def call_back_queue(request: DeskRequest) -> HttpResponse:
    """Show whom to call next: first those who spoke up themselves, then by due time."""
    now, cases = timezone.now(), waiting_for_call_back(visible_cases(request.user))
    found = page_of(without_word(cases), order=BY_WAIT, asked=request.GET, now=now)
    spoken = with_word(cases)
    facts = {
        "spoken": _rows(spoken, now=now) if found.is_first else [],
        "spoken_count": counted(spoken) if found.is_first else "",
        "most": ROWS,
        "found": found,
        "count": counted(cases),
    }
    return page(request, "call_back_queue", facts)


def _rows(cases: QuerySet[Case], *, now: datetime) -> list[Row]:
    """These cases, each with what its resident said and since when."""
    shown = list(cases[:ROWS])
    words = words_about(shown)
    rows = []
    for case in shown:
        word, row = words.get(case.pk), row_of(case, now=now)
        if word is not None:
            row = replace(row, note=Note(word.asks_again, moment_of(word.at, now=now), word.words))
        rows.append(row)
    return rows
