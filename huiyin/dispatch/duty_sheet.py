"""The lists of duties as a sheet, there and back; a sheet replaces all lists at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.departments.models import Official, UnitLevel
from huiyin.dispatch.catalogue import check_editor
from huiyin.dispatch.lines import Known, Line, known_for
from huiyin.dispatch.models import Duty, Stance
from huiyin.logbook.actions import record
from huiyin.office.sheets import Column, SheetRow, rows_of, word_of, written_sheet

COLUMNS = (
    Column("unit", gettext_lazy("Unit (code)"), needed=True),
    Column("unit_name", gettext_lazy("Name of the unit"), width=24),
    Column("unit_level", gettext_lazy("All units of level"), needed=True),
    Column("category", gettext_lazy("Category (code)"), needed=True, width=30),
    Column("category_name", gettext_lazy("Name of the category"), width=20),
    Column("stance", gettext_lazy("Leads or assists"), needed=True),
    Column("basis", gettext_lazy("Legal basis"), width=50),
)
LEVELS: Mapping[str, str | Promise] = dict(UnitLevel.choices)
STANCES: Mapping[str, str | Promise] = dict(Stance.choices)
SHEET_NAME = gettext_lazy("Lists of duties")


def duty_sheet() -> bytes:
    """All lists of duties as a workbook."""
    rows = Duty.objects.select_related("unit", "category")
    cells = [
        {
            "unit": duty.unit.code if duty.unit else "",
            "unit_name": duty.unit.name if duty.unit else "",
            "unit_level": str(LEVELS.get(duty.unit_level, "")),
            "category": duty.category.code,
            "category_name": duty.category.name,
            "stance": str(STANCES[duty.stance]),
            "basis": duty.basis,
        }
        for duty in rows.order_by("unit_level", "unit__code", "category__code")
    ]
    return written_sheet(str(SHEET_NAME), COLUMNS, cells)


@transaction.atomic
def replace_duties(file: BinaryIO, *, by: Official, at: datetime) -> int:
    """Put the duties of a sheet in place of all lists, all or none."""
    check_editor(by)
    rows = rows_of(file, COLUMNS)
    said = [
        Line(category=row.cells.get("category", ""), unit=row.cells.get("unit", "")) for row in rows
    ]
    known = known_for(said)
    duties: dict[tuple[int | None, str, int], Duty] = {}
    for row in rows:
        duty = _duty(row, known)
        key = (duty.unit_id, duty.unit_level, duty.category_id)
        if key in duties:
            raise row.wrong(_("the same unit and category stand twice."))
        duties[key] = duty
    Duty.objects.all().delete()
    Duty.objects.bulk_create(duties.values(), batch_size=1_000)
    record("duties.replaced", about="duties", by=by, at=at, lines=len(duties))
    return len(duties)


def _duty(row: SheetRow, known: Known) -> Duty:
    cells = {column.name: row.cells.get(column.name, "") for column in COLUMNS}
    unit, category = known.units.get(cells["unit"]), known.categories.get(cells["category"])
    if cells["unit"] and unit is None:
        raise row.wrong(_missing(_("unit"), cells["unit"]))
    if category is None:
        raise row.wrong(_missing(_("category"), cells["category"]))
    level = _word(row, cells["unit_level"], LEVELS) if cells["unit_level"] else ""
    if (unit is None) == (not level):
        raise row.wrong(_("name either a unit or a level of units, and not both."))
    if len(cells["basis"]) > 500:
        raise row.wrong(_("the basis has at most 500 characters; make it shorter."))
    stance = _word(row, cells["stance"], STANCES)
    return Duty(unit=unit, unit_level=level, category=category, stance=stance, basis=cells["basis"])


def _missing(what: str, code: str) -> str:
    return _("There is no %(what)s “%(code)s”, or several are called so: use the code.") % {
        "what": what,
        "code": code,
    }


def _word(row: SheetRow, text: str, words: Mapping[str, str | Promise]) -> str:
    try:
        return word_of(text, words)
    except LookupError:
        raise row.wrong(_("“%(word)s” is not in the list.") % {"word": text}) from None
