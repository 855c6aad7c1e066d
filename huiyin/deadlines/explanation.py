"""Why this moment: a deadline told in sentences, in the language of the reader.

Works from the facts kept with a case (`Deadline.basis()`); nothing is reckoned again, so the
explanation stays that of the day on which the deadline was set.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from huiyin.deadlines.rules import DayKind, Deadline, TimeUnit, WarningKind

ONE = {
    TimeUnit.NATURAL_HOURS: gettext_lazy("1 hour"),
    TimeUnit.NATURAL_DAYS: gettext_lazy("1 natural day"),
    TimeUnit.WORKING_HOURS: gettext_lazy("1 working hour"),
    TimeUnit.WORKING_DAYS: gettext_lazy("1 working day"),
}
MANY = {
    TimeUnit.NATURAL_HOURS: gettext_lazy("{amount} hours"),
    TimeUnit.NATURAL_DAYS: gettext_lazy("{amount} natural days"),
    TimeUnit.WORKING_HOURS: gettext_lazy("{amount} working hours"),
    TimeUnit.WORKING_DAYS: gettext_lazy("{amount} working days"),
}


def explain(deadline: Deadline, language: str | None = None) -> list[str]:
    """Tell in sentences how a deadline came about."""
    return explain_basis(deadline.basis(), language)


def explain_basis(basis: dict[str, Any], language: str | None = None) -> list[str]:
    """Tell in sentences how the deadline with these kept facts came about.

    Without a language, the one of the reader. Empty or foreign facts give no sentence: imported
    cases bring their target from elsewhere.
    """
    if basis.get("version") != 1:
        return []
    with override(language or get_language()):
        return list(_sentences(basis))


def limit_words(amount: int, unit: TimeUnit | str) -> str:
    """Name a time limit in the reader's language: “5 working days”."""
    unit = TimeUnit(unit)
    return str(ONE[unit]) if amount == 1 else str(MANY[unit]).format(amount=amount)


def _sentences(basis: dict[str, Any]) -> Iterator[str]:
    zone, rule = ZoneInfo(basis["time_zone"]), basis["rule"]
    unit = TimeUnit(rule["unit"])
    start, counted, due = (
        datetime.fromisoformat(basis[word]).astimezone(zone)
        for word in ("start", "counted_from", "due_at")
    )
    yield _("{limit}, counted from {moment}.").format(
        limit=_capital(limit_words(rule["amount"], unit)), moment=_moment(start)
    )
    source = _localised(rule, "source")
    if source and rule["is_draft"]:
        yield _("Basis: {source} (a draft, not the final text).").format(source=source)
    elif source:
        yield _("Basis: {source}.").format(source=source)
    if counted != start:
        yield _("The office is closed at that time, so counting begins on {moment}.").format(
            moment=_moment(counted)
        )
    for special in basis["special_days"]:
        # Natural time runs on a make-up day as on any other: nothing to tell.
        if special["kind"] == DayKind.MAKE_UP and not unit.is_working:
            continue
        yield _special(special, counts=not unit.is_working)
    yield from _closed_time(basis, unit)
    if unit is TimeUnit.WORKING_DAYS and rule["amount"] and due.time() != counted.time():
        yield _("A day on the way is closed at that time of day, which becomes {time}.").format(
            time=due.strftime("%H:%M")
        )
    yield _("Due by {moment}.").format(moment=_moment(due))
    if basis["time_zone"] != settings.TIME_ZONE:
        yield _("Times are those of {zone}.").format(zone=basis["time_zone"])
    yield from (_warning(warning) for warning in basis["warnings"])


def _closed_time(basis: dict[str, Any], unit: TimeUnit) -> Iterator[str]:
    closed = timedelta(minutes=basis["closed_minutes"])
    if unit is TimeUnit.WORKING_DAYS and closed:
        yield _("Days on which the office is closed are not counted.")
    elif unit is TimeUnit.WORKING_HOURS and closed:
        yield _(
            "Time outside opening hours is not counted: "
            "{days} days, {hours} hours and {minutes} minutes."
        ).format(days=closed.days, hours=closed.seconds // 3600, minutes=closed.seconds // 60 % 60)


def _special(special: dict[str, str], *, counts: bool) -> str:
    days, is_one = _named_days(special), special["first"] == special["last"]
    if special["kind"] == DayKind.MAKE_UP:
        words = _("{days} is worked in place of a holiday and is counted.")
    elif counts and is_one:
        words = _("{days} is a holiday; natural time counts it all the same.")
    elif counts:
        words = _("{days} are holidays; natural time counts them all the same.")
    elif is_one:
        words = _("{days} is a holiday and is not counted.")
    else:
        words = _("{days} are holidays and are not counted.")
    return words.format(days=days)


def _warning(warning: dict[str, Any]) -> str:
    if warning["kind"] == WarningKind.YEAR_UNKNOWN:
        return _(
            "Warning: the holidays of {year} are not loaded; that year is counted by the weekly "
            "opening hours alone, and the deadline may change when they are."
        ).format(year=warning["year"])
    return _(
        "Warning: the holidays of {year} have not been compared with the official notice."
    ).format(year=warning["year"])


def _named_days(special: dict[str, str]) -> str:
    days, name = _days(special["first"], special["last"]), _localised(special, "name")
    return _("{days} ({name})").format(days=days, name=name) if name else days


def _localised(facts: dict[str, Any], word: str) -> str:
    english = (get_language() or "").startswith("en")
    return str((english and facts.get(f"{word}_en")) or facts[word])


def _days(first: str, last: str) -> str:
    if first == last:
        return _day(first)
    return _("{first} to {last}").format(first=_day(first), last=_day(last))


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return _("{year}-{month:02}-{day:02}").format(year=day.year, month=day.month, day=day.day)


def _moment(at: datetime) -> str:
    return _("{day} {hour:02}:{minute:02}").format(
        day=_day(at.date().isoformat()), hour=at.hour, minute=at.minute
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
