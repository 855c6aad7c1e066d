"""How a wait stands, in words: what is left of it, or how long it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    """To the hour while days are left, then to the minute: "1 week" hides six of its days."""
    whole = int((end - start).total_seconds()) // 60
    days, hours, minutes = whole // 1440, whole % 1440 // 60, whole % 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes} if minutes else _("less than a minute")
