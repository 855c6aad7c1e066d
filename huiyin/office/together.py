"""Several small querysets in one question to the database.

The page of a case shows a dozen kinds of rows, most of them none or few; asked one by one
they would cost a dozen round trips. What is asked for every case alike is compiled once:
Django takes longer to write such a question than PostgreSQL to answer it.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet, Value
from django.db.models.query import get_related_populators
from django.utils.dateparse import parse_date, parse_datetime

# For so many officials the questions of a page are kept compiled in each process.
OFFICIALS = 500
READ: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": parse_datetime,
    "DateField": parse_date,
    "UUIDField": UUID,
    # PostgreSQL writes bytes into JSON as '\\x…'.
    "BinaryField": lambda said: bytes.fromhex(said[2:]),
}


class Blank(Value):
    """A place in a question for a value that is given when it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The place itself, which `Question.ask` fills."""
        return "%s", [self]


class Question:
    """Querysets that are compiled once, then asked again and again with other values.

    For plain querysets of models, with `select_related`, `only` and ordering; annotations
    and prefetched rows are not carried over.
    """

    def __init__(self, *querysets: QuerySet[Any]) -> None:
        self._params: list[Any] = []
        self._readers: list[Reader] = []
        parts = []
        for queryset in querysets:
            compiler = queryset.query.get_compiler(connection=connection)
            part, given = _part(compiler)
            parts.append(part)
            self._params.extend(given)
            self._readers.append(Reader(compiler))
        self._sql = f"SELECT {', '.join(parts)}"

    def ask(self, **values: Any) -> list[list[Any]]:
        """The rows of each queryset, in its order, as it would give them itself; one query."""
        params = [values[one.name] if isinstance(one, Blank) else one for one in self._params]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            found = cursor.fetchone()
        return [
            reader.models(json.loads(answer))
            for reader, answer in zip(self._readers, found or (), strict=True)
        ]


def together(*querysets: QuerySet[Any]) -> list[list[Any]]:
    """The rows of several querysets with one query, for a question that is asked once."""
    return Question(*querysets).ask()


def _part(compiler: Any) -> tuple[str, Sequence[Any]]:
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return "'[]'", ()
    columns = ", ".join(f"c{place}" for place in range(len(compiler.select)))
    rows = f"({sql}) AS t({columns})"
    return f"(SELECT coalesce(json_agg(t), '[]')::text FROM {rows})", params  # noqa: S608


class Reader:
    """Makes models again of the rows of one queryset."""

    def __init__(self, compiler: Any) -> None:
        # A queryset that can have no rows was not compiled.
        if not compiler.klass_info:
            return
        select, shape = compiler.select, compiler.klass_info
        first, end = shape["select_fields"][0], shape["select_fields"][-1] + 1
        self._own = slice(first, end)
        self._model = shape["model"]
        self._names = [column[0].target.attname for column in select[first:end]]
        self._kinds = [READ.get(column[0].output_field.get_internal_type()) for column in select]
        self._related = get_related_populators(shape, select, connection.alias)  # type: ignore[call-arg]

    def models(self, answers: Sequence[dict[str, Any]]) -> list[Model]:
        """The rows as models, with those that come along."""
        made = []
        for answer in answers:
            pairs = zip(answer.values(), self._kinds, strict=True)
            row = [_read(value, kind) for value, kind in pairs]
            one = self._model.from_db(connection.alias, self._names, row[self._own])
            for populator in self._related:
                populator.populate(row, one)
            made.append(one)
        return made


def _read(value: Any, reader: Callable[[Any], Any] | None) -> Any:
    return value if value is None or reader is None else reader(value)
