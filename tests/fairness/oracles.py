"""Published and recomputed results of other programs, beside this checkout; read, never copied."""

import csv
import json
from pathlib import Path

import pytest

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "oracles"


def _file(name):
    path = ORACLES / name
    if not path.is_file():
        pytest.skip("the published results are not beside this checkout")
    return path


def table(name):
    """The rows of a table of results, numbers as floats."""
    with _file(name).open(encoding="utf-8") as file:
        return [{key: _number(value) for key, value in row.items()} for row in csv.DictReader(file)]


def _number(text):
    try:
        return float(text)
    except ValueError:
        return text


def scalars(name):
    """The single results that stand under a name."""
    return json.loads(_file("oracles.json").read_text(encoding="utf-8"))[name]


def column(rows, name):
    """One column of a table."""
    return [row[name] for row in rows]
