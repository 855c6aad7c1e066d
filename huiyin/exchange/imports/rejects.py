"""The file of rejected rows: number, id, reason, and the row as it came.

It has the columns of the source again, so that somebody can correct the rows in it and import
the file by the same mapping. It is made when the first row is rejected, for its owner alone.
"""

import csv
import os
from pathlib import Path
from typing import Any

from huiyin.exchange.imports.cells import text_of
from huiyin.exchange.imports.rows import Row

NUMBER, SOURCE_ID, REASON, RAW = "row_number", "source_id", "reason", "raw_line"
OURS = (NUMBER, SOURCE_ID, REASON, RAW)


class RejectsFile:
    """Rejected rows, written a portion at a time in the order of the source."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        self.path = path
        self.columns = [name for name in columns if name not in OURS]
        self._waiting: list[tuple[Row, str, str]] = []
        self._file: Any = None

    def add(self, row: Row, *, source_id: str, reason: str) -> None:
        """Keep one row with the reason."""
        self._waiting.append((row, source_id, reason))

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting and self._file is None:
            self._open()
        for row, source_id, reason in sorted(self._waiting, key=lambda one: one[0].number):
            cells = [_whole(row.cells.get(name)) for name in self.columns]
            self._rows.writerow([row.number, source_id, reason, *cells, row.raw.rstrip("\r\n")])
        self._waiting.clear()

    def close(self) -> None:
        """Write what waits and close the file, if there is one."""
        self.flush()
        if self._file is not None:
            self._file.close()

    def _open(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What people wrote stands in it; a byte order mark lets spreadsheets read it as UTF-8.
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "w", encoding="utf-8-sig", errors="replace", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow([NUMBER, SOURCE_ID, REASON, *self.columns, RAW])


def _whole(cell: object) -> str:
    return cell if isinstance(cell, str) else text_of(cell)
