"""Several small querysets in one question to the database.

The page of a case shows a dozen kinds of rows, most of them none or few; asked one by one
they would cost a dozen round trips.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.utils.dateparse import parse_date, parse_datetime

READ: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": parse_datetime,
    "DateField": parse_date,
    "UUIDField": UUID,
    # PostgreSQL writes bytes into JSON as '\\x…'.
    "BinaryField": lambda said: bytes.fromhex(said[2:]),
}


def together(*querysets: QuerySet[Any]) -> list[list[Any]]:
    """The rows of each queryset, in its order, as it would give them itself; one query.

    For plain querysets of models, with `select_related`, `only` and ordering; annotations
    and prefetched rows are not carried over.
    """
    compilers = [queryset.query.get_compiler(connection=connection) for queryset in querysets]
    parts: list[str] = []
    params: list[Any] = []
    for compiler in compilers:
        part, given = _part(compiler)
        parts.append(part)
        params.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        found = cursor.fetchone()
    return [
        _models(compiler, json.loads(answer))
        for compiler, answer in zip(compilers, found or (), strict=True)
    ]


def _part(compiler: Any) -> tuple[str, Sequence[Any]]:
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return "'[]'", ()
    columns = ", ".join(f"c{place}" for place in range(len(compiler.select)))
    rows = f"({sql}) AS t({columns})"
    return f"(SELECT coalesce(json_agg(t), '[]')::text FROM {rows})", params  # noqa: S608


def _models(compiler: Any, answers: Sequence[dict[str, Any]]) -> list[Model]:
    if not answers:
        return []
    select, shape = compiler.select, compiler.klass_info
    readers = [READ.get(column[0].output_field.get_internal_type()) for column in select]
    first, end = shape["select_fields"][0], shape["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[first:end]]
    related = get_related_populators(shape, select, connection.alias)  # type: ignore[call-arg]
    made = []
    for answer in answers:
        row = [_read(value, reader) for value, reader in zip(answer.values(), readers, strict=True)]
        one = shape["model"].from_db(connection.alias, names, row[first:end])
        for populator in related:
            populator.populate(row, one)
        made.append(one)
    return made


def _read(value: Any, reader: Callable[[Any], Any] | None) -> Any:
    return value if value is None or reader is None else reader(value)
