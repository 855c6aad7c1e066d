"""The tables and the picture of the page on fairness are what their seeded months say."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from bench.fairness import (
    COLUMNS,
    FIFTH,
    MONTHS,
    PAGE,
    PICTURE,
    UNITS,
    drawn,
    judged,
    months_kept,
    page_with,
    picture_of,
    summary,
    table_of,
)

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("case", MONTHS)
def test_every_month_of_the_simulation_is_kept(case):
    assert [int(row["month"]) for row in months_kept(case)] == list(range(MONTHS[case]))


def test_the_tables_of_the_page_say_what_the_kept_months_say():
    page = PAGE.read_text(encoding="utf-8")
    tables = {case: table_of(months_kept(case), case) for case in MONTHS}
    assert all(table in page for table in tables.values())
    assert page_with(tables, page) == page, "run `make bench`"


def test_the_picture_shows_what_the_kept_months_say():
    assert PICTURE.read_text(encoding="utf-8") == picture_of(months_kept("equal"))


@pytest.mark.parametrize(("case", "number"), [("equal", 3), ("different", 41)])
def test_a_month_drawn_anew_is_the_month_that_was_kept(case, number):
    assert judged(number, case) == months_kept(case)[number]


@pytest.mark.slow
@pytest.mark.parametrize("case", MONTHS)
def test_more_months_drawn_anew_are_the_months_that_were_kept(case):
    kept = months_kept(case)
    for number in range(0, MONTHS[case], MONTHS[case] // 4):
        assert judged(number, case) == kept[number]


def test_the_sizes_of_the_units_are_those_that_the_page_tells():
    sizes = np.array([drawn(number, "equal").n for number in range(20)])
    assert np.median(sizes) == pytest.approx(327, rel=0.02)
    assert sizes.mean() == pytest.approx(1000, rel=0.03)
    assert sizes[:, :FIFTH].mean(axis=0).max() == pytest.approx(90, rel=0.05)
    assert len(sizes[0]) == UNITS


def test_where_all_are_equal_the_careful_methods_name_somebody_in_one_month_of_twenty_at_most():
    rows = months_kept("equal")
    for method in ("interval", "bands", "classes"):
        named = [row for row in rows if row[f"{method}_best"] + row[f"{method}_worst"] != "0/00/0"]
        assert len(named) / len(rows) <= 0.05
    assert summary(rows, "raw_best").share > 0.9


def test_where_units_differ_whom_the_careful_methods_name_is_named_rightly():
    rows = months_kept("different")
    for column in COLUMNS:
        found = summary(rows, column)
        if not column.startswith(("raw", "min_n")) and found.share is not None:
            assert found.share > 0.9


def test_the_picture_can_be_read_by_those_who_do_not_see_it():
    root = ET.parse(PICTURE).getroot()  # noqa: S314 - our own file
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert set(root.get("aria-labelledby").split()) == set(named)
    rows = months_kept("equal")
    assert f"{100 * summary(rows, 'raw_best').months:.1f} %" in named["said"]
    # Every bar has its number beside it: colour alone tells nothing.
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert len([text for text in texts if text.endswith("%") and text[0].isdigit()]) == len(COLUMNS)
