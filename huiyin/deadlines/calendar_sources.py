"""Where the holidays of a year come from: what the packages know, or a file a person brings.

Reading only; `actions.py` writes. A year no source knows is refused in one sentence.
"""

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

import chinese_calendar
import holidays
from chinese_calendar.constants import Holiday
from django.utils.translation import gettext as _

from huiyin.deadlines.rules import DayKind, SpecialDate
from huiyin.office.problems import NotPossible, WrongInput

PUBLISHED_SOURCE = f"chinesecalendar {version('chinesecalendar')}"
DATE_WORDS = ("date", "on", "日期")
NAME_WORDS = ("name", "名称", "节日")
KIND_WORDS = ("isoffday", "kind", "类型", "是否休息")
HOLIDAY_WORDS = {"true", "1", "yes", "holiday", "休", "是", "假日", "节假日"}
MAKE_UP_WORDS = {"false", "0", "no", "make_up", "班", "否", "调休", "补班"}


@dataclass(frozen=True)
class HolidayFile:
    """The special days that a file announces for a year."""

    year: int
    days: list[SpecialDate]


def published_years() -> range:
    """Say which years the package of Chinese holidays knows."""
    days = chinese_calendar.constants.holidays
    return range(min(days).year, max(days).year + 1)


def published_days(year: int) -> list[SpecialDate]:
    """List the holidays and make-up days that the State Council announced for a year."""
    if year not in published_years():
        raise NotPossible(
            _(
                "The holidays of {year} are not known here: {source} ends with {last}. "
                "When the notice is out, bring it with “huiyin calendar import FILE”."
            ).format(year=year, source=PUBLISHED_SOURCE, last=published_years()[-1])
        )
    kinds = (
        (DayKind.HOLIDAY, chinese_calendar.constants.holidays),
        (DayKind.MAKE_UP, chinese_calendar.constants.workdays),
    )
    found = [
        SpecialDate(on, kind, Holiday(name).chinese, str(name))
        for kind, days in kinds
        for on, name in days.items()
        if on.year == year
    ]
    return sorted(found, key=lambda special: special.on)


def is_confirmed(year: int) -> bool:
    """Say whether a second package counts the same days of this year as working days."""
    second = holidays.country_holidays("CN", years=year)
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return all(chinese_calendar.is_workday(day) == second.is_working_day(day) for day in days)


def read_holiday_file(content: bytes, *, year: int | None = None) -> HolidayFile:
    """Read a holiday-cn JSON file, or a CSV with date, name and isOffDay; UTF-8 or GBK."""
    text = _decoded(content).strip()
    if not text:
        raise WrongInput(_("The holiday file is empty."))
    rows, stated = _json_rows(text) if text.startswith(("{", "[")) else (_csv_rows(text), None)
    days: dict[date, SpecialDate] = {}
    for number, row in enumerate(rows, 1):
        special = _special(row, number)
        if special.on in days:
            raise WrongInput(
                _("Entry {number} of the holiday file names {day} a second time.").format(
                    number=number, day=special.on
                )
            )
        days[special.on] = special
    if not days:
        raise WrongInput(_("The holiday file names no day."))
    common = Counter(day.year for day in days).most_common(1)[0][0]
    return HolidayFile(year or stated or common, sorted(days.values(), key=lambda day: day.on))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongInput(_("The holiday file is neither UTF-8 nor GBK text."))


def _json_rows(text: str) -> tuple[list[dict[str, str]], int | None]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as broken:
        raise WrongInput(
            _("The holiday file is broken JSON at line {line}.").format(line=broken.lineno)
        ) from None
    days = found.get("days") if isinstance(found, dict) else found
    if not isinstance(days, list) or not all(isinstance(day, dict) for day in days):
        raise WrongInput(
            _("The holiday file has no list “days” with date, name and isOffDay for each day.")
        )
    stated = found.get("year") if isinstance(found, dict) else None
    rows = [_plain(day) for day in days]
    return rows, stated if isinstance(stated, int) else None


def _csv_rows(text: str) -> list[dict[str, str]]:
    return [_plain(row) for row in csv.DictReader(io.StringIO(text)) if any(row.values())]


def _plain(row: dict[Any, Any]) -> dict[str, str]:
    return {str(word).strip().lower(): str(value or "").strip() for word, value in row.items()} | {
        str(word).lower(): str(value).lower() for word, value in row.items() if value is False
    }


def _special(row: dict[str, str], number: int) -> SpecialDate:
    day, name, kind = (_first(row, words) for words in (DATE_WORDS, NAME_WORDS, KIND_WORDS))
    try:
        on = date.fromisoformat(day.replace("/", "-"))
    except ValueError:
        raise WrongInput(
            _("Entry {number} of the holiday file has the date “{day}”; write 2027-01-01.").format(
                number=number, day=day
            )
        ) from None
    if kind.lower() not in HOLIDAY_WORDS | MAKE_UP_WORDS:
        raise WrongInput(
            _(
                "Entry {number} of the holiday file says “{kind}” for isOffDay; "
                "write true for a holiday, false for a make-up working day."
            ).format(number=number, kind=kind)
        )
    is_holiday = kind.lower() in HOLIDAY_WORDS
    return SpecialDate(on, DayKind.HOLIDAY if is_holiday else DayKind.MAKE_UP, name, _english(name))


def _first(row: dict[str, str], words: tuple[str, ...]) -> str:
    return next((row[word] for word in words if row.get(word)), "")


def _english(name: str) -> str:
    return next((str(holiday.value) for holiday in Holiday if holiday.chinese == name), "")
