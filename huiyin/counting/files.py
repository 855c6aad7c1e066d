"""A table of rates as a file: CSV that every spreadsheet opens, and XLSX with numbers."""

import csv
import io

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font

from huiyin.counting.layout import SIDES, flat_heads, flat_lines
from huiyin.counting.rates import Table


def as_csv(table: Table) -> bytes:
    """One line for each unit, and below the window, the caliber and the moment."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(flat_heads(table.caliber))
    writer.writerows([_safe(cell) for cell in line] for line in flat_lines(table))
    writer.writerow([])
    writer.writerows(told_of(table))
    # The mark by which spreadsheets know that it is UTF-8.
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """A workbook: the table, and on a second sheet by what and as of when it was counted."""
    book = openpyxl.Workbook()
    sheet = book.active
    if sheet is None:
        sheet = book.create_sheet()
    sheet.title = _("Rates")
    sheet.append(flat_heads(table.caliber))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for line in flat_lines(table):
        sheet.append(line)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                # A name that begins with “=” is a name, and never a formula.
                cell.data_type = "s"
    sheet.freeze_panes = "D2"
    about = book.create_sheet(_("How it was counted"))
    for told in told_of(table):
        about.append(told)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def told_of(table: Table) -> list[list[str]]:
    """By what, for when, and as of when a table was counted: enough to count it again."""
    return [
        [_("caliber"), table.caliber.code, table.caliber.digest],
        [_("from"), table.start.isoformat()],
        [_("until before"), table.end.isoformat()],
        [_("as known at"), table.as_of.isoformat()],
        [_("shown twice"), *map(str, SIDES.values())],
    ]


def _safe(cell: object) -> object:
    """A spreadsheet takes a text that begins with such a sign for a formula."""
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"}:
        return f"'{cell}"
    return "" if cell is None else cell
