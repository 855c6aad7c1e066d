"""Who may do what with the tables: with two roles by rights, with a single one by a trigger."""

import psycopg
import pytest
from django.db import connection

from huiyin.office.rights import append_only_tables
from tests.conftest import owner_connection

pytestmark = pytest.mark.django_db

MAY = "SELECT has_table_privilege(%s, %s, %s)"


@pytest.fixture(scope="module")
def owner(django_db_setup):  # noqa: ARG001 - only has to come first
    """Somebody with the owner's rights, who knows what others may do."""
    with owner_connection(connection.settings_dict["NAME"]) as made:
        yield made


def tables(owner):
    rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [row[0] for row in rows]


def may(owner, right, table):
    role = connection.settings_dict["USER"]
    return owner.execute(MAY, [role, table, right]).fetchone()[0]


def test_the_application_reads_and_adds_everywhere_but_in_the_list_of_migrations(owner):
    names = set(tables(owner)) - {"django_migrations"}
    assert [name for name in names if not may(owner, "SELECT", name)] == []
    assert [name for name in names if not may(owner, "INSERT", name)] == []
    assert may(owner, "SELECT", "django_migrations")
    assert not may(owner, "INSERT", "django_migrations")


@pytest.mark.parametrize("right", ["UPDATE", "DELETE"])
def test_the_application_changes_everything_but_what_is_append_only(owner, right):
    kept = {name for name in tables(owner) if not may(owner, right, name)}
    assert kept == {*append_only_tables(), "django_migrations"}


@pytest.mark.parametrize("right", ["TRUNCATE", "TRIGGER"])
def test_the_application_empties_no_table_and_takes_no_trigger_away(owner, right):
    assert [name for name in tables(owner) if may(owner, right, name)] == []


def test_the_application_makes_no_tables_and_is_no_master(owner):
    role = connection.settings_dict["USER"]
    facts = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles"
    assert owner.execute(f"{facts} WHERE rolname = %s", [role]).fetchone() == (False,) * 4
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(**app()) as own:
        own.execute("CREATE TABLE mine ()")


def test_the_application_cannot_become_the_owner(owner):
    name = owner.info.user
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(**app()) as own:
        own.execute(f"SET ROLE {name}")


def app():
    """How the application connects."""
    known = connection.settings_dict
    given = {"dbname": known["NAME"], "user": known["USER"], "host": known["HOST"]}
    return given | {"port": known["PORT"], "password": known["PASSWORD"]}
