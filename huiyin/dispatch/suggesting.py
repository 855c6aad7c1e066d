"""Which unit the catalogue suggests for a case, and why, in whole sentences for the dispatcher."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from huiyin.cases.models import Application, Case, Channel, RequestKind, Status
from huiyin.cases.rules import ApplicationKind, Ruling
from huiyin.departments.models import Unit
from huiyin.departments.queries import time_zone_of
from huiyin.dispatch.book import Book, Names, book_at, facts_of
from huiyin.dispatch.choosing import (
    DISSOLVED,
    ONLY_ASSISTS,
    Choice,
    Chooser,
    Skipped,
    chooser_for,
)
from huiyin.dispatch.models import FOUND_CHOICES, PLACE_CHOICES
from huiyin.dispatch.rules import EMERGENCY, Conditions, Rule, hours_text, season_text

# A class is a word of the presets of deadlines; the one that huiyin itself ships reads well.
CLASS_WORDS = {EMERGENCY: gettext_lazy("an emergency")}
FOUND_WORDS, LEVEL_WORDS = dict(FOUND_CHOICES), dict(PLACE_CHOICES)


@dataclass(frozen=True)
class Suggestion:
    """A unit for a case, why, and by which line; no line where the district coordinates."""

    unit: Unit
    reason: str
    entry: Rule | None
    version: int
    assist: tuple[Unit, ...] = ()


def suggest_units(case: Case, *, at: datetime) -> list[Suggestion]:
    """The unit the catalogue names for a case; two where two lines contradict each other.

    Nothing where no version is in force. Four queries, or six for a version not yet kept.
    """
    return suggestions_for([case], at=at)[case.pk]


def suggestions_for(cases: Iterable[Case], *, at: datetime) -> dict[int, list[Suggestion]]:
    """The suggestions for many cases by their id, with as few queries as for one."""
    rows = list(cases)
    book = book_at(at)
    if book is None:
        return {case.pk: [] for case in rows}
    local = localtime(at, time_zone_of(rows[0].intake_unit)) if rows else at
    known = {case.pk: facts_of(case, at=local) for case in rows}
    places = {place for facts in known.values() for place in facts.place}
    chooser = chooser_for(book, places)
    found = {pk: suggested(chooser, chooser.choose(facts)) for pk, facts in known.items()}
    rid = _rid_of(rows)
    return {pk: [_warned(one, rid.get((pk, one.unit.pk))) for one in found[pk]] for pk in found}


def _rid_of(cases: Iterable[Case]) -> dict[tuple[int, int], datetime]:
    """Which units a ruling has relieved of these cases in their round, and when."""
    back = Application.objects.filter(
        case__in=[case.pk for case in cases if case.status == Status.RECEIVED],
        kind=ApplicationKind.OBJECTION,
        ruling__in=[Ruling.RETURN, Ruling.REDISPATCH],
        round_number=F("case__round_number"),
    )
    rows = back.order_by("ruled_at").values_list("case_id", "unit_id", "ruled_at")
    return {(case, unit): at for case, unit, at in rows if at is not None}


def _warned(suggestion: Suggestion, at: datetime | None) -> Suggestion:
    """A suggestion says so where its unit has objected already and was found right."""
    if at is None:
        return suggestion
    words = {"unit": suggestion.unit, "moment": f"{localtime(at):%Y-%m-%d %H:%M}"}
    warning = _("%(unit)s objected to this case and was relieved of it on %(moment)s.") % words
    return replace(suggestion, reason=f"{warning} {suggestion.reason}")


def suggested(chooser: Chooser, choice: Choice) -> list[Suggestion]:
    """A choice in words."""
    book, before = chooser.book, [_skipped(skipped) for skipped in choice.skipped]
    if not choice.rules:
        return [
            Suggestion(unit, " ".join([*before, _district(unit)]), None, book.number)
            for unit in choice.units
        ]
    after = [_contradiction(choice)] if len(choice.units) > 1 else []
    by_code = {unit.code: unit for unit in chooser.units.values()}
    return [
        Suggestion(
            unit,
            " ".join([*before, line_words(book, rule, unit), *after]),
            rule,
            book.number,
            tuple(by_code[code] for code in rule.assist if _can_assist(by_code, code, unit)),
        )
        for unit, rule in zip(choice.units, choice.rules, strict=True)
    ]


def _can_assist(by_code: dict[str, Unit], code: str, lead: Unit) -> bool:
    unit = by_code.get(code)
    return unit is not None and unit.dissolved_on is None and unit.pk != lead.pk


def line_words(book: Book, rule: Rule, unit: Unit | str) -> str:
    """A line of the catalogue as a sentence."""
    words = {
        "version": book.number,
        "line": rule.number,
        "what": described(book, rule),
        "unit": unit,
        "basis": rule.basis.rstrip("。. "),
    }
    if not rule.basis:
        return _("Version %(version)d, line %(line)d: %(what)s → %(unit)s.") % words
    return _("Version %(version)d, line %(line)d: %(what)s → %(unit)s; basis: %(basis)s.") % words


def described(book: Book, rule: Rule) -> str:
    """What a line is for: its category, place and conditions, in a few words."""
    parts = []
    if rule.category is not None:
        parts.append(_called(book.categories[rule.category]))
    if rule.place is not None:
        parts.append(_called(book.places[rule.place]))
    if rule.level:
        parts.append(str(LEVEL_WORDS[rule.level]))
    parts += list(condition_words(rule.conditions))
    if rule.unit_level:
        level = FOUND_WORDS[rule.unit_level]
        parts.append(_("the %(level)s where it lies") % {"level": level})
    return " × ".join(parts) or _("everything")


def condition_words(conditions: Conditions) -> list[str]:
    """The conditions of a line, each in words."""
    words = [str(RequestKind(kind).label) for kind in sorted(conditions.kinds)]
    words += [str(Channel(channel).label) for channel in sorted(conditions.channels)]
    words += [str(CLASS_WORDS.get(word, word)) for word in sorted(conditions.classes)]
    words += [hours_text(conditions.hours), season_text(conditions.season)]
    if conditions.words:
        words.append(_("says “%(words)s”") % {"words": " / ".join(conditions.words)})
    return [word for word in words if word]


def _called(names: Names) -> str:
    reads_english = (get_language() or "").startswith("en")
    return names.name_en if names.name_en and reads_english else names.name


def _skipped(skipped: Skipped) -> str:
    words = {"line": skipped.rule.number, "unit": skipped.unit}
    if skipped.why == DISSOLVED:
        return _("Line %(line)d names %(unit)s, which was dissolved.") % words
    if skipped.why == ONLY_ASSISTS:
        return (
            _("Line %(line)d names %(unit)s, which does not lead this by its list of duties.")
            % words
        )
    return _("Line %(line)d asks for a unit of this place, and there is none.") % words


def _contradiction(choice: Choice) -> str:
    lines = ", ".join(str(rule.number) for rule in choice.rules)
    return _("Lines %(lines)s are equally close and contradict each other; you choose.") % {
        "lines": lines
    }


def _district(unit: Unit) -> str:
    return _(
        "No line of the catalogue names a unit for this; "
        "the district where it lies coordinates it: %(unit)s."
    ) % {"unit": unit}
