"""The text of a caliber: what it says is kept whatever its layout, what is wrong is named."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from huiyin.counting import rules
from huiyin.counting.calibers.adopting import shipped_texts
from huiyin.counting.calibers.reading import read_caliber, text_of, write_caliber
from huiyin.counting.calibers.sheet import WrongCaliber
from huiyin.counting.rules import Caliber, Event, Group, Part, Period, Window, WindowKind
from huiyin.office.problems import WrongInput
from tests.counting.calibers import plain

PLAIN = shipped_texts()["plain"]
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12
).filter(lambda said: said.strip() == said)
WINDOWS = st.one_of(
    st.builds(Window, st.just(WindowKind.MONTH), st.times().map(lambda at: time(at.hour))),
    st.builds(
        Window, st.just(WindowKind.MONTH_FROM_DAY), st.just(time(12)), first_day=st.integers(2, 28)
    ),
    st.builds(
        Window,
        st.just(WindowKind.DAYS),
        length=st.integers(1, 60),
        anchor=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    ),
    st.just(
        Window(
            WindowKind.LISTED,
            periods=(
                Period("春", date(2026, 1, 1), date(2026, 3, 5)),
                Period('夏"\\', date(2026, 3, 6), date(2026, 3, 6)),
            ),
        )
    ),
)
WEIGHTS = st.integers(1, 99).map(lambda part: Decimal(part) / 100)
CALIBERS = st.builds(
    lambda words, weight, credit, changes: replace(
        plain(),
        **words,
        **changes,
        parts=(
            Part("solved", "解决", weight, ((Event.SOLVED, Decimal(1)),)),
            Part(
                "said",
                "满意",
                1 - weight,
                ((Event.BASICALLY, credit), (Event.SATISFIED, Decimal(1))),
            ),
        ),
    ),
    st.fixed_dictionaries({"name": NAMES, "source": NAMES, "window": WINDOWS}),
    WEIGHTS,
    WEIGHTS,
    st.fixed_dictionaries(
        {
            "denominator": st.sampled_from(rules.Denominator),
            "merged": st.sampled_from(rules.Merged),
            "rounds": st.sampled_from(rules.Rounds),
            "not_yet_callable": st.sampled_from(rules.Open),
            "ties": st.lists(st.sampled_from(rules.Tie), unique=True).map(tuple),
            "totals": st.sampled_from(rules.Totals),
            "min_n": st.integers(0, 1000),
            "unknown": st.lists(NAMES, max_size=2).map(tuple),
            "valid_from": st.none() | st.dates(date(1950, 1, 1), date(2199, 1, 1)),
            "groups": st.just((Group("all", "全部", levels=("street",), units=("u-1", "u-2")),)),
            "outside_levels": st.just(()),
        }
    ),
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@given(CALIBERS)
def test_a_caliber_that_is_written_and_read_again_is_the_same(caliber: Caliber):
    again = read_caliber(write_caliber(caliber))
    assert again == caliber
    assert again.digest == caliber.digest


@given(CALIBERS, CALIBERS)
def test_two_calibers_have_one_digest_only_when_they_say_the_same(one: Caliber, other: Caliber):
    assert (one.digest == other.digest) == (one == other)


@pytest.mark.parametrize("code", ["huairou-2025", "jungar", "plain"])
def test_what_is_shipped_says_where_it_is_from_and_what_is_not_known(code):
    caliber = read_caliber(shipped_texts()[code])
    assert caliber.code == code
    assert caliber.source
    assert caliber.source_en
    assert len(caliber.unknown) == len(caliber.unknown_en) > 0


@pytest.mark.parametrize("code", shipped_texts())
def test_order_comments_and_spaces_change_no_digest(code):
    text = shipped_texts()[code]
    head, *tables = text.split("\n[")
    # The tables in another order, those in a row kept as they follow each other.
    single = [table for table in tables if not table.startswith("[")]
    rows = [table for table in tables if table.startswith("[")]
    turned = "\n[".join([head, *rows, *reversed(single)])
    spaced = "\r\n".join(f"{line}   " for line in turned.splitlines())
    digest = read_caliber(text).digest
    assert read_caliber(turned).digest == digest
    assert read_caliber(f"\ufeff{spaced}\r\n# 改了版式").digest == digest


def fault_of(text: str) -> tuple[int, str]:
    """The only fault of a text: its line and its sentence."""
    with pytest.raises(WrongCaliber) as raised:
        read_caliber(text)
    (fault,) = raised.value.faults
    return fault.line, fault.sentence


FAULTS = [
    ('merged = "per_voice"', 'merged = "per_person"', "per_parent"),
    ('merged = "per_voice"', 'mergd = "per_voice"\nmerged = "per_voice"', "merged"),
    ("weight = 0.4", "weight = 0.3", "0.9"),
    ("weight = 0.4", "weight = 1.4", "1.4"),
    ("min_n = 30", "min_n = -1", "100000"),
    ('zero_n = "not_rated"', 'zero_n = "zero"', "min_n = 0"),
    ('levels = ["utility"]', 'levels = ["utility", "street"]', "streets"),
    ('levels = ["utility"]', 'levels = ["village"]', "village"),
    ('levels = ["utility"]', "", "neither"),
    ('code = "utilities"', 'code = "streets"', "rename"),
    ("basically = 0.9 }", "basically = 1.2 }", "0.9"),
    ("satisfied = 1, basically = 0.9", "basically = 0.9", "exactly 1"),
    ("solved = 1 }", "finished = 1, solved = 1 }", "finished"),
    ("anchor = 2024-01-01", "anchor = 2024-02-30", "2026-01-31"),
    ("anchor = 2024-01-01", 'anchor = "2024-01-01"', "quotation marks"),
    ("anchor = 2024-01-01", "anchor = 0024-01-01", "too far"),
    ('rounds = "last"', "rounds = “last”", '"'),
    ('rounds = "last"', 'rounds = "last"\nrounds = "first"', "above already"),
    ('rounds = "last"', "rounds = last", "check quotes"),
    ("request_kinds = []", 'request_kinds = ["help", "help"]', "twice"),
    ('code = "plain"', 'code = "Plain 1"', "hyphens"),
    ('name = "通用默认口径"', 'name = "\\u0000"', "quotation marks"),
]  # fmt: skip


@pytest.mark.parametrize(("was", "is_now", "says"), FAULTS)
def test_each_fault_is_one_sentence_with_its_line(was, is_now, says):
    assert was in PLAIN
    line, sentence = fault_of(PLAIN.replace(was, is_now, 1))
    before = PLAIN[: PLAIN.index(was)].count("\n") + 1
    # Sums and missing words are named where they are seen, near the change.
    assert abs(line - before) <= 30
    assert says in sentence


def test_the_line_of_a_fault_is_that_of_the_word():
    text = PLAIN.replace('totals = "sum"', 'totals = "total"')
    line, _sentence = fault_of(text)
    assert text.splitlines()[line - 1] == 'totals = "total"'


def test_a_missing_word_is_named_with_what_may_stand_there():
    line, sentence = fault_of(PLAIN.replace('merged = "per_voice"\n', ""))
    assert PLAIN.splitlines()[line - 1] == "[counting]"
    assert 'merged = "per_voice"' in sentence


def test_all_faults_of_a_text_are_told_at_once():
    text = PLAIN.replace("weight = 0.4", "weight = 0.5").replace('half = "up"', 'half = "down"')
    with pytest.raises(WrongCaliber) as raised:
        read_caliber(text)
    assert len(raised.value.faults) == 2


LISTED = """kind = "listed"
starts_at = "00:00"
periods = [
  {{ name = "甲", first = 2026-01-01, last = 2026-01-31 }},
  {{ name = "{name}", first = {first}, last = {last} }},
]"""


@pytest.mark.parametrize(
    ("name", "first", "last", "says"),
    [
        ("乙", "2026-02-02", "2026-02-28", "days are missing"),
        ("乙", "2026-01-31", "2026-02-28", "overlap"),
        ("乙", "2026-02-01", "2026-01-15", "before it begins"),
        ("甲", "2026-02-01", "2026-02-28", "rename"),
    ],
)
def test_windows_of_a_list_must_tile(name, first, last, says):
    listed = LISTED.format(name=name, first=first, last=last)
    text = PLAIN.replace('kind = "month"\nstarts_at = "00:00"', listed)
    with pytest.raises(WrongCaliber, match=says):
        read_caliber(text)


def test_a_file_that_is_not_utf_8_is_refused_with_its_line():
    with pytest.raises(WrongInput, match=r"Line 4: .*GBK.*UTF-8"):
        text_of(PLAIN.encode("gbk"))
    with pytest.raises(WrongInput, match="UTF-16"):
        text_of(PLAIN.encode("utf-16"))
    assert text_of(b"\xef\xbb\xbf" + PLAIN.encode()) == PLAIN


@given(st.text(max_size=200) | st.text('[]{}"=.,\n abc123-:#'))
def test_any_text_is_a_caliber_or_a_sentence(text):
    with pytest.raises(WrongInput, match="Line"):
        read_caliber(text)


@given(st.data())
def test_a_shipped_text_with_a_line_lost_or_broken_never_fails_otherwise(data):
    lines = PLAIN.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    cut = data.draw(st.integers(0, len(lines[at])))
    lines[at] = lines[at][:cut]
    faults = []
    try:
        read_caliber("\n".join(lines))
    except WrongCaliber as problem:
        faults = problem.faults
    assert all(fault.line >= 1 and fault.sentence.endswith(".") for fault in faults)
