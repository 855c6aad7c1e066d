"""The catalogue as a sheet, there and back: what was exported comes in again the same."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.cases.models import Category, Channel, RequestKind
from huiyin.departments.models import Unit
from huiyin.dispatch.lines import Line, checked, known_for, lines_of, numbered
from huiyin.dispatch.models import FOUND_CHOICES, PLACE_CHOICES, CatalogueVersion
from huiyin.office.problems import WrongInput
from huiyin.office.sheets import Column, SheetRow, parted, rows_of, word_of, written_sheet

COLUMNS = (
    Column("number", gettext_lazy("Line"), width=8),
    Column("category", gettext_lazy("Category (code)"), needed=True, width=30),
    Column("category_name", gettext_lazy("Name of the category"), width=20),
    Column("place", gettext_lazy("Place (code)")),
    Column("place_level", gettext_lazy("Place known down to")),
    Column("kinds", gettext_lazy("Kinds of request")),
    Column("channels", gettext_lazy("Channels")),
    Column("classes", gettext_lazy("Deadline classes")),
    Column("hours", gettext_lazy("Time of day")),
    Column("season", gettext_lazy("Season")),
    Column("words", gettext_lazy("Words")),
    Column("unit", gettext_lazy("Unit (code)"), needed=True),
    Column("unit_name", gettext_lazy("Name of the unit"), width=24),
    Column("unit_level", gettext_lazy("Unit of the place at level"), needed=True),
    Column("assist", gettext_lazy("Assisting units (codes)")),
    Column("basis", gettext_lazy("Legal basis"), width=50),
    Column("note", gettext_lazy("Note"), width=30),
)
KINDS: Mapping[str, str | Promise] = dict(RequestKind.choices)
CHANNELS: Mapping[str, str | Promise] = dict(Channel.choices)
SHEET_NAME = gettext_lazy("Dispatch catalogue")


def catalogue_sheet(version: CatalogueVersion) -> bytes:
    """All lines of a version as a workbook."""
    lines = lines_of(version)
    categories = dict(
        Category.objects.filter(code__in={line.category for line in lines}).values_list(
            "code", "name"
        )
    )
    units = dict(
        Unit.objects.filter(code__in={line.unit for line in lines}).values_list("code", "name")
    )
    rows = [
        _cells(line)
        | {"category_name": categories.get(line.category, ""), "unit_name": units.get(line.unit)}
        for line in lines
    ]
    tidy = [{name: value or "" for name, value in row.items()} for row in rows]
    return written_sheet(str(SHEET_NAME), COLUMNS, tidy)


def lines_in(file: BinaryIO) -> list[Line]:
    """The lines of a sheet, all checked; or one sentence that names the row that is wrong."""
    rows = rows_of(file, COLUMNS)
    if not rows:
        raise WrongInput(_("The sheet has no row below its headings."))
    read = [(row, _line(row)) for row in rows]
    known = known_for(line for _row, line in read)
    tidy = []
    for row, line in read:
        try:
            kept = checked(line, known)
        except WrongInput as problem:
            raise row.wrong(problem) from None
        tidy.append(
            Line(
                number=line.number,
                category=kept.category.code if kept.category else "",
                place=kept.place.code if kept.place else "",
                place_level=kept.place_level,
                conditions=kept.conditions,
                unit=kept.unit.code if kept.unit else "",
                unit_level=kept.unit_level,
                assist=tuple(kept.assist),
                basis=kept.basis,
                note=kept.note,
            )
        )
    return numbered(tidy)


def _cells(line: Line) -> dict[str, Any]:
    conditions, levels = line.conditions, dict(PLACE_CHOICES) | dict(FOUND_CHOICES)
    return {
        "number": line.number,
        "category": line.category,
        "place": line.place,
        "place_level": str(levels.get(line.place_level, "")),
        "kinds": ", ".join(str(KINDS[kind]) for kind in conditions.get("kinds", ())),
        "channels": ", ".join(str(CHANNELS[one]) for one in conditions.get("channels", ())),
        "classes": ", ".join(conditions.get("classes", ())),
        "hours": conditions.get("hours", ""),
        "season": conditions.get("season", ""),
        "words": ", ".join(conditions.get("words", ())),
        "unit": line.unit,
        "unit_level": str(dict(FOUND_CHOICES).get(line.unit_level, "")),
        "assist": ", ".join(line.assist),
        "basis": line.basis,
        "note": line.note,
    }


def _line(row: SheetRow) -> Line:
    cells = {column.name: row.cells.get(column.name, "") for column in COLUMNS}
    conditions = {
        "kinds": _words(row, cells["kinds"], KINDS),
        "channels": _words(row, cells["channels"], CHANNELS),
        "classes": parted(cells["classes"]),
        "words": parted(cells["words"]),
        "hours": cells["hours"],
        "season": cells["season"],
    }
    return Line(
        number=_number(row, cells["number"]),
        category=cells["category"],
        place=cells["place"],
        place_level=_level(row, cells["place_level"], dict(PLACE_CHOICES)),
        conditions={name: value for name, value in conditions.items() if value},
        unit=cells["unit"],
        unit_level=_level(row, cells["unit_level"], dict(FOUND_CHOICES)),
        assist=tuple(parted(cells["assist"])),
        basis=cells["basis"],
        note=cells["note"],
    )


def _number(row: SheetRow, text: str) -> int:
    if not text:
        return 0
    if not text.isdecimal() or not 0 < int(text) < 1_000_000:
        raise row.wrong(_("the line number “%(text)s” is no whole number.") % {"text": text})
    return int(text)


def _level(row: SheetRow, text: str, levels: Mapping[str, str | Promise]) -> str:
    if not text:
        return ""
    try:
        return word_of(text, levels)
    except LookupError:
        raise row.wrong(_("There is no level “%(level)s”.") % {"level": text}) from None


def _words(row: SheetRow, text: str, words: Mapping[str, str | Promise]) -> list[str]:
    try:
        return [word_of(part, words) for part in parted(text)]
    except LookupError as odd:
        raise row.wrong(_("“%(word)s” is not in the list.") % {"word": odd.args[0]}) from None
