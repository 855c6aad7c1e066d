"""The pages of the two-way assessment: who sees which figures, and that nobody sees who marked."""

import pytest
from django.utils import timezone

from huiyin.departments.models import Post, Unit
from huiyin.reports.assessing.models import AssessedFigure
from huiyin.reports.assessing.releasing import release_figures
from tests.desk.visits import at_desk, text
from tests.makers import city, make_official, make_unit, officer_of, parks
from tests.people import gao, he, lin, outsider, qian, song, sun, wu, zhao
from tests.reports.marking import fire, in_month, marked, marked_back, streets

pytestmark = pytest.mark.django_db
PAGE = "/desk/assessment/"
NONE_YET = "No figures are released for you yet"
TOO_FEW = "Too few units have marked"
WORDS = ("来得慢。", "很配合。", "设备不全。")


@pytest.fixture(autouse=True)
def _august(monkeypatch, settings):
    settings.LANGUAGE_CODE = "en"
    settings.ASSESSMENT_RATERS = 3
    monkeypatch.setattr(timezone, "now", lambda: in_month(8))


def read(by, query: str = "") -> str:
    answer = at_desk(by).get(PAGE + query)
    assert answer.status_code == 200
    return text(answer)


def in_may() -> list[Unit]:
    """Three streets mark the fire brigade and the parks; both are released."""
    town = streets(3)
    for street, mark, words in zip(town, (2, 4, 5), WORDS, strict=True):
        marked(street, mark, at=in_month(5), words=words)
        marked(street, 1, at=in_month(5), called=parks())
    release_figures(city(), at=in_month(6))
    return town


def words_page(code: str) -> str:
    return f"{PAGE}{AssessedFigure.objects.get(unit__code=code).pk}/words/"


def test_the_city_reads_every_unit_with_the_number_of_those_that_marked():
    in_may()
    for by in (gao(), wu(), song()):
        shown = read(by)
        assert "消防救援支队" in shown
        assert parks().name in shown
        assert ">3.7<" in shown
        assert '<td class="number" data-label="units that marked">3</td>' in shown
        assert "2026-05" in shown


def test_a_mean_that_would_tell_every_mark_is_shown_as_so_low_or_less():
    in_may()
    shown = read(zhao())
    assert "1.5 or less" in shown
    assert ">1.0<" not in shown


def test_a_unit_reads_its_own_sheet_and_no_other():
    in_may()
    shown = read(officer_of(fire()))
    assert "消防救援支队" in shown
    assert parks().name not in shown
    assert "mean of the" not in shown


def test_a_street_reads_on_the_other_sheet_what_departments_think_of_it():
    [street] = streets(1)
    for mark in (2, 3, 4):
        marked_back(street, mark, at=in_month(5), called=make_unit())
    release_figures(city(), at=in_month(6))
    shown = read(officer_of(street))
    assert str(street) in shown
    assert "Led the work on site" in shown
    assert TOO_FEW in read(officer_of(street), "?sheet=reporting")


def test_below_the_least_number_nothing_is_shown_to_anybody():
    for street in streets(2):
        marked(street, 2, at=in_month(5), words="来得慢。")
    release_figures(city(), at=in_month(6))
    for by in (gao(), wu(), song(), officer_of(fire())):
        shown = read(by)
        assert NONE_YET in shown
        assert "消防救援支队" not in shown.partition("<main")[2]
        assert "来得慢。" not in shown


def test_nobody_reads_who_marked_neither_beside_figures_nor_beside_words():
    town = in_may()
    names = {name for street in town for name in (street.name, officer_of(street).name)}
    for by in (gao(), song(), wu(), officer_of(fire())):
        assert not [name for name in names if name in read(by)]
    for by in (gao(), song()):
        shown = text(at_desk(by).get(words_page("fire")))
        assert all(words in shown for words in WORDS)
        assert not [name for name in names if name in shown]
        assert "2026-05-10" not in shown


def test_words_are_for_the_city_alone():
    [street, *_] = in_may()
    address = words_page("fire")
    boss = make_official(Post.SUPERVISOR, unit=fire())
    refused = at_desk(boss).get(address)
    assert refused.status_code == 403
    assert "来得慢。" not in text(refused)
    assert at_desk(make_official(Post.LEADER, unit=street)).get(address).status_code == 404
    for by in (wu(), officer_of(fire()), qian()):
        assert at_desk(by).get(address).status_code == 403
    for by in (wu(), boss, officer_of(fire())):
        assert "/words/" not in read(by)
    assert address in read(gao())


def test_words_wait_for_their_day(settings):
    settings.ASSESSMENT_WORDS_DAYS = 90
    in_may()
    shown = text(at_desk(gao()).get(words_page("fire")))
    assert "There are no words to read here, or not yet." in shown


def test_the_page_is_for_those_who_may_read_figures():
    in_may()
    for by in (lin(), sun(), he(), qian(), outsider()):
        assert at_desk(by).get(PAGE).status_code == 403


def test_each_block_of_months_is_read_by_itself():
    town = in_may()
    for street in town:
        marked(street, 3, at=in_month(7))
    release_figures(city(), at=in_month(8))
    assert "2026-06 – 2026-07" in read(gao())
    earlier = read(gao(), "?month=2026-05")
    assert "2026-06 – 2026-07" not in earlier
    assert ">3.7<" in earlier


def test_months_and_sheets_that_are_not_there_are_not_found():
    in_may()
    for query in ("?month=2026-04", "?month=x", "?sheet=other"):
        assert at_desk(gao()).get(PAGE + query).status_code == 404


def test_a_long_sheet_is_paged_and_asks_the_database_a_dozen_times_at_most(
    django_assert_max_num_queries,
):
    in_may()
    made = AssessedFigure.objects.get(unit__code="fire")
    AssessedFigure.objects.bulk_create(
        AssessedFigure(
            sheet=made.sheet,
            unit=make_unit(),
            first_month=made.first_month,
            last_month=made.last_month,
            raters=4,
            means=made.means,
            made_at=made.made_at,
        )
        for _ in range(60)
    )
    browser = at_desk(gao())
    with django_assert_max_num_queries(12):
        first = text(browser.get(PAGE))
    assert first.count('data-label="units that marked"') == 50
    assert "mean of the 62 units shown" in first
    second = text(browser.get(f"{PAGE}?page=2&sheet=reporting&month=2026-05"))
    assert second.count('data-label="units that marked"') == 12
    with django_assert_max_num_queries(12):
        browser.get(words_page("fire"))


def test_the_figures_of_the_desk_lead_to_the_assessment():
    assert f'href="{PAGE}"' in text(at_desk(wu()).get("/desk/figures/"))
    assert f'href="{PAGE}"' in text(at_desk(zhao()).get("/desk/joint/"))
