"""What the tests of the office share: a city of their own, away from the settings of this run."""

import subprocess
from contextlib import closing

import pytest

from tests.office.cities import POSTGRES_15, City, wait_until_stopped
from tests.office.sites import Site, found_city


@pytest.fixture
def empty_city(monkeypatch):
    """A city whose database is not yet made."""
    with closing(City()) as made:
        adjust(made, monkeypatch)
        yield made


@pytest.fixture(scope="session")
def made_data():
    """The data folder of a city, made and at rest."""
    with closing(City()) as made, pytest.MonkeyPatch.context() as monkeypatch:
        adjust(made, monkeypatch)
        with made.embedded() as embedded:
            data = embedded.status().data
        wait_until_stopped(embedded)
        yield data


@pytest.fixture
def city(empty_city, made_data):
    """A city whose database is made, but does not run."""
    empty_city.settle(made_data)
    return empty_city


@pytest.fixture(scope="session")
def made_home():
    """The home of a city with tables and units, at rest."""
    with closing(City()) as made, pytest.MonkeyPatch.context() as monkeypatch:
        adjust(made, monkeypatch)
        site = Site(made)
        done = site.command("migrate_city")
        assert done.returncode == 0, done.stderr
        found_city(site)
        wait_until_stopped(made.embedded())
        yield made.home


@pytest.fixture
def site(empty_city, made_home):
    """A city with tables and units, which is not served yet."""
    subprocess.run(["/bin/cp", "-a", str(made_home), str(empty_city.home)], check=True)
    with closing(Site(empty_city)) as made:
        yield made


@pytest.fixture(scope="module")
def running(made_home):
    """A city that is served, shared by tests after which it still stands."""
    with closing(City()) as city, pytest.MonkeyPatch.context() as monkeypatch:
        adjust(city, monkeypatch)
        subprocess.run(["/bin/cp", "-a", str(made_home), str(city.home)], check=True)
        with closing(Site(city)) as site:
            site.start()
            yield site


@pytest.fixture(scope="module", params=["wheel", "15"])
def any_version(request):
    """A city on each PostgreSQL that is at hand, shared by the tests of a module."""
    if request.param == "15" and not POSTGRES_15.is_dir():
        pytest.skip("PostgreSQL 15 is not installed on this machine")
    with closing(City()) as made, pytest.MonkeyPatch.context() as monkeypatch:
        adjust(made, monkeypatch)
        if request.param == "15":
            monkeypatch.setenv("HUIYIN_POSTGRES_BIN", str(POSTGRES_15))
        with made.embedded() as embedded:
            yield embedded


def adjust(city, monkeypatch):
    """Give the city its own settings, whatever those of this run are."""
    for name in ("HUIYIN_POSTGRES_BIN", "HUIYIN_DATABASE_ACCOUNT", "HUIYIN_DATABASE_SOCKETS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HUIYIN_DATABASE_SHELTER", str(city.base / "shelter"))
    monkeypatch.setenv("HUIYIN_DATABASE_MEMORY_MB", "16")
