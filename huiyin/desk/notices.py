"""What an official was told: the list, marking as seen, and messages that could not be sent."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases.access import visible_cases
from huiyin.departments.models import Official, Post
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, posts_of, tell
from huiyin.notices.actions import see_all, see_notice
from huiyin.notices.models import Notice
from huiyin.notices.queries import behind, notices_for, said
from huiyin.notices.sending import failed_notices, send_again
from huiyin.office.problems import WrongInput

ROWS = 50
MENDS = frozenset({Post.ADMINISTRATOR, Post.SUPERVISOR})


@at_desk
@require_GET
def notices(request: DeskRequest) -> HttpResponse:
    """Show what this official was told, the latest first."""
    rows = notices_for(request.user).select_related("unit", "seen_by")
    after = request.GET.get("after", "")
    if after:
        moment, pk = _read(after)
        rows = behind(rows, at=moment, pk=pk)
    found = list(rows.order_by("-at", "-pk")[: ROWS + 1])
    shown, rest = found[:ROWS], found[ROWS:]
    visible = _visible({notice.about for notice in shown}, by=request.user)
    facts: dict[str, Any] = {
        "rows": [
            {"told": told, "link": visible.get(told.notice.about, "")} for told in said(shown)
        ],
        "after": after,
        "next": f"{shown[-1].at.isoformat()}_{shown[-1].pk}" if rest else "",
        "upto": max((notice.pk for notice in shown), default=0),
        "may_mend": bool(MENDS & posts_of(request.user)),
    }
    return page(request, "notices/notices", facts)


@at_desk
@require_POST
def see_one_notice(request: DeskRequest, notice: int) -> HttpResponse:
    """Mark one notice as seen."""
    see_notice(notice, by=request.user, at=timezone.now())
    return redirect("desk:notices")


@at_desk
@require_POST
def see_all_notices(request: DeskRequest) -> HttpResponse:
    """Mark as seen what stood on the page and what is older."""
    upto = request.POST.get("upto", "")[:18]
    if not upto.isascii() or not upto.isdigit():
        raise WrongInput(_("Open the list of notices again, and mark them there."))
    count = see_all(upto=int(upto), by=request.user, at=timezone.now())
    tell(request, _("Marked as seen: %(count)d.") % {"count": count})
    return redirect("desk:notices")


@at_desk
@for_posts(MENDS)
@require_GET
def unsent_messages(request: DeskRequest) -> HttpResponse:
    """Show the text messages to residents that could not be sent."""
    found = list(_unsent(request.user)[: ROWS + 1])
    visible = _visible({notice.about for notice in found}, by=request.user)
    rows = [{"notice": notice, "link": visible.get(notice.about, "")} for notice in found[:ROWS]]
    return page(request, "notices/unsent_messages", {"rows": rows, "more": len(found) > ROWS})


@at_desk
@for_posts(MENDS)
@require_POST
def send_messages_again(request: DeskRequest) -> HttpResponse:
    """Let the messages that failed be tried once more, after the fault was mended."""
    keys = [int(key) for key in request.POST.getlist("notice") if key.isascii() and key.isdigit()]
    count = send_again(_unsent(request.user).filter(pk__in=keys).values_list("pk", flat=True))
    done = _("Messages that are sent again within a few minutes: %(count)d.")
    tell(request, done % {"count": count})
    return redirect("desk:unsent_messages")


def _unsent(by: Official) -> QuerySet[Notice]:
    """An administrator mends the way out for all; a supervisor looks after cases they see."""
    if Post.ADMINISTRATOR in posts_of(by):
        return failed_notices()
    return failed_notices().filter(about__in=visible_cases(by).values("number"))


def _visible(numbers: set[str], *, by: Official) -> dict[str, str]:
    cases = visible_cases(by).filter(number__in=numbers).only("number")
    return {case.number: case.get_absolute_url() for case in cases}


def _read(after: str) -> tuple[datetime, int]:
    word, _sign, pk = after.rpartition("_")
    try:
        moment, place = datetime.fromisoformat(word), int(pk[:18])
    except ValueError:
        moment, place = None, -1
    if moment is None or moment.tzinfo is None or place < 0:
        raise WrongInput(
            _("The address of this page of the list cannot be read; begin with its first page.")
        )
    return moment, place
