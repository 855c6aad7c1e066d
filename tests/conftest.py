"""The test city: an own embedded PostgreSQL, tables made as the owner, tests run as the app.

A template database is migrated once for each set of migrations; each run copies it, which
takes a moment. Tests therefore have exactly the rights the application has.
"""

import hashlib
import os
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from hypothesis import Phase
from hypothesis import settings as examples
from psycopg import sql

from huiyin.deadlines.actions import ensure_city_calendar, install_presets
from huiyin.departments.queries import forget_kept
from huiyin.office.database import connection_parameters, embedded_is_used
from huiyin.office.embedded import Embedded
from huiyin.office.rights import grant_rights
from huiyin.office.schema import schema_digest

ROOT = Path(__file__).resolve().parent.parent
# The same examples on every machine and every day, so that a change is judged by what it changed.
# `pytest --hypothesis-profile=default` looks for new ones, and for the shortest that fails.
examples.register_profile(
    "steady", derandomize=True, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
examples.load_profile("steady")


def owner_connection(dbname: str) -> psycopg.Connection:
    """A connection as the owner of the tables, committing at once."""
    given = connection_parameters(settings.HUIYIN_HOME, owner=True) | {"dbname": dbname}
    return psycopg.connect(**given, autocommit=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Make this run's database from the template."""
    if embedded_is_used():
        Embedded(settings.HUIYIN_HOME).join()
    template = f"huiyin_template_{_sources_digest()[:16]}"
    name = f"huiyin_test_{os.getpid()}"
    with owner_connection("postgres") as owner, django_db_blocker.unblock():
        # One run at a time makes the template; the others wait for it here.
        owner.execute("SELECT pg_advisory_lock(5417)")
        known = owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if not known:
            _make_template(owner, template)
        owner.execute("SELECT pg_advisory_unlock(5417)")
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        _use(name)
        yield
        connections.close_all()
        connection.close_pool()
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _sources_digest() -> str:
    files = sorted((ROOT / "huiyin").glob("*/migrations/0*.py"))
    files += sorted((ROOT / "huiyin" / "deadlines" / "presets").glob("*.toml"))
    files += [
        ROOT / "huiyin" / "deadlines" / "actions.py",
        ROOT / "huiyin" / "office" / "rights.py",
    ]
    text = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(text + schema_digest().encode()).hexdigest()


def _make_template(owner: psycopg.Connection, template: str) -> None:
    half = f"{template}_half"
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(half)))
    owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
    app = connection.settings_dict["USER"]
    given = connection_parameters(settings.HUIYIN_HOME, owner=True)
    connection.settings_dict["USER"] = str(given["user"])
    _use(half)
    call_command("migrate", verbosity=0, interactive=False)
    ensure_city_calendar()
    install_presets()
    grant_rights(app)
    connection.close()
    connection.close_pool()
    connection.settings_dict["USER"] = app
    owner.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(half), sql.Identifier(template)
        )
    )


def _use(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
    connection.settings_dict["TEST"]["NAME"] = name


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = Path(tempfile.gettempdir()) / f"huiyin-test-files-{os.getpid()}"


@pytest.fixture(autouse=True)
def _nothing_kept():
    forget_kept()


@pytest.fixture(scope="module")
def swept_afterwards(django_db_setup):  # noqa: ARG001 - the database it sweeps
    """For modules that write rows by the hundred thousand and undo them.

    Nothing is vacuumed by itself here, and every later test would read past the remains.
    """
    yield
    connections.close_all()
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        owner.execute("VACUUM")


@pytest.fixture
def committed_city(django_db_blocker, django_db_setup):  # noqa: ARG001 - the database it commits to
    """A city whose changes are really committed: for two connections, servers and browsers.

    Afterwards the owner empties every table except those that each city is born with.
    """
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        with owner_connection(connection.settings_dict["NAME"]) as owner:
            tables = owner.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename NOT LIKE 'deadlines_%' AND tablename NOT LIKE 'procrastinate_%'"
                " AND tablename NOT IN ('django_migrations', 'django_content_type',"
                " 'auth_permission')"
            ).fetchall()
            names = sql.SQL(", ").join(sql.Identifier(row[0]) for row in tables)
            owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
