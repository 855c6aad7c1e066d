"""Lists of cases, fifty at a time: the next page begins behind the last row of this one, the
previous one ends before its first.

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
# Counting stops here: a person reads "more than 10000" and knows enough.
COUNTED = 10_000
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
class Note:
    """What a resident said of a case that waits: that it is not over, or not solved."""

    asks_again: bool
    since: str
    words: str


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
    note: Note | None = None


@dataclass(frozen=True)
class Page:
    """Some rows of a list, where they stand in it, and the addresses of the rows around them."""

    rows: list[Row]
    first: int
    total: int
    first_query: str
    previous_query: str
    next_query: str

    @property
    def is_first(self) -> bool:
        """Whether the list begins here."""
        return not self.previous_query

    @property
    def last(self) -> int:
        """Which row of the list is the last one here."""
        return self.first + len(self.rows) - 1

    @property
    def is_beyond(self) -> bool:
        """Whether the list has more rows than are counted."""
        return self.total >= COUNTED

    @property
    def count(self) -> str:
        """How many rows the list has, in words."""
        return _in_words(self.total)


def page_of(
    cases: QuerySet[Case],
    *,
    order: Order,
    asked: QueryDict,
    now: datetime,
    first_rows: list[Case] | None = None,
) -> Page:
    """Cut the page out of a list that a reader asked for.

    `first_rows` are the rows of `beginning`, where the caller has read them with others.
    """
    after, before = asked.get("after", ""), asked.get("before", "")
    first = _place(asked.get("from", "")) if after or before else 1
    rows = listed(cases)
    if before:
        # One more than a page, to learn whether rows stand before this page too.
        found = list(_in_front(rows, order, before)[: ROWS + 1])[::-1]
        following, previous = True, len(found) > ROWS
        found = found[1:] if previous else found
        if not previous:
            first, following, found = 1, *_cut(_sorted(rows, order))
    elif first_rows is not None and not after:
        following, previous, found = len(first_rows) > ROWS, False, first_rows[:ROWS]
    else:
        following, found = _cut(_sorted(_behind(rows, order, after) if after else rows, order))
        previous = bool(after)
    marks = _Marks(asked, order, first)
    return Page(
        rows=[row_of(case, now=now) for case in found],
        first=first,
        total=cases.order_by()[:COUNTED].count(),
        first_query=marks.query(),
        previous_query=marks.query("before", found[0]) if previous and found else "",
        next_query=marks.query("after", found[-1]) if following and found else "",
    )


@dataclass(frozen=True)
class _Marks:
    """The addresses of the pages around one page."""

    asked: QueryDict
    order: Order
    first: int

    def query(self, word: str = "", case: Case | None = None) -> str:
        """The address of the page behind or before a case; of the first page, without one."""
        query = self.asked.copy()
        for name in ("after", "before", "from"):
            query.pop(name, None)
        if case is not None:
            query[word] = _mark(case, self.order)
            step = ROWS if word == "after" else -ROWS
            query["from"] = str(max(1, self.first + step))
        return query.urlencode()


def beginning(cases: QuerySet[Case], order: Order) -> QuerySet[Case]:
    """The rows of the first page of a list, and one more where another page follows."""
    return _sorted(listed(cases), order)[: ROWS + 1]


def is_beginning(asked: QueryDict) -> bool:
    """Whether a reader asks for the first page of a list."""
    return not asked.get("after") and not asked.get("before")


def listed(cases: QuerySet[Case]) -> QuerySet[Case]:
    """These cases with what a row of a list shows of them, and nothing else."""
    return cases.select_related("unit", "category", "place").only(*SHOWN)


def _cut(rows: QuerySet[Case]) -> tuple[bool, list[Case]]:
    found = list(rows[: ROWS + 1])
    return len(found) > ROWS, found[:ROWS]


def _sorted(rows: QuerySet[Case], order: Order) -> QuerySet[Case]:
    column = F(order.column)
    first = column.desc() if order.latest_first else column.asc(nulls_last=True)
    return rows.order_by(first, "-pk" if order.latest_first else "pk")


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
        received=moment_of(case.received_at, now=now),
        until=moment_of(case.wait_until, now=now) if case.wait_until else "",
        clock=clock(case.wait_until, now=now),
    )


def moment_of(at: datetime, *, now: datetime) -> str:
    """A moment as a list shows it: with the year, where it is another year than now."""
    here = localtime(at)
    same = here.year == localtime(now).year
    return here.strftime("%m-%d %H:%M" if same else "%Y-%m-%d %H:%M")


def counted(cases: QuerySet[Case]) -> str:
    """How many cases a list has; beyond ten thousand only that."""
    return _in_words(cases.order_by()[:COUNTED].count())


def _in_words(total: int) -> str:
    return f"{COUNTED}+" if total >= COUNTED else str(total)


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


def _in_front(cases: QuerySet[Case], order: Order, before: str) -> QuerySet[Case]:
    """The rows before a mark, the nearest first."""
    moment, pk = _read(before)
    column = order.column
    if order.latest_first:
        same, earlier = Q(**{column: moment, "pk__gt": pk}), Q(**{f"{column}__gt": moment})
        return cases.filter(same | earlier).order_by(column, "pk")
    same = Q(**{column: moment, "pk__lt": pk})
    dated = Q(**{f"{column}__isnull": False})
    earlier = dated if moment is None else Q(**{f"{column}__lt": moment})
    return cases.filter(same | earlier).order_by(F(column).desc(nulls_first=True), "-pk")


def _read(mark: str) -> tuple[datetime | None, int]:
    word, _sign, pk = mark.rpartition("_")
    try:
        moment = None if word == NEVER else datetime.fromisoformat(word)
        place = int(pk[:18])
    except ValueError:
        moment, place = None, -1
    if place < 0 or (moment and moment.tzinfo is None):
        raise _unreadable()
    return moment, place


def _place(text: str) -> int:
    # Only a number to show: without it the list is the same, so nothing is owed.
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise _unreadable()
    return max(1, int(text))


def _unreadable() -> WrongInput:
    return WrongInput(
        _("The address of this page of the list cannot be read; begin with its first page.")
    )
