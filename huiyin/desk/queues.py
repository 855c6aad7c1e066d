"""My desk: the lists that an official's posts ask to be worked, with filters and a search."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Case, Status
from huiyin.cases.numbers import tidy_number
from huiyin.cases.queries import (
    overdue,
    waiting_for_call_back,
    waiting_for_dispatch,
    waiting_for_units,
)
from huiyin.cases.rules import OPEN
from huiyin.departments.access import units_within
from huiyin.departments.models import Official, Post
from huiyin.departments.rules import READS_CASES
from huiyin.desk.choices import ChoiceOf, QuickSelect, category_choices, unit_choices
from huiyin.desk.doors import TAKES_DOWN, DeskRequest, at_desk, page, posts_of
from huiyin.desk.paging import BY_RECEIPT, BY_WAIT, Order, Page, counted, page_of
from huiyin.replies.handlers import HEADS, handled_by
from huiyin.replies.standard_texts import WRITERS

# A search by words looks through so many cases of a list and says so.
SEARCHED = 2000
# The last digits of a number, as somebody reads them off a note.
LAST_DIGITS = re.compile(r"[0-9]{4,15}")
# How many digits stand behind the dash of a number.
RUNNING = 7
OFFICER = frozenset({Post.OFFICER})
Rows = Callable[[QuerySet[Case], Official, datetime], QuerySet[Case]]


@dataclass(frozen=True)
class Listed:
    """One list of the desk: whose it is, what is in it, and in which order."""

    label: Promise
    posts: frozenset[str]
    rows: Rows
    order: Order


def _of_my_units(cases: QuerySet[Case], by: Official, _now: datetime) -> QuerySet[Case]:
    return waiting_for_units(cases, units_within(by, OFFICER))


def _taken_down(cases: QuerySet[Case], by: Official, _now: datetime) -> QuerySet[Case]:
    return cases.filter(intake_unit__in=units_within(by, TAKES_DOWN))


def _handled(cases: QuerySet[Case], by: Official, _now: datetime) -> QuerySet[Case]:
    return handled_by(cases, by)


def _watched(cases: QuerySet[Case], by: Official, _now: datetime) -> QuerySet[Case]:
    return cases.filter(watches__official=by)


def _overdue(cases: QuerySet[Case], _by: Official, now: datetime) -> QuerySet[Case]:
    return overdue(cases.filter(status__in=OPEN), on=now)


def _all(cases: QuerySet[Case], _by: Official, _now: datetime) -> QuerySet[Case]:
    return cases


LISTS = {
    "mine": Listed(_("My units must act"), OFFICER, _of_my_units, BY_WAIT),
    "handled": Listed(_("I handle"), OFFICER, _handled, BY_WAIT),
    "overdue": Listed(_("Overdue"), frozenset({Post.SUPERVISOR, Post.LEADER}), _overdue, BY_WAIT),
    "taken": Listed(_("Just taken down"), TAKES_DOWN, _taken_down, BY_RECEIPT),
    "watched": Listed(_("I watch"), READS_CASES, _watched, BY_RECEIPT),
    "all": Listed(_("All cases I may see"), READS_CASES, _all, BY_RECEIPT),
}
DUE = (
    ("", _("any time")),
    ("overdue", _("overdue")),
    ("today", _("today")),
    ("week", _("in 7 days")),
)


class Filters(forms.Form):
    """What a list is narrowed to."""

    use_required_attribute = False
    q = forms.CharField(
        label=_("Number, its last digits, or words of the title"), required=False, max_length=100
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("all")), *Status.choices],
        required=False,
        widget=QuickSelect,
    )
    due = forms.ChoiceField(label=_("Due"), choices=DUE, required=False, widget=QuickSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units, categories = unit_choices(), category_choices()
        everything = str(_("all"))
        self.fields["unit"] = ChoiceOf(units, empty=everything, label=_("Unit in charge"))
        self.fields["category"] = ChoiceOf(categories, empty=everything, label=_("Category"))
        for name in ("unit", "category"):
            self.fields[name].required = False

    def narrowed(self, cases: QuerySet[Case], *, now: datetime) -> QuerySet[Case]:
        """Of these cases, those the filters leave."""
        asked = self.cleaned_data
        columns = {name: asked[name] for name in ("status", "unit", "category") if asked[name]}
        cases = cases.filter(**columns)
        if asked["due"] == "overdue":
            cases = overdue(cases, on=now)
        elif asked["due"]:
            end = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
            end += timedelta(days=1 if asked["due"] == "today" else 7)
            cases = cases.filter(wait_until__gte=now, wait_until__lt=end)
        return cases


@at_desk
@require_GET
def queue(request: DeskRequest) -> HttpResponse:
    """Show the list an official must work, or what else their post lets them do."""
    held, now = posts_of(request.user), timezone.now()
    lists = {name: of for name, of in LISTS.items() if of.posts & held}
    facts: dict[str, Any] = {"posts": sorted(str(Post(post).label) for post in held)}
    if not lists:
        return page(request, "queue", facts)
    number = _number_in(request.GET.get("q", ""))
    if number and visible_cases(request.user).filter(number=number).exists():
        return redirect("desk:case_detail", number=number)
    name = request.GET.get("list", "")
    name = name if name in lists else next(iter(lists))
    form = Filters(request.GET)
    facts |= {"writes": bool(WRITERS & held), "hands_over": bool((OFFICER | HEADS) & held)}
    facts |= {"form": form, "name": name, "lists": lists, "queues": _queues(request.user)}
    if not form.is_valid():
        return page(request, "queue", facts, status=400)
    found = _found(lists[name], form, request, now=now)
    narrowed = any(form.cleaned_data.values())
    return page(request, "queue", {**facts, "found": found, "narrowed": narrowed})


def _found(listed: Listed, form: Filters, request: DeskRequest, *, now: datetime) -> Page:
    cases = listed.rows(visible_cases(request.user), request.user, now)
    cases = form.narrowed(cases, now=now)
    words = form.cleaned_data["q"].split()
    if words:
        column = listed.order.column
        nearest = cases.order_by(f"-{column}" if listed.order.latest_first else column, "pk")
        within = Case.objects.filter(pk__in=nearest.values("pk")[:SEARCHED])
        named = reduce(and_, (Q(title__icontains=word) for word in words))
        ends = _number_ends_in("".join(words))
        # A number is looked for among all of the list, words only among the nearest.
        words_fit = Q(pk__in=within.filter(named))
        cases = cases.filter(ends | words_fit) if ends else within.filter(named)
    return page_of(cases, order=listed.order, asked=request.GET, now=now)


def _number_in(text: str) -> str | None:
    """A whole number, with or without the letters of the city."""
    return tidy_number(text) or tidy_number(settings.NUMBER_PREFIX + text.strip())


def _number_ends_in(text: str) -> Q | None:
    digits = text.replace("-", "")
    if not LAST_DIGITS.fullmatch(digits):
        return None
    day, running = digits[:-RUNNING], digits[-RUNNING:]
    return Q(number__endswith=f"{day}-{running}" if day else running)


def _queues(by: Official) -> list[dict[str, Any]]:
    """The queues on pages of their own, each with how many cases wait there."""
    cases, held = visible_cases(by), posts_of(by)
    ways = (
        (Post.DISPATCHER, "dispatch_queue", _("To be sent"), waiting_for_dispatch),
        (Post.CALLER, "call_back_queue", _("To be called back"), waiting_for_call_back),
    )
    return [
        {"url": reverse(f"desk:{name}"), "label": label, "count": counted(waiting(cases))}
        for post, name, label, waiting in ways
        if post in held
    ]
