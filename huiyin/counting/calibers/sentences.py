"""A caliber in plain sentences, and what differs between two: every decision is said.

Pages, the command and the reference print these; two calibers with different digests differ in at
least one of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from huiyin.cases.models import RequestKind
from huiyin.counting.calibers.models import Basis
from huiyin.counting.rules import (
    Below,
    Caliber,
    Compared,
    Denominator,
    Event,
    Group,
    Half,
    Merged,
    Open,
    Part,
    RankedBy,
    RoundedWhen,
    Rounds,
    Tie,
    Totals,
    Window,
    WindowKind,
    ZeroN,
)
from huiyin.departments.models import UnitLevel

Words = Mapping[StrEnum, str | Promise]
DENOMINATORS: Words = {
    Denominator.VALID_CALL_BACKS: gettext_lazy(
        "Rounds whose resident was reached within the window."
    ),
    Denominator.CALL_BACKS: gettext_lazy(
        "Rounds whose call-back ended within the window, reached or not."
    ),
    Denominator.CLOSED: gettext_lazy("Rounds of requests closed within the window."),
    Denominator.ANSWERED: gettext_lazy("Rounds answered within the window."),
    Denominator.RECEIVED: gettext_lazy("Rounds of requests received within the window."),
}
EVENTS: Words = {
    Event.CONTACTED: gettext_lazy("contacted"),
    Event.SOLVED: gettext_lazy("solved"),
    Event.SATISFIED: gettext_lazy("satisfied"),
    Event.BASICALLY: gettext_lazy("basically satisfied"),
    Event.ON_TIME: gettext_lazy("answered in time"),
}
MERGED: Words = {
    Merged.PER_VOICE: gettext_lazy("Each resident of a merged request counts."),
    Merged.PER_PARENT: gettext_lazy("A merged request counts once."),
}
ROUNDS: Words = {
    Rounds.LAST: gettext_lazy("Of several rounds the last counts."),
    Rounds.FIRST: gettext_lazy("Of several rounds the first counts."),
    Rounds.EVERY: gettext_lazy("Every round counts."),
}
NOT_YET: Words = {
    Open.LEAVE_OUT: gettext_lazy(
        "Answered and not yet asked: left out, and their number is shown."
    ),
    Open.COUNT_AS_OPEN: gettext_lazy("Answered and not yet asked: counted, with nothing credited."),
}
NOT_REACHED: Words = {
    Open.LEAVE_OUT: gettext_lazy("Asked in vain: left out, and their number is shown."),
    Open.COUNT_AS_OPEN: gettext_lazy("Asked in vain: counted, with nothing credited."),
}
RANKED_BY: Words = {
    RankedBy.NET: gettext_lazy(
        "Places are given without what is excluded; both figures are shown."
    ),
    RankedBy.ALL: gettext_lazy("Places are given with what is excluded; both figures are shown."),
}
ZERO_N: Words = {
    ZeroN.ZERO: gettext_lazy("A unit of which nothing was counted gets 0 and the last place."),
    ZeroN.NOT_RATED: gettext_lazy("A unit of which nothing was counted is not rated."),
}
TIES: Words = {
    Tie.RECEIVED_DESC: gettext_lazy("more received first"),
    Tie.RECEIVED_ASC: gettext_lazy("fewer received first"),
    Tie.COUNTED_DESC: gettext_lazy("more counted first"),
    Tie.CODE: gettext_lazy("by the unit's code"),
}
TOTALS: Words = {
    Totals.SUM: gettext_lazy("The last row is counted from all requests of the group."),
    Totals.UNWEIGHTED_MEAN: gettext_lazy(
        "The last row is the mean of the units, each weighing the same."
    ),
}
COMPARED: Words = {
    Compared.PER_DAY: gettext_lazy("Counts of windows of unequal length are compared per day."),
    Compared.AS_IS: gettext_lazy("Counts of windows of unequal length are compared as they are."),
}
BELOW: Words = {
    Below.COUNT_UP: gettext_lazy(
        "The work of a unit in no group counts for the ranked unit above it."
    ),
    Below.LEAVE_OUT: gettext_lazy("The work of a unit in no group counts for nobody."),
}
WHEN: Words = {
    RoundedWhen.BEFORE_SORTING: gettext_lazy("Scores are rounded first and then ranked."),
    RoundedWhen.DISPLAY_ONLY: gettext_lazy(
        "Scores are ranked exactly and rounded only when shown."
    ),
}
HALVES: Words = {
    Half.UP: gettext_lazy("A half is rounded up."),
    Half.EVEN: gettext_lazy("A half is rounded to the even digit."),
}


@dataclass(frozen=True)
class Saying:
    """One decision of a caliber: its name in the text, its heading, and what it says."""

    key: str
    heading: str
    words: str


@dataclass(frozen=True)
class Difference:
    """A decision that two calibers take differently; empty where one does not have it."""

    key: str
    heading: str
    old: str
    new: str


def reads_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def name_of(thing: Caliber | Group | Part) -> str:
    """The name of a caliber, a part or a group in the reader's language."""
    return thing.name_en if thing.name_en and reads_english() else thing.name


