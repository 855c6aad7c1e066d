"""Whether the database is one in which a city can live; asked as the application, which it serves.

Nothing is changed: what must be refused is tried on no row at all.
"""

from collections.abc import Iterator
from typing import Any

from django.db import ProgrammingError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from huiyin.office.rights import append_only_tables
from huiyin.office.upkeep.findings import Finding, doubt, fault, fine

OLDEST = 15
# One of each kind that Chinese text is made of; in this order by code point.
WORDS = ("Zoo", "apfel", "Äpfel", "一", "丁", "漏", "漏水", "路灯10", "路灯2", "阿", "𠀀")
# Character classes, upper and lower case, and the words of a text, in one row.
KNOWS_CHINESE = r"""
SELECT '漏水' ~ '^\w+$' AND NOT '漏水,路灯' ~ '^\w+$' AND lower('ÄБΩ') = 'äбω'
   AND to_tsvector('simple', '漏水,路灯')::text = '''漏水'':1 ''路灯'':2'
"""
IN_ORDER = "SELECT array_agg(word ORDER BY word) FROM unnest(%s::text[]) AS words (word)"
OWNER = """
SELECT pg_get_userbyid(relowner) = current_user,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
FROM pg_class WHERE oid = 'logbook_entry'::regclass
"""
MAY_EMPTY = "SELECT has_table_privilege(current_user, %s, 'TRUNCATE')"
LONGEST_DRIFT_SECONDS = 60


def database_findings() -> Iterator[Finding]:
    """Look at the server, the characters, the tables and the rights."""
    yield _server()
    yield from _characters()
    yield _clock()
    waiting = waiting_migrations()
    if waiting:
        yield fault(
            "tables",
            _("%(count)d changes of the tables are not made yet, first %(first)s.")
            % {"count": len(waiting), "first": waiting[0]},
            _("Run huiyin migrate_city."),
        )
        return
    yield fine("tables", _("They are those of this version."))
    yield _append_only()


def waiting_migrations() -> list[str]:
    """The changes of the tables that this version needs and the database does not have."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _undone in plan]


def applied_migrations() -> list[str]:
    """The changes of the tables that the database has seen, as `room.name`."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{room}.{name}" for room, name in applied)


def unknown_migrations(applied: list[str]) -> list[str]:
    """Those of them that this version does not have: they come from a later one."""
    known = MigrationLoader(None).disk_migrations
    return [change for change in applied if tuple(change.split(".", 1)) not in known]


def _server() -> Finding:
    version, name = int(_one("SHOW server_version_num")), str(_one("SHOW server_version"))
    if version // 10_000 < OLDEST:
        return fault(
            "database",
            _("The server is PostgreSQL %(version)s, which is too old.") % {"version": name},
            _("Move the city to version %(oldest)d or later.") % {"oldest": OLDEST},
        )
    return fine("database", _("PostgreSQL %(version)s answers.") % {"version": name})


def _characters() -> Iterator[Finding]:
    encoding = _one("SHOW server_encoding")
    if encoding != "UTF8" or not _one(KNOWS_CHINESE):
        yield fault(
            "characters",
            _("The database (%(encoding)s) does not know Chinese characters as letters.")
            % {"encoding": encoding},
            _("Make it anew with ENCODING 'UTF8' and LC_CTYPE 'C.UTF-8', and restore a backup."),
        )
    elif _one(IN_ORDER, list(WORDS)) != sorted(WORDS):
        yield doubt(
            "characters",
            _("The database sorts in an order of its own, so lists look different elsewhere."),
            _("Make the next database with LC_COLLATE 'C'."),
        )
    else:
        yield fine("characters", _("UTF-8, in the order that is the same everywhere."))


def _clock() -> Finding:
    drift = abs((timezone.now() - _one("SELECT clock_timestamp()")).total_seconds())
    if drift > LONGEST_DRIFT_SECONDS:
        return doubt(
            "clock",
            _("The clocks of this machine and of the database differ by %(seconds)d seconds.")
            % {"seconds": drift},
            _("Let both take the time from the network."),
        )
    return fine("clock", _("This machine and the database agree about the time."))


def _append_only() -> Finding:
    open_tables = [table for table in append_only_tables() if _can_be_rewritten(table)]
    is_owner, is_master = _row(OWNER)
    if open_tables:
        return fault(
            "rights",
            _("The application can change or delete what is append-only: %(tables)s.")
            % {"tables": ", ".join(open_tables)},
            _("Run huiyin migrate_city as the owner of the tables, which gives the rights anew."),
        )
    if is_owner or is_master:
        return doubt(
            "rights",
            _("The application owns its tables; only a trigger keeps it from the logbook."),
            _("Give it a role of its own in DATABASE_URL, and the owner in DATABASE_OWNER_URL."),
        )
    return fine("rights", _("The application can add to the logbook, and change nothing in it."))


def _can_be_rewritten(table: str) -> bool:
    name = sql.Identifier(table)
    column = sql.Identifier(_first_column(table))
    attempts = (
        sql.SQL("UPDATE {} SET {} = {} WHERE false").format(name, column, column),
        sql.SQL("DELETE FROM {} WHERE false").format(name),
    )
    return any(_succeeds(attempt) for attempt in attempts) or (
        # To try this one would keep everybody out of the table for a moment.
        bool(_one(MAY_EMPTY, table)) and not _is_guarded(table)
    )


def _succeeds(attempt: sql.Composed) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt)
    except ProgrammingError:
        return False
    return True


def _is_guarded(table: str) -> bool:
    return bool(
        _one(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass"
            " AND tgname = 'huiyin_append_only' AND tgenabled <> 'D'",
            table,
        )
    )


def _first_column(table: str) -> str:
    with connection.cursor() as cursor:
        return str(connection.introspection.get_table_description(cursor, table)[0].name)


def _one(question: str, *values: Any) -> Any:
    return _row(question, *values)[0]


def _row(question: str, *values: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(question, values or None)
        return tuple(cursor.fetchone())
