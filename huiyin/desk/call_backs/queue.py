"""The call-back queue: whom to call next, who is being called just now, and whom later."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Case
from huiyin.departments.access import Reach, reach_of
from huiyin.departments.models import Official, Post
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.paging import (
    BY_WAIT,
    ROWS,
    Note,
    Row,
    beginning,
    counted,
    is_beginning,
    moment_of,
    page_of,
    row_of,
)
from huiyin.followup.asking import claim_next, not_asked, promised, put_by, to_ask
from huiyin.followup.models import Asking, CallBack
from huiyin.followup.queries import Word, with_word, without_word, words_about
from huiyin.office.together import OFFICIALS, Blank, Question

CALLERS = frozenset({Post.CALLER})
ASKED = ("ask_at", "is_promised", "claimed_until", "case__number", "claimed_by__name")
LISTS = {
    "": gettext_lazy("To be called now"),
    "later": gettext_lazy("To be called later"),
    "unasked": gettext_lazy("Nobody calls: outside the sample"),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One case of the queue, with who is calling it just now and from when it is called."""

    row: Row
    caller: str = ""
    until: str = ""
    ask_at: str = ""
    is_promised: bool = False


@at_desk
@for_posts(CALLERS)
@require_GET
def call_back_queue(request: DeskRequest) -> HttpResponse:
    """Show whom to call next: first those who spoke up, then promised hours, then by due time."""
    now, seen, chosen = timezone.now(), visible_cases(request.user), request.GET.get("list", "")
    chosen = chosen if chosen in LISTS else ""
    spoken: list[Case] = []
    come: list[Case] = []
    first_rows = None
    if not chosen and is_beginning(request.GET):
        question = _question(request.user, reach_of(request.user))
        spoken, come, first_rows = question.ask(now=now)
    cases = _listed(seen, chosen, now=now)
    found = page_of(cases, order=BY_WAIT, asked=request.GET, now=now, first_rows=first_rows)
    words = words_about(spoken) if spoken else {}
    rows = [_spoken(case, words.get(case.pk), now=now) for case in spoken]
    rows_come = [row_of(case, now=now) for case in come]
    turns = _turns([*rows, *rows_come, *found.rows], now=now)
    facts = {
        "lists": LISTS,
        "chosen": chosen,
        "spoken": turns[: len(rows)],
        "come": turns[len(rows) : len(rows) + len(come)],
        "rows": turns[len(rows) + len(come) :],
        "spoken_count": counted(with_word(to_ask(seen, at=now))) if len(rows) == ROWS else "",
        "most": ROWS,
        "found": found,
        "done": _done_today(request.user, now=now),
    }
    return page(request, "calling/queue", facts)


@at_desk
@for_posts(CALLERS)
@require_POST
def next_call_back(request: DeskRequest) -> HttpResponse:
    """Claim the next case to call and open it, so that nobody else rings there."""
    case = claim_next(by=request.user, at=timezone.now())
    if case is None:
        tell(request, _("Nobody is to be called just now."), tone="plain")
        return redirect("desk:call_back_queue")
    return redirect(reverse("desk:call_back", args=[case.number]))


@lru_cache(maxsize=OFFICIALS)
def _question(by: Official, _reach: Reach) -> Question:
    """Who spoke up, whose hour has come, and the first of the others, for an official's posts."""
    now, seen = Blank("now"), visible_cases(by)
    return Question(
        beginning(with_word(to_ask(seen, at=now)), BY_WAIT)[:ROWS],
        beginning(without_word(promised(seen, at=now)), BY_WAIT)[:ROWS],
        beginning(_due(seen, now=now), BY_WAIT),
    )


def _listed(seen: QuerySet[Case], chosen: str, *, now: datetime) -> QuerySet[Case]:
    if chosen == "later":
        return put_by(seen, at=now)
    if chosen == "unasked":
        return not_asked(seen)
    return _due(seen, now=now)


def _due(seen: QuerySet[Case], *, now: datetime | Blank) -> QuerySet[Case]:
    hours = promised(seen, at=now).values("pk")
    return without_word(to_ask(seen, at=now)).exclude(pk__in=hours)


def _spoken(case: Case, word: Word | None, *, now: datetime) -> Row:
    """A case with what its resident said and since when."""
    row = row_of(case, now=now)
    if word is None:
        return row
    return replace(row, note=Note(word.asks_again, moment_of(word.at, now=now), word.words))


def _turns(rows: list[Row], *, now: datetime) -> list[Turn]:
    numbers = [row.number for row in rows]
    askings = Asking.objects.filter(case__number__in=numbers, round_number=F("case__round_number"))
    askings = askings.select_related("case", "claimed_by").only(*ASKED)
    known = {one.case.number: one for one in askings}
    return [_turn(row, known.get(row.number), now=now) for row in rows]


def _turn(row: Row, asking: Asking | None, *, now: datetime) -> Turn:
    if asking is None:
        return Turn(row)
    claimed = asking.claimed_until is not None and asking.claimed_until > now
    return Turn(
        row,
        caller=str(asking.claimed_by) if claimed else "",
        until=f"{timezone.localtime(asking.claimed_until):%H:%M}" if claimed else "",
        ask_at=moment_of(asking.ask_at, now=now) if asking.ask_at > now else "",
        is_promised=asking.is_promised,
    )


def _done_today(by: Official, *, now: datetime) -> dict[str, int]:
    """How much this caller has done today: shown to them, ranked nowhere."""
    morning = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    calls = CallBack.objects.filter(by=by, at__gte=morning)
    found: dict[str, int] = calls.aggregate(
        calls=Count("pk"), reached=Count("pk", filter=Q(reached=True))
    )
    return found
