"""How contents are said in the language of the reader: names, moments, windows, changes."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from huiyin.reports.issued.rules import Kind

Contents = dict[str, Any]
NOTHING = "–"
TITLES = {
    Kind.DAY: gettext_lazy("Daily report on residents' requests"),
    Kind.WEEK: gettext_lazy("Weekly report on residents' requests"),
    Kind.MONTH: gettext_lazy("Monthly report on residents' requests"),
}
BEFORE = {
    Kind.DAY: gettext_lazy("day before"),
    Kind.WEEK: gettext_lazy("week before"),
    Kind.MONTH: gettext_lazy("window before"),
}
EVENTS = {
    "contacted": gettext_lazy("residents contacted"),
    "solved": gettext_lazy("called solved"),
    "satisfied": gettext_lazy("called satisfied"),
    "basically": gettext_lazy("basically satisfied"),
    "on_time": gettext_lazy("answered on time"),
}
# What stands in the path of a change, where it is no code of a unit, group or category.
PLACES = {
    "net": gettext_lazy("without exclusions"),
    "all": gettext_lazy("with exclusions"),
    "n": gettext_lazy("valid call-backs"),
    "received": gettext_lazy("received"),
    "closed": gettext_lazy("closed"),
    "excluded_n": gettext_lazy("excluded"),
    "waiting_n": gettext_lazy("not yet callable"),
    "not_reached_n": gettext_lazy("asked in vain"),
    "score": gettext_lazy("composite score"),
    "rate": gettext_lazy("rate in per cent"),
    "credit": gettext_lazy("credited"),
    "interval": gettext_lazy("interval"),
    "places": gettext_lazy("places"),
    "bands": gettext_lazy("bands"),
    "rank": gettext_lazy("place"),
    "now": gettext_lazy("this window"),
    "before": gettext_lazy("window before"),
    "total": gettext_lazy("whole city"),
    "period": gettext_lazy("assessment window"),
    "groups": gettext_lazy("table of units"),
    "outside": gettext_lazy("units in no group"),
    "categories": gettext_lazy("matters"),
    "specials": gettext_lazy("matters watched apart"),
    "waiting": gettext_lazy("waiting"),
    "caliber": gettext_lazy("caliber"),
    "changes": gettext_lazy("comparison"),
    "name": gettext_lazy("name"),
    "digest": gettext_lazy("digest"),
    **EVENTS,
}
# Words of a path that tell the reader nothing.
SILENT = frozenset({"rows", "parts", "counts"})


def reads_english() -> bool:
    """Whether the reader's language is English."""
    return (get_language() or "").startswith("en")


def name_of(row: Contents, *, without: object = "") -> str:
    """The name of a unit, group, category or matter for the reader."""
    if reads_english() and row.get("name_en"):
        return str(row["name_en"])
    return str(row.get("name") or without)


def moment(text: str, zone: str) -> str:
    """A moment on the clock of the city."""
    return f"{datetime.fromisoformat(text).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def day(text: str) -> str:
    """A day as the reader's language writes it."""
    return date_format(date.fromisoformat(text), "DATE_FORMAT")


def span_words(span: Contents, zone: str) -> str:
    """From when to when a window goes, both moments said."""
    return _("from %(start)s to %(end)s") % {
        "start": moment(span["start"], zone),
        "end": moment(span["end"], zone),
    }


def span_name(kind: str, span: Contents) -> str:
    """The window as it stands in the title."""
    if kind == Kind.MONTH:
        return str(span["name"])
    if span["first"] == span["last"]:
        return day(span["first"])
    return _("%(first)s to %(last)s") % {"first": day(span["first"]), "last": day(span["last"])}


def run_on(sentences: list[str]) -> str:
    """Sentences one after the other; Chinese has no space between them."""
    return (" " if reads_english() else "").join(sentences)


def percent(rate: str | None) -> str:
    """A rate with its sign."""
    return NOTHING if rate is None else f"{rate}%"


def also_words(other: str, words: str) -> str:
    """The same figure with, or without, what is excluded."""
    if other == "all":
        return _("with exclusions: %(value)s") % {"value": words}
    return _("without exclusions: %(value)s") % {"value": words}


def part_of(tally: Contents, code: str) -> Contents:
    """One part of a tally."""
    return next(part for part in tally["parts"] if part["code"] == code)


def change_words(path: list[str], contents: Contents) -> str:
    """Which figure a correction changed, in words."""
    names = _names_in(contents)
    said = [str(names.get(word) or PLACES.get(word) or word) for word in path if word not in SILENT]
    return " · ".join(word for word in said if word)


def _names_in(contents: Contents) -> dict[str, str]:
    """The codes of contents with their names."""
    period = contents.get("period") or {}
    groups = [*contents["groups"], *period.get("groups", [])]
    rows = [
        *contents["caliber"]["parts"],
        *contents["specials"],
        *contents["categories"]["rows"],
        *contents["waiting"]["units"],
        *contents["outside"],
        *(row for group in groups for row in group["rows"]),
        *groups,
    ]
    return {row["code"]: name_of(row) for row in rows if row["code"]}
