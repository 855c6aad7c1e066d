"""What the page tells: whose cases, which words, what is late, and nobody's name."""

from datetime import datetime, timedelta

import pytest

from huiyin.departments.actions import add_unit
from huiyin.departments.models import Unit, UnitLevel
from huiyin.office.problems import WrongInput
from huiyin.places.models import Place
from huiyin.reports.brief import Late, brief_facts, find_unit
from huiyin.reports.pages import LEVELS, layout
from huiyin.reports.typesetting import brief_pdf
from tests.makers import WANG, city, lighting, make_category, make_unit, parks
from tests.reports.lives import (
    LATER,
    SHANGHAI,
    answered,
    closed,
    lived,
    other_city,
    reopened,
    returned,
    sent,
    withdrawn,
)
from tests.reports.papers import words_of

pytestmark = pytest.mark.django_db
APRIL = datetime(2026, 4, 8, 9, tzinfo=SHANGHAI)


def facts(unit: Unit | None = None, *, as_of: datetime = LATER):
    """What the page of a unit (lighting) tells of May."""
    return brief_facts(unit or lighting(), "2026-05", as_of=as_of)


def sentences(unit: Unit | None = None, *, as_of: datetime = LATER) -> list[str]:
    """The page in words."""
    return layout(facts(unit, as_of=as_of), level=LEVELS[0])["words"]


def make_place(name: str = "槐荫街道", **more) -> Place:
    """A street of the city."""
    place = Place(code=name, name=name, sort_key=name, level="street", path="", **more)
    place.save()
    place.path = f"/{place.pk}/"
    place.save()
    return place


def test_the_page_counts_a_unit_with_those_below_it():
    district = make_unit("东城区人民政府", level=UnitLevel.DISTRICT)
    street = make_unit("槐荫街道办事处", parent=district, level=UnitLevel.STREET)
    for unit in (district, street, parks()):
        lived(sent(1, due=24, to=unit))
    told = facts(district)
    assert told.now.total.received == sum(day.received for day in told.days) == 2
    assert [row.unit for row in told.now.rows] == ["东城区人民政府", "槐荫街道办事处"]


def test_the_page_of_a_city_counts_what_nobody_leads_but_no_other_city():
    other = other_city("Boston", "America/New_York")
    here = city()
    lived(sent(1, due=24), taken_in_by=here)
    lived(answered(0), taken_in_by=here)
    lived(taken_in_by=other)
    told = facts(here)
    assert told.now.total.received == sum(row.count for row in told.categories) == 2


def test_the_days_are_those_of_the_city_and_of_its_month():
    for moment in ((2026, 5, 1, 0, 0), (2026, 5, 1, 23, 59), (2026, 5, 31, 23, 59)):
        lived(sent(1), answered(2), closed(3), at=datetime(*moment, tzinfo=SHANGHAI))
    lived(sent(1), at=datetime(2026, 5, 2, 12, tzinfo=SHANGHAI))
    lived(sent(1), at=datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI))
    days = {day.day: (day.received, day.closed) for day in facts().days if day.received}
    assert days == {1: (2, 2), 2: (1, 0), 31: (1, 1)}
    assert len(facts().days) == 31
    assert [day.day for day in facts().days if day.weekday == 6] == [3, 10, 17, 24, 31]


def test_a_day_of_a_city_far_away_is_counted_by_its_own_clock():
    boston = other_city("Boston", "America/New_York")
    # In Shanghai it is the third of May already.
    lived(at=datetime(2026, 5, 3, 11, tzinfo=SHANGHAI), taken_in_by=boston)
    assert [day.day for day in facts(boston).days if day.received] == [2]


def test_categories_stand_beside_their_month_before_the_most_frequent_first():
    lamp, tree = make_category("路灯"), make_category("树木")
    for kind, now, before in ((lamp, 1, 3), (tree, 2, 0), (None, 1, 0)):
        for at, count in ((None, now), (APRIL, before)):
            for _ in range(count):
                lived(sent(1), category=kind, **{"at": at} if at else {})
    found = [(row.name, row.count, row.before) for row in facts().categories]
    assert found == [("树木", 2, 0), ("路灯", 1, 3), ("without a category", 1, 0)]


