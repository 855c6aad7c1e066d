"""Lists of cases, fifty at a time: the next page begins behind the last row of this one.

No page is counted off from the first row, so page 900 costs what page 1 costs.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from huiyin.cases.models import Case, Status
from huiyin.desk.clocks import Clock, clock
from huiyin.desk.words import STATUS_TONES
from huiyin.office.problems import WrongInput

ROWS = 50
# Counting stops here: a person reads "1000 or more" and knows enough.
COUNTED = 1000
NEVER = "never"
SHOWN = (
    *("number", "title", "address", "status", "round_number", "received_at", "wait_until"),
    *("first_unit_id", "unit__name", "unit__name_en", "category__name", "category__name_en"),
    *("place__name", "place__name_en"),
)


@dataclass(frozen=True)
class Order:
    """By which moment a list runs, and whether the latest comes first."""

    column: str
    latest_first: bool


BY_WAIT = Order("wait_until", latest_first=False)
BY_RECEIPT = Order("received_at", latest_first=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One case as a list shows it: plain words, since a template is slow at looking them up."""

    number: str
    title: str
    where: str
    status: str
    tone: str
    round_number: int
    is_returned: bool
    category: str
    unit: str
    received: str
    until: str
    clock: Clock | None


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the address of the rows behind them."""

    rows: list[Row]
    first_query: str
    next_query: str
    is_first: bool


def page_of(cases: QuerySet[Case], *, order: Order, asked: QueryDict, now: datetime) -> Page:
    """Cut the page out of a list that a reader asked for."""
    after = asked.get("after", "")
    rows = cases.select_related("unit", "category", "place").only(*SHOWN)
    rows = _behind(rows, order, after) if after else rows
    column = F(order.column)
    first = column.desc() if order.latest_first else column.asc(nulls_last=True)
    found = list(rows.order_by(first, "-pk" if order.latest_first else "pk")[: ROWS + 1])
    query = asked.copy()
    query.pop("after", None)
    beginning, following = query.urlencode(), ""
    if len(found) > ROWS:
        query["after"] = _mark(found[ROWS - 1], order)
        following = query.urlencode()
    shown = [row_of(case, now=now) for case in found[:ROWS]]
    return Page(shown, beginning, following, is_first=not after)


def row_of(case: Case, *, now: datetime) -> Row:
    """One case as a list shows it."""
    place = case.address or (case.place.label if case.place else "")
    return Row(
        number=case.number,
        title=case.title,
        where=place,
        status=str(Status(case.status).label),
        tone=STATUS_TONES[Status(case.status)],
        round_number=case.round_number,
        is_returned=case.status == Status.RECEIVED and case.first_unit_id is not None,
        category=str(case.category) if case.category else "",
        unit=str(case.unit) if case.unit else "",
        received=_moment(case.received_at),
        until=_moment(case.wait_until) if case.wait_until else "",
        clock=clock(case.wait_until, now=now),
    )


def _moment(at: datetime) -> str:
    return localtime(at).strftime("%m-%d %H:%M")


def counted(cases: QuerySet[Case]) -> str:
    """How many cases a list has; beyond a thousand only that."""
    found = cases.order_by()[:COUNTED].count()
    return f"{COUNTED}+" if found == COUNTED else str(found)


def _mark(case: Case, order: Order) -> str:
    moment = getattr(case, order.column)
    return f"{moment.isoformat() if moment else NEVER}_{case.pk}"


def _behind(cases: QuerySet[Case], order: Order, after: str) -> QuerySet[Case]:
    moment, pk = _read(after)
    column = order.column
    if order.latest_first:
        same, later = Q(**{column: moment, "pk__lt": pk}), Q(**{f"{column}__lt": moment})
        return cases.filter(same | later)
    same = Q(**{column: moment, "pk__gt": pk})
    if moment is None:
        return cases.filter(same)
    return cases.filter(same | Q(**{f"{column}__gt": moment}) | Q(**{column: None}))


def _read(after: str) -> tuple[datetime | None, int]:
    word, _sign, pk = after.rpartition("_")
    try:
        moment = None if word == NEVER else datetime.fromisoformat(word)
        place = int(pk[:18])
    except ValueError:
        moment, place = None, -1
    if place < 0 or (moment and moment.tzinfo is None):
        raise WrongInput(
            _("The address of this page of the list cannot be read; begin with its first page.")
        )
    return moment, place
