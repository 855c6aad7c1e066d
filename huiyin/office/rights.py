"""What the application's database role may do: read and write, but never rewrite history.

A model that says `append_only = True` can be read and added to. Where the application
connects as the owner of the tables itself (a server with a single role), rights cannot
hold it back, so a trigger refuses instead.
"""

from django.apps import apps
from django.db import connection
from psycopg import sql

GUARD = """
CREATE OR REPLACE FUNCTION huiyin_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Table % is append-only: nothing in it is changed or deleted.', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""


def append_only_tables() -> list[str]:
    """The tables in which nothing is changed or deleted."""
    return sorted(
        model._meta.db_table  # noqa: SLF001 - Django's documented Meta API
        for model in apps.get_models()
        if getattr(model, "append_only", False)
    )


def grant_rights(app_role: str) -> None:
    """Give the application's role its rights; run by the owner after each migration."""
    role, tables = sql.Identifier(app_role), append_only_tables()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        cursor.execute(GUARD)
        for table in tables:
            _guard(cursor, table, wanted=owner == app_role)
        if owner == app_role:
            return
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {}",
        ):
            cursor.execute(sql.SQL(statement).format(role))
        for table in tables:
            cursor.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(
                    sql.Identifier(table), role
                )
            )


def _guard(cursor: object, table: str, *, wanted: bool) -> None:
    drop = sql.SQL("DROP TRIGGER IF EXISTS huiyin_append_only ON {}").format(sql.Identifier(table))
    cursor.execute(drop)  # type: ignore[attr-defined]
    if wanted:
        cursor.execute(  # type: ignore[attr-defined]
            sql.SQL(
                "CREATE TRIGGER huiyin_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {} "
                "FOR EACH STATEMENT EXECUTE FUNCTION huiyin_append_only()"
            ).format(sql.Identifier(table))
        )
