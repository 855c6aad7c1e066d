"""Sheets (XLSX) that people fill in: written as plain text cells, read back row by row.

The first row holds the headings, in any language of the site. What cannot be read is refused
as a whole, with one sentence that names the row.
"""

import io
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - an exception, whatever its own spelling

import openpyxl
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from huiyin.office.problems import WrongInput

MOST_BYTES = 10_000_000
MOST_UNPACKED = 200_000_000
MOST_ROWS = 20_000
BROKEN = (BadZipFile, ZlibError, EOFError, ParseError, KeyError, OSError, ValueError, TypeError)


@dataclass(frozen=True)
class Column:
    """One column: its name in the code, its heading, and whether a sheet must have it."""

    name: str
    heading: str | Promise
    needed: bool = False
    width: int = 18

    def headings(self) -> set[str]:
        """Every heading under which the column is known."""
        return spellings(self.name, self.heading)


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet: its number as the spreadsheet shows it, and its cells as text."""

    number: int
    cells: Mapping[str, str]

    def wrong(self, sentence: object) -> WrongInput:
        """A problem that names this row."""
        words = {"row": self.number, "sentence": sentence}
        return WrongInput(_("Row %(row)d: %(sentence)s") % words)


def written_sheet(
    title: str, columns: Sequence[Column], rows: Iterable[Mapping[str, object]]
) -> bytes:
    """A workbook with one sheet of these rows, every cell as text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for at, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    head = []
    for column in columns:
        cell = WriteOnlyCell(sheet, value=str(column.heading))
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_text_cell(sheet, row.get(column.name, "")) for column in columns])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text_cell(sheet: Any, value: object) -> Any:
    cell = WriteOnlyCell(sheet, value=str(value))
    # A text that begins with “=” is a text, and never a formula on somebody's screen.
    cell.data_type = "s"
    return cell


def rows_of(file: BinaryIO, columns: Sequence[Column]) -> list[SheetRow]:
    """Every row that is not blank, or one sentence that says why the sheet cannot be used."""
    _check_file(file)
    try:
        with closing(_workbook(file)) as book:
            sheet = book.worksheets[0]
            # Some programs write a wrong size of the sheet, which would hide rows.
            sheet.reset_dimensions()
            return list(_rows(sheet.iter_rows(values_only=True), columns))
    except BROKEN:
        raise WrongInput(
            _("The file is damaged or half-written; open it, save it as XLSX and send it again.")
        ) from None


def _check_file(file: BinaryIO) -> None:
    start = file.read(4)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if not start.startswith(b"PK"):
        raise WrongInput(
            _(
                "The file is no XLSX workbook, perhaps a CSV or an old XLS; "
                "open it in a spreadsheet program and save it as XLSX."
            )
        )
    too_big = _("The file is too big for a table of rules; send a smaller one.")
    if size > MOST_BYTES:
        raise WrongInput(too_big)
    try:
        with ZipFile(file) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except BROKEN:
        unpacked = 0
    if unpacked > MOST_UNPACKED:
        raise WrongInput(too_big)
    file.seek(0)


def _workbook(file: BinaryIO) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # Missing styles and unknown extensions of a workbook are of no concern here.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(file, read_only=True, data_only=True)


def _rows(lines: Iterator[Sequence[object]], columns: Sequence[Column]) -> Iterator[SheetRow]:
    places = _places(next(lines, ()), columns)
    found = 0
    for number, cells in enumerate(lines, start=2):
        said = {name: _text(cells[at]) if at < len(cells) else "" for name, at in places.items()}
        if any(said.values()):
            found += 1
            if found > MOST_ROWS:
                raise WrongInput(
                    _("The sheet has more than %(most)d rows; divide it.") % {"most": MOST_ROWS}
                )
            yield SheetRow(number, said)


def _places(head: Sequence[object], columns: Sequence[Column]) -> dict[str, int]:
    headings = [plain(_text(cell)) for cell in head]
    places: dict[str, int] = {}
    for column in columns:
        known = column.headings()
        at = next((at for at, heading in enumerate(headings) if heading in known), None)
        if at is not None:
            places[column.name] = at
        elif column.needed:
            raise WrongInput(
                _("The first row has no column “%(column)s”; begin with an exported sheet.")
                % {"column": column.heading}
            )
    return places


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def plain(text: str) -> str:
    """A word without the differences that keyboards make: wide signs, capitals, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def spellings(code: str, label: str | Promise) -> set[str]:
    """A code and its label in every language of the site, all of them plain."""
    known = {plain(code)}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known.add(plain(str(label)))
    return known


def word_of(text: str, words: Mapping[str, str | Promise]) -> str:
    """The code that a word stands for, in any language of the site; `LookupError` if none."""
    for code, label in words.items():
        if plain(text) in spellings(code, label):
            return code
    raise LookupError(text)


def parted(text: str) -> list[str]:
    """The parts of a cell that lists several things, with Chinese or Western commas."""
    tidy = text
    for sign in "\uff0c\u3001;\uff1b\n|":
        tidy = tidy.replace(sign, ",")
    return [part.strip() for part in tidy.split(",") if part.strip()]
