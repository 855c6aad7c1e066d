"""Writing many rows at once with PostgreSQL's COPY, straight from unsaved model objects."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


def draw_ids(model: type[models.Model], count: int) -> list[int]:
    """Draw primary keys for rows that COPY will write."""
    table = model._meta.db_table  # noqa: SLF001 - Django's documented Meta API
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_objects(objects: Sequence[models.Model]) -> None:
    """Write unsaved objects of one model, keys included, and mark them as saved."""
    if not objects:
        return
    meta = objects[0]._meta  # noqa: SLF001 - Django's documented Meta API
    fields = meta.concrete_fields
    names = [field.attname for field in fields]
    json_at = [at for at, field in enumerate(fields) if isinstance(field, models.JSONField)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(meta.db_table),
        sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields]),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for one in objects:
            known = one.__dict__
            row: list[Any] = [known[name] for name in names]
            for at in json_at:
                row[at] = json.dumps(row[at], ensure_ascii=False)
            copy.write_row(row)
            one._state.adding = False  # noqa: SLF001 - as Django's own bulk_create does
