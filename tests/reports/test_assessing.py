"""双考评: what is shown of the marks, when, and to whom."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from huiyin.departments.models import Post
from huiyin.office.problems import NotAllowed
from huiyin.replies.joint.assessing import View, assess
from huiyin.replies.joint.models import Assessment
from huiyin.replies.joint.queries import parts_to_mark, standing_of
from huiyin.reports.assessing.models import AssessedFigure
from huiyin.reports.assessing.queries import (
    may_read_words,
    months_with_figures,
    sheets_of,
    visible_figures,
    words_said,
)
from huiyin.reports.assessing.releasing import release_figures
from huiyin.reports.assessing.rules import Sheet
from tests.makers import city, fresh, make_official, make_unit, officer_of, parks
from tests.people import gao, qian, song, wu, zhao
from tests.reports.marking import OF, fire, in_month, marked, marked_back, streets, whistled

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def _three_are_enough(settings):
    settings.ASSESSMENT_RATERS = 3


def released(month: int, day: int = 2):
    release_figures(city(), at=in_month(month, day))
    return list(AssessedFigure.objects.order_by("first_month"))


def test_three_streets_that_marked_in_may_are_shown_in_june():
    for street, mark in zip(streets(3), (2, 4, 5), strict=True):
        marked(street, mark, at=in_month(5))
    [figure] = released(6)
    assert (figure.unit, figure.raters, figure.sheet) == (fire(), 3, "reporting")
    assert figure.means == dict.fromkeys(OF[Sheet.REPORTING], "3.7")


def test_departments_mark_the_street_that_called_them():
    [street] = streets(1)
    for mark in (2, 3, 4):
        marked_back(street, mark, at=in_month(5), called=make_unit())
    [figure] = released(6)
    assert (figure.unit, figure.sheet) == (street, "whistling")
    assert figure.means == dict.fromkeys(OF[Sheet.WHISTLING], "3.0")


def test_the_running_month_is_never_shown():
    for street in streets(3):
        marked(street, 4, at=in_month(5))
    assert released(5, day=31) == []


def test_a_mark_alone_in_its_month_is_told_only_together_with_later_ones():
    first, *others = streets(5)
    marked(first, 1, at=in_month(4))
    assert released(5) == []
    marked(others[0], 4, at=in_month(5))
    assert released(6) == []
    marked(others[1], 4, at=in_month(6))
    [figure] = released(7)
    assert (figure.first_month.month, figure.last_month.month) == (4, 6)


def test_no_figure_taken_from_another_tells_a_single_mark(settings):
    town = streets(6)
    for street in town[:5]:
        marked(street, 5, at=in_month(3))
    settings.ASSESSMENT_RATERS = 5
    [early] = released(4)
    marked(town[5], 1, at=in_month(4))
    # Neither a further month nor a smaller least number makes a second figure of these months.
    settings.ASSESSMENT_RATERS = 3
    assert released(5) == [early]
    late = marked(town[5], 1, at=in_month(3, 20))
    assert released(6) == [early]
    assert late.about_unit == early.unit


def test_what_was_shown_cannot_be_made_twice():
    for street in streets(3):
        marked(street, 4, at=in_month(5))
    [figure] = released(6)
    assert released(6) == released(9) == [figure]
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessedFigure.objects.create(
            sheet=figure.sheet,
            unit=figure.unit,
            first_month=figure.first_month,
            last_month=figure.last_month,
            raters=9,
            means={},
            made_at=figure.made_at,
        )


def test_marks_between_two_departments_stand_on_neither_sheet():
    for _ in range(3):
        marked(make_unit(), 5, at=in_month(5))
    assert released(6) == []


def test_nobody_marks_a_unit_above_or_below_their_own():
    [street] = streets(1)
    squad = make_unit("综合执法队", parent=street)
    number, part = whistled(street, squad, at=in_month(5))
    view = View(dict.fromkeys(OF[Sheet.REPORTING], 5))
    with pytest.raises(NotAllowed):
        assess(number, part.pk, view, about=squad, by=officer_of(street), at=in_month(5))
    assert standing_of(fresh(number), part.pk, by=officer_of(street)).acts == []
    assert not parts_to_mark(officer_of(street)).exists()


def test_whoever_answers_for_both_sides_marks_neither():
    [street] = streets(1)
    number, part = whistled(street, fire(), at=in_month(5))
    both = make_official(Post.OFFICER, unit=city())
    view = View(dict.fromkeys(OF[Sheet.REPORTING], 5))
    with pytest.raises(NotAllowed):
        assess(number, part.pk, view, about=fire(), by=both, at=in_month(5))
    assert standing_of(fresh(number), part.pk, by=both).acts == []


def test_a_unit_reads_its_own_figures_and_the_city_reads_all():
    town = streets(3)
    for street in town:
        marked(street, 4, at=in_month(5))
        marked(street, 3, at=in_month(5), called=parks())
    released(6)

    def seen(by):
        return {figure.unit.code for figure in visible_figures(by)}

    assert seen(officer_of(fire())) == {"fire"}
    assert seen(zhao()) == {"parks"}
    assert seen(officer_of(town[0])) == set()
    assert seen(gao()) == seen(wu()) == seen(song()) == {"fire", "parks"}
    assert seen(qian()) == set()


def test_the_mean_of_a_sheet_is_that_of_the_units_it_shows():
    town = streets(3)
    for street in town:
        marked(street, 4, at=in_month(5))
        marked(street, 2, at=in_month(5), called=parks())
    # The water company was marked by one street only: it is neither shown nor in the mean.
    marked(town[0], 5, at=in_month(5), called=make_unit("水务公司", level="utility"))
    released(6)
    assert months_with_figures(gao()) == [MAY]
    reporting, whistling = sheets_of(gao(), MAY)
    assert {row.unit.code for row in reporting.rows} == {"fire", "parks"}
    assert {str(mean) for mean in reporting.means.values()} == {"3.0"}
    assert (whistling.rows, whistling.means) == ([], {})


def test_words_are_read_by_the_city_alone_later_and_without_a_name(settings):
    settings.ASSESSMENT_WORDS_DAYS = 30
    town = streets(3)
    for street, words in zip(town, ("来得慢。", "很配合。", ""), strict=True):
        marked(street, 4, at=in_month(5), words=words)
    figures = released(6)
    assert words_said(figures, city(), at=in_month(6, 30)) == []
    said = words_said(figures, city(), at=in_month(7, 1))
    assert {one.words for one in said} == {"来得慢。", "很配合。"}
    assert not {str(street) for street in town} & {str(vars(one)) for one in said}
    assert may_read_words(city(), by=gao())
    assert may_read_words(city(), by=song())
    district = town[0].parent
    for by in (wu(), officer_of(fire()), make_official(Post.SUPERVISOR, unit=district)):
        assert not may_read_words(city(), by=by)


def test_words_of_one_block_are_read_from_the_same_day_on(settings):
    settings.ASSESSMENT_WORDS_DAYS = 30
    for street, day in zip(streets(3), (2, 15, 31), strict=True):
        marked(street, 4, at=in_month(5, day), words=f"第{day}天。")
    figures = released(6)
    counts = {len(words_said(figures, city(), at=in_month(6, day))) for day in range(1, 31)}
    assert counts == {0}
    assert len(words_said(figures, city(), at=in_month(7, 1))) == 3


def test_words_beside_marks_that_are_not_shown_are_not_read_either(settings):
    settings.ASSESSMENT_WORDS_DAYS = 1
    first, *others = streets(4)
    for street in others:
        marked(street, 4, at=in_month(5))
    figures = released(6)
    marked(first, 1, at=in_month(6), words="迟到。")
    assert words_said(figures, city(), at=in_month(8)) == []


def test_on_the_page_of_the_case_the_words_are_for_whoever_wrote_them():
    [street] = streets(1)
    row = marked(street, 4, at=in_month(5), words="来得慢。")
    case, part = row.called.part.case, row.called.part_id

    def words(by):
        return [view.words for view in standing_of(case, part, by=by).views]

    assert words(officer_of(street)) == ["来得慢。"]
    assert words(gao()) == [""]
    assert words(officer_of(fire())) == []
    assert Assessment.objects.get().words == "来得慢。"
