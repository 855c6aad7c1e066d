"""One unit's month on one page: always one page, whatever stands on it, and always true."""

from datetime import datetime
from itertools import pairwise

import pytest
from django.utils.translation import override

from huiyin.departments.models import Unit, UnitLevel
from huiyin.departments.queries import forget_kept
from huiyin.office.problems import NotPossible
from huiyin.reports import typesetting
from huiyin.reports.brief import brief_facts
from huiyin.reports.pages import LEVELS, Level, layout
from huiyin.reports.typesetting import brief_pdf
from tests.makers import city, lighting, make_category, make_unit
from tests.reports.lives import (
    LATER,
    SHANGHAI,
    answered,
    closed,
    crowd,
    lived,
    reopened,
    sent,
)
from tests.reports.papers import about_of, edges_of, fonts_of, pages_of, words_of

pytestmark = pytest.mark.django_db
APRIL = datetime(2026, 4, 8, 9, tzinfo=SHANGHAI)
A4 = (595.28, 841.89)


def facts(unit: Unit | None = None, *, as_of: datetime = LATER):
    """What the page of a unit (lighting) tells of May."""
    return brief_facts(unit or lighting(), "2026-05", as_of=as_of)


def page(unit: Unit | None = None, *, as_of: datetime = LATER):
    """What the page shows at full length."""
    return layout(facts(unit, as_of=as_of), level=LEVELS[0])


def paper(unit: Unit | None = None, *, language: str = "zh-hans") -> bytes:
    """The page as it is printed."""
    with override(language):
        return brief_pdf(facts(unit))


def check_one_page(pdf: bytes) -> None:
    """One A4 page, with nothing beyond its margins."""
    [only] = pages_of(pdf)
    assert (float(only.mediabox.width), float(only.mediabox.height)) == pytest.approx(A4, abs=0.1)
    low, right = edges_of(pdf)
    assert low > 20
    assert right < A4[0] - 40


def test_the_page_of_a_unit_without_cases_is_one_page():
    pdf = paper()
    check_one_page(pdf)
    assert "本月没有由本单位主办的诉求" in words_of(pdf)


def test_the_page_is_chinese_with_its_title_and_figures():
    lived(sent(1, due=24), answered(20), closed(30.5))
    lived(sent(1, due=24), answered(25), closed(31.5))
    words = words_of(paper())
    for expected in (
        "路灯管理所",
        "2026年5月",
        "已受理2",
        "按时率50.0%",
        "1/2",
        "31.0",
        "每日受理量",
    ):
        assert expected in words


def test_the_page_is_english_where_that_is_asked_for():
    lived(sent(1, due=24), answered(20), closed(30.5))
    words = words_of(paper(language="en"))
    shown = ("May2026", "received1", "shareontime100%", "Receivedbyday")
    assert [text for text in shown if text not in words] == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_says_how_every_figure_is_counted(language):
    lived(sent(1, due=24))
    with override(language):
        notes = page()["notes"]["text"]
        labels = [figure["label"].lower() for figure in page()["figures"][1:]]
    assert [label for label in labels if label not in notes.lower()] == []
    assert "2026-05-01" in notes
    assert "2026-05-31" in notes
    assert "Asia/Shanghai" in notes


def test_the_fonts_are_ours_and_lie_within_the_file():
    lived(sent(1, due=24))
    fonts = fonts_of(paper())
    assert all(fonts.values())
    assert {name.partition("+")[2].rpartition("-")[0] for name in fonts} == {"NotoSansSC"}


def test_a_letter_that_our_fonts_lack_brings_in_no_font_of_the_machine():
    lived(sent(1, due=24), category=make_category("א路灯"))
    assert {name.partition("+")[2].rpartition("-")[0] for name in fonts_of(paper())} == {
        "NotoSansSC"
    }


def test_the_same_facts_give_the_same_bytes():
    lived(sent(1, due=24), answered(20), longitude=118.7, latitude=31.5)
    assert paper() == paper()


def test_the_file_is_as_old_as_its_figures_and_names_the_unit():
    about = about_of(paper())
    assert about.creation_date == LATER
    assert about.title == "路灯管理所，2026年5月"


