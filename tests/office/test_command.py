"""The word `huiyin`: what it offers, and what it answers to a word it does not know."""

import subprocess
import sys
from importlib.metadata import version

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError

from huiyin import command, contents
from tests.office.cities import ROOT


def test_the_table_of_contents_lists_every_command_of_the_city_once():
    listed = [name for _heading, commands in contents._groups() for name, _words in commands]
    assert sorted(listed) == contents.city_commands()
    assert "import" in listed


@pytest.mark.parametrize("typed", [[], ["help"], ["--help"], ["-h"]])
def test_huiyin_alone_says_what_it_can_do_in_the_language_of_the_city(typed, monkeypatch, capsys):
    monkeypatch.setenv("HUIYIN_LANGUAGE", "en")
    command.main(typed)
    said = capsys.readouterr().out
    assert "Run the city\n  huiyin serve         start it" in said
    assert max(map(len, said.splitlines())) <= 100


@pytest.mark.parametrize(("typed", "near"), [("servr", "huiyin serve"), ("xyzzy", "lists all")])
def test_an_unknown_word_is_wrong_use_and_starts_nothing(typed, near, monkeypatch, capsys):
    monkeypatch.setenv("HUIYIN_LANGUAGE", "en")
    monkeypatch.setattr(command, "embedded_is_used", lambda: pytest.fail("nothing is to start"))
    with pytest.raises(SystemExit, match="2"):
        command.main([typed])
    said = capsys.readouterr().err
    assert typed in said
    assert near in said
    assert said.count("\n") == 1


def test_asking_for_help_about_a_command_starts_nothing(monkeypatch, capsys):
    monkeypatch.setattr(command, "embedded_is_used", lambda: pytest.fail("nothing is to start"))
    with pytest.raises(SystemExit, match="0"):
        command.main(["db", "--help"])
    assert "usage: huiyin db" in capsys.readouterr().out


def test_a_database_that_does_not_answer_is_one_sentence_and_status_1(monkeypatch, capsys):
    def away(_words):
        raise OperationalError("connection refused\n\tIs it running?")

    monkeypatch.setattr(command, "_run", lambda *_: away(()))
    monkeypatch.setattr(command, "embedded_is_used", lambda: False)
    with pytest.raises(SystemExit, match="1"):
        command.main(["report", "month"])
    said = capsys.readouterr().err
    assert said == "The database does not answer: connection refused Is it running?.\n"


@pytest.mark.parametrize("typed", [["--version"], ["version"], ["report", "--version"]])
def test_the_version_is_that_of_huiyin(typed, capsys):
    command.main(typed)
    assert capsys.readouterr().out == f"huiyin {version('huiyin')}\n"


def test_a_wrong_use_names_the_command_as_it_was_typed(monkeypatch, capsys):
    monkeypatch.setattr(command, "embedded_is_used", lambda: False)
    with pytest.raises(SystemExit, match="2"):
        command.main(["import"])
    said = capsys.readouterr().err
    assert said.startswith("usage: huiyin import ")
    assert "import_history" not in said


@pytest.mark.parametrize("status", [1, 2])
def test_what_a_command_refuses_is_a_sentence_without_the_name_of_an_error(
    status, monkeypatch, capsys
):
    def refuse(_command, **_options):
        raise CommandError("There is no such thing.", returncode=status)

    monkeypatch.setattr(command, "embedded_is_used", lambda: False)
    monkeypatch.setattr("huiyin.management.commands.report.Command.handle", refuse)
    with pytest.raises(SystemExit, match=str(status)):
        command.main(["report", "month", "--month", "2026-01"])
    assert capsys.readouterr().err == "There is no such thing.\n"


def test_the_address_of_the_database_is_printed_without_loading_the_rooms():
    program = (
        "import sys; from huiyin import command; command._prepare = lambda *_: None\n"
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    command.main(['db', '--help'])\n"
        "print('shapely' in sys.modules, 'huiyin.cases.models' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False False\n"
