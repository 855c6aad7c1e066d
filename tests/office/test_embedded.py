"""The embedded database is there when a city needs it, survives accidents, and goes when unused."""

import contextlib
import os
import subprocess

import psycopg
import pytest

from huiyin.office.embedded import Embedded
from huiyin.office.embedded.server import reason
from huiyin.office.environment import BadSetting
from huiyin.office.problems import OutsideProblem
from tests.office.cities import (
    ask,
    end,
    is_alive,
    kill,
    wait_for,
    wait_until_stopped,
)

pytestmark = pytest.mark.slow

NAMES = ["丁", "一", "Äpfel", "apfel", "Zoo", "阿", "龥", "𠀀", "漏水", "漏", "路灯2", "路灯10"]


def test_chinese_is_sorted_and_searched_alike_on_every_version(any_version):
    order = "SELECT array_agg(name ORDER BY name) FROM unnest(%s::text[]) AS names (name)"
    assert ask(any_version, order, NAMES) == sorted(NAMES)
    assert ask(any_version, r"SELECT '漏水' ~ '^\w+$'")
    assert not ask(any_version, r"SELECT '漏水,路灯' ~ '^\w+$'")
    assert ask(any_version, "SELECT lower('ÄBΩЖ') || upper('äbωж')") == "äbωжÄBΩЖ"
    assert ask(any_version, "SELECT 'ÄPFEL' ILIKE 'äpf%'")
    assert (
        ask(any_version, "SELECT to_tsvector('simple', '漏水,路灯')::text") == "'漏水':1 '路灯':2"
    )
    assert ask(any_version, "SELECT 'a' < 'B'") is False
    assert ask(any_version, "SHOW server_encoding") == "UTF8"


def test_the_application_may_neither_make_databases_nor_tables_nor_roles(any_version):
    for forbidden in ("CREATE DATABASE other", "CREATE TABLE other ()", "CREATE ROLE other"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(any_version, forbidden)
    assert ask(any_version, "SHOW is_superuser") == "off"
    assert ask(any_version, "SHOW is_superuser", owner=True) == "on"
    ask(any_version, "CREATE DATABASE other", owner=True)


def test_what_residents_wrote_never_reaches_the_log(any_version):
    ask(any_version, "CREATE TABLE people (phone text UNIQUE)", owner=True)
    ask(any_version, "INSERT INTO people VALUES ('13800000000')", owner=True)
    for mistaken in (
        "INSERT INTO people VALUES ('13800000000')",
        "SELECT '13800000000 王阿姨'::date",
        "DO $$BEGIN RAISE WARNING '13800000000'; END$$",
    ):
        with contextlib.suppress(psycopg.Error):
            ask(any_version, mistaken, owner=True)
    log = any_version.folders.log.read_text(encoding="utf-8")
    assert "ready to accept connections" in log
    assert "13800000000" not in log


def test_two_processes_share_one_server_and_the_last_one_ends_it(city):
    first, second = city.user(), city.user()
    assert (first.stdout.readline(), second.stdout.readline()) == ("joined\n", "joined\n")
    watcher = Embedded(city.home)
    server = watcher.status().pid
    end(first)
    assert ask(watcher, "SELECT 1") == 1
    assert watcher.status().pid == server
    end(second)
    wait_until_stopped(watcher)
    assert not is_alive(server)
    assert "database system is shut down" in watcher.folders.log.read_text(encoding="utf-8")
    assert not watcher.folders.sockets.exists()


def test_the_server_ends_after_the_only_user_was_killed(city):
    user = city.user()
    user.stdout.readline()
    watcher = Embedded(city.home)
    kill(user.pid)
    wait_until_stopped(watcher)
    assert not watcher.status().is_running


def test_a_killed_keeper_is_replaced_by_the_next_to_join(city):
    embedded = city.embedded()
    embedded.join()
    lost = embedded.status().keeper
    kill(lost)
    assert embedded.status().keeper is None
    city.user().stdout.readline()
    assert embedded.status().keeper not in {None, lost}


def test_a_killed_server_is_brought_back_with_all_that_was_committed(city):
    embedded = city.embedded()
    embedded.join()
    ask(embedded, "CREATE TABLE kept AS SELECT 42 AS answer", owner=True)
    lost = embedded.status().pid
    kill(lost)
    wait_for(lambda: embedded.folders.socket.exists() and embedded.status().pid)
    embedded.join()
    assert ask(embedded, "SELECT answer FROM kept", owner=True) == 42


def test_a_long_process_mends_what_was_killed_with_somebody_elses_session(city):
    embedded = city.embedded()
    embedded.join()
    lost = embedded.status()
    embedded.mend()
    assert embedded.status() == lost
    kill(lost.keeper)
    kill(lost.pid)
    embedded.mend()
    assert ask(embedded, "SELECT 1") == 1
    assert embedded.status().keeper not in {None, lost.keeper}


def test_after_a_power_cut_the_next_start_recovers_although_the_number_is_reused(city):
    embedded = city.embedded()
    embedded.join()
    ask(embedded, "CREATE TABLE kept AS SELECT 42 AS answer", owner=True)
    status = embedded.status()
    embedded.leave()
    kill(status.keeper)
    kill(status.pid)
    # The number in the note now belongs to another program of the same account.
    account = embedded.folders.account()
    as_account = {"user": account.uid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "60"], **as_account) as stranger:
        note = status.data / "postmaster.pid"
        lines = note.read_text(encoding="utf-8").splitlines()
        note.write_text("\n".join([str(stranger.pid), *lines[1:]]), encoding="utf-8")
        embedded.join()
        assert ask(embedded, "SELECT answer FROM kept", owner=True) == 42
        assert stranger.poll() is None
        stranger.kill()


