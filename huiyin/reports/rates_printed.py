"""`huiyin report rates`: the rates of a window in print, as JSON, CSV or XLSX."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.counting.files import as_csv, as_xlsx
from huiyin.counting.layout import (
    BESIDE,
    SIDES,
    VOLUME,
    columns_of,
    figure_of,
    label_of,
    named,
    place_of,
    volumes_of,
)
from huiyin.counting.rates import GroupTable, Row, Table
from huiyin.counting.wanted import WINDOWS, moment_wanted, wanted
from huiyin.departments.models import Unit
from huiyin.departments.queries import cities
from huiyin.office.problems import NotFound, NotPossible, WrongInput
from huiyin.office.reasons import reason_of
from huiyin.reports.wording import padded, width_of

MADE_BY = {".csv": as_csv, ".xlsx": as_xlsx}


def add_rates(parser: ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--caliber", default="", help="its code or digest; else the adopted one")
    parser.add_argument("--window", default="", help="a month such as 2026-10, or any day of it")
    parser.add_argument(
        "--of", choices=WINDOWS, default="window", help="which of the caliber's ways to cut time"
    )
    parser.add_argument(
        "--as-of", default="", help="as known at a moment, such as 2026-11-01T12:00"
    )
    parser.add_argument("--city", default="", help="its code, where there are several")
    parser.add_argument("--json", action="store_true", help="one JSON object for programs")
    parser.add_argument("--out", type=Path, help="a file to write, .csv or .xlsx")


def printed_rates(options: dict[str, Any]) -> str:
    """The rates that were asked for, as text; or the file into which they were written."""
    if options["out"] and options["out"].suffix.lower() not in MADE_BY:
        raise WrongInput(_("Name a file that ends in .csv or .xlsx."))
    city = _city(options["city"])
    as_of = moment_wanted(options["as_of"], city=city, now=timezone.now())
    asked = wanted(
        city,
        caliber=options["caliber"],
        window=options["window"],
        as_of=as_of,
        of=options["of"],
    )
    table = asked.table()
    if options["out"]:
        return _written(table, options["out"])
    if options["json"]:
        told = {"window": asked.span.name, **table.as_json()}
        return json.dumps(told, ensure_ascii=False, indent=1)
    return "\n".join(_page(table, asked.span.name))


def _city(code: str) -> Unit:
    found = [city for city in cities() if not code or city.code == code]
    if not found:
        raise NotFound(_("There is no city “%(code)s”.") % {"code": code})
    if len(found) > 1:
        codes = ", ".join(city.code for city in found)
        raise WrongInput(_("Say which city with --city: %(codes)s.") % {"codes": codes})
    return found[0]


def _written(table: Table, out: Path) -> str:
    try:
        out.write_bytes(MADE_BY[out.suffix.lower()](table))
    except OSError as reason:
        raise NotPossible(
            _("The table cannot be written to %(file)s: %(reason)s.")
            % {"file": out, "reason": reason_of(reason)}
        ) from reason
    return str(out)


def _page(table: Table, window: str) -> list[str]:
    caliber = table.caliber
    lines = [
        _("%(city)s, %(window)s by the caliber “%(caliber)s” (%(digest)s), as known at %(at)s")
        % {
            "city": table.city,
            "window": window,
            "caliber": named(caliber.name, caliber.name_en),
            "digest": caliber.digest[:12],
            "at": table.as_of.isoformat(timespec="seconds"),
        }
    ]
    if table.is_behind:
        lines.append(_("Changes are still being counted in; ask again in a minute."))
    for group in table.groups:
        for side, label in SIDES.items():
            lines += ["", f"{named(group.name, group.name_en)} · {label}"]
            lines += _block(table, group, side)
    rest = [*table.outside, *([table.unled] if table.unled else [])]
    if rest:
        lines += ["", _("In no group:")]
        lines += [f"  {label_of(row)}  {_volumes(row)}  n={row.all.n}" for row in rest]
    return lines


def _block(table: Table, group: GroupTable, side: str) -> list[str]:
    columns = columns_of(table.caliber)
    heads = [_("rank"), _("unit"), *map(str, [*VOLUME.values(), *BESIDE.values()])]
    heads += [str(column.heading) for column in columns]
    cells = [heads]
    rows = [(row, place_of(row), label_of(row)) for row in group.rows]
    for row, place, label in [*rows, (group.total, "", label_of(group.total, is_total=True))]:
        tally = row.net if side == "net" else row.all
        volumes = [f"{number:,}" for number in volumes_of(row).values()]
        cells.append([place, label, *volumes, *(figure_of(tally, c).text for c in columns)])
    widths = [max(width_of(line[at]) for line in cells) for at in range(len(heads))]
    return [
        "  ".join(
            padded(cell, width, right=at != 1)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]


def _volumes(row: Row) -> str:
    words = VOLUME | BESIDE
    return ", ".join(f"{words[name]} {number:,}" for name, number in volumes_of(row).items())
