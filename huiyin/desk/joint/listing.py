"""吹哨报到: the parts an official's units owe, asked for, oversee, or have still to mark."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from huiyin.cases.models import Assignment
from huiyin.departments.models import Official
from huiyin.desk.clocks import clock
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, posts_of
from huiyin.desk.joint.words import STATE_TONES, STATES
from huiyin.replies.joint.queries import (
    OFFICER,
    OVERSEERS,
    parts_asked,
    parts_overseen,
    parts_owed,
    parts_to_mark,
)

ROWS = 50


@dataclass(frozen=True)
class Listed:
    """One list: whose it is, and what is in it."""

    label: Promise
    posts: frozenset[str]
    rows: Callable[[Official], QuerySet[Assignment]]


LISTS = {
    "owed": Listed(_("Our units owe"), OFFICER, parts_owed),
    "asked": Listed(_("We asked for"), OFFICER, parts_asked),
    "mark": Listed(_("To be marked"), OFFICER, parts_to_mark),
    "overseen": Listed(_("Under supervision"), OVERSEERS, parts_overseen),
}


@at_desk
@for_posts(OFFICER | OVERSEERS)
@require_GET
def joint_parts(request: DeskRequest) -> HttpResponse:
    """List parts of joint work, the next due first."""
    held = posts_of(request.user)
    lists = {name: listed for name, listed in LISTS.items() if listed.posts & held}
    name = request.GET.get("list", "")
    name = name if name in lists else next(iter(lists))
    pages = Paginator(lists[name].rows(request.user), ROWS)
    rows = pages.get_page(request.GET.get("page"))
    facts = {
        "lists": {word: listed.label for word, listed in lists.items()},
        "name": name,
        "rows": [_row(part) for part in rows],
        "shown": rows,
        "keep": f"&list={name}",
    }
    return page(request, "joint/parts", facts)


def _row(part: Assignment) -> dict[str, Any]:
    called, now = getattr(part, "called", None), timezone.now()
    report_by = None if called is None or called.arrived_at else called.whistle.report_by
    return {
        "part": part,
        "called": called,
        "state": STATES[part.state],
        "tone": STATE_TONES[part.state],
        "clock": clock(part.due_at, now=now),
        "awaited": clock(report_by, now=now),
    }
