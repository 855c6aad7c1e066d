"""Chinese names sort by pinyin, alike on every server."""

import pytest

from huiyin.places.sorting import sort_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("东华门街道", "dong hua men jie dao"),
        ("朝阳门街道", "chao yang men jie dao"),
        ("长辛店镇", "chang xin dian zhen"),
        ("Castro/Upper Market", "castro upper market"),
        ("Peñasquitos", "penasquitos"),
        ("３号 院", "000003 hao yuan"),
    ],
)
def test_a_name_is_spelled_in_plain_letters(name, key):
    assert sort_key(name) == key


def test_the_second_community_precedes_the_tenth():
    names = ["第10社区", "第2社区", "第1社区"]
    assert sorted(names, key=sort_key) == ["第1社区", "第2社区", "第10社区"]


def test_a_short_syllable_precedes_a_longer_one():
    assert sorted(["先农坛", "西安门"], key=sort_key) == ["西安门", "先农坛"]


def test_letters_outside_the_alphabet_do_not_stop_the_spelling():
    assert sort_key("—？") == ""
    assert sort_key("○A区") == sort_key("A区")
