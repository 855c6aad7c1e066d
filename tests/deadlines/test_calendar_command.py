"""`huiyin calendar`: the operator loads, brings and looks, and is told when a year is missing."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from huiyin.deadlines.models import KnownYear
from huiyin.deadlines.queries import rule_in_force, work_calendar
from huiyin.office.problems import NotPossible, WrongInput

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def autumn(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 23, 4, tzinfo=UTC))


def test_loading_a_year_says_what_is_known_now(capsys):
    KnownYear.objects.filter(year=2026).delete()
    call_command("calendar", "load", "--year", "2026")
    assert capsys.readouterr().out == "Calendar “city” knows 2026: 39 special days.\n"
    assert 2026 in work_calendar().known_years


def test_a_year_that_is_not_announced_is_one_clear_sentence():
    with pytest.raises(NotPossible, match="2099 are not known here"):
        call_command("calendar", "load", "--year", "2099")


def test_a_notice_is_brought_from_a_file(tmp_path, capsys):
    file = tmp_path / "2027.json"
    days = [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]
    file.write_text(json.dumps({"year": 2027, "days": days}), encoding="utf-8")
    call_command("calendar", "import", str(file), "--verified")
    assert capsys.readouterr().out == "Calendar “city” knows 2027: 1 special days.\n"
    assert KnownYear.objects.get(year=2027).verified


def test_a_file_that_is_not_there_is_one_clear_sentence(tmp_path):
    with pytest.raises(WrongInput, match="cannot be read: there is no such file"):
        call_command("calendar", "import", str(tmp_path / "none.json"))


@pytest.mark.usefixtures("autumn")
def test_showing_tells_hours_holidays_and_the_missing_year(capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("calendar", "show")
    shown = capsys.readouterr().out
    assert ended.value.code == 1
    assert "Monday 09:00–12:00" in shown
    assert "2026-10-01 – 2026-10-07  holiday  国庆节" in shown
    assert "2026-10-10  make-up working day  国庆节" in shown
    assert shown.endswith("Warning: the holidays of 2027 are not loaded.\n")


@pytest.mark.usefixtures("autumn")
def test_a_calendar_round_the_clock_misses_nothing(capsys):
    call_command("calendar", "show", "--calendar", "round-the-clock")
    assert "Open round the clock." in capsys.readouterr().out


def test_adopting_a_preset_shows_in_the_list_and_in_the_rules(capsys):
    call_command("calendar", "adopt", "jinan", "--from", "2026-01-01")
    call_command("calendar", "presets")
    shown = capsys.readouterr().out
    assert "The city goes by “jinan” from 2026-01-01 on." in shown
    assert "jinan  Jinan  [2026-01-01 – ]\n  general: 5 working days\n" in shown
    assert "general: 7 natural days (draft, not the final text)" in shown
    on = datetime(2026, 5, 1, tzinfo=UTC).date()
    assert rule_in_force(on=on, deadline_class="general").code == "jinan"


def test_a_word_the_command_does_not_know_is_wrong_use():
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("calendar", "remove")
    with pytest.raises(CommandError, match="“2026-13-01” is not a day; write 2026-01-01"):
        call_command("calendar", "adopt", "jinan", "--from", "2026-13-01")
