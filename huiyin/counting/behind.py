"""The cases behind a figure of the rates: exactly those that it counts."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.counting.belonging import Register, behind_group, behind_row
from huiyin.counting.facts.folding import settle
from huiyin.counting.facts.reading import (
    KNOWN,
    WHEN,
    Question,
    asked_of,
    moment_of,
    not_yet_of_facts,
    rounds_of_facts,
    voices_of_facts,
    waits_by,
)
from huiyin.counting.facts.rules import Moment
from huiyin.counting.rules import Caliber
from huiyin.counting.tally import asks_residents, counts_as_open
from huiyin.departments.models import Unit
from huiyin.office.problems import WrongInput

NAMED = re.compile(r"%\((\w+)\)s")
NET, ALL = "net", "all"
# What a figure asks of a fact beside lying in the window by the moment of the denominator.
SAID = {
    "responded": "contacted",
    "not_responded": "NOT contacted",
    "solved": "solved",
    "not_solved": "NOT solved",
    "satisfied": "satisfied = 'satisfied'",
    "basically": "satisfied = 'basically'",
    "dissatisfied": "satisfied = 'dissatisfied'",
    "on_time": "on_time",
}
# These are not divided by: they are counted with what is excluded.
BOTH = frozenset({"received", "closed", "waiting", "not_reached"})
FIGURES = ("received", "closed", "n", *SAID, "excluded", "waiting", "not_reached")


@dataclass(frozen=True)
class Cell:
    """One number of a table: which, in a unit's row or a group's last one, or led by no unit."""

    figure: str
    unit: Unit | None = None
    group: str = ""
    which: str = NET


def behind(
    caliber: Caliber,
    window: tuple[datetime, datetime],
    cell: Cell,
    *,
    city: Unit,
    as_of: datetime,
) -> QuerySet[Case]:
    """The cases that a number counts, as it was known at a moment.

    Where every round counts, a case may be counted more than once and stands here once.
    """
    settle(as_of)
    values = asked_of(Question(caliber, *window, city=city, as_of=as_of))
    values["units"] = _units(Register(caliber, city, as_of), cell)
    conditions = [
        KNOWN,
        "city_id = %(city)s",
        "unit_id = ANY(%(units)s)" if values["units"] else "unit_id IS NULL",
        voices_of_facts(caliber),
        _counted(caliber, cell.figure),
    ]
    if cell.figure == "excluded":
        conditions.append("is_excluded")
    elif cell.which == NET and cell.figure not in BOTH:
        conditions.append("NOT is_excluded")
    if caliber.request_kinds:
        conditions.append("request_kind = ANY(%(kinds)s::text[])")
    return _cases(" AND ".join(f"({each})" for each in conditions), values)


def _cases(where: str, values: dict[str, Any]) -> QuerySet[Case]:
    query = f"SELECT case_id FROM counting_fact WHERE {where}"  # noqa: S608 - only our own words
    places = [values[name] for name in NAMED.findall(query)]
    # Only our own words stand in the query; what was asked goes in as values.
    return Case.objects.filter(pk__in=RawSQL(NAMED.sub("%s", query), places))  # noqa: S611


def _units(register: Register, cell: Cell) -> list[int]:
    if cell.group:
        # Without any unit nothing is counted; no unit has this key.
        return behind_group(register, cell.group) or [0]
    return [] if cell.unit is None else behind_row(register, cell.unit)


def _counted(caliber: Caliber, figure: str) -> str:
    if figure not in FIGURES:
        raise WrongInput(_("There is no figure “%(name)s”.") % {"name": figure})
    rounds = rounds_of_facts(caliber)
    if figure in {"received", "closed"}:
        return f"{WHEN[Moment.RECEIVED if figure == 'received' else Moment.CLOSED]} AND is_last"
    by = f"{WHEN[moment_of(caliber)]} AND {rounds}"
    if figure in SAID:
        return f"{by} AND {SAID[figure]}"
    not_yet = f"{WHEN[waits_by(caliber)]} AND {rounds} AND {not_yet_of_facts(caliber)}"
    if figure == "waiting":
        return not_yet
    if figure == "not_reached":
        return f"{by} AND word = 'not_reached'"
    said = "word = 'said'" if asks_residents(caliber) else "on_time IS NOT NULL"
    counted = [f"{by} AND {said}"]
    if "not_yet" in counts_as_open(caliber):
        counted.append(not_yet)
    if "not_reached" in counts_as_open(caliber):
        counted.append(f"{by} AND word = 'not_reached'")
    return " OR ".join(f"({each})" for each in counted)
