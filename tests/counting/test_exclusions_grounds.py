"""The list of grounds is dated data with its source, and who sits outside a unit is pure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.counting.exclusions.grounds import SHIPPED, city_list, grounds_on, read_grounds
from huiyin.counting.exclusions.rules import Count, PaperKind, sits_outside

HEAD = 'name = "理由清单"\nsource = "本市规定"\n'
GROUND = """
[[exclusion]]
code = "storm"
name = "暴雨"
valid_from = 2026-01-01
valid_to = 2026-03-31
needs_evidence = true
source = "本市规定第三条"
"""
paths = st.lists(st.integers(1, 3), min_size=1, max_size=4).map(
    lambda ids: "/" + "".join(f"{one}/" for one in ids)
)


def test_the_shipped_list_says_that_no_law_was_found_and_where_each_ground_is_from():
    shipped = city_list()
    assert "未找到" in shipped.source
    assert "was not found" in shipped.source_en
    for grounds in shipped.grounds.values():
        assert all(ground.source and ground.source_en for ground in grounds.values())
    assert set(shipped.grounds[PaperKind.APPEAL]) == set(Count)


def test_a_city_names_its_own_list(settings, tmp_path):
    own = tmp_path / "grounds.toml"
    own.write_text(HEAD + GROUND, encoding="utf-8")
    settings.EXCLUSION_GROUNDS = str(own)
    assert [one.code for one in grounds_on(PaperKind.EXCLUSION, date(2026, 3, 31))] == ["storm"]
    assert grounds_on(PaperKind.EXCLUSION, date(2026, 4, 1)) == []
    assert grounds_on(PaperKind.EXCLUSION, date(2025, 12, 31)) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("name = ", "TOML"),
        (GROUND, "name"),
        (HEAD + "weather = 1", "weather"),
        (HEAD + GROUND + GROUND, "twice"),
        (HEAD + GROUND.replace("needs_evidence = true", 'needs_evidence = "yes"'), "storm"),
        (HEAD + GROUND.replace("2026-01-01", '"2026-01-01"'), "days"),
        (HEAD + GROUND.replace("code", "cod"), "read"),
        (HEAD + GROUND.replace("exclusion", "appeal"), "storm"),
    ],
)
def test_a_list_that_says_something_unknown_is_refused_by_name(text, word):
    with pytest.raises(ValueError, match=word):
        read_grounds(text)


def test_the_shipped_list_is_read_as_it_lies_there():
    assert read_grounds(SHIPPED.read_text(encoding="utf-8")) == city_list()


@given(paths, st.frozensets(paths, max_size=4))
def test_nobody_sits_outside_a_unit_who_sits_at_it_below_it_or_heads_it(unit, seats):
    own = {one for one in seats if one.startswith(unit)}
    heads = {one for one in seats if unit.startswith(one) and one.count("/") > 2}
    assert sits_outside(unit, seats) == (not own and not heads)
