"""Moments as files write them, in the zone of their source."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from huiyin.exchange.imports.mapping import Moment
from huiyin.exchange.imports.moments import read_moment
from huiyin.office.problems import WrongInput

PLAIN = Moment("opened")
BEIJING, BOSTON = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def read(text, spec=PLAIN, zone=BEIJING):
    return read_moment(text, str(text), spec, zone)


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-05 18:01:30",
        "2025-04-05T18:01:30",
        "2025/4/5 18:01:30",
        "2025年4月5日 18:01:30",
        "2025-04-05T10:01:30Z",
        "2025-04-05T12:01:30+02:00",
    ],
)
def test_year_first_is_read_without_a_format(text):
    assert read(text).at == datetime(2025, 4, 5, 10, 1, 30, tzinfo=UTC)


def test_another_order_needs_its_format():
    spec = Moment("opened", ("%d/%m/%Y %H:%M", "%m-%d-%y"))
    assert read("05/04/2025 18:01", spec).at == datetime(2025, 4, 5, 10, 1, tzinfo=UTC)
    found = read("04-05-25", spec)
    assert found.at == datetime(2025, 4, 4, 16, tzinfo=UTC)
    assert found.day_only
    with pytest.raises(WrongInput, match="“2025-04-05” in the column “opened”"):
        read("2025-04-05", spec)


def test_a_pattern_finds_the_day_inside_a_number():
    spec = Moment("工单编号", ("%y%m%d",), re.compile(r"-(\d{6})-"))
    found = read("热线-250329-022222", spec)
    assert found.at == datetime(2025, 3, 28, 16, tzinfo=UTC)
    assert found.day_only
    with pytest.raises(WrongInput, match="cannot be read as a moment"):
        read("热线-22222", spec)


@pytest.mark.parametrize("text", ["2025-04-05", "2025/4/5", "2025年4月5日", "20250405"])
def test_a_day_is_told_from_a_moment(text):
    assert read(text).day_only
    assert not read(f"{text} 00:00" if "/" in text else "2025-04-05 00:00").day_only


def test_cells_that_are_moments_already_are_taken_as_they_are():
    naive = datetime(2025, 4, 5, 18, 1, 30)  # noqa: DTZ001 - as Parquet and XLSX hold it
    assert read(naive).at == datetime(2025, 4, 5, 10, 1, 30, tzinfo=UTC)
    assert read(naive.replace(tzinfo=UTC)).at.hour == 18
    assert read(date(2025, 4, 5)).day_only


def test_an_empty_cell_is_no_moment():
    assert read("") is None


def test_the_hour_that_comes_twice_and_the_one_that_never_comes_are_unclear():
    twice, never = read("2024-11-03 01:30", zone=BOSTON), read("2024-03-10 02:30", zone=BOSTON)
    assert twice.unclear
    assert never.unclear
    assert twice.at == datetime(2024, 11, 3, 5, 30, tzinfo=UTC)
    assert not read("2024-11-03 03:30", zone=BOSTON).unclear


@pytest.mark.parametrize("text", ["soon", "0001-01-01 00:00:00", "2025-02-30", "250329"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(WrongInput, match="cannot be read as a moment"):
        read(text)