def test_four_processes_that_start_an_empty_city_at_once_share_one_server(empty_city):
    users = [empty_city.user() for _ in range(4)]
    assert {user.stdout.readline() for user in users} == {"joined\n"}
    watcher = Embedded(empty_city.home)
    log = watcher.folders.log.read_text(encoding="utf-8")
    assert log.count("ready to accept connections") == 1


def test_a_start_that_fails_says_why_in_one_sentence(city):
    embedded = city.embedded()
    with embedded:
        data = embedded.status().data
    wait_until_stopped(embedded)
    (data / "postgresql.auto.conf").write_text("shared_buffers = nonsense\n", encoding="utf-8")
    with pytest.raises(
        OutsideProblem, match=r"could not start: .*auto.conf.*errors. The whole log is .*log\.$"
    ):
        embedded.join()
    assert not embedded._use.is_held


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            (
                "creating ... 2026-11-23 18:48:04.976 UTC [12] FATAL:  could not extend a file\n"
                "2026-11-23 18:48:04.976 UTC [12] HINT:  Check free disk space.\n"
                "2026-11-23 18:48:04.976 UTC [12] PANIC:  cannot abort\nAborted\n"
            ),
            "could not extend a file – Check free disk space",
        ),
        (
            "initdb: error: cannot be run as root\ninitdb: hint: log in.\n",
            "initdb: error: cannot be run as root",
        ),
        ("pg_ctl: could not start server\n", "pg_ctl: could not start server"),
        ("", "nothing was said"),
    ],
)
def test_of_all_that_a_failing_server_says_the_cause_is_shown(said, shown):
    assert reason(said) == shown


def test_data_of_another_version_is_refused_with_what_to_do(city):
    embedded = city.embedded()
    with embedded:
        data = embedded.status().data
    wait_until_stopped(embedded)
    (data / "PG_VERSION").write_text("12\n", encoding="ascii")
    with pytest.raises(OutsideProblem, match=r"made by PostgreSQL 12.*HUIYIN_POSTGRES_BIN"):
        embedded.join()


def test_a_half_made_database_is_made_anew(empty_city):
    (empty_city.home / "database.new" / "base").mkdir(parents=True)
    with empty_city.embedded() as embedded:
        assert ask(embedded, "SELECT current_user") == "huiyin"
    assert not (empty_city.home / "database.new").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUIYIN_DATABASE_SOCKETS", "sockets"),
        ("HUIYIN_DATABASE_SOCKETS", "/" + "long" * 20),
        ("HUIYIN_DATABASE_MEMORY_MB", "much"),
        ("HUIYIN_POSTGRES_BIN", "/nowhere"),
        ("HUIYIN_DATABASE_FAST", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(empty_city, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=name):
        Embedded(empty_city.home).join()


def test_where_to_connect_is_known_before_anything_is_there(empty_city):
    embedded = Embedded(empty_city.home / ("long" * 50))
    parameters = embedded.parameters(owner=False)
    assert parameters == Embedded(empty_city.home / ("long" * 50)).parameters(owner=False)
    assert (parameters["dbname"], parameters["user"]) == ("huiyin", "huiyin")
    assert embedded.parameters(owner=True)["user"] == "huiyin_owner"
    assert len(f"{parameters['host']}/.s.PGSQL.5432") <= 100
    assert parameters["host"] != Embedded(empty_city.home).parameters(owner=False)["host"]
    assert not empty_city.home.exists()
