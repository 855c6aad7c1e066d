"""CSV as it really comes: GBK, semicolons, broken quotes, half-written ends."""

import codecs

import pytest

from huiyin.exchange.imports.reading import open_rows
from huiyin.exchange.imports.rows import CutShort
from huiyin.office.problems import WrongInput

TEXT = "编号,标题\r\n1,路灯不亮\r\n2,井盖塌陷\r\n"


def opened(tmp_path, content, **options):
    path = tmp_path / "rows.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_rows(path, **options)


def cells(file):
    return [row.cells for row in file.rows()]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
    ],
)
def test_the_encoding_is_found_and_said(tmp_path, content, name):
    file = opened(tmp_path, content)
    assert file.encoding == name
    assert cells(file)[1] == {"编号": "2", "标题": "井盖塌陷"}


def test_gbk_that_begins_far_behind_plain_english_is_found(tmp_path):
    content = "id,title\n" + "1,lamp\n" * 400_000 + "2,路灯\n"
    assert opened(tmp_path, content.encode("gbk")).encoding == "gb18030"


def test_another_encoding_must_be_named(tmp_path):
    content = "id,title\n1,caf\xe9 \xff\n".encode("latin-1")
    with pytest.raises(WrongInput, match="neither UTF-8 nor GB18030"):
        opened(tmp_path, content)
    file = opened(tmp_path, content, encoding="cp1252")
    assert cells(file) == [{"id": "1", "title": "café ÿ"}]


def test_a_wrong_or_unknown_encoding_is_said(tmp_path):
    with pytest.raises(WrongInput, match="not text in utf-8;"):
        opened(tmp_path, TEXT.encode("gbk"), encoding="utf-8")
    with pytest.raises(WrongInput, match="“klingon” is no encoding"):
        opened(tmp_path, TEXT, encoding="klingon")
    with pytest.raises(WrongInput, match="zero bytes"):
        opened(tmp_path, TEXT.encode("utf-16-le"))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, mark):
    content = f'a{mark}b\n1{mark}"x, y; z"\n2{mark}v\n'
    file = opened(tmp_path, content)
    assert file.delimiter == mark
    assert cells(file)[0] == {"a": "1", "b": "x, y; z"}


def test_rows_are_numbered_by_the_line_they_begin_in(tmp_path):
    file = opened(tmp_path, 'a,b\n1,"two\nlines"\n\n2,x\n')
    assert [(row.number, row.cells["a"]) for row in file.rows()] == [(2, "1"), (5, "2")]


def test_a_broken_row_is_one_row_and_the_rest_is_read(tmp_path):
    file = opened(tmp_path, 'a,b\n1,"x"y\n2,z\n3\n4,w,v\n5,u,\n')
    rows = list(file.rows())
    assert [bool(row.fault) for row in rows] == [True, False, True, True, False]
    assert rows[0].raw == '1,"x"y\n'
    assert "has 1 fields, but there are 2 columns" in rows[2].fault
    assert rows[4].cells == {"a": "5", "b": "u"}


def test_an_end_inside_quotes_is_said_after_what_is_whole(tmp_path):
    rows = opened(tmp_path, 'a,b\n1,x\n2,"half').rows()
    assert next(rows).cells == {"a": "1", "b": "x"}
    with pytest.raises(CutShort, match="inside quotes that open after line 3"):
        next(rows)


def test_an_end_inside_a_row_is_said(tmp_path):
    rows = opened(tmp_path, "a,b,c\n1,x,y\n2,z").rows()
    next(rows)
    with pytest.raises(CutShort, match="in line 3, has only 2 of 3 fields"):
        next(rows)


def test_an_end_inside_a_character_is_said(tmp_path):
    content = TEXT.encode()[:-4]
    rows = opened(tmp_path, content).rows()
    assert next(rows).cells["标题"] == "路灯不亮"
    with pytest.raises(CutShort, match="in the middle of a character"):
        next(rows)


def test_a_last_row_without_a_line_end_is_whole(tmp_path):
    assert cells(opened(tmp_path, "a,b\n1,x")) == [{"a": "1", "b": "x"}]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n \n", "The file is empty"),
        ("a,b,a\n1,2,3\n", "“a” stands twice"),
        ('"a"b,c\n1,2\n', "The first line cannot be read as CSV"),
    ],
)
def test_a_file_without_usable_columns_is_refused(tmp_path, content, sentence):
    with pytest.raises(WrongInput, match=sentence):
        opened(tmp_path, content)


def test_quotes_that_nobody_closes_do_not_swallow_the_memory(tmp_path):
    content = 'a,b\n1,"never closed\n' + "2,x\n" * 1_500_000 + "3,y\n"
    rows = list(opened(tmp_path, content).rows())
    assert "cannot be read as CSV" in rows[0].fault
    assert rows[-1].cells == {"a": "3", "b": "y"}
