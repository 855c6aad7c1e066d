"""The application can add to the logbook, and cannot change or delete anything in it."""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from huiyin.office.rights import append_only_tables

TABLES = sorted(
    model._meta.db_table
    for model in apps.get_app_config("logbook").get_models()
    if model._meta.model_name != "chain"
)
ATTEMPTS = {
    "change": "UPDATE {table} SET about = about",
    "delete": "DELETE FROM {table}",
    "empty": "TRUNCATE {table}",
}


def attempt(how: str, table: str) -> None:
    column = "number" if table == "logbook_seal" else "about"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTEMPTS[how].format(table=table).replace("about", column))


def test_every_table_but_the_heads_of_chains_is_append_only():
    assert len(TABLES) == 5
    assert set(TABLES) <= set(append_only_tables())


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", ATTEMPTS)
def test_the_application_cannot_rewrite_history(table, how):
    with pytest.raises(ProgrammingError, match="permission denied"):
        attempt(how, table)
