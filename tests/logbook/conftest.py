"""Fixtures of the logbook: a book, and a city in which the tests are the database's owner."""

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from huiyin.office.database import connection_parameters
from tests.logbook.book import write_book


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def _become(user: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["USER"] = user


@pytest.fixture(scope="module")
def as_owner(django_db_setup, django_db_blocker):  # noqa: ARG001 - only has to come first
    """From here to the end of the module, the tests connect as the owner of the tables."""
    app = connection.settings_dict["USER"]
    owner = connection_parameters(settings.HUIYIN_HOME, owner=True)["user"]
    with django_db_blocker.unblock():
        _become(str(owner))
        yield
        _become(app)
        # A pool that is first opened by the end of the run would still be connecting then.
        connection.ensure_connection()
        connection.close()


@pytest.fixture
def owners_book(as_owner, db):  # noqa: ARG001 - in this order
    """A sealed book that the test may tamper with; all is undone afterwards."""
    write_book()


@pytest.fixture
def book(db):  # noqa: ARG001 - only has to come first
    """A sealed book."""
    write_book()
