"""Streaming the rows of a file: CSV, XLSX, Parquet or JSON lines, told apart by content.

A row that is broken by itself comes as a `Row` with its fault; a file that ends in the middle
yields what is whole and then raises `CutShort`. Nothing is held but a few rows.
"""

import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812 - an exception, whatever its own spelling

import duckdb
import openpyxl
from django.utils.translation import gettext as _

from huiyin.exchange.imports.rows import CutShort, Row, RowFile, check_sheet, header_of
from huiyin.exchange.imports.separated import SeparatedFile, encoding_of
from huiyin.office.problems import WrongInput
from huiyin.office.reasons import reason_of

AT_ONCE = 1_000
# Nothing may be fetched from elsewhere while a city's file is read.
DUCKDB = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "256MB",
    "threads": "1",
}
BROKEN_SHEET = (BadZipFile, ZlibError, EOFError, ParseError, KeyError, OSError, ValueError)


def open_rows(path: Path | str, *, encoding: str = "", sheet: str = "") -> RowFile:
    """Open a file of rows, or say in one sentence why it cannot be read."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(64)
        return _opened(path, start, encoding=encoding, sheet=sheet)
    except OSError as reason:
        sentence = _("The file %(path)s cannot be read: %(reason)s.")
        raise WrongInput(sentence % {"path": path, "reason": reason_of(reason)}) from None


def _opened(path: Path, start: bytes, *, encoding: str, sheet: str) -> RowFile:
    if not start:
        raise WrongInput(_("The file %(path)s is empty.") % {"path": path})
    if start.startswith(b"PAR1"):
        return ParquetFile(path)
    if start.startswith(b"PK\x03\x04"):
        return SheetFile(path, sheet=sheet)
    if start.startswith(b"\x1f\x8b"):
        raise WrongInput(_("The file is packed with gzip; unpack it first."))
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise WrongInput(_("The file is an old Excel file (XLS); save it as XLSX or CSV."))
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if first.startswith(b"<"):
        raise WrongInput(_("The file is a web page or XML; save it as XLSX or CSV."))
    if first.startswith(b"["):
        raise WrongInput(_("The file is one JSON list; write one object in each line instead."))
    if first.startswith(b"{"):
        return JsonLinesFile(path, encoding=encoding)
    return SeparatedFile(path, encoding=encoding)


class ParquetFile:
    """A Parquet file, read through DuckDB."""

    form, encoding, delimiter = "parquet", "", ""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        try:
            with _duckdb() as reader:
                described = reader.execute(
                    "DESCRIBE SELECT * FROM read_parquet(?)", [self.path]
                ).fetchall()
        except duckdb.Error as reason:
            raise WrongInput(_unreadable("Parquet", reason)) from None
        self.types = {row[0]: row[1] for row in described}
        self.columns = header_of(list(self.types))

    def rows(self) -> Iterator[Row]:
        """Every row, numbered from 1."""
        aware = [at for at, kind in enumerate(self.types.values()) if "WITH TIME ZONE" in kind]
        chosen = ", ".join(map(self._chosen, self.types))
        with _duckdb() as reader:
            try:
                found = reader.execute(f"SELECT {chosen} FROM read_parquet(?)", [self.path])  # noqa: S608
                numbers = count(1)
                while rows := found.fetchmany(AT_ONCE):
                    for row in rows:
                        yield Row(next(numbers), self._cells(row, aware))
            except duckdb.Error as reason:
                raise CutShort(_unreadable("Parquet", reason)) from None

    def _chosen(self, name: str) -> str:
        # DuckDB hands out moments with a zone only with a further package; as UTC without one.
        quoted = '"{}"'.format(name.replace('"', '""'))
        aware = "WITH TIME ZONE" in self.types[name]
        return f"make_timestamp(epoch_us({quoted}))" if aware else quoted

    def _cells(self, row: Sequence[Any], aware: list[int]) -> dict[str, object]:
        cells = list(row)
        for at in aware:
            if isinstance(cells[at], datetime):
                cells[at] = cells[at].replace(tzinfo=UTC)
        return dict(zip(self.columns, cells, strict=True))


def _duckdb() -> duckdb.DuckDBPyConnection:
    reader = duckdb.connect(config=dict(DUCKDB))
    # It would draw over what the command prints.
    reader.execute("SET enable_progress_bar = false")
    # It reads ahead by so much, and loses that when a file turns out to be damaged.
    reader.execute("SET streaming_buffer_size = '128KB'")
    return reader


class JsonLinesFile:
    """One JSON object in each line.

    Read line by line and not through DuckDB: a broken line is then one rejected row and not the
    end of the import, and no text is taken for a number or a day.
    """

    form, delimiter = "json lines", ""

    def __init__(self, path: Path, *, encoding: str = "") -> None:
        self.path, self.encoding = path, encoding_of(path, encoding)
        names: dict[str, None] = {}
        for row in self._read():
            names.update(dict.fromkeys(row.cells))
        self.columns = list(names)

    def rows(self) -> Iterator[Row]:
        """Every line; a broken one with its fault."""
        for row in self._read():
            if row.fault and not row.raw.endswith("\n"):
                sentence = _("The last line, %(line)d, breaks off; the file seems half-written.")
                raise CutShort(sentence % {"line": row.number})
            yield row

    def _read(self) -> Iterator[Row]:
        with self.path.open(encoding=self.encoding, errors="surrogateescape", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _json_row(number, line)


def _json_row(number: int, line: str) -> Row:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return Row(number, fault=_("The line is not JSON."), raw=line)
    if not isinstance(said, dict):
        return Row(number, fault=_("The line is not a JSON object."), raw=line)
    return Row(number, {name: _plain(value) for name, value in said.items()}, raw=line)


def _plain(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value


class SheetFile:
    """A sheet of an XLSX file."""

    form, encoding, delimiter = "xlsx", "", ""

    def __init__(self, path: Path, *, sheet: str = "") -> None:
        self.path, self.sheet = path, sheet
        try:
            self.columns = header_of(next(self._lines(), (0, ()))[1])
        except BROKEN_SHEET as reason:
            raise WrongInput(_unreadable("XLSX", reason)) from None

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank, numbered as in the sheet."""
        lines = self._lines()
        next(lines)
        wanted = len(self.columns)
        try:
            for number, cells in lines:
                padded = [*cells[:wanted], *[None] * (wanted - len(cells))]
                found = dict(zip(self.columns, padded, strict=True))
                found.pop("", None)
                yield Row(number, found)
        except BROKEN_SHEET as reason:
            raise CutShort(_unreadable("XLSX", reason)) from None

    def _lines(self) -> Iterator[tuple[int, Sequence[object]]]:
        # As an open file, because openpyxl judges a path by its ending.
        with self.path.open("rb") as file, closing(_workbook(file)) as book:
            sheet = book[check_sheet(self.sheet, book.sheetnames)]
            # Some programs write a wrong size of the sheet, which would hide rows.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                if any(cell not in {None, ""} for cell in cells):
                    yield number, cells


def _workbook(file: BinaryIO) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # Missing styles and unknown extensions of a workbook are of no concern here.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(file, read_only=True, data_only=True)


def _unreadable(form: str, reason: Exception) -> str:
    sentence = _("The file cannot be read as %(form)s; it seems half-written or damaged: %(why)s.")
    first = (str(reason).strip().splitlines() or [type(reason).__name__])[0]
    return sentence % {"form": form, "why": first[:200].rstrip(".")}
