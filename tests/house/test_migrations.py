"""The tables are those of the models, and moving to them never rewrites what is there."""

import re

import pytest
from django.core.management import call_command

from tests.house.rooms import ROOT

MIGRATIONS = sorted((ROOT / "huiyin").glob("*/migrations/0*.py"))
# What would lose a column or a table of a city that lives; such a step needs a decision first.
LOSES = re.compile(r"migrations\.(RemoveField|DeleteModel|RenameModel|RenameField)\b")


@pytest.mark.django_db
def test_every_change_of_a_table_has_its_migration(capsys):
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(f"run `huiyin makemigrations`: {capsys.readouterr().out}")


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_migration_takes_nothing_away(path):
    assert LOSES.findall(path.read_text(encoding="utf-8")) == []
