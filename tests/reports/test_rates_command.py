"""`huiyin report rates`: a table for people, an object for programs, files, and clear refusals."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook

from huiyin.departments.models import UnitLevel
from tests.counting.acts import asked, exclude
from tests.counting.calibers import shipped
from tests.counting.test_rates import DAY, LATER, counted
from tests.makers import city, make_unit
from tests.reports.lives import other_city

pytestmark = pytest.mark.django_db
MARCH = ("--caliber", "huairou-2025", "--window", "2026-03")


@pytest.fixture(autouse=True)
def _spring(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)


@pytest.fixture
def street():
    """Two residents were asked; the one who calls it unsolved is excluded."""
    unit = make_unit("槐树街道", level=UnitLevel.STREET, code="locust")
    asked(unit, DAY)
    exclude(asked(unit, DAY, solved=False, satisfied="dissatisfied"), at=DAY)
    return unit


def said(*words):
    out = StringIO()
    call_command("report", "rates", *words, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("street")
def test_the_object_for_programs_is_the_table_of_the_window():
    told = json.loads(said(*MARCH, "--json"))
    assert told.pop("window") == "2026-03"
    assert told == counted(shipped("huairou-2025")).as_json()
    [row] = told["groups"][0]["rows"]
    assert (row["unit"], row["received"], row["excluded_n"]) == ("locust", 2, 1)
    assert [row[side]["parts"]["solved"] for side in ("net", "all")] == [
        {"numerator": "1", "denominator": 1, "percent": "100.00"},
        {"numerator": "1", "denominator": 2, "percent": "50.00"},
    ]


@pytest.mark.usefixtures("street")
def test_both_ways_of_counting_are_printed_one_below_the_other_with_what_they_count():
    lines = said(*MARCH).splitlines()
    assert shipped("huairou-2025").digest[:12] in lines[0]
    cells = [line.split() for line in lines if "槐树街道" in line]
    # The place, the unit, received, closed, excluded, not yet callable, asked in vain, n, ...
    assert [" ".join(line) for line in cells] == [
        "1 槐树街道 2 2 1 0 0 1 1 1 1 0 100.00% 100.00% 100.00% 100.0",
        "1 槐树街道 2 2 1 0 0 2 2 1 1 0 100.00% 50.00% 50.00% 55.0",
    ]


def test_what_was_printed_comes_out_again_as_of_the_same_moment(street):
    as_of = (DAY + timedelta(days=1)).isoformat()
    printed = said(*MARCH, "--as-of", as_of), said(*MARCH, "--as-of", as_of, "--json")
    asked(street, DAY + timedelta(days=2), solved=False)
    assert (said(*MARCH, "--as-of", as_of), said(*MARCH, "--as-of", as_of, "--json")) == printed
    assert said(*MARCH, "--json") != printed[1]


def test_a_day_of_the_caliber_is_counted_like_its_window(street):
    asked(street, DAY + timedelta(days=3))
    words = ("--caliber", "huairou-2025", "--of", "daily", "--window", "2026-03-05", "--json")
    told = json.loads(said(*words))
    # DAY is in the afternoon, so its call-backs belong to the counting day of the fifth.
    assert (told["window"], told["groups"][0]["rows"][0]["all"]["n"]) == ("2026-03-05", 2)


@pytest.mark.usefixtures("street")
def test_the_table_is_written_as_csv_and_xlsx_with_the_same_numbers(tmp_path):
    for name in ("march.csv", "march.XLSX"):
        assert said(*MARCH, "--out", str(tmp_path / name)).strip() == str(tmp_path / name)
    text = (tmp_path / "march.csv").read_text(encoding="utf-8-sig")
    [from_csv] = [line for line in csv.reader(StringIO(text)) if "locust" in line]
    sheet = load_workbook(tmp_path / "march.XLSX").active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    [from_xlsx] = [row for row in rows if "locust" in row]
    numbers = [cell for cell in from_xlsx if isinstance(cell, int | float)]
    assert {100, 50, 55} <= set(numbers)
    assert [float(cell) for cell in from_csv if _is_number(cell)] == [
        float(cell) for cell in from_xlsx if _is_number(cell)
    ]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--caliber", "none-such"], 1),
        (["--window", "soon"], 2),
        (["--as-of", "yesterday"], 2),
        (["--as-of", "2999-01-01"], 2),
        (["--city", "nowhere"], 1),
        (["--out", "march.pdf"], 2),
        (["--out", "/no/such/folder/march.csv"], 1),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence_and_a_status(words, status):
    city()
    with pytest.raises(CommandError) as refusal:
        said(*words)
    assert refusal.value.returncode == status
    assert str(refusal.value).endswith(".")


def test_of_several_cities_one_has_to_be_named(street):
    other = other_city("Boston", "America/New_York")
    with pytest.raises(CommandError, match=other.code):
        said(*MARCH)
    told = json.loads(said(*MARCH, "--city", city().code, "--json"))
    assert told["groups"][0]["rows"][0]["unit"] == street.code


def _is_number(cell) -> bool:
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True
