"""The rates of a window: reckoned by hand here, and the same to the last digit there."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from huiyin.cases.merging import merge_case
from huiyin.cases.models import Status
from huiyin.counting.behind import Cell, behind
from huiyin.counting.facts.folding import fold
from huiyin.counting.facts.reading import Source
from huiyin.counting.layout import columns_of, figure_of
from huiyin.counting.models import Appeal, Correction, Fact
from huiyin.counting.rates import rates
from huiyin.counting.rules import Merged, Open, Rounds
from huiyin.counting.windows import window_of
from huiyin.departments.models import UnitLevel
from huiyin.followup.actions import note_call_back, rate_case, reopen_case
from huiyin.replies.actions import answer_case
from tests.counting.acts import asked, call_back, exclude
from tests.counting.calibers import plain, shipped
from tests.makers import (
    NOBODY,
    NOT_SOLVED,
    city,
    fresh,
    hotline_staff,
    make_case,
    make_unit,
    minutes,
    officer_of,
)

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
# In the window from the 19th of February to the 18th of March.
DAY = datetime(2026, 3, 4, 15, 0, tzinfo=ZONE)
LATER = DAY + timedelta(days=40)


def street(name):
    return make_unit(name, level=UnitLevel.STREET)


def window(caliber):
    span = window_of(caliber.window, date(2026, 3, 10), zone=ZONE)
    return span.start, span.end


def counted(caliber, as_of=LATER, **options):
    return rates(caliber, window(caliber), city=city(), as_of=as_of, **options)


def printed(table, side):
    """The table of the first group as the district prints it, one text for each row."""
    columns = columns_of(table.caliber)
    group = table.groups[0]
    lines = []
    for row in [*group.rows, group.total]:
        tally = row.net if side == "net" else row.all
        name = row.unit.name if row.unit else "总计"
        cells = [figure_of(tally, column).text for column in columns]
        lines.append("|".join([name, str(row.received), str(row.closed), *cells]))
    return lines


def test_the_table_of_huairou_is_reproduced_column_by_column_in_both_calibers():
    """承办单位|受理量|办结量|有效回访|联系数|解决数|满意数|基本满意|响应率|解决率|满意率|综合成绩.

    槐树街道: five call-backs, and one case answered that nobody could ask yet. One is excluded.
      全口径: 响应 4/5 = 80%, 解决 3/5 = 60%, 满意 (2 + 0.9×2)/5 = 76%;
              0.1×80 + 0.5×60 + 0.4×76 = 8 + 30 + 30.4 = 68.4
      不含剔除: 4/4, 3/4, 3.8/4 = 95%;  10 + 37.5 + 38 = 85.5
    柳林街道: three call-backs, one of them of a case received before the window began.
      3/3, 2/3 = 66.67%, 2/3;  10 + 33.33 + 26.67 = 70.0
    白石镇: two cases received, nobody asked: 0 of 0 is 0 in this caliber, and stands last.
    总计 is the plain mean over the three: 全口径 (68.4 + 70 + 0)/3 = 46.13, 不含剔除 51.83.
    """
    locust, willow, stone = street("槐树街道"), street("柳林街道"), street("白石镇")
    asked(locust, DAY)
    asked(locust, DAY + timedelta(days=1))
    asked(locust, DAY + timedelta(days=2), satisfied="basically")
    asked(locust, DAY + timedelta(days=3), solved=False, satisfied="basically")
    out = asked(
        locust, DAY + timedelta(days=4), contacted=False, solved=False, satisfied="dissatisfied"
    )
    make_case("answered", unit=locust, at=DAY)
    exclude(out, at=DAY + timedelta(days=6))
    asked(willow, DAY)
    asked(willow, DAY)
    early = make_case("answered", unit=willow, at=DAY - timedelta(days=20))
    call_back(early, DAY, solved=False, satisfied="dissatisfied")
    make_case("in_hand", unit=stone, at=DAY)
    make_case("received", at=DAY)
    make_case("answered", unit=stone, at=DAY)

    table = counted(shipped("huairou-2025"))
    assert printed(table, "all") == [
        # Placed by the figures without exclusions.
        "槐树街道|6|5|5|4|3|2|2|80.00%|60.00%|76.00%|68.4",
        "柳林街道|2|3|3|3|2|2|0|100.00%|66.67%|66.67%|70.0",
        "白石镇|2|0|0|0|0|0|0|0.00%|0.00%|0.00%|0.0",
        "总计|10|8|8|7|5|4|2|60.00%|42.22%|47.56%|46.1",
    ]
    assert printed(table, "net") == [
        "槐树街道|6|5|4|4|3|2|2|100.00%|75.00%|95.00%|85.5",
        "柳林街道|2|3|3|3|2|2|0|100.00%|66.67%|66.67%|70.0",
        "白石镇|2|0|0|0|0|0|0|0.00%|0.00%|0.00%|0.0",
        "总计|10|8|7|7|5|4|2|66.67%|47.22%|53.89%|51.8",
    ]
    first, second, last = table.groups[0].rows
    assert [row.rank for row in (first, second, last)] == [1, 2, 3]
    assert (first.excluded_n, first.waiting_n, last.waiting_n) == (1, 1, 1)
    assert table.unled.received == 1
    ranked_by_all = counted(replace(shipped("huairou-2025"), ranked_by="all"))
    assert [row.unit.name for row in ranked_by_all.groups[0].rows][:2] == ["柳林街道", "槐树街道"]


def test_the_plain_caliber_mends_what_is_wrong_in_that_table():
    locust, stone = street("槐树街道"), street("白石镇")
    asked(locust, DAY)
    asked(locust, DAY, solved=False, satisfied="dissatisfied")
    asked(locust, DAY, solved=False, satisfied="dissatisfied")
    table = counted(replace(plain(), min_n=3))
    group = next(group for group in table.groups if group.code == "streets")
    rated, unrated = group.rows
    assert (rated.rank, rated.net.n) == (1, 3)
    assert (unrated.unit, unrated.rank, unrated.not_rated) == (stone, None, "zero")
    assert unrated.net.rates == {"responded": None, "solved": None, "satisfied": None}
    assert unrated.net.score is None
    # The last row is the sum, not the mean over units of whatever size.
    assert group.total.net.exact_rates["solved"] == Fraction(1, 3)
    assert counted(replace(plain(), min_n=4)).row_of(locust.code).not_rated == "few"


def test_every_way_of_counting_gives_the_same_table():
    asked(street("槐树街道"), DAY)
    exclude(asked(street("柳林街道"), DAY, satisfied="basically"), at=DAY)
    told = [counted(plain(), source=source).as_json() for source in Source]
    assert told[0] == told[1] == told[2]


def test_what_was_published_is_counted_again_bit_for_bit_whatever_came_after():
    locust = street("槐树街道")
    case = asked(locust, DAY)
    published = counted(plain(), as_of=DAY + timedelta(days=1)).as_json()
    asked(locust, DAY + timedelta(days=2), solved=False)
    exclude(case, at=DAY + timedelta(days=3))
    later = counted(plain(), as_of=DAY + timedelta(days=4))
    assert (later.row_of(locust.code).all.n, later.row_of(locust.code).net.n) == (2, 1)
    assert counted(plain(), as_of=DAY + timedelta(days=1)).as_json() == published


def test_what_is_learned_late_does_not_change_what_was_read_before():
    locust = street("槐树街道")
    as_of = DAY + timedelta(days=9)
    published = counted(plain(), as_of=as_of).as_json()
    # It happened before that moment, and was brought in only now.
    asked(locust, DAY)
    fold(at=DAY)
    assert counted(plain(), as_of=as_of).as_json() == published
    assert counted(plain(), as_of=as_of + minutes(1)).row_of(locust.code).all.n == 1


def test_an_exclusion_that_is_annulled_counts_no_more():
    locust = street("槐树街道")
    paper = exclude(asked(locust, DAY), at=DAY)
    assert counted(plain()).row_of(locust.code).excluded_n == 1
    paper.annulled_at = DAY + timedelta(days=2)
    paper.save()
    assert counted(plain(), as_of=LATER + minutes(1)).row_of(locust.code).excluded_n == 0


def test_the_last_word_of_the_resident_counts():
    locust = street("槐树街道")
    case = make_case("answered", unit=locust, at=DAY)
    rate_case(case.number, NOT_SOLVED, at=DAY + timedelta(days=1))
    unsolved = counted(plain(), as_of=DAY + timedelta(days=2)).row_of(locust.code).net
    assert (unsolved.n, unsolved.solved) == (1, 0)
    call_back(case, DAY + timedelta(days=3))
    assert counted(plain()).row_of(locust.code).net.solved == 1


def test_who_was_asked_in_vain_and_who_is_not_yet_asked_stand_beside():
    locust = street("槐树街道")
    case = make_case("answered", unit=locust, at=DAY)
    note_call_back(case.number, NOBODY, by=hotline_staff(), at=DAY + timedelta(hours=3))
    row = counted(plain()).row_of(locust.code)
    assert (row.net.n, row.waiting_n) == (0, 1)
    as_open = counted(replace(plain(), not_yet_callable=Open.COUNT_AS_OPEN))
    tally = as_open.row_of(locust.code).net
    assert (tally.n, tally.solved, tally.exact_rates["solved"]) == (1, 0, 0)


def test_of_a_case_done_again_the_last_round_counts_or_the_first_or_every_one():
    locust = street("槐树街道")
    case = make_case("answered", unit=locust, at=DAY)
    reopen_case(case.number, NOT_SOLVED, by=hotline_staff(), at=DAY + timedelta(hours=5))
    answer_case(
        case.number,
        "已修复。",
        by=officer_of(locust),
        at=DAY + timedelta(days=1),
        resident_told="电话告知。",
    )
    call_back(fresh(case), DAY + timedelta(days=2))
    found = {which: counted(replace(plain(), rounds=which)).row_of(locust.code) for which in Rounds}
    assert {which: (row.net.n, row.net.solved) for which, row in found.items()} == {
        Rounds.LAST: (1, 1),
        Rounds.FIRST: (1, 0),
        Rounds.EVERY: (2, 1),
    }
    assert {row.received for row in found.values()} == {1}


def test_each_resident_of_a_merged_request_counts_for_the_lead_of_its_parent():
    locust = street("槐树街道")
    parent = make_case("in_hand", unit=locust, at=DAY)
    child = make_case("received", at=DAY + minutes(5))
    merge_case(child.number, parent.number, by=hotline_staff(), at=DAY + minutes(30))
    waits = counted(plain(), as_of=DAY + timedelta(hours=1)).row_of(locust.code)
    assert waits.received == 2
    answer_case(
        parent.number,
        "已修复。",
        by=officer_of(locust),
        at=DAY + timedelta(hours=3),
        resident_told="电话告知。",
    )
    call_back(fresh(parent), DAY + timedelta(hours=5))
    call_back(fresh(child), DAY + timedelta(hours=6), solved=False, satisfied="dissatisfied")
    each = counted(plain()).row_of(locust.code)
    assert (each.net.n, each.net.solved, each.received) == (2, 1, 2)
    once = counted(replace(plain(), merged=Merged.PER_PARENT)).row_of(locust.code)
    assert (once.net.n, once.net.solved, once.received) == (1, 1, 1)


def test_when_the_parent_goes_to_another_unit_its_children_are_counted_there():
    locust = street("槐树街道")
    parent = make_case("dispatched", unit=locust, at=DAY)
    child = make_case("received", at=DAY + minutes(5))
    merge_case(child.number, parent.number, by=hotline_staff(), at=DAY + minutes(30))
    fold(at=DAY + minutes(40))
    willow = street("柳林街道")
    row = fresh(parent)
    row.unit = willow
    row.save()
    table = counted(plain())
    assert (table.row_of(locust.code).received, table.row_of(willow.code).received) == (0, 2)


def test_work_of_a_unit_in_no_group_counts_at_the_unit_above_it():
    locust = street("槐树街道")
    grid = make_unit("槐树社区", parent=locust)
    asked(grid, DAY)
    grid.level = UnitLevel.COMMUNITY
    grid.save()
    assert counted(plain()).row_of(locust.code).net.n == 1
    alone = counted(replace(plain(), below="leave_out"))
    assert alone.row_of(locust.code).net.n == 0
    assert [row.unit for row in alone.outside] == [grid]
    cell = Cell("n", unit=locust)
    assert behind(plain(), window(plain()), cell, city=city(), as_of=LATER).count() == 1


VOLUMES = {"received": "received", "closed": "closed"} | {
    "excluded": "excluded_n",
    "waiting": "waiting_n",
}
COUNTS = ("n", "responded", "solved", "satisfied", "basically")


def test_each_figure_opens_the_list_of_exactly_its_cases():
    locust, willow = street("槐树街道"), street("柳林街道")
    asked(locust, DAY)
    asked(locust, DAY, satisfied="basically")
    exclude(asked(locust, DAY, contacted=False, solved=False, satisfied="dissatisfied"), at=DAY)
    asked(willow, DAY)
    make_case("answered", unit=willow, at=DAY)
    make_case("received", at=DAY)
    for caliber in (plain(), shipped("huairou-2025")):
        table = counted(caliber)
        group = next(group for group in table.groups if group.code == "streets")
        cells = [(row, {"unit": row.unit}) for row in group.rows]
        cells += [(group.total, {"group": "streets"}), (table.unled, {})]
        for row, where in cells:
            shown = {(name, "net"): getattr(row, of) for name, of in VOLUMES.items()}
            for side in ("net", "all"):
                shown |= {(name, side): getattr(getattr(row, side), name) for name in COUNTS}
            for (figure, which), number in shown.items():
                cell = Cell(figure, which=which, **where)
                found = behind(caliber, window(caliber), cell, city=city(), as_of=LATER)
                assert found.count() == number, (where, figure, which)


def test_a_history_without_call_backs_says_nothing_of_who_was_in_touch():
    locust = street("槐树街道")
    case = make_case("closed", unit=locust, at=DAY)
    case.call_backs.all().delete()
    turn = case.rounds.get()
    turn.solved, turn.satisfied = True, ""
    turn.save()
    tally = counted(plain()).row_of(locust.code).net
    assert (tally.n, tally.n_of("responded"), tally.n_of("satisfied")) == (1, 0, 0)
    assert tally.rates == {"responded": None, "solved": 1.0, "satisfied": None}
    assert tally.score is None
    turn.solved = None
    turn.save()
    assert counted(plain(), as_of=LATER + minutes(1)).row_of(locust.code).net.n == 0


def test_a_correction_moves_a_round_to_the_unit_that_should_be_judged():
    locust, willow = street("槐树街道"), street("柳林街道")
    case = asked(locust, DAY)
    correct(case, locust, to_unit=willow)
    table = counted(plain())
    assert (table.row_of(locust.code).net.n, table.row_of(willow.code).net.n) == (0, 1)


def test_only_what_changed_is_superseded():
    case = asked(street("槐树街道"), DAY)
    fold(at=LATER)
    assert Fact.objects.filter(case=case).count() == 1
    case.save()
    fold(at=LATER + minutes(1))
    assert Fact.objects.filter(case=case).count() == 1
    exclude(case, at=LATER)
    fold(at=LATER + minutes(2))
    before, now = Fact.objects.filter(case=case).order_by("pk")
    assert before.known_until == now.known_from == LATER + minutes(2)
    assert now.known_until is None


def test_a_table_costs_the_same_few_queries_however_many_units_there_are(
    django_assert_max_num_queries,
):
    for number in range(12):
        asked(street(f"第 {number} 街道"), DAY)
    counted(plain())
    with django_assert_max_num_queries(9):
        counted(plain(), as_of=LATER + minutes(1))


def test_scores_are_rounded_before_sorting_only_where_the_caliber_says_so():
    """With one digit both have 70.0, and the one with more requests goes first."""
    small, large = street("小街道"), street("大街道")
    for solved, satisfied in ((True, "satisfied"), (True, "satisfied"), (False, "dissatisfied")):
        asked(small, DAY, solved=solved, satisfied=satisfied)
        asked(large, DAY, solved=solved, satisfied=satisfied)
    make_case(Status.IN_HAND, unit=large, at=DAY)
    group = counted(shipped("huairou-2025")).groups[0]
    assert [(row.unit, row.rank) for row in group.rows] == [(large, 1), (small, 2)]
    exact = replace(plain(), min_n=0)
    group = next(each for each in counted(exact).groups if each.code == "streets")
    assert [row.rank for row in group.rows] == [1, 1]
    assert group.rows[0].net.shown_score == Decimal("70.00")


def correct(case, unit, *, to_unit):
    appeal = Appeal.objects.create(
        case=case,
        round_number=1,
        unit=unit,
        ground="unit",
        words="属地不符。",
        counted_at=DAY,
        asked_by=officer_of(unit),
        asked_at=DAY,
        rule_by=DAY,
        state="granted",
        granted_at=DAY,
    )
    Correction.objects.create(
        appeal=appeal,
        case=case,
        round_number=1,
        count="unit",
        unit=unit,
        to_unit=to_unit,
        ground="unit",
        granted_by=hotline_staff(),
        granted_at=DAY,
    )
