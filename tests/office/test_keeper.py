"""The keeper stops the server when nobody needs it, not earlier, and hands over without a gap."""

import os
import subprocess
import sys

import psycopg
import pytest

from huiyin.office.embedded.folders import Folders
from huiyin.office.embedded.locks import Lock
from huiyin.office.keeper import GRACE_SECONDS, LARGEST_LOG, lingering, shorten
from tests.office.cities import ROOT, ask, kill

pytestmark = pytest.mark.slow

HOLD_AND_FORK = """
import os, sys, time
from pathlib import Path
from huiyin.office.embedded.locks import Lock
lock = Lock(Path(sys.argv[1]))
assert lock.take(alone=False)
worker = os.fork()
if sys.argv[2] == "worker leaves" and worker == 0:
    lock.release()
if sys.argv[2] == "other program" and worker == 0:
    os.execv("/bin/sleep", ["sleep", "60"])
if worker:
    if sys.argv[2] == "worker leaves":
        os.waitpid(worker, os.WNOHANG)
    print(worker, flush=True)
    sys.stdin.read()
else:
    time.sleep(60 if sys.argv[2] == "worker stays" else 0)
"""


@pytest.fixture
def kept(city):
    """A city whose keeper is the test itself, at the second 0, with one user: the test."""
    embedded = city.embedded()
    keeper = city.keeper(embedded)
    yield embedded, keeper
    keeper.post.release()


def at(keeper, second):
    keeper.clock = lambda: float(second)
    return keeper.look()


def test_a_server_in_use_is_kept_and_an_unused_one_stopped_after_the_grace(kept):
    embedded, keeper = kept
    assert not at(keeper, 0)
    assert not at(keeper, 1000)
    embedded.leave()
    assert not at(keeper, 1000)
    assert not at(keeper, 1000 + GRACE_SECONDS - 0.1)
    assert ask(embedded, "SELECT 1") == 1
    assert at(keeper, 1000 + GRACE_SECONDS)
    assert not embedded.status().is_running


def test_a_new_user_within_the_grace_begins_it_anew(kept):
    embedded, keeper = kept
    embedded.leave()
    assert not at(keeper, 0)
    embedded.join()
    assert not at(keeper, 100)
    embedded.leave()
    assert not at(keeper, 101)
    assert not at(keeper, 103)
    assert at(keeper, 101 + GRACE_SECONDS)


def test_psql_and_a_backup_keep_the_server_until_they_are_done(kept):
    embedded, keeper = kept
    embedded.leave()
    assert not at(keeper, 0)
    with psycopg.connect(**embedded.parameters(owner=True)):
        assert not at(keeper, 100)
        assert not at(keeper, 200)
    assert at(keeper, 300)


def test_a_lingering_server_waits_for_the_moment_that_was_asked_for(kept):
    embedded, keeper = kept
    embedded.folders.linger.write_text("300\n", encoding="ascii")
    embedded.leave()
    assert not at(keeper, 0)
    assert not at(keeper, 299)
    assert at(keeper, 300)


def test_nothing_is_stopped_while_somebody_is_starting(kept):
    embedded, keeper = kept
    embedded.leave()
    assert not at(keeper, 0)
    starter = Lock(embedded.folders.start)
    assert starter.take(alone=True)
    assert not at(keeper, 100)
    starter.release()
    assert not at(keeper, 101)
    assert embedded.status().is_running


def test_the_post_is_free_before_the_next_may_start(kept, monkeypatch):
    embedded, keeper = kept
    embedded.leave()
    keeper.hurry()
    seen = []
    release = keeper.start.release
    monkeypatch.setattr(
        keeper.start, "release", lambda: (seen.append(keeper.post.is_held), release())
    )
    assert at(keeper, 0)
    assert seen == [False]


def test_a_killed_server_comes_back_without_anybody_asking(kept):
    embedded, keeper = kept
    lost = embedded.status().pid
    kill(lost)
    assert not at(keeper, 0)
    assert embedded.status().pid not in {None, lost}
    assert ask(embedded, "SELECT 1") == 1


def test_the_server_of_a_removed_home_ends_and_the_new_home_starts_empty(city):
    embedded = city.embedded()
    keeper = city.keeper(embedded)
    ask(embedded, "CREATE TABLE old ()", owner=True)
    embedded.leave()
    city.remove("home")
    assert at(keeper, 0)
    keeper.post.release()
    with city.embedded() as anew:
        assert ask(anew, "SELECT to_regclass('old')::text") is None


def test_a_linger_far_ahead_counts_as_a_wrong_clock(tmp_path):
    folders = Folders(tmp_path)
    assert lingering(folders, 0) == 0
    for text, until in (("300\n", 300), ("99999999\n", 0), ("soon", 0), ("", 0)):
        folders.linger.write_text(text, encoding="ascii")
        assert lingering(folders, 0) == until


def test_the_log_stays_small_and_its_writer_goes_on(tmp_path):
    log = tmp_path / "database.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old\n" * (LARGEST_LOG // 4))
        shorten(log)
        assert log.stat().st_size == LARGEST_LOG
        writer.write(b"more\n")
        shorten(log)
        writer.write(b"new\n")
    assert log.read_bytes() == b"new\n"
    assert (tmp_path / "database.log.1").stat().st_size == LARGEST_LOG + 5


@pytest.mark.parametrize(
    ("what", "still_held"),
    [("worker stays", True), ("worker leaves", False), ("other program", False)],
)
def test_a_forked_worker_counts_as_a_user_but_another_program_does_not(tmp_path, what, still_held):
    file = tmp_path / "database.users"
    command = [sys.executable, "-c", HOLD_AND_FORK, str(file), what]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as parent:
        worker = int(parent.stdout.readline())
        assert not Lock(file).take(alone=True), "the parent holds it"
        parent.kill()
    try:
        assert Lock(file).take(alone=True, seconds=0 if still_held else 10) is not still_held
    finally:
        if what != "worker leaves":
            os.kill(worker, 9)
