"""My beats: what an official is chief of, how it stands, and what waits to be looked at on site."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from huiyin.desk.doors import DeskRequest, at_desk, page, posts_of
from huiyin.neighbourhood.access import (
    LEADS_VOLUNTEERS,
    READS_BEATS,
    READS_PATROLS,
    SETS_UP,
    beats_of,
    visible_patrols,
)
from huiyin.neighbourhood.queries import coverage, waiting_for_site_check
from huiyin.neighbourhood.rules import Span

SHOWN_DAYS = 41
MOST = 20


@at_desk
@require_GET
def home(request: DeskRequest) -> HttpResponse:
    """Show an official their beats, the findings to look at on site, and their last patrols."""
    by, held, today = request.user, posts_of(request.user), timezone.localdate()
    window = Span(today - timedelta(days=SHOWN_DAYS), today)
    mine = beats_of(by, on=today)
    covered = [row for row in coverage(mine, window, on=today) if row.chief.official_id == by.pk]
    now = [row for row in covered if row.chief.until is None or row.chief.until >= today]
    facts = {
        "shown": Paginator(now, MOST).get_page(request.GET.get("page")),
        "waiting": list(waiting_for_site_check(by)[:MOST]),
        "patrols": list(visible_patrols(by).filter(official=by)[:MOST]),
        "reads_beats": bool(READS_BEATS & held),
        "reads_patrols": bool(READS_PATROLS & held),
        "sets_up": bool(SETS_UP & held),
        "leads_volunteers": bool(LEADS_VOLUNTEERS & held),
    }
    return page(request, "patrols/home", facts)
