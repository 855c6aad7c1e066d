"""A city in which something was counted, and reports of it, for the tests of issued reports."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from huiyin.departments.models import UnitLevel
from huiyin.reports.issued.issuing import issue_report
from huiyin.reports.issued.rules import Kind
from tests.counting.acts import asked
from tests.makers import city, make_case, make_unit
from tests.people import chen, gao, wu

ZONE = ZoneInfo("Asia/Shanghai")
# Within the day that is counted from noon of the 4th to noon of the 5th.
ASKED = datetime(2026, 3, 4, 15, 0, tzinfo=ZONE)
DAY = date(2026, 3, 5)
AFTER = datetime(2026, 3, 5, 13, 0, tzinfo=ZONE)


def two_streets():
    """A street of which all are satisfied, and one of which one voice is not."""
    good = make_unit("槐树街道", level=UnitLevel.STREET, name_en="Huaishu Street", code="huaishu")
    poor = make_unit("柳树街道", level=UnitLevel.STREET, name_en="Liushu Street", code="liushu")
    return good, poor


def a_day():
    """Two streets, four voices that were asked, and one that still waits."""
    chen(), gao()
    good, poor = two_streets()
    cases = [asked(good, ASKED), asked(good, ASKED + timedelta(minutes=1))]
    cases.append(asked(poor, ASKED, satisfied="basically"))
    cases.append(asked(poor, ASKED, solved=False, satisfied="dissatisfied"))
    make_case("in_hand", unit=poor, at=ASKED)
    return cases


def issued(kind=Kind.DAY, day=DAY, at=AFTER, by=None):
    """The report of a day, by the analyst."""
    return issue_report(city(), kind, day, by=by or wu(), at=at)
