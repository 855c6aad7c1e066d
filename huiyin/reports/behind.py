"""The cases behind a figure of a month: exactly those that the figure counts."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.departments.models import Unit
from huiyin.office.problems import WrongInput
from huiyin.reports.months import COUNTED, JUDGED, asked_of

NAMED = re.compile(r"%\((\w+)\)s")
# The row of the cases that no unit leads; no unit bears such a code.
LED_BY_NONE = "-"


@dataclass(frozen=True)
class Cell:
    """One number of the table of a month: which figure, and in which row, if not in the total."""

    figure: str
    row: str = ""


def cases_behind(
    cell: Cell, unit: Unit, month: str, *, city: Unit, as_of: datetime
) -> QuerySet[Case]:
    """The cases that a number of a unit's month counts, as it stood at a moment."""
    if cell.figure not in COUNTED:
        raise WrongInput(_("There is no figure “%(name)s”.") % {"name": cell.figure})
    values = asked_of(city, month, as_of=as_of, unit=None if unit.pk == city.pk else unit)
    query = f"{JUDGED} SELECT id FROM judged WHERE {COUNTED[cell.figure]}"  # noqa: S608 - ours
    if cell.row == LED_BY_NONE:
        query += " AND unit_id IS NULL"
    elif cell.row:
        query += " AND unit_id = (SELECT id FROM departments_unit WHERE code = %(row)s)"
        values["row"] = cell.row
    places = [values[name] for name in NAMED.findall(query)]
    # Only our own words stand in the query; what was asked goes in as values.
    counted = RawSQL(NAMED.sub("%s", query), places)  # noqa: S611
    return Case.objects.filter(pk__in=counted)
