"""A city whose application owns its tables: a trigger keeps history, and the doctor says so."""

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.utils import translation

from huiyin.office.database import connection_parameters
from huiyin.office.rights import append_only_tables, grant_rights
from huiyin.office.upkeep import database_state
from huiyin.office.upkeep.findings import Level


@pytest.fixture(scope="module")
def _as_owner(django_db_setup, django_db_blocker):  # noqa: ARG001 - only has to come first
    app = connection.settings_dict["USER"]
    owner = connection_parameters(settings.HUIYIN_HOME, owner=True)["user"]
    with django_db_blocker.unblock(), translation.override("en"):
        become(str(owner))
        yield
        become(app)
        connection.ensure_connection()
        connection.close()


@pytest.fixture
def single_role(_as_owner, db):  # noqa: ARG001 - in this order
    """The application is the owner of the tables; all is undone afterwards."""
    grant_rights(connection.settings_dict["USER"])


def become(user):
    connection.close()
    connection.close_pool()
    connection.settings_dict["USER"] = user


@pytest.mark.usefixtures("single_role")
@pytest.mark.parametrize("attempt", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_a_trigger_stands_on_everything_that_is_append_only(attempt):
    for table in append_only_tables():
        with (
            pytest.raises(ProgrammingError, match="is append-only: nothing in it is changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(attempt.format(table))


@pytest.mark.usefixtures("single_role")
def test_the_doctor_warns_of_a_single_role():
    found = database_state._append_only()
    assert found.level == Level.WARNING
    assert "only a trigger keeps it from the logbook" in found.sentence


@pytest.mark.usefixtures("single_role")
def test_without_its_trigger_the_doctor_calls_it_wrong():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE logbook_words DISABLE TRIGGER huiyin_append_only")
    found = database_state._append_only()
    assert (found.level, "logbook_words" in found.sentence) == (Level.WRONG, True)


@pytest.mark.usefixtures("single_role")
def test_with_two_roles_the_trigger_is_taken_away_again():
    grant_rights("pg_monitor")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'huiyin_append_only'")
        assert cursor.fetchone() == (0,)
