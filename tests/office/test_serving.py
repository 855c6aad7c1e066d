"""`huiyin serve`: what happens to a city when a part of it is killed or told to end."""

import os
import signal

import pytest

from huiyin.office.embedded import Embedded
from tests.office.cities import is_alive, kill, wait_for
from tests.office.sites import children

pytestmark = pytest.mark.slow

# systemd, for one, gives a service 90 seconds to end before it kills it.
LONGEST_END_SECONDS = 60


def database_of(site):
    return Embedded(site.home).status()


def test_a_city_says_where_it_is_and_answers_there(running):
    assert f"http://127.0.0.1:{running.port}" in running.words()
    assert "Demo city" not in running.words()
    assert running.get("/")[0] == 200
    assert running.get("/healthz") == (200, '{"database": "answers"}')
    assert running.ask()[0] == 303


def test_a_killed_web_process_is_replaced_and_the_city_goes_on(running):
    before = set(running.processes())
    kill(running.web_process())
    wait_for(lambda: len(running.processes()) == len(before))
    assert running.get("/seals.json")[0] == 200
    assert running.serve.poll() is None


@pytest.mark.parametrize("killed", ["serve", "web"])
def test_when_one_part_is_killed_no_other_is_left_behind(site, killed):
    site.start()
    everything, database = site.processes(), database_of(site)
    kill_part = site.serve.pid if killed == "serve" else site.part("web")
    os.kill(kill_part, signal.SIGKILL)
    status = site.serve.wait(timeout=LONGEST_END_SECONDS)
    wait_for(lambda: not any(map(is_alive, everything)), LONGEST_END_SECONDS)
    wait_for(lambda: not is_alive(database.pid), LONGEST_END_SECONDS)
    assert status == (-signal.SIGKILL if killed == "serve" else 1)
    if killed == "web":
        assert "ended by itself" in site.words()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_city_that_is_told_to_end_ends_in_good_order(site, number):
    site.start()
    assert site.ask()[0] == 303
    everything = site.processes()
    assert site.stop(number) == 0
    assert not any(map(is_alive, everything))
    assert "Traceback" not in site.words()
    verdict = site.command("logbook", "verify").stdout
    assert "Waiting for a seal: 0" in verdict
    assert "Faults: 0" in verdict


def test_a_second_city_on_the_same_port_says_so_and_leaves_the_first_alone(running):
    second = running.command("serve", "--port", str(running.port))
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"Port {running.port} on 127.0.0.1 cannot be used" in second.stderr
    assert running.get("/")[0] == 200


def test_nobody_loses_a_request_when_the_database_is_killed(running):
    # Every process that answers pages knows that the database is there.
    assert [running.get("/seals.json")[0] for _ in range(20)] == [200] * 20
    assert running.ask()[0] == 303
    lost = database_of(running)
    sessions = children(lost.pid)
    kill(lost.pid)
    # A session that outlives its server for a moment may take a question and die over it.
    wait_for(lambda: not any(map(is_alive, sessions)))
    # Each waits until the database is back; idle connections beside it are dead as well.
    assert [running.get("/seals.json")[0] for _ in range(6)] == [200] * 6
    assert running.ask()[0] == 303
    assert database_of(running).pid not in {None, lost.pid}


def test_a_database_killed_with_its_keeper_is_brought_back_by_the_site(running):
    lost = database_of(running)
    kill(lost.keeper)
    kill(lost.pid)
    wait_for(lambda: running.get("/seals.json")[0] == 200)
    assert running.ask()[0] == 303
    assert database_of(running).keeper not in {None, lost.keeper}


def test_while_the_database_is_away_the_site_says_so_and_recovers_by_itself(running):
    lost = database_of(running)
    # A keeper that is held up keeps everybody else from starting the server.
    os.kill(lost.keeper, signal.SIGSTOP)
    try:
        kill(lost.pid)
        status, page = running.get("/seals.json", Accept="text/html")
        assert status == 503
        assert "The database does not answer just now. Please try again in a minute." in page
        status, page = running.get("/seals.json", Accept="application/json")
        assert status == 503
        assert page.startswith('{"problem": "The database does not answer just now.')
        status, page = running.ask("A lamp that must not be lost.")
        assert status == 503
        assert "what has arrived already is not taken in twice" in page
        assert running.get("/")[0] == 200
        assert running.get("/healthz")[0] == 503
    finally:
        os.kill(lost.keeper, signal.SIGCONT)
    wait_for(lambda: running.ask()[0] == 303)
    lines = running.words().splitlines()
    assert len([line for line in lines if "psycopg.pool" in line]) <= 8
    assert "Traceback" not in running.words()


def test_a_city_ends_in_time_although_its_database_is_away(site):
    site.start()
    assert site.ask()[0] == 303
    lost = database_of(site)
    os.kill(lost.keeper, signal.SIGSTOP)
    try:
        kill(lost.pid)
        everything = site.processes()
        assert site.stop(signal.SIGHUP) == 0
        assert not any(map(is_alive, everything))
        assert "not sealed yet" in site.words()
        assert "Traceback" not in site.words()
    finally:
        os.kill(lost.keeper, signal.SIGCONT)
