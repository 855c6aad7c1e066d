"""A mapping is checked completely, and whatever is wrong in it is one sentence that names it."""

from copy import deepcopy
from pathlib import Path

import pytest

from huiyin.exchange.imports.mapping_files import mapping_of, read_mapping
from huiyin.office.problems import WrongInput
from tests.exchange.invented import CONTENT, mapping

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "mappings").glob("*.toml"))


def refused(**changes: dict[str, object]) -> str:
    with pytest.raises(WrongInput) as problem:
        mapping(**changes)
    return str(problem.value)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_mapping_is_in_order(path):
    assert read_mapping(path).columns


def test_each_shipped_mapping_names_every_rule():
    assert SHIPPED
    for path in SHIPPED:
        text = path.read_text(encoding="utf-8")
        for rule in read_mapping(path).rules:
            assert f"\n{rule} = " in text, f"{path.name} does not name the rule {rule}"


def test_an_unknown_key_is_named_with_the_nearest_known_one():
    assert refused(city={"nmae": "X"}) == (
        "In the mapping, [city] has “nmae”, which is not known; write “name”?"
    )


def test_an_unknown_table_is_named():
    assert "the top has “colours”" in refused(colours={"a": "b"})


def test_a_missing_word_is_asked_for():
    content = deepcopy(CONTENT)
    del content["city"]["name"]
    with pytest.raises(WrongInput, match=r"“name” in \[city\] must be: a text"):
        mapping_of(content)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": {"code": "Lamp Town"}}, "is no code"),
        ({"source": {"time_zone": "Mars/Base"}}, "“Mars/Base” is no time zone"),
        ({"city": {"time_zone": "Boston"}}, "“Boston” is no time zone"),
        ({"moments": {"Closed At": "closed"}}, "needs a name in small letters"),
        ({"moments": {"due": {"column": "x", "pattern": "("}}}, "pattern “\\(” is wrong"),
        ({"status": {"steps": {"Open": ["gone at received"]}}}, "“gone at received”"),
        ({"status": {"steps": {"Open": ["dispatched at noon"]}}}, "“dispatched at noon”"),
        ({"status": {"steps": {"Open": ["dispatched at due"]}}}, "“dispatched at due”"),
        ({"status": {"steps": {"Open": "closed at closed"}}}, "from received to closed"),
        ({"status": {"column": ""}}, "must name a column, or say “always”"),
        ({"status": {"unknown": "default"}}, "must say its default"),
        ({"unit": {"levels": ["planet"]}}, "one level for each column"),
        ({"unit": {"columns": [], "levels": []}}, "must name columns or a default"),
        ({"place": {"levels": ["city"]}}, "from wide to fine"),
        ({"kind": {"default": "wish"}}, r"\[kind\] leads to “wish”"),
        ({"channel": {"values": {"Call": "fone"}}}, "“fone”; write phone"),
        ({"channel": {"column": "", "values": {}}}, "needs a column with values, or a default"),
        ({"text": {"title": "{title", "text": "{x}"}}, "brace that is not closed"),
        ({"text": {"title": [], "text": []}}, "where the title or text stands"),
        ({"point": {"latitude": ""}}, "both longitude and latitude"),
        ({"rules": {"out_of_order": "ignore"}}, "must be: hold, reject"),
        ({"rules": {"out_of_odrer": "hold"}}, "write “out_of_order”"),
        ({"resident": {"phone_number": "x"}}, "write “phone”"),
        ({"place": {"by_point": "yes"}}, "true or false"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_said(changes, sentence):
    with pytest.raises(WrongInput, match=sentence):
        mapping(**changes)


def test_a_table_that_is_none_is_refused():
    with pytest.raises(WrongInput, match=r"\[city\] must be a table"):
        mapping_of(CONTENT | {"city": "Lamp Town"})


def test_a_column_the_file_lacks_is_named_with_the_nearest():
    with pytest.raises(WrongInput) as problem:
        mapping().check_columns([*mapping().columns[1:], "ID number"])
    assert "“id”, which the file does not have" in str(problem.value)
    columns = [column for column in mapping().columns if column != "closed"]
    with pytest.raises(WrongInput, match=r"“closed”.* nearest in the file is “closed_dt”"):
        mapping().check_columns([*columns, "closed_dt"])


def test_a_column_may_be_declared_optional():
    by = mapping(source={"optional": ["phone", "name"]})
    by.check_columns([column for column in by.columns if column not in {"phone", "name"}])


def test_a_mapping_file_that_cannot_be_used_is_named(tmp_path):
    with pytest.raises(WrongInput, match=r"none\.toml cannot be read"):
        read_mapping(tmp_path / "none.toml")
    (tmp_path / "half.toml").write_text("[source\n", encoding="utf-8")
    with pytest.raises(WrongInput, match=r"half\.toml is not TOML"):
        read_mapping(tmp_path / "half.toml")
    (tmp_path / "gbk.toml").write_bytes('[source]\nid = "编号"\n'.encode("gb18030"))
    with pytest.raises(WrongInput, match="is not UTF-8"):
        read_mapping(tmp_path / "gbk.toml")
