"""`huiyin import` as an operator meets it: what it prints, and how it ends."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import translation

from huiyin.cases.models import Case
from huiyin.exchange.imports import importing
from huiyin.management.commands import import_history
from huiyin.office.problems import OutsideProblem
from tests.exchange.invented import OPEN, as_csv, row, rows

pytestmark = pytest.mark.django_db
MAPPING = """
[source]
code = "lamptown"
id = "id"
time_zone = "America/New_York"
[city]
code = "lamp-town"
name = "Lamp Town"
time_zone = "America/New_York"
[moments]
received = "opened"
due = "target"
closed = "closed"
[status]
column = "status"
[status.steps]
Open = ["dispatched at received"]
Closed = ["dispatched at received", "answered at closed", "closed at closed"]
[unit]
columns = ["unit"]
levels = ["department"]
[kind]
default = "help"
[channel]
default = "phone"
[text]
title = "{title}"
text = "{type}: {title}"
reply = "{reply}"
"""


@pytest.fixture
def town(tmp_path):
    """A mapping file and a way to write rows beside it."""
    (tmp_path / "lamptown.toml").write_text(MAPPING, encoding="utf-8")

    def command(given, *options: str, name: str = "rows.csv"):
        path = given if isinstance(given, Path) else as_csv(tmp_path / name, given)
        out = StringIO()
        rejects = ["--rejects", str(tmp_path / "rejects.csv")]
        where = [str(tmp_path / "lamptown.toml"), str(path)]
        call_command("import_history", *where, *rejects, *options, stdout=out, stderr=StringIO())
        return out.getvalue()

    command.folder = tmp_path
    return command


def test_it_prints_what_became_of_the_rows_and_which_rules_were_used(town):
    given = [*rows(3), row(id="late", closed="2025-04-01 00:00:00"), row(id="x", status="Lost")]
    said = town(given)
    assert "rows.csv was read as csv, utf-8." in said
    assert "5 rows read = 4 imported + 0 unchanged + 0 changed + 1 rejected." in said
    assert "1 rows: a step is dated before the one it follows" in said
    assert "(rule out_of_order)" in said
    assert "rejects.csv." in said
    assert "MB of memory." in said


def test_programs_get_one_object(town):
    found = json.loads(town([row(), row(id="x", status="Lost")], "--json"))
    counts = [found[name] for name in ("read", "imported", "unchanged", "changed", "rejected")]
    assert counts == [2, 1, 0, 0, 1]
    assert found["rules"]["due_missing"] == 0
    assert (found["format"], found["encoding"], found["delimiter"]) == ("csv", "utf-8", ",")
    assert found["rejects_file"].endswith("rejects.csv")
    assert found["cut_short"] is None
    assert found["peak_memory_mb"] > 10


def test_a_change_that_was_not_applied_is_said(town):
    town([row()])
    assert "1 were changed at the source and not applied here" in town([row(title="Else")])


def test_a_dry_run_says_so_and_writes_nothing(town):
    said = town([row()], "--dry-run")
    assert "1 rows read = 1 imported" in said
    assert "This was a dry run" in said
    assert Case.objects.count() == 0


def test_a_limit_reads_only_so_many_rows(town):
    assert "2 rows read" in town(rows(9), "--limit", "2")
    with pytest.raises(CommandError, match="from 1 on") as problem:
        town(rows(9), "--limit", "0")
    assert problem.value.returncode == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"id,opened\n1,2\n", "The mapping names the column"),
        (b"", "is empty"),
        (b"PAR1", "half-written or damaged"),
        ("id,编号\n1,é\n".encode("latin-1", "ignore") + b"\xff\xff\n", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_that_cannot_be_used_is_wrong_use(town, content, sentence):
    path = town.folder / "wrong"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as problem:
        town(path)
    assert problem.value.returncode == 2


def test_a_file_that_breaks_off_ends_with_its_sentence_after_the_counts(town):
    path = as_csv(town.folder / "half.csv", rows(5))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CommandError, match="half-written") as problem:
        town(path)
    assert problem.value.returncode == 1
    assert Case.objects.count() == 4


def test_a_folder_that_cannot_be_written_is_named(town):
    (town.folder / "file").write_text("not a folder", encoding="utf-8")
    wrong = str(town.folder / "file" / "rejects.csv")
    with pytest.raises(CommandError, match="cannot be written") as problem:
        town([row(id="")], "--rejects", wrong)
    assert problem.value.returncode == 1


def test_rejects_lie_in_the_city_unless_a_file_is_named(town, settings, tmp_path):
    settings.HUIYIN_HOME = tmp_path / "home"
    where = [str(town.folder / "lamptown.toml"), str(as_csv(tmp_path / "r.csv", [row(id="")]))]
    call_command("import_history", *where, stdout=StringIO())
    kept = list((tmp_path / "home" / "imports").glob("lamptown-*-rejects.csv"))
    assert len(kept) == 1
    assert kept[0].parent.stat().st_mode & 0o777 == 0o700


def test_a_lost_database_is_one_sentence_that_says_what_is_kept(town, monkeypatch):
    monkeypatch.setattr(importing, "PORTION", 2)
    real, calls = importing.write_lives, []

    def lost(lives):
        calls.append(lives)
        if len(calls) > 2:
            raise OperationalError("No space left on device\nHINT: more")
        real(lives)

    monkeypatch.setattr(importing, "write_lives", lost)
    with pytest.raises(OutsideProblem) as problem:
        town(rows(9))
    assert "(No space left on device)" in str(problem.value)
    assert "4 rows of this run, is kept" in str(problem.value)
    monkeypatch.setattr(importing, "write_lives", real)
    assert "9 rows read = 5 imported + 4 unchanged" in town(rows(9))


def test_the_city_speaks_chinese_too(town):
    with translation.override("zh-hans"):
        said = town([row(), row(id="2", **OPEN)])
    assert "共读取 2 行" in said


def test_progress_is_shown_only_to_people(town):
    class Screen(StringIO):
        def isatty(self):
            return True

    screen = Screen()
    where = [str(town.folder / "lamptown.toml"), str(as_csv(town.folder / "r.csv", rows(3)))]
    call_command("import_history", *where, stdout=StringIO(), stderr=screen)
    assert "3 rows read, 3 imported …" in screen.getvalue()


def test_memory_is_counted_alike_on_every_system(monkeypatch):
    monkeypatch.setattr(import_history.sys, "platform", "linux")
    here = import_history.peak_megabytes()
    monkeypatch.setattr(import_history.sys, "platform", "darwin")
    assert import_history.peak_megabytes() < here
