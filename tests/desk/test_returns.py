"""Objections in figures: by unit and by dispatcher, and behind each number exactly its cases."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.cases.models import Application, Status
from huiyin.cases.papers.applications import Verdict
from huiyin.departments.models import Post
from huiyin.departments.queries import forget_kept
from huiyin.dispatch.actions import dispatch_case
from huiyin.dispatch.objections import Objection, object_to_dispatch, rule_on_objection
from huiyin.followup.actions import reopen_case
from huiyin.reports.returns import month_of_returns
from tests.desk.visits import at_desk, text
from tests.makers import (
    NOON,
    NOT_SOLVED,
    city,
    fresh,
    hotline,
    hotline_staff,
    make_case,
    make_official,
    make_unit,
    minutes,
    officer_of,
    parks,
)
from tests.people import lighting, lin, song, wu

pytestmark = pytest.mark.django_db
PAGE = "/desk/figures/returns/"


@pytest.fixture(autouse=True)
def _units_are_read_anew():
    forget_kept()


def sent(unit, *, by=None, at=NOON):
    case = make_case(at=at)
    dispatch_case(case.number, unit, by=by or lin(), at=at + minutes(5))
    return case


def contested(case, ruling, *, to=None, hours=2, at=NOON, by=None):
    said, moment = Objection("not_our_duty", "不属我单位职责。"), at + minutes(30)
    officer = officer_of(fresh(case).unit)
    filed = object_to_dispatch(case.number, said, by=officer, at=moment)
    if ruling:
        verdict, later = Verdict(ruling, "已研究。"), moment + timedelta(hours=hours)
        rule_on_objection(filed.pk, verdict, by=by or hotline_staff(), at=later, unit=to)
    return case


def a_month(clock):
    """Five cases for the lamps: one taken on, four objected to; and what follows at the parks."""
    sent(lighting())
    contested(sent(lighting()), "uphold", hours=1)
    contested(sent(lighting()), "redispatch", to=parks(), hours=3)
    contested(sent(lighting(), by=second()), "designate", to=lighting(), hours=2)
    contested(sent(lighting(), by=second()), "")
    clock.later(timedelta(days=2))


def second():
    return make_official(Post.DISPATCHER, unit=hotline(), name="周敏")


def counts(row):
    return (row.sent, row.objected, row.granted, row.upheld, row.designated)


def of_march(unit=None, clock=None):
    return month_of_returns(unit or city(), "2026-03", as_of=clock.now)


def test_a_unit_is_told_how_often_it_objected_and_what_was_ruled(clock):
    a_month(clock)
    rows = {row.label: row for row in of_march(clock=clock).units}
    assert counts(rows["路灯管理所"]) == (5, 4, 1, 1, 1)
    assert counts(rows["园林绿化局"]) == (1, 0, 0, 0, 0)
    assert rows["路灯管理所"].median_hours == pytest.approx(2)


def test_a_dispatcher_is_told_how_often_units_objected_to_what_they_sent(clock):
    a_month(clock)
    rows = [(row.label, counts(row)) for row in of_march(clock=clock).dispatchers]
    assert ("林静", (3, 2, 1, 1, 0)) in rows
    assert rows.count(("周敏", (1, 1, 0, 0, 1))) == 1
    # What follows a ruling was sent by whoever ruled.
    assert (hotline_staff().name, (1, 0, 0, 0, 0)) in rows


def test_a_case_that_goes_round_counts_once_in_its_row_and_once_in_all(clock):
    case = contested(sent(lighting()), "redispatch", to=parks())
    contested(case, "redispatch", to=lighting(), at=NOON + timedelta(hours=5))
    contested(case, "designate", to=parks(), at=NOON + timedelta(hours=10))
    clock.later(timedelta(days=2))
    found = of_march(clock=clock)
    assert counts(found.total) == (1, 1, 1, 0, 1)
    assert {row.label: counts(row) for row in found.units} == {
        "路灯管理所": (1, 1, 1, 0, 1),
        "园林绿化局": (1, 1, 1, 0, 0),
    }


def test_an_objection_is_against_the_last_sending_before_it(clock):
    case, other = contested(sent(lighting()), "redispatch", to=parks()), second()
    contested(case, "redispatch", to=lighting(), at=NOON + timedelta(hours=5), by=other)
    contested(case, "uphold", at=NOON + timedelta(hours=10))
    clock.later(timedelta(days=2))
    rows = {row.label: counts(row) for row in of_march(clock=clock).dispatchers}
    # What the lamps said to the second sending is not counted against the first.
    assert rows == {
        "林静": (1, 1, 1, 0, 0),
        hotline_staff().name: (1, 1, 1, 0, 0),
        "周敏": (1, 1, 0, 1, 0),
    }


def test_a_further_round_is_not_a_sending(clock):
    case = make_case(Status.ANSWERED)
    reopen_case(case.number, NOT_SOLVED, by=hotline_staff(), at=NOON + timedelta(days=30))
    clock.later(timedelta(days=31))
    assert counts(of_march(clock=clock).total)[0] == 1
    assert counts(month_of_returns(city(), "2026-04", as_of=clock.now).total)[0] == 0


def test_other_months_and_other_units_are_not_counted(clock):
    a_month(clock)
    other = make_unit()
    assert counts(of_march(other, clock=clock).total) == (0, 0, 0, 0, 0)
    assert counts(month_of_returns(city(), "2026-02", as_of=clock.now).total)[0] == 0


@pytest.mark.usefixtures("clock")
def test_what_was_ruled_later_is_not_counted_before():
    contested(sent(lighting()), "uphold", hours=3)
    early = month_of_returns(city(), "2026-03", as_of=NOON + timedelta(hours=1))
    assert counts(early.total) == (1, 1, 0, 0, 0)
    assert early.total.median_hours is None


def links(client):
    page = text(client.get(f"{PAGE}?month=2026-03"))
    found = re.findall(r'href="(/desk/figures/returns/cases/[^"]+)">(\d+)</a>', page)
    return [(address.replace("&amp;", "&"), int(number)) for address, number in found]


def test_each_number_leads_to_exactly_its_cases(clock):
    a_month(clock)
    client = at_desk(song())
    found = links(client)
    assert len(found) > 15
    for address, number in found:
        listed = re.findall(r'href="/desk/cases/(HY[\d-]+)/', text(client.get(address)))
        assert len(listed) == len(set(listed)) == number


def test_an_analyst_reads_the_figures_and_no_case(clock):
    a_month(clock)
    client = at_desk(wu())
    assert links(client) == []
    assert client.get(f"{PAGE}cases/?month=2026-03&figure=sent").status_code in {403, 404}


def test_nonsense_is_answered_with_a_sentence(clock):
    a_month(clock)
    client = at_desk(song())
    assert client.get(f"{PAGE}?month=nonsense").status_code == 400
    assert client.get(f"{PAGE}cases/?month=2026-03&figure=nonsense").status_code == 400
    assert client.get(f"{PAGE}cases/?month=2026-03&figure=sent&row=by:x").status_code == 200


def test_the_page_asks_few_questions(clock):
    a_month(clock)
    client = at_desk(song())
    client.get(f"{PAGE}?month=2026-03")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{PAGE}?month=2026-03")
    assert len(asked) <= 12
    assert Application.objects.count() == 4
