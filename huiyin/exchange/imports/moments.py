"""Reading moments: cells and texts become UTC, by the time zone in which the source writes."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from huiyin.exchange.imports.mapping import Moment, first_group
from huiyin.office.problems import WrongInput

# Year first: nothing else can be meant. Day and month in another order need a format.
PLAIN_FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
)
TIME_OF_DAY = re.compile(r"%[HIcX]")
ISO_DAY = 10


@dataclass(frozen=True, slots=True)
class ReadMoment:
    """A moment, and what was unclear about it."""

    at: datetime
    day_only: bool = False
    unclear: bool = False


def read_moment(cell: object, text: str, spec: Moment, zone: ZoneInfo) -> ReadMoment | None:
    """Read one cell; None where it is empty, a sentence where it cannot be read."""
    if not text:
        return None
    found, day_only = _written(cell, text, spec)
    try:
        if found.tzinfo is not None:
            return ReadMoment(found.astimezone(UTC), day_only)
        # Where the clocks were changed, the earlier reading (fold 0) is taken, and counted.
        first, second = found.replace(tzinfo=zone), found.replace(tzinfo=zone, fold=1)
        unclear = first.utcoffset() != second.utcoffset()
        return ReadMoment(first.astimezone(UTC), day_only, unclear)
    except OverflowError:
        raise _unreadable(text, spec) from None


def _written(cell: object, text: str, spec: Moment) -> tuple[datetime, bool]:
    if isinstance(cell, datetime) and spec.pattern is None:
        return cell, False
    if isinstance(cell, date) and spec.pattern is None:
        return datetime(cell.year, cell.month, cell.day), True  # noqa: DTZ001 - zone comes next
    part = text
    if spec.pattern is not None:
        match = spec.pattern.search(text)
        if match is None:
            raise _unreadable(text, spec)
        part = first_group(match)
    return _parsed(part, text, spec)


def _parsed(part: str, text: str, spec: Moment) -> tuple[datetime, bool]:
    if not spec.formats:
        try:
            return datetime.fromisoformat(part), len(part) <= ISO_DAY
        except ValueError:
            pass
    for form in spec.formats or PLAIN_FORMATS:
        try:
            found = datetime.strptime(part, form)  # noqa: DTZ007 - the zone comes next
        except ValueError:
            continue
        return found, not TIME_OF_DAY.search(form)
    raise _unreadable(text, spec)


def _unreadable(text: str, spec: Moment) -> WrongInput:
    return WrongInput(
        _("“%(text)s” in the column “%(column)s” cannot be read as a moment.")
        % {"text": text[:60], "column": spec.column}
    )
