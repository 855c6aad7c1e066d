"""Which database, as which role; and a connection that died is not given to anybody."""

import select
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection

from huiyin.office import database
from huiyin.office.environment import BadSetting
from huiyin.office.postgresql import base
from tests.conftest import owner_connection

SERVER = "postgresql://app:s%40fe@db.example:5433/city?sslmode=require"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", SERVER)
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)


@pytest.mark.usefixtures("server")
def test_a_server_is_reached_as_its_address_says(tmp_path):
    assert not database.embedded_is_used()
    given = database.connection_parameters(tmp_path, owner=False)
    assert given == {
        "user": "app",
        "password": "s@fe",
        "host": "db.example",
        "port": "5433",
        "dbname": "city",
        "sslmode": "require",
    }
    assert psycopg.conninfo.conninfo_to_dict(database.connection_url(given)) == given
    entry = database.database_settings(tmp_path, pool_size=3)
    assert (entry["HOST"], entry["PORT"], entry["NAME"]) == ("db.example", "5433", "city")
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert entry["OPTIONS"]["pool"]["max_size"] == 3


@pytest.mark.usefixtures("server")
def test_the_owner_has_an_address_of_its_own_and_needs_no_pool(monkeypatch, tmp_path):
    assert database.connection_parameters(tmp_path, owner=True)["user"] == "app"
    monkeypatch.setenv("DATABASE_OWNER_URL", SERVER.replace("app:", "owner:"))
    assert database.connection_parameters(tmp_path, owner=True)["user"] == "owner"
    monkeypatch.setenv("HUIYIN_DATABASE_ROLE", "owner")
    entry = database.database_settings(tmp_path, pool_size=3)
    assert entry["USER"] == "owner"
    assert "pool" not in entry["OPTIONS"]


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL"])
@pytest.mark.parametrize("value", ["a server somewhere", "postgresql://host", "mysql://a/b"])
@pytest.mark.usefixtures("server")
def test_an_address_that_cannot_be_meant_is_refused(monkeypatch, tmp_path, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=f"{name} cannot be read; write postgresql://"):
        database.connection_parameters(tmp_path, owner=True)


def test_without_an_address_the_embedded_one_serves(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert database.embedded_is_used()
    assert database.connection_parameters(tmp_path, owner=True)["user"] == "huiyin_owner"
    assert not (tmp_path / "database").exists()


@pytest.fixture
def own_pool(django_db_setup, django_db_blocker):  # noqa: ARG001 - only has to come first
    """The pool of this process, as a page uses it."""
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()
        yield connection.pool
        connection.close()
        connection.close_pool()


def end_all_connections():
    name = connection.settings_dict["NAME"]
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    with owner_connection("postgres") as owner:
        owner.execute(f"{ended} WHERE datname = %s AND pid <> pg_backend_pid()", [name])


def wait_for_the_end_of(held):
    """The server ends a connection a moment after it is told to; the socket says when."""
    watched = select.poll()
    watched.register(held.fileno(), select.POLLIN)
    assert watched.poll(30_000)


def one():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone()[0]


@pytest.mark.slow
def test_after_a_restart_of_the_server_no_dead_connection_is_tried_twice(own_pool, monkeypatch):
    own_pool.open()
    # Five lie idle, as after a busy hour.
    taken = [own_pool.getconn(timeout=30) for _ in range(5)]
    for each in taken:
        own_pool.putconn(each)
    end_all_connections()
    for each in taken:
        wait_for_the_end_of(each)
    plain, asked = base.base.DatabaseWrapper.get_new_connection, []

    def counted(wrapper, params):
        asked.append(params)
        return plain(wrapper, params)

    monkeypatch.setattr(base.base.DatabaseWrapper, "get_new_connection", counted)
    assert one() == 1
    # The first dead one condemns the other four that lie beside it.
    assert len(asked) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("own_pool")
def test_a_connection_is_known_to_be_dead_without_asking_the_server():
    assert one() == 1
    held = connection.connection
    assert base.is_alive(held)
    end_all_connections()
    wait_for_the_end_of(held)
    assert not base.is_alive(held)
    connection.close()
    held.close()
    assert not base.is_alive(held)


def test_while_the_database_is_away_only_the_first_waits(monkeypatch):
    now, asked = [0.0], []

    def never(_self, _params):
        asked.append(now[0])
        now[0] += 0.5
        raise base.PoolTimeout

    monkeypatch.setattr(base.base.DatabaseWrapper, "get_new_connection", never)
    monkeypatch.setattr(base, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(base.DatabaseWrapper, "is_away", False)
    wrapper = object.__new__(base.DatabaseWrapper)
    with pytest.raises(base.PoolTimeout):
        wrapper._awaited({})
    assert now[0] == base.PATIENCE_SECONDS
    with pytest.raises(base.PoolTimeout):
        wrapper._awaited({})
    assert now[0] == base.PATIENCE_SECONDS + 0.5
    monkeypatch.setattr(base.base.DatabaseWrapper, "get_new_connection", lambda *_: "connection")
    assert wrapper._awaited({}) == "connection"
    assert not base.DatabaseWrapper.is_away
