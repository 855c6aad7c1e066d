"""The call-back queue: answered cases whose resident is still to be asked."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from huiyin.cases.access import visible_cases
from huiyin.cases.queries import waiting_for_call_back
from huiyin.departments.models import Post
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page
from huiyin.desk.paging import BY_WAIT, ROWS, counted, page_of, row_of
from huiyin.followup.queries import with_unsolved_ratings, without_unsolved_ratings


@at_desk
@for_posts(frozenset({Post.CALLER}))
@require_GET
def call_back_queue(request: DeskRequest) -> HttpResponse:
    """Show whom to call next: first those who wrote that nothing is solved, then by due time."""
    now, cases = timezone.now(), waiting_for_call_back(visible_cases(request.user))
    found = page_of(without_unsolved_ratings(cases), order=BY_WAIT, asked=request.GET, now=now)
    unsolved = with_unsolved_ratings(cases)[:ROWS] if found.is_first else []
    facts = {
        "unsolved": [row_of(case, now=now) for case in unsolved],
        "found": found,
        "count": counted(cases),
    }
    return page(request, "call_back_queue", facts)
