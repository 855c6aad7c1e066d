"""A deadline that reaches into a year without holidays says so on the page of its case."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from huiyin.deadlines.models import Calendar
from tests.desk.visits import address, at_desk, text
from tests.makers import make_case
from tests.people import chen

pytestmark = pytest.mark.django_db

NEW_YEARS_EVE = datetime(2026, 12, 31, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("is_loaded", [True, False])
def test_a_case_says_that_its_deadline_reaches_into_a_year_without_holidays(clock, is_loaded):
    years = Calendar.objects.get(code="city").known_years
    years.update_or_create(year=2026, defaults={"source": "test", "verified": True})
    years.filter(year=2027).delete()
    if is_loaded:
        years.create(year=2027, source="test", verified=True)
    clock.now = NEW_YEARS_EVE
    case = make_case("dispatched", at=NEW_YEARS_EVE)
    page = text(at_desk(chen()).get(address(case)))
    assert case.due_at.year == 2027
    assert ("Warning: the holidays of 2027 are not loaded" in page) is not is_loaded
