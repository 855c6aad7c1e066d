"""Reading how a caliber cuts time into windows; a list of windows must tile."""

import itertools
from datetime import date, timedelta

from django.utils.translation import gettext as _

from huiyin.counting.calibers.sheet import Table, short
from huiyin.counting.rules import A_MONDAY, Period, Window, WindowKind
from huiyin.counting.windows import EARLIEST, LATEST


def read_window(table: Table) -> Window:
    """A window as its table says it."""
    kind = table.word("kind", WindowKind)
    starts_at = table.hour("starts_at")
    window = Window(kind, starts_at)
    if kind == WindowKind.MONTH_FROM_DAY:
        window = Window(kind, starts_at, first_day=table.number("first_day", 2, 28))
    if kind == WindowKind.DAYS:
        length = table.number("length", 1, 366)
        anchor = _anchor(table)
        window = Window(kind, starts_at, length=length, anchor=anchor)
    if kind == WindowKind.LISTED:
        window = Window(kind, starts_at, periods=_periods(table))
    table.finish()
    return window


def _anchor(table: Table) -> date:
    day = table.day("anchor", owed=False)
    return A_MONDAY if day is None else _within(table, "anchor", day)


def _within(table: Table, key: str, day: date) -> date:
    if EARLIEST <= day <= LATEST:
        return day
    facts = {"day": day, "earliest": EARLIEST, "latest": LATEST}
    sentence = _("%(day)s is too far away; write a day from %(earliest)s to %(latest)s.")
    table.wrong(key, sentence % facts)
    return A_MONDAY


def _periods(table: Table) -> tuple[Period, ...]:
    periods: list[Period] = []
    for each in table.tables("periods"):
        first, last = each.day("first"), each.day("last")
        name = each.text("name")
        each.finish()
        if first is None or last is None:
            continue
        first, last = _within(each, "first", first), _within(each, "last", last)
        if last < first:
            facts = {"name": name, "first": first, "last": last}
            sentence = _("The window “%(name)s” ends on %(last)s, before it begins on %(first)s.")
            table.wrong("periods", sentence % facts)
        periods.append(Period(name, first, last))
    if not periods and not table.sheet.faults:
        table.wrong("periods", _("The list of windows is empty; write at least one."))
    _check_tiling(table, periods)
    return tuple(periods)


def _check_tiling(table: Table, periods: list[Period]) -> None:
    names = [period.name for period in periods]
    for name in sorted({name for name in names if names.count(name) > 1}):
        sentence = _("Two windows are called %(name)s; rename one.")
        table.wrong("periods", sentence % {"name": short(name)})
    for before, period in itertools.pairwise(periods):
        due = before.last + timedelta(days=1)
        facts = {"before": before.name, "name": period.name, "due": due, "first": period.first}
        if period.first > due:
            sentence = _(
                "Between the windows “%(before)s” and “%(name)s” days are missing; let "
                "“%(name)s” begin on %(due)s."
            )
            table.wrong("periods", sentence % facts)
        elif period.first < due:
            sentence = _(
                "The windows “%(before)s” and “%(name)s” overlap; let “%(name)s” begin on "
                "%(due)s, and write them in the order of time."
            )
            table.wrong("periods", sentence % facts)
