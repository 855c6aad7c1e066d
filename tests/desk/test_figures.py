"""The figures at the desk: a month by unit, and behind each number exactly its cases."""

import re
from datetime import timedelta

import pytest

from huiyin.cases.models import Case, Status
from huiyin.departments.models import Post
from huiyin.departments.queries import forget_kept
from huiyin.reports.months import COUNTS, city_months
from tests.desk.visits import at_desk, text
from tests.makers import city, give_back, make_case, make_official, make_unit, parks, twins
from tests.people import EVERYBODY, chen, song, wu

pytestmark = pytest.mark.django_db
PAGE = "/desk/figures/"


@pytest.fixture(autouse=True)
def _units_are_read_anew():
    forget_kept()


def a_month(clock):
    """Cases of every kind: on time, late, waiting, withdrawn, returned, of two units and none."""
    make_case(Status.CLOSED), make_case(Status.IN_HAND), make_case(Status.WITHDRAWN)
    make_case(Status.DISPATCHED, unit=parks()), make_case(Status.ANSWERED, unit=parks())
    make_case()
    give_back(make_case(Status.DISPATCHED), at=clock.now + timedelta(hours=2))
    clock.later(timedelta(days=20))


def links(client, query="?month=2026-03"):
    """Each number that leads on: what it says, and where it leads."""
    page = text(client.get(f"{PAGE}{query}"))
    found = re.findall(r'href="(/desk/figures/cases/[^"]+)">(\d+)</a>', page)
    return [(address.replace("&amp;", "&"), int(number)) for address, number in found]


def listed(client, address):
    return re.findall(r'href="/desk/cases/(HY[\d-]+)/', text(client.get(address)))


def test_each_number_leads_to_exactly_as_many_cases(clock):
    a_month(clock)
    client = at_desk(song())
    found = links(client)
    assert len(found) > 12
    assert [len(listed(client, address)) for address, _number in found] == [n for _a, n in found]


def test_the_cases_behind_a_verdict_are_those_of_that_verdict(clock):
    kept = make_case(Status.CLOSED)
    late = make_case(Status.IN_HAND, unit=parks())
    clock.later(timedelta(days=20))
    client = at_desk(song())
    behind = {
        figure: listed(client, f"/desk/figures/cases/?month=2026-03&figure={figure}")
        for figure in COUNTS
    }
    assert behind["on_time"] == behind["closed"] == behind["answered"] == [kept.number]
    assert behind["overdue"] == [late.number]
    assert set(behind["received"]) == {kept.number, late.number}
    assert behind["withdrawn"] == behind["reopened"] == behind["not_yet_due"] == []


def test_the_list_stands_still_while_the_city_goes_on(clock):
    make_case(Status.DISPATCHED)
    clock.later(timedelta(hours=1))
    client = at_desk(song())
    [waits] = {a for a, _n in links(client) if "not_yet_due" in a and "row=&" in a}
    clock.later(timedelta(days=60))
    assert len(listed(at_desk(song()), waits)) == 1


def test_an_analyst_reads_the_numbers_and_no_case(clock):
    a_month(clock)
    client = at_desk(wu())
    page = text(client.get(f"{PAGE}?month=2026-03"))
    assert ">7<" in page
    assert links(client) == []
    assert Case.objects.first().title not in page
    assert client.get("/desk/figures/cases/?month=2026-03&figure=received").status_code == 403


def test_the_page_says_what_the_report_says(clock):
    a_month(clock)
    [month] = city_months("2026-03", as_of=clock.now)
    page = text(at_desk(wu()).get(f"{PAGE}?month=2026-03"))
    total = re.search(r'class="is-total">(.*?)</tr>', page, re.DOTALL)[1]
    numbers = re.findall(r'data-label="[^"]*">(\d+)', total)
    assert numbers[: len(COUNTS)] == [str(getattr(month.total, name)) for name in COUNTS]
    assert f"{month.total.on_time}/{month.total.decided}" in total


def test_a_leader_of_a_unit_sees_its_month_alone(clock):
    a_month(clock)
    client = at_desk(make_official(Post.LEADER, unit=parks()))
    found = links(client)
    assert {n for a, n in found if "figure=received" in a} == {2}
    assert all(len(listed(client, a)) == n for a, n in found)
    assert client.get(f"{PAGE}?unit={city().code}").status_code == 404
    assert client.get(f"/desk/figures/cases/?unit={city().code}&month=2026-03").status_code == 404


def test_whoever_reads_figures_here_and_cases_elsewhere_follows_no_number(clock):
    a_month(clock)
    both = make_official(Post.ANALYST)
    from_below = make_official(Post.LEADER, unit=make_unit("北门街道"))
    assert links(at_desk(both)) == []
    assert links(at_desk(from_below)) == []


def test_a_month_is_chosen_and_this_month_comes_first():
    make_case(Status.DISPATCHED)
    client = at_desk(wu())
    assert 'value="2026-03"' in text(client.get(PAGE))
    assert "month=2026-02" in text(client.get(PAGE))
    assert "month=2026-04" not in text(client.get(PAGE))
    assert "month=2026-03" in text(client.get(f"{PAGE}?month=2026-02"))


@pytest.mark.parametrize("month", ["2026-13", "May", "٢٠٢٦-٠٣", "0000-01"])
def test_what_is_no_month_is_told_so_and_this_month_is_shown(month):
    answer = at_desk(wu()).get(PAGE, {"month": month})
    assert (answer.status_code, "is not a month" in text(answer)) == (400, True)
    assert 'value="2026-03"' in text(answer)


@pytest.mark.parametrize(
    "query",
    [
        "month=2026-03&figure=nonsense",
        "month=2026-03&figure=received&as_of=2026-01-01",
        "month=2026-03&figure=received&as_of=x",
        "month=x&figure=received",
    ],
)
def test_a_broken_address_of_a_list_is_a_400_with_a_sentence(query):
    assert at_desk(song()).get(f"/desk/figures/cases/?{query}").status_code == 400


@pytest.mark.parametrize("person", sorted(set(EVERYBODY) - {"analyst", "leader", "supervisor"}))
def test_other_posts_do_not_enter(person):
    assert at_desk(EVERYBODY[person]()).get(PAGE).status_code == 403


def test_the_menu_of_an_analyst_leads_to_the_figures():
    assert f'href="{PAGE}"' in text(at_desk(wu()).get("/desk/"))
    assert f'href="{PAGE}"' not in text(at_desk(chen()).get("/desk/"))


@pytest.mark.parametrize("rows", [3, 200])
def test_figures_and_lists_ask_the_database_as_little_for_many_as_for_few(
    django_assert_max_num_queries, rows
):
    twins(make_case(Status.DISPATCHED), rows - 1)
    client = at_desk(song())
    with django_assert_max_num_queries(12):
        client.get(PAGE)
    with django_assert_max_num_queries(12):
        answer = client.get("/desk/figures/cases/?month=2026-03&figure=received")
    assert f"of {rows}" in text(answer)
