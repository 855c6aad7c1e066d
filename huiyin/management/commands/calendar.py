"""`huiyin calendar`: load, import and show holidays; list and adopt presets of time limits."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from huiyin.deadlines.actions import adopt_preset, import_holidays, load_calendar_year
from huiyin.deadlines.calendar_sources import read_holiday_file
from huiyin.deadlines.explanation import limit_words
from huiyin.deadlines.models import Adoption, Calendar, DayKind, PresetRule, SpecialDay
from huiyin.deadlines.queries import DEFAULT_CALENDAR, years_without_calendar
from huiyin.office.problems import WrongInput
from huiyin.office.reasons import reason_of


class Command(BaseCommand):
    """Exit 0 done, 1 found wrong (a year is missing), 2 wrong use."""

    # Holidays can be mended also while a page of the site is broken.
    requires_system_checks = ()
    help = "Load, import and show the holidays of a calendar; list and adopt presets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the five things the command can do."""
        parts = parser.add_subparsers(dest="part", required=True)
        load = parts.add_parser("load", help="load a year's published Chinese holidays")
        load.add_argument("--year", type=int, required=True)
        bring = parts.add_parser(
            "import", help="import holidays from a holiday-cn JSON or CSV file"
        )
        bring.add_argument("file", type=Path)
        bring.add_argument("--year", type=int, help="the year the file announces")
        bring.add_argument(
            "--verified", action="store_true", help="you compared it with the official notice"
        )
        show = parts.add_parser("show", help="show hours, known years and special days")
        show.add_argument("--year", type=int)
        for part in (load, bring, show):
            part.add_argument("--calendar", default=DEFAULT_CALENDAR)
        parts.add_parser("presets", help="list the presets and which of them is adopted")
        adopt = parts.add_parser("adopt", help="go by a preset from a day on")
        adopt.add_argument("preset")
        adopt.add_argument("--from", dest="from_on", type=_day, required=True)
        adopt.add_argument("--to", dest="to_on", type=_day)

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Do the part that was asked for."""
        with translation.override(settings.LANGUAGE_CODE):
            return getattr(self, f"_{options['part']}")(options)  # type: ignore[no-any-return]

    def _load(self, options: dict[str, Any]) -> None:
        count = load_calendar_year(options["calendar"], options["year"])
        self._loaded(options["calendar"], options["year"], count)

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise WrongInput(
                _("“{file}” cannot be read: {reason}.").format(file=path, reason=reason_of(problem))
            ) from None
        file = read_holiday_file(content, year=options["year"])
        count = import_holidays(
            options["calendar"], file, source=path.name, verified=options["verified"]
        )
        self._loaded(options["calendar"], file.year, count)

    def _loaded(self, code: str, year: int, count: int) -> None:
        self.stdout.write(
            _("Calendar “{code}” knows {year}: {count} special days.").format(
                code=code, year=year, count=count
            )
        )

    def _show(self, options: dict[str, Any]) -> None:
        code, today = options["calendar"], timezone.localdate()
        missing = years_without_calendar(code, today)
        calendar = Calendar.objects.prefetch_related("work_periods", "known_years").get(code=code)
        self.stdout.write(f"{calendar.code}  {calendar}  {calendar.time_zone}")
        if calendar.round_the_clock:
            self.stdout.write(_("Open round the clock."))
        for period in sorted(calendar.work_periods.all(), key=lambda p: (p.weekday, p.opens)):
            self.stdout.write(f"  {period}")
        for known in sorted(calendar.known_years.all(), key=lambda k: k.year):
            state = _("verified") if known.verified else _("not verified")
            self.stdout.write(f"  {known}  {state}")
        self._show_days(calendar.special_days.filter(on__year=options["year"] or today.year))
        for year in missing:
            self.stdout.write(
                _("Warning: the holidays of {year} are not loaded.").format(year=year)
            )
        if missing:
            raise SystemExit(1)

    def _show_days(self, days: Any) -> None:
        run: list[SpecialDay] = []
        for day in [*days.order_by("on"), None]:
            if run and (day is None or not _continues(run[-1], day)):
                until = f" – {run[-1].on}" if len(run) > 1 else ""
                kind = DayKind(run[0].kind).label
                self.stdout.write(f"  {run[0].on}{until}  {kind}  {run[0].name}")
                run = []
            run.append(day)

    def _presets(self, options: dict[str, Any]) -> None:
        adopted: dict[int, list[str]] = {}
        for adoption in Adoption.objects.order_by("from_on"):
            days = f"{adoption.from_on} – {adoption.to_on or ''}"
            adopted.setdefault(adoption.preset_id, []).append(days)
        shown = None
        for rule in PresetRule.objects.select_related("preset").order_by("preset__code", "pk"):
            if rule.preset_id != shown:
                shown = rule.preset_id
                days = "; ".join(adopted.get(shown, [])) or _("not adopted")
                self.stdout.write(f"{rule.preset.code}  {rule.preset}  [{days}]")
            kind = f" / {rule.request_kind}" if rule.request_kind else ""
            limit = limit_words(rule.amount, rule.unit)
            if rule.is_draft:
                limit = _("{limit} (draft, not the final text)").format(limit=limit)
            self.stdout.write(f"  {rule.deadline_class}{kind}: {limit}")

    def _adopt(self, options: dict[str, Any]) -> None:
        adoption = adopt_preset(
            options["preset"], from_on=options["from_on"], to_on=options["to_on"]
        )
        self.stdout.write(
            _("The city goes by “{preset}” from {day} on.").format(
                preset=adoption.preset.code, day=adoption.from_on
            )
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a day; write 2026-01-01") from None


def _continues(last: SpecialDay, day: SpecialDay) -> bool:
    same = (last.kind, last.name) == (day.kind, day.name)
    return same and day.on - last.on == timedelta(days=1)
