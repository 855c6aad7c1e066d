"""The further figures of a window: reckoned by hand here, and the same there."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from huiyin.cases.merging import merge_case
from huiyin.cases.parts import release_part
from huiyin.counting.further import CAVEAT, Hours, Share, further
from huiyin.counting.models import Population
from huiyin.counting.rules import Basis, Merged
from huiyin.counting.windows import window_of
from huiyin.departments.models import UnitLevel
from huiyin.dispatch.actions import dispatch_case
from huiyin.followup.actions import reopen_case
from huiyin.replies.actions import accept_case, answer_case
from huiyin.replies.joint.arrivals import Arrival, report_arrival
from tests.counting.acts import asked, exclude
from tests.counting.calibers import plain
from tests.makers import (
    NOON,
    NOT_SOLVED,
    city,
    fresh,
    give_back,
    hotline_staff,
    make_case,
    make_unit,
    minutes,
    officer_of,
)
from tests.replies.street import BEGUN, make_street, whistled

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
DAY = datetime(2026, 3, 4, 9, 0, tzinfo=ZONE)
LATER = DAY + timedelta(days=60)


def street(name):
    return make_unit(name, level=UnitLevel.STREET)


def counted(as_of=LATER, caliber=None):
    caliber = caliber or replace(plain(), min_n=0)
    span = window_of(caliber.window, date(2026, 3, 10), zone=ZONE)
    return further(caliber, (span.start, span.end), city=city(), as_of=as_of)


def answered_after(hours, unit, *, at=DAY):
    """A case that was answered so many hours after it was received."""
    case = make_case("in_hand", unit=unit, at=at)
    return answer(case, unit, at=at + timedelta(hours=hours))


def answer(case, unit, *, at):
    answer_case(case.number, "已修复。", by=officer_of(unit), at=at, resident_told="电话告知。")
    return fresh(case)


def due(case, at):
    """The deadline of the first round is this moment."""
    turn = case.rounds.get(number=1)
    turn.due_at = at
    turn.save()


def test_every_figure_of_a_street_and_of_its_group_is_the_one_reckoned_by_hand():
    """槐树街道 gets five requests in March, 柳林街道 the one that 槐树 gave back.

    answered after 1, 3, 5 and 11 hours: median (3 + 5) / 2 = 4, 90th percentile 5 + 0.7 x 6 = 9.2
    on time      deadlines in March: kept, kept, kept, missed (11 hours, due after 10)     3/4
    first right  five sent first to 槐树, one of them belonged to 柳林                     4/5
    returned     the same one                                                             1/5
    done again   four rounds answered, one of them refused by its resident                 1/4
    problem      four requests are 槐树's, one is a problem case                           1/4
    per 10,000   four requests of 20,000 people                                            2
    """
    locust, willow = street("槐树街道"), street("柳林街道")
    cases = [answered_after(hours, locust) for hours in (1, 3, 5, 11)]
    for case in cases:
        due(case, DAY + timedelta(hours=10))
    reopen_case(cases[0].number, NOT_SOLVED, by=hotline_staff(), at=DAY + timedelta(days=1))
    again = cases[0].rounds.get(number=2)
    again.due_at = None
    again.save()
    problem = fresh(cases[1])
    problem.problem_since = DAY
    problem.save()
    moved = make_case("dispatched", unit=locust, at=DAY)
    give_back(moved, at=DAY + minutes(30))
    dispatch_case(moved.number, willow, by=hotline_staff(), at=DAY + minutes(50))
    accept_case(moved.number, by=officer_of(willow), at=DAY + minutes(60))
    populate(locust, 20_000, date(2025, 12, 31))

    table = counted()
    row, other = table.row_of(locust.code), table.row_of(willow.code)
    assert row.shares == {
        "on_time": Share(3, 4),
        "first_right": Share(4, 5),
        "returned": Share(1, 5),
        "reopened": Share(1, 4),
        "problem": Share(1, 4),
        "whistled": Share(0, 4),
        "reported": Share(0, 0),
    }
    assert row.hours == Hours(4, 4.0, pytest.approx(9.2))
    assert (row.received, row.volume.exact) == (4, 2)
    assert (other.received, other.hours, other.volume) == (1, Hours(), None)
    assert other.shares["first_right"] == Share(0, 0)
    group = next(group for group in table.groups if group.code == "streets")
    for whole in (group.total, table.city):
        assert whole.shares["first_right"] == Share(4, 5)
        assert whole.shares["problem"] == Share(1, 5)
        assert whole.hours == row.hours
    # Of one of its streets nobody knows how many live there.
    assert group.total.volume is None


def test_a_share_of_nothing_is_none_and_every_other_stands_with_what_it_is_divided_by():
    assert (Share().exact, Share().percent) == (None, None)
    assert Share(2, 3).exact == Fraction(2, 3)
    assert Share(2, 3).as_json() == {"numerator": 2, "denominator": 3, "percent": "66.67"}
    assert Share().as_json() == {"numerator": 0, "denominator": 0, "percent": None}


def test_a_deadline_that_is_still_to_come_is_neither_kept_nor_missed():
    locust = street("槐树街道")
    due(make_case("in_hand", unit=locust, at=DAY), DAY + timedelta(days=2))
    found = [
        counted(as_of=DAY + timedelta(days=days)).row_of(locust.code).shares["on_time"]
        for days in (1, 3)
    ]
    assert found == [Share(0, 0), Share(0, 1)]


def test_the_same_question_as_of_the_same_moment_has_the_same_answer():
    locust = street("槐树街道")
    case = answered_after(3, locust)
    populate(locust, 10_000, date(2025, 12, 31))
    as_of = DAY + timedelta(hours=6)
    published = counted(as_of=as_of).as_json()
    reopen_case(case.number, NOT_SOLVED, by=hotline_staff(), at=DAY + timedelta(days=1))
    answered_after(9, locust)
    populate(locust, 5_000, date(2026, 1, 31), added_at=DAY + timedelta(days=2))
    assert counted(as_of=as_of).as_json() == published
    row = counted().row_of(locust.code)
    assert (row.shares["reopened"], row.hours.n) == (Share(1, 2), 2)
    assert row.volume.exact == 4


def test_nothing_is_left_out_because_it_is_excluded():
    locust = street("槐树街道")
    exclude(asked(locust, DAY + timedelta(hours=6)), at=DAY + timedelta(days=1))
    row = counted().row_of(locust.code)
    assert (row.received, row.hours, row.shares["reopened"]) == (1, Hours(1, 1.0, 1.0), Share(0, 1))


def test_a_merged_request_is_no_further_dispatch():
    locust = street("槐树街道")
    parent = make_case("in_hand", unit=locust, at=DAY)
    child = make_case("dispatched", unit=locust, at=DAY + minutes(5))
    give_back(child, at=DAY + minutes(30))
    merge_case(child.number, parent.number, by=hotline_staff(), at=DAY + minutes(50))
    row = counted().row_of(locust.code)
    assert (row.received, row.shares["first_right"]) == (2, Share(1, 1))
    once = counted(caliber=replace(plain(), merged=Merged.PER_PARENT))
    assert once.row_of(locust.code).received == 1


def test_a_dispatch_that_comes_back_to_the_first_unit_was_right_and_was_returned():
    locust = street("槐树街道")
    case = make_case("dispatched", unit=locust, at=DAY)
    give_back(case, at=DAY + minutes(30))
    waits = counted(as_of=DAY + minutes(40)).row_of(locust.code)
    assert waits.shares["first_right"] == Share(0, 1)
    dispatch_case(case.number, locust, by=hotline_staff(), at=DAY + minutes(50))
    row = counted().row_of(locust.code)
    assert (row.shares["first_right"], row.shares["returned"]) == (Share(1, 1), Share(1, 1))


def test_work_of_a_community_counts_at_its_street_and_in_the_hours_of_both():
    locust = street("槐树街道")
    answered_after(2, locust)
    grid = make_unit("槐一社区", parent=locust, level=UnitLevel.STREET)
    answered_after(4, grid)
    grid.level = UnitLevel.COMMUNITY
    grid.save()
    table = counted()
    assert table.row_of(locust.code).hours == Hours(2, 3.0, pytest.approx(3.8))
    assert table.row_of(grid.code) is None


def test_whistles_stand_at_who_blew_and_reports_at_who_was_called():
    """The street calls three: one comes in time, one too late, one is told that it need not."""
    town = make_street()
    case, parts = whistled(town, "fire", "market", "power")
    release_part(
        case.number, parts["power"].pk, "自行解决。", by=town.officer(), at=NOON + minutes(70)
    )
    report(case, parts["fire"], town.officer("fire"), NOON + minutes(100))
    unheard = counted(as_of=BEGUN - minutes(1))
    assert unheard.row_of("locust").shares["whistled"] == Share(0, 1)
    early = counted(as_of=NOON + minutes(110))
    report(case, parts["market"], town.officer("market"), NOON + minutes(130))
    table = counted()
    assert table.row_of("locust").shares["whistled"] == Share(1, 1)
    assert {name: table.city.shares[name] for name in ("whistled", "reported")} == {
        "whistled": Share(1, 1),
        "reported": Share(1, 2),
    }
    assert table.row_of("fire").shares["reported"] == Share(1, 1)
    assert table.row_of("market").shares["reported"] == Share(0, 1)
    assert table.row_of("power").shares["reported"] == Share(0, 0)
    # Before the moment that was named, nobody who has not come has missed it.
    assert early.city.shares["reported"] == Share(1, 1)


def test_the_volume_names_its_people_and_warns_of_what_it_cannot_say():
    locust, willow = street("槐树街道"), street("柳林街道")
    make_case("in_hand", unit=locust, at=DAY)
    populate(locust, 30_000, date(2020, 11, 1))
    populate(locust, 90_000, date(2025, 12, 31), basis=Basis.SERVED)
    populate(locust, 90_000, date(2026, 6, 30))
    populate(willow, 10_000, date(2025, 12, 31))
    table = counted()
    assert table.row_of(locust.code).volume.as_json() == {
        "numerator": 1,
        "people": 30_000,
        "basis": "resident",
        "counted_on": "2020-11-01",
        "source": "第七次人口普查",
        "per_10000": "0.33",
    }
    whole = next(group for group in table.groups if group.code == "streets").total.volume
    assert (whole.exact, whole.people.counted_on) == (Fraction(1, 4), date(2020, 11, 1))
    assert table.as_json()["caveat"] == str(CAVEAT)
    assert Share(1, 8).percent == Decimal("12.50")


def test_the_figures_cost_the_same_few_queries_however_many_units_there_are(
    django_assert_max_num_queries,
):
    for number in range(8):
        answered_after(2, street(f"第 {number} 街道"))
    counted()
    with django_assert_max_num_queries(9):
        counted(as_of=LATER + minutes(1))


def report(case, part, by, at):
    report_arrival(case.number, part.pk, Arrival("李强、周敏", 2), by=by, at=at)


def populate(unit, people, on, *, basis=Basis.RESIDENT, added_at=DAY):
    Population.objects.create(
        unit=unit,
        basis=basis,
        counted_on=on,
        people=people,
        source="第七次人口普查",
        added_at=added_at,
    )
