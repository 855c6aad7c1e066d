"""Bulk writing with PostgreSQL's COPY, in the transaction that is open."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def copy_rows(table: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows into a table; `columns` names each column's PostgreSQL type, in order."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(list(columns.values()))
        for row in rows:
            copy.write_row(row)
