"""Writing calendars and presets: once or twice is the same, and a city's own days stay."""

from datetime import date, time

import pytest

from huiyin.deadlines.actions import (
    adopt_preset,
    ensure_city_calendar,
    import_holidays,
    install_presets,
    load_calendar_year,
)
from huiyin.deadlines.calendar_sources import HolidayFile, published_years
from huiyin.deadlines.models import (
    Adoption,
    Calendar,
    KnownYear,
    Preset,
    PresetRule,
    SpecialDay,
    Stamp,
    WorkPeriod,
)
from huiyin.deadlines.queries import work_calendar
from huiyin.deadlines.rules import DayKind, Period, SpecialDate
from huiyin.office.problems import NotFound, NotPossible, WrongInput

pytestmark = pytest.mark.django_db
NEW_YEAR = SpecialDate(date(2027, 1, 1), DayKind.HOLIDAY, "元旦", "New Year's Day")
MAKE_UP = SpecialDate(
    date(2027, 1, 3), DayKind.MAKE_UP, "元旦", periods=(Period(time(9), time(12)),)
)


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (
        Calendar, WorkPeriod, SpecialDay, KnownYear, Preset, PresetRule, Adoption, Stamp,
    )]  # fmt: skip


def special_days(year):
    return {day.on: day for day in SpecialDay.objects.filter(calendar__code="city", on__year=year)}


def test_setting_up_a_city_twice_changes_nothing():
    before = everything()
    ensure_city_calendar()
    install_presets()
    load_calendar_year("city", 2026)
    assert everything()[:-1] == before[:-1]


def test_an_empty_city_gets_hours_holidays_and_a_calendar_round_the_clock():
    Calendar.objects.all().delete()
    ensure_city_calendar(years=[2025])
    city = Calendar.objects.get(code="city")
    assert city.work_periods.count() == 10
    assert [year.year for year in city.known_years.all()] == [2025]
    assert work_calendar("round-the-clock").round_the_clock


def test_a_new_city_in_china_knows_every_published_year():
    Calendar.objects.all().delete()
    ensure_city_calendar()
    assert work_calendar().known_years == frozenset(published_years())


def test_a_city_abroad_gets_no_chinese_holidays():
    Calendar.objects.all().delete()
    ensure_city_calendar(time_zone="America/New_York")
    assert (work_calendar().time_zone, work_calendar().days) == ("America/New_York", {})


def test_a_city_that_changed_its_hours_keeps_them():
    WorkPeriod.objects.filter(weekday=4).delete()
    ensure_city_calendar()
    assert 4 not in work_calendar().periods


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(WrongInput, match="no time zone “Asia/Peking2”"):
        ensure_city_calendar(time_zone="Asia/Peking2")


def test_a_year_that_two_packages_agree_on_is_verified():
    KnownYear.objects.all().delete()
    load_calendar_year("city", 2026)
    known = KnownYear.objects.get(year=2026)
    assert known.verified
    assert known.source.startswith("chinesecalendar")


def test_a_year_nobody_has_announced_changes_nothing():
    before = everything()
    with pytest.raises(NotPossible):
        load_calendar_year("city", published_years()[-1] + 1)
    assert everything() == before


def test_loading_again_repairs_days_and_keeps_those_the_city_added():
    days = special_days(2026)
    days[date(2026, 10, 10)].delete()
    SpecialDay.objects.filter(pk=days[date(2026, 10, 1)].pk).update(kind="make_up")
    city = Calendar.objects.get(code="city")
    city.special_days.create(on=date(2026, 7, 3), kind="holiday", name="台风", source="市政府")
    load_calendar_year("city", 2026)
    again = special_days(2026)
    assert again[date(2026, 10, 10)].kind == "make_up"
    assert again[date(2026, 10, 1)].kind == "holiday"
    assert again.keys() - days.keys() == {date(2026, 7, 3)}


def test_an_imported_notice_replaces_the_one_before_it():
    first = HolidayFile(2027, [NEW_YEAR, MAKE_UP])
    assert import_holidays("city", first, source="2027.json", verified=False) == 2
    assert 2027 in work_calendar().unverified_years
    assert work_calendar().periods_on(MAKE_UP.on) == MAKE_UP.periods
    import_holidays("city", HolidayFile(2027, [NEW_YEAR]), source="corrected.csv", verified=True)
    assert list(special_days(2027)) == [NEW_YEAR.on]
    assert 2027 in work_calendar().known_years - work_calendar().unverified_years


def test_a_notice_may_change_a_day_of_the_december_before():
    eve = SpecialDate(date(2026, 12, 31), DayKind.HOLIDAY, "元旦")
    import_holidays("city", HolidayFile(2027, [eve, NEW_YEAR]), source="2027.json")
    assert work_calendar().periods_on(eve.on) == ()
    assert len(special_days(2026)) > 30


@pytest.mark.parametrize(("code", "problem"), [("moon", NotFound), ("round-the-clock", WrongInput)])
def test_holidays_go_only_into_a_calendar_that_can_have_them(code, problem):
    with pytest.raises(problem, match=code):
        load_calendar_year(code, 2026)


def test_installing_again_brings_a_changed_preset_back_to_its_source():
    PresetRule.objects.filter(preset__code="jinan").update(amount=50)
    Preset.objects.filter(code="jinan").update(source="?")
    PresetRule.objects.create(
        preset=Preset.objects.get(code="jinan"), deadline_class="x", amount=1, unit="natural_days"
    )
    PresetRule.objects.filter(preset__code="weifang").delete()
    install_presets()
    jinan = Preset.objects.get(code="jinan")
    assert (jinan.source, jinan.rules.get().amount) == ("济南条例", 5)
    assert Preset.objects.get(code="weifang").rules.get().amount == 5


def test_adopting_twice_is_one_adoption_with_the_later_end():
    adopt_preset("jinan", from_on=date(2026, 1, 1))
    adopt_preset("jinan", from_on=date(2026, 1, 1), to_on=date(2026, 6, 30))
    assert Adoption.objects.get().to_on == date(2026, 6, 30)


def test_a_preset_nobody_knows_or_that_ends_before_it_begins_is_refused():
    with pytest.raises(NotFound, match="There is no preset “moon”; there are beijing-2021-draft"):
        adopt_preset("moon", from_on=date(2026, 1, 1))
    with pytest.raises(WrongInput, match="cannot end before it begins"):
        adopt_preset("jinan", from_on=date(2026, 1, 2), to_on=date(2026, 1, 1))
