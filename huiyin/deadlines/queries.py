"""Reading calendars and rules: plain objects kept in each process, read again when they change.

Each public call asks the database one small question, whether the stamp is still the same, and
only after a change a second one. Whoever reckons thousands of deadlines takes `deadline_book()`
once and asks that: it goes to the database no more.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from huiyin.deadlines.models import (
    Adoption,
    Calendar,
    KnownYear,
    Preset,
    PresetRule,
    SpecialDay,
    SpecialPeriod,
    Stamp,
    WorkPeriod,
)
from huiyin.deadlines.rules import (
    DayKind,
    Deadline,
    Period,
    Rule,
    SpecialDate,
    TimeUnit,
    WorkCalendar,
    deadline,
    years_unknown,
)
from huiyin.office.problems import NotFound, NotPossible

DEFAULT_CALENDAR, DEFAULT_PRESET, DEFAULT_CLASS = "city", "plain", "general"
# Deadlines given today reach about so far; a year beyond it may still be without a calendar.
LOOK_AHEAD = timedelta(days=62)
TABLES = (Calendar, WorkPeriod, SpecialDay, SpecialPeriod, KnownYear, Preset, PresetRule, Adoption)
Row = dict[str, Any]


@dataclass(frozen=True)
class DatedRule:
    """A rule of a preset with the days on which it may be used."""

    preset: str
    deadline_class: str
    request_kind: str
    rule: Rule
    from_on: date
    to_on: date

    def answers(self, on: date, deadline_class: str, request_kind: str) -> bool:
        """Say whether this rule speaks for such a case on such a day."""
        return (
            self.from_on <= on <= self.to_on
            and self.deadline_class == deadline_class
            and self.request_kind in {"", request_kind}
        )


@dataclass(frozen=True)
class DeadlineBook:
    """All calendars and rules of the city, as they stood when the book was read."""

    stamp: UUID | None
    calendars: dict[str, WorkCalendar]
    adopted: tuple[DatedRule, ...]
    default: tuple[DatedRule, ...]

    def work_calendar(self, code: str = "") -> WorkCalendar:
        """Give the calendar with this code; without one, the city's."""
        try:
            return self.calendars[code or DEFAULT_CALENDAR]
        except KeyError:
            raise NotFound(
                _("There is no calendar “{code}” with opening hours.").format(
                    code=code or DEFAULT_CALENDAR
                )
            ) from None

    def rule_in_force(self, *, on: date, deadline_class: str, request_kind: str = "") -> Rule:
        """Give the time limit for such a case on such a day.

        First what the city adopted says of this class, then what the plain preset says of it; a
        class neither knows counts as "general". A rule for the very kind of request goes before
        one for any kind, a later adoption before an earlier one.
        """
        for wanted in (deadline_class, DEFAULT_CLASS):
            for rules in (self.adopted, self.default):
                found = [rule for rule in rules if rule.answers(on, wanted, request_kind)]
                if found:
                    best = max(found, key=lambda r: (bool(r.request_kind), r.from_on, r.preset))
                    return best.rule
        raise NotPossible(
            _("No time limit is in force for “{name}”; install the presets again.").format(
                name=deadline_class
            )
        )

    def due_for(
        self,
        start: datetime,
        *,
        deadline_class: str,
        request_kind: str = "",
        calendar_code: str = "",
    ) -> Deadline:
        """Reckon the deadline of a case that starts now, by the rule in force on that day."""
        calendar = self.work_calendar(calendar_code)
        on = start.astimezone(calendar.zone).date()
        rule = self.rule_in_force(on=on, deadline_class=deadline_class, request_kind=request_kind)
        return deadline(start, rule, calendar)


_kept: dict[str, DeadlineBook] = {}
_reading = Lock()


def deadline_book() -> DeadlineBook:
    """Give the city's calendars and rules, read again only if they have changed."""
    # The stamp is read first: a change in between makes the next call read once more.
    stamp = Stamp.objects.values_list("value", flat=True).first()
    kept = _kept.get("book")
    if kept is not None and stamp is not None and kept.stamp == stamp:
        return kept
    with _reading:
        kept = _kept["book"] = _read(stamp)
    return kept


def work_calendar(code: str = "") -> WorkCalendar:
    """Give the calendar with this code; without one, the city's."""
    return deadline_book().work_calendar(code)


def rule_in_force(*, on: date, deadline_class: str, request_kind: str = "") -> Rule:
    """Give the time limit for such a case on such a day."""
    return deadline_book().rule_in_force(
        on=on, deadline_class=deadline_class, request_kind=request_kind
    )


def due_for(
    start: datetime, *, deadline_class: str, request_kind: str = "", calendar_code: str = ""
) -> Deadline:
    """Reckon the deadline of a case that starts now, by the rule in force on that day."""
    return deadline_book().due_for(
        start,
        deadline_class=deadline_class,
        request_kind=request_kind,
        calendar_code=calendar_code,
    )


def years_without_calendar(code: str, today: date) -> list[int]:
    """List the years that deadlines given today may reach and whose holidays are not loaded."""
    calendar = work_calendar(code)
    return years_unknown(today.year, (today + LOOK_AHEAD).year, calendar)


def _read(stamp: UUID | None) -> DeadlineBook:
    # One statement sees all tables at one moment; eight would not.
    parts = ", ".join(
        f"(SELECT coalesce(json_agg(t), '[]') FROM {model._meta.db_table} t)"  # noqa: S608, SLF001
        for model in TABLES
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT json_build_array({parts})")
        found = cursor.fetchone()[0]
    calendars, periods, specials, own_periods, years, presets, rules, adoptions = found
    own = _grouped(own_periods, "special_day_id")
    hours, days, known = (_grouped(rows, "calendar_id") for rows in (periods, specials, years))
    made = []
    for row in calendars:
        pk = row["id"]
        if row["round_the_clock"] or hours.get(pk):
            special_days = [_special_date(day, own.get(day["id"], [])) for day in days.get(pk, [])]
            made.append(_calendar(row, hours.get(pk, []), special_days, known.get(pk, [])))
    by_preset, named = _grouped(rules, "preset_id"), {row["id"]: row for row in presets}
    plain = [row["id"] for row in presets if row["code"] == DEFAULT_PRESET]
    return DeadlineBook(
        stamp=stamp,
        calendars={calendar.code: calendar for calendar in made},
        adopted=tuple(
            _dated(named[row["preset_id"]], rule, adopted=row)
            for row in adoptions
            for rule in by_preset.get(row["preset_id"], [])
        ),
        default=tuple(
            _dated(named[pk], rule, adopted={}) for pk in plain for rule in by_preset.get(pk, [])
        ),
    )


def _grouped(rows: list[Row], word: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[word], []).append(row)
    return groups


def _special_date(row: Row, own_hours: list[Row]) -> SpecialDate:
    return SpecialDate(
        date.fromisoformat(row["on"]),
        DayKind(row["kind"]),
        row["name"],
        row["name_en"],
        _periods(own_hours),
    )


def _calendar(
    row: Row, hours: list[Row], special_days: list[SpecialDate], years: list[Row]
) -> WorkCalendar:
    return WorkCalendar(
        code=row["code"],
        time_zone=row["time_zone"],
        periods={day: _periods(rows) for day, rows in _grouped(hours, "weekday").items()},
        days={day.on: day for day in special_days},
        known_years=frozenset(year["year"] for year in years),
        unverified_years=frozenset(year["year"] for year in years if not year["verified"]),
        round_the_clock=row["round_the_clock"],
    )


def _periods(rows: list[Row]) -> tuple[Period, ...]:
    return tuple(
        sorted(
            Period(time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
            for row in rows
        )
    )


def _dated(preset: Row, rule: Row, *, adopted: Row) -> DatedRule:
    begins = [preset["valid_from"], adopted.get("from_on")]
    ends = [preset["valid_to"], adopted.get("to_on")]
    source = " ".join(part for part in (preset["source"], rule["article"]) if part)
    source_en = " ".join(part for part in (preset["source_en"], rule["article_en"]) if part)
    return DatedRule(
        preset=preset["code"],
        deadline_class=rule["deadline_class"],
        request_kind=rule["request_kind"],
        rule=Rule(
            amount=rule["amount"],
            unit=TimeUnit(rule["unit"]),
            source=source,
            code=preset["code"],
            source_en=source_en,
            is_draft=rule["is_draft"],
        ),
        from_on=max(date.fromisoformat(day or "0001-01-01") for day in begins),
        to_on=min(date.fromisoformat(day or "9999-12-31") for day in ends),
    )
