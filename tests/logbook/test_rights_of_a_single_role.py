"""Where the application owns its tables, rights cannot hold it back: triggers do."""

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from huiyin.office.rights import grant_rights
from tests.logbook.book import write
from tests.logbook.test_rights import ATTEMPTS, TABLES, attempt


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", ATTEMPTS)
@pytest.mark.usefixtures("owners_book")
def test_nor_can_an_application_that_owns_the_tables(table, how):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        grant_rights(cursor.fetchone()[0])
    with pytest.raises(ProgrammingError, match="append-only"):
        attempt(how, table)
    assert write("HY-1").position == 4
