"""`huiyin demo`: build 和安市, the city that does not exist."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from huiyin.cases.models import Case
from huiyin.demo.building import Order, build_city
from huiyin.demo.rhythm import ZONE
from huiyin.demo.units import ACCOUNTS, PASSWORD
from huiyin.office.problems import WrongInput


class Command(BaseCommand):
    """Builds the demo city, and prints who may sign in."""

    help = "Build the demo city 和安市: huiyin demo [--cases N] [--seed S]"
    # Nothing of the pages is loaded to print a line.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How large, which one, until when."""
        parser.add_argument("--cases", type=int, default=2_000)
        parser.add_argument("--seed", type=int, default=12345)
        parser.add_argument("--years", type=int, default=2)
        parser.add_argument("--until", help="last moment of the city, as 2026-11-01T12:00")
        parser.add_argument("--if-empty", action="store_true", help="do nothing in a lived-in city")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, then print the accounts."""
        if options["if_empty"] and Case.objects.exists():
            self._accounts()
            return
        if not 1 <= options["cases"] <= 50_000_000 or not 1 <= options["years"] <= 20:
            raise WrongInput("Give --cases between 1 and 50000000 and --years between 1 and 20.")
        began = time.monotonic()
        order = Order(
            options["cases"], options["seed"], options["years"], _moment(options["until"])
        )
        planted = build_city(order, self._progress)
        seconds = time.monotonic() - began
        self.stdout.write(f"\n{Case.objects.count()} cases in {seconds:.1f} s; planted: {planted}")
        self._accounts()

    def _progress(self, done: int, all_of_them: int) -> None:
        self.stdout.write(f"\r{done} / {all_of_them}", ending="")
        self.stdout.flush()

    def _accounts(self) -> None:
        self.stdout.write(f"和安市 · password for all: {PASSWORD}")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.sign_in_name:<14} {account.name}  {account.post.label}")


def _moment(text: str | None) -> datetime:
    if not text:
        return timezone.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise WrongInput("Write --until as 2026-11-01T12:00.") from None
    return at if at.tzinfo else at.replace(tzinfo=ZONE)
