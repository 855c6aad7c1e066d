"""Today is the Wednesday of the tests, so that posts held until yesterday are over."""

import pytest
from django.utils import timezone

from tests.makers import NOON


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
