"""Writing calendars and presets: each can be run again and changes nothing the second time."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.deadlines.calendar_sources import (
    PUBLISHED_SOURCE,
    HolidayFile,
    is_confirmed,
    published_days,
    published_years,
)
from huiyin.deadlines.models import (
    Adoption,
    Calendar,
    KnownYear,
    Preset,
    PresetRule,
    SpecialDay,
    SpecialPeriod,
    WorkPeriod,
)
from huiyin.deadlines.preset_files import shipped_presets
from huiyin.deadlines.rules import SpecialDate
from huiyin.office.problems import NotFound, WrongInput

CHINA = "Asia/Shanghai"
CITY, ROUND_THE_CLOCK = "city", "round-the-clock"
CITY_HOURS = ((time(9), time(12)), (time(13, 30), time(18)))
WORKING_WEEK = range(5)


@transaction.atomic
def ensure_city_calendar(*, time_zone: str = CHINA, years: Sequence[int] | None = None) -> None:
    """Make the city's calendar and the one round the clock, unless they are there already.

    A new city calendar gets its holidays too: those of `years`, or of all published years where
    the zone is China's. A calendar that a city has since changed is left as it is.
    """
    if time_zone not in available_timezones():
        raise WrongInput(
            _("There is no time zone “{name}”; write a name such as Asia/Shanghai.").format(
                name=time_zone
            )
        )
    Calendar.objects.get_or_create(
        code=ROUND_THE_CLOCK,
        defaults={
            "name": "全天候",
            "name_en": "Round the clock",
            "time_zone": time_zone,
            "round_the_clock": True,
        },
    )
    city, is_new = Calendar.objects.get_or_create(
        code=CITY, defaults={"name": "全市工作日历", "name_en": "City", "time_zone": time_zone}
    )
    if is_new:
        WorkPeriod.objects.bulk_create(
            WorkPeriod(calendar=city, weekday=weekday, opens=opens, closes=closes)
            for weekday in WORKING_WEEK
            for opens, closes in CITY_HOURS
        )
    if years is None:
        years = published_years() if is_new and time_zone == CHINA else ()
    for year in years:
        load_calendar_year(CITY, year)


@transaction.atomic
def settle_city_calendars(*, time_zone: str) -> None:
    """Let the calendars that every city is born with go by a new city's time zone.

    Outside the zone of China the holidays published for China are taken out again: whose they
    are not would get deadlines that nobody promised. Only for a city without any deadline yet.
    """
    ensure_city_calendar(time_zone=time_zone)
    born = Calendar.objects.filter(code__in=[CITY, ROUND_THE_CLOCK])
    born.exclude(time_zone=time_zone).update(time_zone=time_zone)
    if time_zone != CHINA:
        for table in (SpecialDay, KnownYear):
            table.objects.filter(calendar__code=CITY, source=PUBLISHED_SOURCE).delete()


def load_calendar_year(code: str, year: int) -> int:
    """Load a year's published Chinese holidays into a calendar; says how many days they are."""
    days = published_days(year)
    return _replace_year(code, year, days, source=PUBLISHED_SOURCE, verified=is_confirmed(year))


def import_holidays(code: str, file: HolidayFile, *, source: str, verified: bool = False) -> int:
    """Load a year's holidays from a file that was read; says how many days they are."""
    return _replace_year(code, file.year, file.days, source=source, verified=verified)


@transaction.atomic
def _replace_year(
    code: str, year: int, days: Iterable[SpecialDate], *, source: str, verified: bool
) -> int:
    calendar = Calendar.objects.select_for_update().filter(code=code).first()
    if calendar is None:
        raise NotFound(_("There is no calendar “{code}”.").format(code=code))
    if calendar.round_the_clock:
        raise WrongInput(
            _("Calendar “{code}” is open round the clock and has no holidays.").format(code=code)
        )
    wanted = {special.on: special for special in days}
    known = {row.year: row for row in calendar.known_years.all()}
    present = {special.on: special for special in calendar.special_days.all()}
    # Days that a city added itself carry another source and stay. A notice may also name days
    # of the December before.
    replaceable = {
        on
        for on, special in present.items()
        if special.source == source
        or (on.year in known and special.source == known[on.year].source)
    }
    stale = [present[on].pk for on in replaceable if on.year == year and on not in wanted]
    if stale:
        SpecialDay.objects.filter(pk__in=stale).delete()
    _add_days(calendar, [wanted[on] for on in sorted(set(wanted) - set(present))], source)
    for on in set(wanted) & replaceable:
        row, facts = present[on], _facts(wanted[on], source)
        if _differs(row, facts):
            SpecialDay.objects.filter(pk=row.pk).update(**facts)
    if year not in known or _differs(known[year], {"source": source, "verified": verified}):
        KnownYear.objects.update_or_create(
            calendar=calendar, year=year, defaults={"source": source, "verified": verified}
        )
    return len(wanted)


def _facts(special: SpecialDate, source: str) -> dict[str, Any]:
    return {
        "kind": special.kind.value,
        "name": special.name,
        "name_en": special.name_en,
        "source": source,
    }


def _add_days(calendar: Calendar, days: list[SpecialDate], source: str) -> None:
    rows = SpecialDay.objects.bulk_create(
        SpecialDay(calendar=calendar, on=special.on, **_facts(special, source)) for special in days
    )
    own_hours = [
        SpecialPeriod(special_day=row, opens=period.opens, closes=period.closes)
        for row, special in zip(rows, days, strict=True)
        for period in special.periods
    ]
    if own_hours:
        SpecialPeriod.objects.bulk_create(own_hours)


def _differs(row: Any, facts: dict[str, Any]) -> bool:
    return any(getattr(row, word) != value for word, value in facts.items())


@transaction.atomic
def install_presets() -> list[str]:
    """Bring the presets that come with huiyin into the tables; says which there are."""
    for preset in shipped_presets():
        row, _is_new = Preset.objects.get_or_create(code=preset.code, defaults=preset.facts)
        if _differs(row, preset.facts):
            Preset.objects.filter(pk=row.pk).update(**preset.facts)
        wanted = {(rule["deadline_class"], rule["request_kind"]): rule for rule in preset.rules}
        for old in row.rules.all():
            facts = wanted.pop((old.deadline_class, old.request_kind), None)
            if facts is None:
                old.delete()
            elif _differs(old, facts):
                PresetRule.objects.filter(pk=old.pk).update(**facts)
        PresetRule.objects.bulk_create(PresetRule(preset=row, **facts) for facts in wanted.values())
    return [preset.code for preset in shipped_presets()]


@transaction.atomic
def adopt_preset(code: str, *, from_on: date, to_on: date | None = None) -> Adoption:
    """Let the city go by a preset from a day on; cases already dispatched keep their deadline."""
    preset = Preset.objects.filter(code=code).first()
    if preset is None:
        raise NotFound(
            _("There is no preset “{code}”; there are {codes}.").format(
                code=code,
                codes=", ".join(Preset.objects.order_by("code").values_list("code", flat=True)),
            )
        )
    if to_on is not None and to_on < from_on:
        raise WrongInput(_("A preset cannot end before it begins."))
    adoption, _is_new = Adoption.objects.update_or_create(
        preset=preset, from_on=from_on, defaults={"to_on": to_on}
    )
    return adoption
