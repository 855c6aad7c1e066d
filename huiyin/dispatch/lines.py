"""One line of the catalogue as it is written by codes: on a page, in a sheet, in a difference.

Codes and not ids, so that a sheet can travel from one city's system to another and back.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from huiyin.cases.models import Category, Channel, RequestKind
from huiyin.departments.models import Unit
from huiyin.dispatch.models import FOUND_CHOICES, PLACE_CHOICES, CatalogueLine, CatalogueVersion
from huiyin.dispatch.rules import BadCondition, conditions_of, kept
from huiyin.office.problems import WrongInput
from huiyin.places.models import Place

LONGEST = {"basis": 500, "note": 300}


@dataclass(frozen=True)
class Line:
    """A line in codes; `number` 0 asks for the next free one."""

    number: int = 0
    category: str = ""
    place: str = ""
    place_level: str = ""
    conditions: dict[str, Any] = field(default_factory=dict)
    unit: str = ""
    unit_level: str = ""
    assist: tuple[str, ...] = ()
    basis: str = ""
    note: str = ""


def lines_of(version: CatalogueVersion) -> list[Line]:
    """The lines of a version in codes, by their number."""
    rows = CatalogueLine.objects.filter(version=version).order_by("number")
    return [
        Line(
            number=row["number"],
            category=row["category__code"] or "",
            place=row["place__code"] or "",
            place_level=row["place_level"],
            conditions=row["conditions"],
            unit=row["unit__code"] or "",
            unit_level=row["unit_level"],
            assist=tuple(row["assist"]),
            basis=row["basis"],
            note=row["note"],
        )
        for row in rows.values(
            *("number", "category__code", "place__code", "place_level", "conditions"),
            *("unit__code", "unit_level", "assist", "basis", "note"),
        )
    ]


def digest_of(lines: Iterable[Line]) -> str:
    """A digest over all lines, whatever order they come in."""
    rows = [asdict(line) for line in sorted(lines, key=lambda line: line.number)]
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Known:
    """What the codes and names of some lines stand for."""

    categories: dict[str, Category]
    places: dict[str, Place]
    units: dict[str, Unit]


def known_for(lines: Iterable[Line]) -> Known:
    """Look up everything that lines name, by code or by a name that only one thing has."""
    rows = list(lines)
    codes = {code for line in rows for code in (line.unit, *line.assist) if code}
    return Known(
        categories=_named(Category, {line.category for line in rows if line.category}),
        places=_named(Place, {line.place for line in rows if line.place}),
        units=_named(Unit, codes),
    )


def _named(model: Any, words: set[str]) -> dict[str, Any]:
    if not words:
        return {}
    found: dict[str, Any] = {}
    twice: set[str] = set()
    rows = list(model.objects.filter(Q(code__in=words) | Q(name__in=words)))
    for row in rows:
        if row.name in found:
            twice.add(row.name)
        found[row.name] = row
    for name in twice:
        del found[name]
    # A code always means the thing that bears it, also where something is called so.
    return found | {row.code: row for row in rows}


def checked(line: Line, known: Known) -> CatalogueLine:
    """A line as it is kept, or one sentence that says what is wrong with it."""
    row = CatalogueLine(
        number=line.number,
        category=_found(line.category, known.categories, _("category")),
        place=_found(line.place, known.places, _("place")),
        place_level=line.place_level,
        conditions=_conditions(line),
        unit=_found(line.unit, known.units, _("unit")),
        unit_level=line.unit_level,
        assist=[_found(code, known.units, _("unit")).code for code in line.assist],
        basis=line.basis.strip(),
        note=line.note.strip(),
    )
    if (row.unit is None) == (not row.unit_level):
        raise WrongInput(
            _("Name either the unit or the level whose unit answers for the place, and not both.")
        )
    for name, most in LONGEST.items():
        if len(getattr(row, name)) > most:
            raise WrongInput(
                _("The basis has at most 500 characters, the note 300; make it shorter.")
            )
    levels = (
        (row.place_level, dict(PLACE_CHOICES)),
        (row.unit_level, dict(FOUND_CHOICES)),
    )
    for level, choices in levels:
        if level and level not in choices:
            raise WrongInput(_("There is no level “%(level)s”.") % {"level": level})
    return row


def _found(code: str, known: dict[str, Any], what: str) -> Any:
    if not code:
        return None
    if code not in known:
        raise WrongInput(
            _("There is no %(what)s “%(code)s”, or several are called so: use the code.")
            % {"what": what, "code": code}
        )
    return known[code]


def _conditions(line: Line) -> dict[str, Any]:
    try:
        conditions = conditions_of(line.conditions)
    except BadCondition as bad:
        raise WrongInput(CONDITION_FAULTS.get(bad.field, bad.field)()) from None
    odd = [kind for kind in sorted(conditions.kinds) if kind not in RequestKind.values]
    odd += [channel for channel in sorted(conditions.channels) if channel not in Channel.values]
    if odd:
        raise WrongInput(_("“%(word)s” is not in the list.") % {"word": odd[0]})
    return kept(conditions)


CONDITION_FAULTS: dict[str, Any] = {
    "hours": lambda: _("Write the time of day like 22:00-06:00."),
    "season": lambda: _("Write the season like 11-15~03-15, with month and day."),
}


def numbered(lines: Sequence[Line], *, after: int = 0) -> list[Line]:
    """Give numbers to lines without one, by what they say and not by where they stand."""
    taken = [line.number for line in lines if line.number]
    if len(taken) != len(set(taken)):
        twice = next(number for number in taken if taken.count(number) > 1)
        raise WrongInput(_("Line number %(number)d stands twice.") % {"number": twice})
    free = max([after, *taken])
    new = sorted((line for line in lines if not line.number), key=_said)
    given = [Line(**{**line.__dict__, "number": free + at}) for at, line in enumerate(new, start=1)]
    return sorted([*(line for line in lines if line.number), *given], key=lambda row: row.number)


def _said(line: Line) -> str:
    return json.dumps(asdict(line), ensure_ascii=False, sort_keys=True)