def test_only_cases_of_the_month_that_wait_beyond_their_deadline_are_listed_as_late():
    lamp, street = make_category("路灯"), make_place()
    late = lived(sent(1, due=24), category=lamp, place_id=street.pk)
    again = lived(sent(1, due=9), answered(2), reopened(3, due=48), category=lamp)
    lived(sent(1, due=24), answered(30))
    lived(sent(1, due=24), withdrawn(30))
    lived(sent(1, due=24_000))
    lived(sent(1, due=24, to=parks()))
    lived(sent(1, due=24), at=APRIL)
    told = facts(as_of=late.received_at + timedelta(hours=24 + 49))
    assert told.late == [
        Late(late.number, "路灯", "槐荫街道", 2),
        Late(again.number, "路灯", "", 1),
    ]
    assert (told.late_count, told.late_ever) == (2, 3)


def test_a_case_that_is_answered_and_waits_for_its_call_back_is_not_late():
    lived(sent(1, due=24), answered(2))
    assert facts().late_count == 0


def test_a_returned_case_is_late_for_the_city_as_nobody_has_it():
    lived(sent(1, due=24), returned(2))
    assert (facts().late_count, facts(city()).late_count) == (0, 1)


def test_no_word_of_a_resident_stands_on_the_page():
    secret = "我是举报人李四"
    lived(
        sent(1, due=24), text=secret, title=f"{secret}的来信", address="槐树街12号", resident=WANG
    )
    words = words_of(brief_pdf(facts()))
    for private in (secret, "李四", "来信", "槐树街", "王阿姨", "138"):
        assert private not in words


def test_where_a_confidential_matter_lies_is_not_told():
    street = make_place()
    lived(sent(1, due=24), is_confidential=True, place_id=street.pk, longitude=118.7, latitude=31.5)
    told = facts()
    assert [late.place for late in told.late] == [""]
    assert (told.drawing.drawn, told.drawing.without_point) == (0, 1)


def test_the_page_says_in_words_what_changed():
    lamp = make_category("路灯")
    lived(sent(1, due=24), answered(20), closed(30), category=lamp)
    lived(sent(1, due=24), category=lamp)
    lived(sent(1), category=lamp)
    lived(sent(1, due=24), withdrawn(3), category=lamp)
    lived(sent(1, due=9), answered(2), reopened(3, due=24_000), category=make_category("树木"))
    for _ in range(4):
        lived(sent(1, due=24), answered(20), category=lamp, at=APRIL)
    assert sentences() == [
        "5 cases were received, after 4 in the month before (+25%).",
        "Deadlines were kept in 1 of the 2 cases where they are decided: 50.0%.",
        "Not yet due: 1. Withdrawn in time: 1. Without a deadline: 1.",
        "1 case had to be worked again.",
        "The most frequent matter was 路灯: 4 of 5.",
        "1 case of this month is overdue and still open, the oldest for 48 days.",
    ]


def test_a_page_made_within_the_month_says_that_it_is_not_over():
    lived(sent(1, due=24))
    assert sentences(as_of=datetime(2026, 5, 20, tzinfo=SHANGHAI))[0] == (
        "The month is not over yet; later figures will differ."
    )
    assert "not over" not in " ".join(sentences(as_of=datetime(2026, 6, 1, tzinfo=SHANGHAI)))


def test_a_unit_is_found_by_its_code_its_name_or_its_english_name():
    unit = make_unit("城市照明管理中心", code="lamps", name_en="Street Lighting Centre")
    for text in ("lamps", "城市照明管理中心", "street lighting centre", " lamps "):
        assert find_unit(text) == unit


def test_an_unknown_unit_is_answered_with_the_nearest_names():
    lighting()
    parks()
    make_unit("路灯设备厂")
    with pytest.raises(WrongInput) as refused:
        find_unit("路灯管理局")
    assert str(refused.value) == (
        "There is no unit “路灯管理局”; the nearest names are: 路灯管理所, 路灯设备厂."
    )


@pytest.mark.parametrize("text", ["", "  ", "Atlantis"])
def test_a_unit_that_is_like_none_is_answered_with_what_to_give(text):
    lighting()
    with pytest.raises(WrongInput, match="give the name or the code of one"):
        find_unit(text)


def test_a_name_of_several_units_is_answered_with_their_codes():
    for district in ("东城区", "西城区"):
        above = make_unit(district, level=UnitLevel.DISTRICT, code=f"D-{district}")
        add_unit(f"police-{district}", "公安分局", level=UnitLevel.DEPARTMENT, parent=above)
    with pytest.raises(WrongInput) as refused:
        find_unit("公安分局")
    assert str(refused.value) == (
        "Several units are called “公安分局”; give the code of the one you mean: "
        "police-东城区, police-西城区."
    )


def test_a_code_is_meant_before_a_name():
    coded = make_unit("路灯二所", code="lamps")
    make_unit("lamps")
    assert find_unit("lamps") == coded
