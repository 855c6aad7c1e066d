"""One demo city for all tests of a module: built once, undone afterwards."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation

from huiyin.demo.building import Order, build_city
from huiyin.demo.rhythm import ZONE

# A Wednesday afternoon before the long holiday.
UNTIL = datetime(2026, 9, 30, 15, 0, tzinfo=ZONE)


@dataclass(frozen=True)
class Built:
    """A demo city as it was ordered, and what was planted in it."""

    order: Order
    planted: dict[str, Any]

    def things(self, kind: str) -> list[dict[str, Any]]:
        return [thing for thing in self.planted["planted"] if thing["kind"] == kind]


def an_order(cases: int, *, seed: int = 12345, years: int = 2) -> Order:
    return Order(cases, seed, years, UNTIL)


def built(order: Order) -> Built:
    """Build a city in the transaction that is open."""
    file = build_city(order, lambda _done, _all: None)
    return Built(order, json.loads(file.read_text("utf-8")))


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):  # noqa: ARG001 - comes first
    """A city of two thousand cases."""
    home, settings.HUIYIN_HOME = settings.HUIYIN_HOME, tmp_path_factory.mktemp("city")
    with django_db_blocker.unblock(), transaction.atomic():
        yield built(an_order(2_000))
        transaction.set_rollback(True)
    settings.HUIYIN_HOME = home


@pytest.fixture
def own_home(settings, tmp_path) -> Path:
    """A folder in which nothing of another city lies."""
    settings.HUIYIN_HOME = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield
