"""`huiyin work`: the worker alone, for those who run several."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Runs the jobs that pages and the clock leave behind."""

    help = "Run the worker: hourly seals and whatever jobs wait."
    # Nothing of the pages is loaded to print a line.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop."""
        call_command("procrastinate", "worker", "--concurrency", "1")
