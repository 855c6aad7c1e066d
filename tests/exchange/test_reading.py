"""Files of every form are told apart by what is in them, streamed, and refused in a sentence."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huiyin.exchange.imports.reading import open_rows
from huiyin.exchange.imports.rows import CutShort
from huiyin.office.problems import WrongInput

NOON = datetime(2025, 5, 1, 12, 30, 15)  # noqa: DTZ001 - as files hold it


def as_parquet(path, **columns):
    pq.write_table(pa.table(columns), path, row_group_size=2_000)
    return path


def as_xlsx(path, *lines, title="Sheet"):
    book = openpyxl.Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def as_lines(path, *objects):
    path.write_text("".join(f"{json.dumps(one)}\n" for one in objects), encoding="utf-8")
    return path


def cells(path, **options):
    return [row.cells for row in open_rows(path, **options).rows()]


def test_parquet_keeps_its_kinds_of_values(tmp_path):
    path = as_parquet(
        tmp_path / "any.name",
        id=pa.array([101000295613]),
        at=pa.array([NOON], pa.timestamp("us")),
        on=pa.array([NOON.date()]),
        ok=pa.array([True]),
        size=pa.array([1.5]),
        price=pa.array([Decimal("2.50")]),
        none=pa.array([None], pa.string()),
    )
    file = open_rows(path)
    assert file.form == "parquet"
    assert next(file.rows()).cells == {
        "id": 101000295613,
        "at": NOON,
        "on": date(2025, 5, 1),
        "ok": True,
        "size": 1.5,
        "price": Decimal("2.50"),
        "none": None,
    }


def test_moments_with_a_zone_in_parquet_stay_the_same_moment(tmp_path):
    column = pa.array([NOON.replace(tzinfo=UTC)], pa.timestamp("us", "America/New_York"))
    found = cells(as_parquet(tmp_path / "p", at=column, other=pa.array(["x"])))
    assert found == [{"at": NOON.replace(tzinfo=UTC), "other": "x"}]


def test_a_parquet_file_cut_at_its_end_is_refused_at_once(tmp_path):
    path = as_parquet(tmp_path / "p", a=list(range(5_000)))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WrongInput, match="half-written or damaged") as problem:
        open_rows(path)
    assert "\n" not in str(problem.value)


def test_a_parquet_file_damaged_in_the_middle_gives_what_is_whole(tmp_path):
    path = tmp_path / "p"
    table = pa.table({"a": [f"{n:064}" for n in range(60_000)]})
    pq.write_table(table, path, row_group_size=2_000, compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    middle = len(content) * 3 // 4
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    rows, numbers = open_rows(path).rows(), []
    with pytest.raises(CutShort, match="half-written or damaged"):
        numbers.extend(row.number for row in rows)
    assert numbers[:3] == [1, 2, 3]
    assert 0 < len(numbers) < 60_000


def test_a_sheet_is_read_with_its_row_numbers(tmp_path):
    path = as_xlsx(tmp_path / "s.xlsx", [None], ["id", " at ", None], [1, NOON], [None], [2.0, "x"])
    file = open_rows(path)
    assert file.columns == ["id", "at"]
    assert [(row.number, row.cells) for row in file.rows()] == [
        (3, {"id": 1, "at": NOON}),
        (5, {"id": 2, "at": "x"}),
    ]


def test_the_sheet_is_the_one_the_mapping_names(tmp_path):
    path = as_xlsx(tmp_path / "s.xlsx", ["id"], ["1"], title="工单")
    assert cells(path, sheet="工单") == [{"id": "1"}]
    with pytest.raises(WrongInput, match="the sheet “单子”; the file has “工单”"):
        open_rows(path, sheet="单子")


def test_a_half_written_sheet_is_refused(tmp_path):
    path = as_xlsx(tmp_path / "s.xlsx", ["id"], *[[f"row {n}"] for n in range(3_000)])
    path.write_bytes(path.read_bytes()[:-2_000])
    with pytest.raises(WrongInput, match="half-written or damaged"):
        open_rows(path)


def test_json_lines_may_have_different_keys(tmp_path):
    path = as_lines(tmp_path / "j", {"id": 7, "a": "2025"}, {"id": "007", "b": [1, {"c": "路"}]})
    file = open_rows(path)
    assert file.columns == ["id", "a", "b"]
    assert [row.cells for row in file.rows()] == [
        {"id": 7, "a": "2025"},
        {"id": "007", "b": '[1, {"c": "路"}]'},
    ]


def test_a_broken_line_of_json_is_one_row(tmp_path):
    path = tmp_path / "j"
    path.write_text('{"id": 1}\n{"id": \n\n[2]\n{"id": 3}\n', encoding="utf-8")
    rows = list(open_rows(path).rows())
    assert [(row.number, row.fault) for row in rows] == [
        (1, ""),
        (2, "The line is not JSON."),
        (4, "The line is not a JSON object."),
        (5, ""),
    ]


def test_a_half_written_last_line_of_json_is_said(tmp_path):
    path = tmp_path / "j"
    path.write_text('{"id": 1}\n{"id": 2', encoding="utf-8")
    rows = open_rows(path).rows()
    assert next(rows).cells == {"id": 1}
    with pytest.raises(CutShort, match="The last line, 2, breaks off"):
        next(rows)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\x1f\x8b\x08", "unpack it first"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel file"),
        (b"<html><table>", "web page"),
        (b' [{"id": 1}]', "one object in each line"),
        (b"PK\x03\x04 no book", "XLSX"),
        (b"PAR1 nothing more", "Parquet"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path, content, sentence):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(WrongInput, match=sentence) as problem:
        open_rows(path)
    assert "\n" not in str(problem.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(WrongInput, match=r"nowhere\.csv cannot be read: there is no such file"):
        open_rows(tmp_path / "nowhere.csv")
    with pytest.raises(WrongInput, match="it is a folder and not a file"):
        open_rows(tmp_path)
