"""What the tests of the office share: a city of their own, away from the settings of this run."""

from contextlib import closing

import pytest

from tests.office.cities import POSTGRES_15, City, wait_until_stopped


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
