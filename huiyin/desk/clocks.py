"""How a wait stands, in words: what is left of it, or how long it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timesince import timesince
from django.utils.translation import gettext as _

SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Clock:
    """A moment to be met, seen from now."""

    until: datetime
    words: str
    tone: str


def clock(until: datetime | None, *, now: datetime) -> Clock | None:
    """How a wait stands that may last until a moment; None where none is set."""
    if until is None:
        return None
    if until < now:
        words = _("overdue by %(span)s") % {"span": _span(until, now)}
        return Clock(until, words, "bad")
    words = _("%(span)s left") % {"span": _span(now, until)}
    return Clock(until, words, "warn" if until - now < SOON else "quiet")


def _span(start: datetime, end: datetime) -> str:
    if end - start < timedelta(minutes=1):
        return _("less than a minute")
    return timesince(start, end)
