"""An import that is killed, and two at once: tried with real processes and connections."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from huiyin.cases.models import Case
from huiyin.exchange.models import ImportedRow
from huiyin.logbook.verifying import verify
from huiyin.office.problems import NotPossible
from tests.exchange.invented import OPEN, as_csv, mapping, row, rows, run
from tests.exchange.test_import_history import MAPPING

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_city")]
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def conninfo() -> str:
    known = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    given = {libpq: known[django] for libpq, django in names.items() if known[django]}
    return make_conninfo(**given, **({"port": known["PORT"]} if known["PORT"] else {}))


def started(folder: Path, path: Path) -> subprocess.Popen:
    (folder / "lamptown.toml").write_text(MAPPING, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    city = {"DATABASE_URL": conninfo(), "HUIYIN_HOME": str(settings.HUIYIN_HOME)}
    command = [sys.executable, "-m", "huiyin.command", "import", str(folder / "lamptown.toml")]
    return subprocess.Popen(
        [*command, str(path), "--rejects", str(folder / "rejects.csv")],
        cwd=ROOT,
        env=kept | city | {"DJANGO_SETTINGS_MODULE": "huiyin.settings", "HUIYIN_LANGUAGE": "en"},
        stdout=subprocess.PIPE,
        text=True,
    )


def told() -> list[tuple[object, ...]]:
    names = ("source_id", "status", "received_at", "closed_at", "due_at", "unit__name", "title")
    cases = Case.objects.filter(source="lamptown")
    return sorted(cases.values_list(*names, "rounds__reply"), key=str)


def many(count: int) -> list[dict[str, object]]:
    return [row(id=f"L-{n}", **(OPEN if n % 3 else {})) for n in range(count)]


def test_an_import_that_is_killed_ends_after_another_run_as_one_that_was_not(tmp_path):
    path = as_csv(tmp_path / "rows.csv", many(9_000))
    process, until = started(tmp_path, path), time.monotonic() + PATIENCE
    while Case.objects.count() < 2_000:
        assert process.poll() is None, "the import ended before it could be killed"
        assert time.monotonic() < until
    process.send_signal(signal.SIGKILL)
    process.communicate()
    half = Case.objects.count()
    assert 2_000 <= half < 9_000
    assert ImportedRow.objects.count() == half

    again = started(tmp_path, path)
    said, _nothing = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0
    assert f"9000 rows read = {9_000 - half} imported + {half} unchanged" in said
    went_on = told()
    assert verify().problems == []

    Case.objects.update(source="kept")
    whole = started(tmp_path, path)
    whole.communicate(timeout=PATIENCE)
    assert told() == went_on


@contextmanager
def another_import_of(name: str):
    with psycopg.connect(conninfo(), autocommit=True) as other:
        lock = "SELECT pg_try_advisory_lock(hashtextextended(%s, 5431))"
        assert other.execute(lock, [f"import {name}"]).fetchone()[0]
        yield other


@pytest.mark.parametrize("name", ["source lamptown", "city lamp-town"])
def test_a_second_import_of_the_same_source_or_city_is_told_in_one_sentence(tmp_path, name):
    path = as_csv(tmp_path / "rows.csv", rows(3))
    with another_import_of(name), pytest.raises(NotPossible, match="of “lamptown” is running"):
        run(path, wait_seconds=0.2)
    assert Case.objects.count() == 0
    assert run(path, wait_seconds=0.2).imported == 3


def test_a_second_import_waits_for_a_first_that_ends_soon(tmp_path):
    path, found = as_csv(tmp_path / "rows.csv", rows(3)), []

    def second():
        try:
            found.append(run(path, wait_seconds=PATIENCE).imported)
        finally:
            connections.close_all()

    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with another_import_of("source lamptown") as first:
        thread = threading.Thread(target=second)
        thread.start()
        until = time.monotonic() + PATIENCE
        while not first.execute(waits).fetchone()[0]:
            assert time.monotonic() < until
        assert found == []
    thread.join(PATIENCE)
    assert found == [3]


def test_another_source_of_another_city_does_not_wait(tmp_path):
    path = as_csv(tmp_path / "rows.csv", rows(3))
    other = mapping(source={"code": "elsewhere"}, city={"code": "elsewhere"})
    with another_import_of("source lamptown"):
        assert run(path, other, wait_seconds=0.2).imported == 3


def test_the_lock_is_given_back_after_a_run_that_failed(tmp_path):
    path = as_csv(tmp_path / "rows.csv", rows(3))
    path.write_bytes(path.read_bytes()[:-20])
    run(path)
    with another_import_of("source lamptown"):
        pass
