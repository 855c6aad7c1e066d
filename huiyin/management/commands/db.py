"""`huiyin db url [--owner]`: a connection string for psql and pg_dump."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from huiyin.office.database import connection_parameters, connection_url, embedded_is_used
from huiyin.office.embedded import Embedded

# Long enough to type a psql command; a client that is connected is waited for anyway.
LINGER_SECONDS = 300


class Command(BaseCommand):
    """Prints how to reach the database, and keeps the embedded one up for a while."""

    help = "Print a connection string: huiyin db url [--owner]"
    # Nothing of the pages is loaded to print a line.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word, and whose rights."""
        parser.add_argument("what", choices=["url"])
        parser.add_argument("--owner", action="store_true", help="as the owner of the tables")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the connection string alone, so that a shell can use it."""
        given = connection_parameters(settings.HUIYIN_HOME, owner=options["owner"])
        if embedded_is_used():
            Embedded(settings.HUIYIN_HOME).linger(LINGER_SECONDS)
        self.stdout.write(connection_url(given))
