"""What a notice carries beside its code: moments, numbers, code words and names, checked.

Kept as JSON, turned into words in the reader's language when read. Nothing here is a
resident's: no name, no number, no address, no sentence a resident wrote.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise

from huiyin.departments.models import Official, Unit

# A notice points at a paper; who wants all of it opens the paper.
LONGEST = 200


@dataclass(frozen=True)
class Kind:
    """One kind of fact: how it is kept, and how it is said."""

    name: str
    kept: Callable[[Any], Any]
    said: Callable[[Any, "Names"], str]
    choices: Mapping[str, Promise] | None = None


@dataclass(frozen=True)
class Names:
    """Units and officials that the notices of one page mention, read together."""

    units: Mapping[int, Unit]
    officials: Mapping[int, Official]


def _kept_moment(value: Any) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError("a moment with its time zone")
    return value.isoformat()


def _said_moment(value: str, _names: Names) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")


def _kept_day(value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError("a day")
    return value.isoformat()


def _said_day(value: str, _names: Names) -> str:
    return date_format(date.fromisoformat(value), "DATE_FORMAT")


def _kept_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a whole number")
    return value


def _kept_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text")
    text = " ".join(value.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _kept_unit(value: Any) -> int:
    if not isinstance(value, Unit) or value.pk is None:
        raise TypeError("a unit")
    return int(value.pk)


def _said_unit(value: int, names: Names) -> str:
    return str(names.units.get(value, ""))


def _kept_official(value: Any) -> int:
    if not isinstance(value, Official) or value.pk is None:
        raise TypeError("an official")
    return int(value.pk)


def _said_official(value: int, names: Names) -> str:
    return str(names.officials.get(value, ""))


def _plain(value: Any, _names: Names) -> str:
    return str(value)


MOMENT = Kind("moment", _kept_moment, _said_moment)
DAY = Kind("day", _kept_day, _said_day)
NUMBER = Kind("number", _kept_number, _plain)
# The number of another case.
CASE = Kind("case", _kept_text, _plain)
# Words of an official or of the city's own settings, never of a resident.
TEXT = Kind("text", _kept_text, _plain)
UNIT = Kind("unit", _kept_unit, _said_unit)
OFFICIAL = Kind("official", _kept_official, _said_official)


def one_of(choices: Mapping[str, Promise]) -> Kind:
    """A code word out of these."""

    def kept(value: Any) -> str:
        if str(value) not in choices:
            raise TypeError("one of " + ", ".join(sorted(choices)))
        return str(value)

    def said(value: str, _names: Names) -> str:
        return str(choices.get(value, value))

    return Kind("code", kept, said, choices)