def test_ten_thousand_cases_are_one_page_and_all_are_drawn():
    crowd(lived(sent(1, due=24), longitude=118.7, latitude=31.5), 9_999)
    told = facts()
    assert (told.now.total.received, told.drawing.drawn) == (10_000, 10_000)
    check_one_page(paper())


def test_a_unit_with_a_name_of_120_characters_is_one_page_with_its_name():
    name = "城市照明与景观灯光设施运行维护服务保障和应急抢修调度管理中心" * 4
    unit = make_unit(name[:120])
    lived(sent(1, due=24, to=unit))
    pdf = paper(unit)
    check_one_page(pdf)
    assert name[:120] in words_of(pdf)


def test_sixty_categories_with_names_of_160_characters_are_one_page():
    for at in range(60):
        name = f"第{at}类" + "道路照明设施损坏缺失维修更换" * 20 if at % 2 else f"{at}" + "W" * 160
        lived(sent(1, due=24), category=make_category(name[:160]))
    pdf = paper()
    check_one_page(pdf)
    assert "第1类道路照明" in words_of(pdf)
    assert len(facts().categories) == 60


def test_a_hundred_overdue_cases_show_the_oldest_and_count_the_rest():
    cases = [lived(sent(1, due=24 + at)) for at in range(100)]
    pdf = paper()
    check_one_page(pdf)
    words = words_of(pdf)
    assert cases[0].number in words
    assert cases[50].number not in words
    assert "100件超期未办结" in words


def test_everything_at_once_still_fits_on_one_page_shortened():
    root = make_unit("长" * 120, level=UnitLevel.DISTRICT)
    for at in range(30):
        unit = make_unit(f"第{at}街道办事处" + "长" * 100, parent=root, level=UnitLevel.STREET)
        kind = make_category(f"第{at}类" + "长" * 150)
        lived(sent(1, due=24, to=unit), category=kind)
        lived(sent(1, to=unit), category=kind, at=APRIL)
        lived(sent(1, due=20, to=unit), answered(20), reopened(21, due=22), category=kind,
              longitude=118 + at, latitude=31.5)  # fmt: skip
    for language in ("zh-hans", "en"):
        check_one_page(paper(root, language=language))


def test_each_level_is_shorter_than_the_one_before():
    sizes = [(level.categories, level.rows, level.title, level.sentences) for level in LEVELS]
    for longer, shorter in pairwise(sizes):
        assert all(a >= b for a, b in zip(longer, shorter, strict=True))
        assert longer != shorter


def test_a_page_with_too_many_rows_is_noticed_and_shortened(monkeypatch):
    for at in range(60):
        lived(sent(1, due=24), category=make_category(f"第{at}类"))
    crowded = (Level(categories=60, rows=40, title=240, sentences=7), *LEVELS)
    monkeypatch.setattr(typesetting, "LEVELS", crowded)
    pdf = paper()
    check_one_page(pdf)
    assert words_of(pdf).count("类") < 40


def test_a_page_that_does_not_fit_is_set_again_shorter(monkeypatch):
    lived(sent(1, due=24))
    levels = []

    def noted(told, *, level):
        levels.append(level)
        return layout(told, level=level)

    monkeypatch.setattr(typesetting, "layout", noted)
    fits = iter([2, 2, 1])
    monkeypatch.setattr(typesetting, "page_count", lambda _compiler: next(fits))
    paper()
    assert levels == list(LEVELS[:3])


def test_a_page_never_comes_out_on_two_sheets(monkeypatch):
    monkeypatch.setattr(typesetting, "page_count", lambda _compiler: 2)
    with pytest.raises(NotPossible, match="does not fit on one sheet"):
        brief_pdf(facts())


def test_missing_fonts_are_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)
    with pytest.raises(NotPossible) as refused:
        brief_pdf(facts())
    assert str(refused.value) == (
        "The fonts for printed pages are missing (NotoSansSC_400Regular.ttf, "
        "NotoSansSC_700Bold.ttf); run “make setup”."
    )


def test_a_page_is_read_with_few_queries_at_any_size(django_assert_max_num_queries):
    crowd(lived(sent(1, due=24), category=make_category()), 300)
    lived(sent(1, due=24, to=make_unit()))
    unit = lighting()
    forget_kept()
    with django_assert_max_num_queries(12):
        facts(unit)
    forget_kept()
    with django_assert_max_num_queries(12):
        facts(city())
