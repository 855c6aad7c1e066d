"""Tests of the neighbourhood may ask the database; files go to a folder of their own."""

import pytest


@pytest.fixture(autouse=True)
def _city(request, settings, tmp_path):
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path / "attachments"
    if "committed_city" not in request.fixturenames and request.module.__name__ != (
        "tests.neighbourhood.test_rules"
    ):
        request.getfixturevalue("db")