def source_of(caliber: Caliber) -> str:
    """Where a caliber is from, in the reader's language."""
    return caliber.source_en if caliber.source_en and reads_english() else caliber.source


def unknown_in(caliber: Caliber) -> tuple[str, ...]:
    """What its source leaves open, in the reader's language."""
    return caliber.unknown_en if caliber.unknown_en and reads_english() else caliber.unknown


def sayings(caliber: Caliber) -> list[Saying]:
    """Everything that a caliber decides, as sentences."""
    return [*_how_counted(caliber), *_how_ranked(caliber), *_who(caliber)]


def differences(old: Caliber, new: Caliber) -> list[Difference]:
    """What differs between two calibers, decision by decision, for people."""
    before = {each.key: each for each in [*_head(old), *sayings(old)]}
    after = {each.key: each for each in [*_head(new), *sayings(new)]}
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        was, is_now = before.get(key), after.get(key)
        heading = (was or is_now or Saying(key, key, "")).heading
        old_words, new_words = (each.words if each else "" for each in (was, is_now))
        if old_words != new_words:
            found.append(Difference(key, heading, old_words, new_words))
    return found


def formula(caliber: Caliber) -> str:
    """The score as one line: 100 × (0.1 × … + 0.5 × …)."""
    parts = [f"{plain_number(part.weight)} × {name_of(part)}" for part in caliber.parts]
    return f"100 × ({' + '.join(parts)})"


def plain_number(value: Decimal) -> str:
    """A number without needless zeros."""
    return f"{value.normalize():f}"


def _head(caliber: Caliber) -> Iterator[Saying]:
    yield Saying("code", _("Code"), caliber.code)
    yield Saying("name", _("What it is called"), f"{caliber.name} / {caliber.name_en}")
    yield Saying("source", _("Source"), f"{caliber.source} / {caliber.source_en}")
    yield Saying("valid_from", _("Holds at the earliest from"), str(caliber.valid_from or ""))
    yield Saying("unknown", _("Not known"), " ".join([*caliber.unknown, *caliber.unknown_en]))


def _how_counted(caliber: Caliber) -> Iterator[Saying]:
    yield Saying("window", _("Window"), window_words(caliber.window))
    yield Saying("daily", _("Day of the daily report"), window_words(caliber.daily))
    yield Saying("weekly", _("Week of the weekly report"), window_words(caliber.weekly))
    yield Saying("denominator", _("What is counted"), str(DENOMINATORS[caliber.denominator]))
    kinds = dict(RequestKind.choices)
    said = _(", ").join(str(kinds[kind]) for kind in caliber.request_kinds)
    yield Saying("request_kinds", _("Kinds of requests"), said or _("All kinds."))
    yield Saying("merged", _("Merged requests"), str(MERGED[caliber.merged]))
    yield Saying("rounds", _("Rounds"), str(ROUNDS[caliber.rounds]))
    yield Saying("not_yet_callable", _("Not yet asked"), str(NOT_YET[caliber.not_yet_callable]))
    yield Saying("not_reached", _("Not reached"), str(NOT_REACHED[caliber.not_reached]))
    yield Saying("parts", _("Order of the parts"), formula(caliber))
    for part in caliber.parts:
        yield Saying(f"part.{part.code}", _part_heading(part), _part_words(part))


