"""The sentences of this room are read in English here."""

import pytest
from django.utils.translation import override


@pytest.fixture(autouse=True)
def _in_english(settings):
    # A command speaks the language of its city.
    settings.LANGUAGE_CODE = "en"
    with override("en"):
        yield
