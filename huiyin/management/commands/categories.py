"""`huiyin categories FILE`: the city's own taxonomy, from a CSV or XLSX table.

Exit status 0 done, 2 when the file cannot be used; then nothing was changed.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.exchange.imports.reading import open_rows
from huiyin.office.problems import WrongInput
from huiyin.organisation.categories import load_categories, read_rows
from huiyin.organisation.category_rows import CategoryRow

BY = "system:categories"
WRONG_USE = 2


class Command(BaseCommand):
    """Adds and changes what the table names; removes nothing."""

    help = "Load the categories of requests from a table: huiyin categories FILE."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The table."""
        parser.add_argument(
            "file",
            metavar="FILE",
            help="CSV or XLSX: code, parent, name, name_en, valid_from, valid_to, deadline_class",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the whole table, then load it."""
        try:
            rows = rows_of(options["file"])
            loaded = load_categories(rows, by=BY, at=timezone.now())
        except WrongInput as problem:
            raise CommandError(str(problem), returncode=WRONG_USE) from problem
        self.stdout.write(
            _("%(added)d categories added, %(changed)d changed, %(unchanged)d unchanged.")
            % vars(loaded)
        )


def rows_of(file: str) -> list[CategoryRow]:
    """The checked rows of a table in UTF-8 or GBK."""
    table = open_rows(Path(file))
    return read_rows(table.columns, ((row.number, row.cells, row.fault) for row in table.rows()))
