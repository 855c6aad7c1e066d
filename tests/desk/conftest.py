"""Pages are read in English here, at a clock that stands still on a Wednesday at noon."""

import pytest
from django.utils import timezone

from tests.makers import NOON


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path):
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path / "attachments"


class Clock:
    """What the doors read when they ask for the time."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now

    def later(self, span):
        self.now += span


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The clock of the doors, which a test may turn on."""
    hands = Clock()
    monkeypatch.setattr(timezone, "now", hands)
    return hands