def _how_ranked(caliber: Caliber) -> Iterator[Saying]:
    yield Saying("ranked_by", _("Which figure ranks"), str(RANKED_BY[caliber.ranked_by]))
    yield Saying("zero_n", _("Nothing counted"), str(ZERO_N[caliber.zero_n]))
    few = _("Units with fewer than %(n)d counted rounds are shown and not ranked.")
    least = few % {"n": caliber.min_n} if caliber.min_n else _("No least number.")
    yield Saying("min_n", _("Least number"), least)
    ties = _(", then ").join(str(TIES[tie]) for tie in caliber.ties)
    shared = _("Units with the same score share a place.")
    yield Saying("ties", _("Same score"), ties or shared)
    yield Saying("totals", _("Last row"), str(TOTALS[caliber.totals]))
    yield Saying("compared", _("Comparison"), str(COMPARED[caliber.compared]))
    rounding = caliber.rounding
    digits = _("The score has %(score)d digits after the point, a rate %(rate)d.")
    facts = {"score": rounding.digits, "rate": rounding.rate_digits}
    words = f"{digits % facts} {WHEN[rounding.when]} {HALVES[rounding.half]}"
    yield Saying("rounding", _("Rounding"), words)


def _who(caliber: Caliber) -> Iterator[Saying]:
    order = _(", ").join(name_of(group) for group in caliber.groups)
    yield Saying("groups", _("Order of the groups"), order)
    for group in caliber.groups:
        heading = _("Group “%(name)s”") % {"name": name_of(group)}
        names = f" [{group.name} / {group.name_en}]" if group.name_en else ""
        yield Saying(f"group.{group.code}", heading, _units(group.levels, group.units) + names)
    outside = _units(caliber.outside_levels, caliber.outside_units)
    yield Saying("outside", _("Knowingly not ranked"), outside)
    yield Saying("below", _("Units below"), str(BELOW[caliber.below]))
    basis = str(Basis(caliber.population).label)
    yield Saying("population", _("Per 10,000 people"), basis)


def _units(levels: tuple[str, ...], units: tuple[str, ...]) -> str:
    words = [str(UnitLevel(level).label) for level in levels]
    return _(", ").join([*words, *units]) or _("none")


def _part_heading(part: Part) -> str:
    return _("Part “%(name)s”") % {"name": name_of(part)}


def _part_words(part: Part) -> str:
    credit = _(", ").join(
        f"{EVENTS[event]} = {plain_number(worth)}" for event, worth in part.credit_rows
    )
    facts = {"weight": plain_number(part.weight), "credits": credit}
    words = _("Weight %(weight)s; a counted round is worth: %(credits)s.") % facts
    return f"{words} [{part.name} / {part.name_en}]" if part.name_en else words


def window_words(window: Window) -> str:
    """How time is cut, as a sentence."""
    facts = {
        "hour": f"{window.starts_at:%H:%M}",
        "first": window.first_day,
        "last": window.first_day - 1,
        "length": window.length,
        "anchor": window.anchor,
    }
    sentence = {
        WindowKind.MONTH: _("The calendar month; a day begins at %(hour)s."),
        WindowKind.MONTH_FROM_DAY: _(
            "From day %(first)d of one month to day %(last)d of the next; a day begins at %(hour)s."
        ),
        WindowKind.DAYS: _("%(length)d days, counted from %(anchor)s; a day begins at %(hour)s."),
        WindowKind.LISTED: _("The windows of a list; a day begins at %(hour)s."),
    }[window.kind]
    words = sentence % facts
    if window.starts_at.hour >= 12:
        words += " " + _("It begins on the day before and ends on the day it is named for.")
    listed = [f"{each.name} {each.first} – {each.last}" for each in window.periods]
    return " ".join([words, *listed])
