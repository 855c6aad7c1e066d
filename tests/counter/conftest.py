"""Pages are read in English here, so that a test says what it looks for."""

import pytest


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path):
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path / "attachments"
