"""What somebody wants counted, as it is typed or linked: a caliber, a window, a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils.translation import gettext as _

from huiyin.counting.calibers.adopting import caliber_named, caliber_on
from huiyin.counting.rates import Table, rates
from huiyin.counting.rules import Caliber
from huiyin.counting.windows import Span, window_at, window_named
from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of
from huiyin.office.problems import WrongInput

WINDOWS = ("window", "daily", "weekly")


@dataclass(frozen=True)
class Wanted:
    """A window of a city by a caliber, as it was known at a moment."""

    caliber: Caliber
    span: Span
    city: Unit
    as_of: datetime

    def table(self) -> Table:
        """Count it."""
        return rates(
            self.caliber, (self.span.start, self.span.end), city=self.city, as_of=self.as_of
        )


def wanted(
    city: Unit, *, caliber: str = "", window: str = "", as_of: datetime, of: str = "window"
) -> Wanted:
    """Find what is meant: without a name the caliber of that time, and the present window.

    `of` says which of a caliber's ways to cut time is meant: its window, its days or its weeks.
    """
    if of not in WINDOWS:
        raise WrongInput(_("There is no such way to cut time; choose one that is offered."))
    zone = time_zone_of(city)
    today = as_of.astimezone(zone).date()
    if caliber:
        chosen = caliber_named(caliber, on=today)
        return Wanted(chosen, _span(chosen, window, of, as_of, zone), city, as_of)
    # By which caliber a window is counted depends on its days, which depend on the caliber.
    chosen = caliber_on(today)
    chosen = caliber_on(_span(chosen, window, of, as_of, zone).last)
    return Wanted(chosen, _span(chosen, window, of, as_of, zone), city, as_of)


def moment_wanted(text: str, *, city: Unit, now: datetime) -> datetime:
    """The moment as of which figures are asked for: now, or one in the past.

    A day without an hour means its end by the clock of the city.
    """
    if not text.strip():
        return now
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as reason:
        raise WrongInput(
            _("“%(text)s” is no moment; write it as 2026-11-01T12:00, or a day as 2026-11-01.")
            % {"text": text}
        ) from reason
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=time_zone_of(city))
    if moment > now:
        raise WrongInput(_("Nothing is known of what is to come; ask as of a moment in the past."))
    if len(text.strip()) == len("2026-11-01"):
        return min(moment + timedelta(days=1), now)
    return moment


def _span(caliber: Caliber, window: str, of: str, as_of: datetime, zone: tzinfo) -> Span:
    cut = getattr(caliber, of)
    if window.strip():
        return window_named(cut, window, zone=zone)
    return window_at(cut, as_of, zone=zone)
