"""The page of reference names every figure and every field, and no other."""

import re
from pathlib import Path

import pytest

from huiyin.reports.months import MonthRow
from huiyin.reports.returns import ReturnsRow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "figures.md"


@pytest.fixture(scope="module")
def named() -> set[str]:
    """What stands in the first column of its tables."""
    rows = [line.split("|")[1] for line in PAGE.read_text("utf-8").splitlines() if line[:2] == "| "]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_field_of_a_row_is_explained(named):
    counted = {"sent", "objected", "granted", "upheld", "designated", "median_hours"}
    assert counted <= set(ReturnsRow.__dataclass_fields__)
    assert named == set(MonthRow.__dataclass_fields__) | counted
