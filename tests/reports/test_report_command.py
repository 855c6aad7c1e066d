"""`huiyin report month`: a table for people, an object for programs, sentences for mistakes."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.makers import city, lighting, make_unit, parks
from tests.reports.lives import LATER, SHANGHAI, answered, closed, lived, other_city, sent
from tests.reports.papers import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def summer(monkeypatch):
    """The commands run at this moment."""
    monkeypatch.setattr(timezone, "now", lambda: LATER.astimezone(UTC))


def said(capsys, *arguments):
    """What the command prints."""
    call_command("report", *arguments)
    return capsys.readouterr().out


def test_the_month_is_a_table_with_a_line_for_each_unit_and_one_for_the_city(capsys):
    lived(sent(1, due=24), answered(20), closed(30))
    lived(sent(1, due=24), answered(25), closed(31.5))
    lived(sent(1, due=24, to=parks()), answered(20))
    lines = said(capsys, "month", "--month", "2026-05").splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["路灯管理所", "2", "2", "2", "1", "1", "0", "0", "0", "0", "50.0%", "30.8"],
        ["园林绿化局", "1", "1", "0", "1", "0", "0", "0", "0", "0", "100%", "–"],
        ["和安市", "3", "3", "2", "2", "1", "0", "0", "0", "0", "66.7%", "30.8"],
    ]


def test_the_columns_of_the_table_stand_below_each_other(capsys):
    lived(sent(1, due=24), answered(20), closed(30))
    lived(sent(1, due=24, to=make_unit("PWDx")))
    lines = said(capsys, "month", "--month", "2026-05").splitlines()
    # A Chinese character is as wide as two Latin ones.
    assert len({len(line) + sum(sign > "⺀" for sign in line) for line in lines}) == 1


def test_the_object_for_programs_names_the_month_and_its_rows(capsys):
    lived(sent(1, due=24), answered(20), closed(30))
    told = json.loads(said(capsys, "month", "--month", "2026-05", "--json"))
    assert told == {
        "month": "2026-05",
        "rows": [
            {
                "city": "和安市",
                "unit": "路灯管理所",
                "unit_en": "",
                "unit_code": "lighting",
                "as_of": "2026-06-30T12:00:00+08:00",
                "received": 1,
                "answered": 1,
                "closed": 1,
                "on_time": 1,
                "overdue": 0,
                "not_yet_due": 0,
                "withdrawn": 0,
                "without_deadline": 0,
                "reopened": 0,
                "median_hours": 30.0,
            }
        ],
    }


def test_cases_that_nobody_leads_have_no_unit_in_the_object(capsys):
    lived(answered(0))
    [row] = json.loads(said(capsys, "month", "--month", "2026-05", "--json"))["rows"]
    assert (row["unit"], row["unit_code"], row["median_hours"]) == (None, "", None)


def test_the_object_is_the_same_in_every_language(capsys, settings):
    lived(answered(0))
    in_english = said(capsys, "month", "--month", "2026-05", "--json")
    settings.LANGUAGE_CODE = "zh-hans"
    assert said(capsys, "month", "--month", "2026-05", "--json") == in_english


def test_each_city_has_a_table_of_its_own(capsys):
    here, boston = city(), other_city("Boston", "America/New_York")
    lived(sent(1), taken_in_by=here, at=datetime(2026, 5, 9, tzinfo=SHANGHAI))
    lived(taken_in_by=boston, at=datetime(2026, 5, 9, tzinfo=SHANGHAI))
    lines = said(capsys, "month", "--month", "2026-05").splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        *("unit", "路灯管理所", "和安市"),
        *("unit", "led by no unit", "Boston"),
    ]


def test_a_month_without_cases_is_a_sentence_and_an_empty_list(capsys):
    lived()
    assert said(capsys, "month", "--month", "2026-03") == "No cases were received in 2026-03.\n"
    assert json.loads(said(capsys, "month", "--month", "2026-03", "--json"))["rows"] == []


def test_an_installation_without_a_city_has_no_cases_either(capsys):
    assert said(capsys, "month", "--month", "2026-05") == "No cases were received in 2026-05.\n"


@pytest.mark.parametrize("month", ["2026-13", "26-1", ""])
@pytest.mark.parametrize("kind", ["month", "brief"])
def test_a_wrong_month_is_wrong_use_and_one_sentence(kind, month):
    unit = ["--unit", "路灯管理所"] if kind == "brief" else []
    with pytest.raises(CommandError) as refused:
        call_command("report", kind, *unit, "--month", month)
    assert refused.value.returncode == 2
    assert str(refused.value) == (
        f"“{month}” is not a month; write it as YYYY-MM, for example 2026-05."
    )


def test_the_page_is_written_where_it_is_wanted_and_its_path_is_printed(capsys, tmp_path):
    lived(sent(1, due=24), answered(20))
    file = tmp_path / "page.pdf"
    told = said(capsys, "brief", "--unit", "lighting", "--month", "2026-05", "--out", str(file))
    assert told == f"{file}\n"
    assert "2026年5月" in words_of(file.read_bytes())


def test_without_a_wish_the_page_lies_in_the_home_of_the_city(capsys, tmp_path, settings):
    settings.HUIYIN_HOME = tmp_path
    make_unit("路灯 / 二所", code="../lamps 2")
    said(capsys, "brief", "--unit", "../lamps 2", "--month", "2026-05")
    assert [file.name for file in (tmp_path / "reports").iterdir()] == ["brief-lamps-2-2026-05.pdf"]


def test_the_page_speaks_english_on_demand(capsys, tmp_path):
    lighting()
    file = tmp_path / "page.pdf"
    arguments = ("--month", "2026-05", "--language", "en", "--out", str(file))
    said(capsys, "brief", "--unit", "lighting", *arguments)
    assert "May2026" in words_of(file.read_bytes())


def test_an_unknown_unit_is_wrong_use():
    with pytest.raises(CommandError, match="There is no unit “Atlantis”") as refused:
        call_command("report", "brief", "--unit", "Atlantis", "--month", "2026-05")
    assert refused.value.returncode == 2


def test_a_page_that_cannot_be_written_is_one_sentence(tmp_path):
    lighting()
    arguments = ("--unit", "lighting", "--month", "2026-05", "--out", str(tmp_path))
    with pytest.raises(CommandError) as refused:
        call_command("report", "brief", *arguments)
    assert refused.value.returncode == 1
    assert (
        str(refused.value)
        == f"The page cannot be written to {tmp_path}: it is a folder and not a file."
    )


def test_a_folder_that_is_not_there_is_not_made_by_a_slip_of_the_pen(tmp_path):
    lighting()
    folder = tmp_path / "typed" / "wrong"
    arguments = ("--unit", "lighting", "--month", "2026-05", "--out", str(folder / "page.pdf"))
    with pytest.raises(
        CommandError, match=f"There is no folder {folder}; make it first"
    ) as refused:
        call_command("report", "brief", *arguments)
    assert refused.value.returncode == 1
    assert not folder.parent.exists()
