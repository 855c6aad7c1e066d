"""My desk: the list my post must work, next due first; filters, search and pages."""

import re
from datetime import timedelta

import pytest

from huiyin.cases.models import Status
from huiyin.desk import paging, queues
from tests.desk.visits import address, at_desk, text
from tests.makers import (
    NOON,
    make_case,
    make_category,
    make_official,
    make_unit,
    minutes,
    parks,
    twins,
)
from tests.people import EVERYBODY, chen, gao, he, lin, ma, sun, zhao

pytestmark = pytest.mark.django_db
QUERIES = 12


def listed(client, query=""):
    """The numbers on the page, in order."""
    return re.findall(r'href="/desk/cases/(HY[\d-]+)/', text(client.get(f"/desk/{query}")))


def numbers(*cases):
    return [case.number for case in cases]


def test_an_officer_sees_what_their_unit_must_answer_next_due_first():
    plain = make_case(Status.DISPATCHED)
    gas = make_case(Status.IN_HAND, category=make_category("燃气", deadline_class="emergency"))
    make_case(), make_case(Status.ANSWERED), make_case(Status.DISPATCHED, unit=parks())
    assert listed(at_desk(chen())) == numbers(gas, plain)


def test_an_overdue_case_is_marked(clock):
    make_case(Status.DISPATCHED)
    client = at_desk(chen())
    assert "overdue by" not in text(client.get("/desk/"))
    clock.later(timedelta(days=30))
    client = at_desk(chen())
    assert "overdue by" in text(client.get("/desk/"))
    assert "is-late" in text(client.get("/desk/"))


def test_an_operator_sees_what_was_just_taken_down_the_latest_first():
    early, late = make_case(), make_case(at=NOON + minutes(5))
    assert listed(at_desk(ma())) == numbers(late, early)


def test_a_supervisor_sees_only_what_is_overdue(clock):
    late = make_case()
    clock.later(timedelta(days=2))
    make_case(at=clock.now)
    make_case(Status.CLOSED)
    assert listed(at_desk(gao())) == numbers(late)


def test_a_dispatcher_and_a_caller_are_led_to_their_queues_with_the_numbers():
    make_case(), make_case(), make_case(Status.ANSWERED)
    sender, caller = text(at_desk(lin()).get("/desk/")), text(at_desk(sun()).get("/desk/"))
    assert re.search(r'href="/desk/dispatch/"><strong[^>]*>2</strong>', sender)
    assert re.search(r'href="/desk/call-backs/"><strong[^>]*>1</strong>', caller)
    assert "/desk/call-backs/" not in sender


@pytest.mark.parametrize("person", ["administrator", "auditor", "analyst"])
def test_a_post_that_reads_no_cases_is_told_so_and_sees_none(person):
    case = make_case(Status.DISPATCHED)
    page = text(at_desk(EVERYBODY[person]()).get("/desk/?list=all"))
    assert "Your post reads no cases" in page
    assert case.title not in page


def test_a_list_of_another_post_is_not_opened_by_its_address():
    case = make_case(Status.ANSWERED)
    assert case.number not in listed(at_desk(chen()), "?list=taken")


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("status=in_hand", {"hand"}),
        ("status=dispatched", {"sent", "garden"}),
        ("due=overdue", {"hand", "sent", "garden"}),
        ("q=槐树", {"hand", "sent", "garden"}),
        ("q=没有这个词", set()),
    ],
)
def test_filters_narrow_a_list(clock, query, kept):
    cases = {
        "hand": make_case(Status.IN_HAND),
        "sent": make_case(Status.DISPATCHED),
        "garden": make_case(Status.DISPATCHED, unit=parks()),
    }
    clock.later(timedelta(days=60))
    found = set(listed(at_desk(gao()), f"?list=overdue&{query}"))
    assert found == {cases[name].number for name in kept}


def test_a_list_is_narrowed_to_a_unit_and_a_category():
    lamp, tree = make_category("路灯"), make_category("树木")
    mine = make_case(Status.DISPATCHED, category=lamp)
    theirs = make_case(Status.DISPATCHED, unit=parks(), category=tree)
    client = at_desk(gao())
    assert listed(client, f"?list=all&unit={parks().pk}") == numbers(theirs)
    assert listed(client, f"?list=all&category={lamp.pk}") == numbers(mine)


@pytest.mark.parametrize(
    ("due", "days", "kept"),
    [("today", 0, True), ("today", 2, False), ("week", 2, True), ("week", 9, False)],
)
def test_a_list_is_narrowed_to_what_is_due_soon(clock, due, days, kept):
    case = make_case(Status.DISPATCHED)
    clock.now = case.due_at - timedelta(days=days, minutes=1)
    assert (case.number in listed(at_desk(chen()), f"?due={due}")) == kept


@pytest.mark.parametrize("query", ["?status=nonsense", "?unit=0", "?category=x", "?due=never"])
def test_a_filter_that_is_no_filter_is_a_400_with_a_sentence(query):
    answer = at_desk(chen()).get(f"/desk/{query}")
    assert answer.status_code == 400
    assert 'class="errorlist"' in text(answer)


@pytest.mark.parametrize("after", ["nonsense", "2026-01-01T00:00_5", "_", "x_1", "never_"])
def test_a_broken_page_address_is_a_400_with_a_sentence(after):
    answer = at_desk(chen()).get("/desk/", {"after": after})
    assert answer.status_code == 400
    assert "begin with its first page" in text(answer)


def test_typing_a_number_leads_to_the_case():
    case = make_case(Status.ANSWERED)
    spoken = case.number.lower().replace("-", " ")
    assert at_desk(gao()).get("/desk/", {"q": spoken}).url == address(case)


def test_typing_the_number_of_a_foreign_case_leads_nowhere():
    case = make_case(Status.DISPATCHED)
    answer = at_desk(zhao()).get("/desk/", {"q": case.number})
    assert (answer.status_code, case.title in text(answer)) == (200, False)


def test_typing_a_number_without_its_letters_leads_to_the_case():
    case = make_case(Status.ANSWERED)
    assert at_desk(gao()).get("/desk/", {"q": case.number[2:]}).url == address(case)


@pytest.mark.parametrize("length", [4, 6, 7, 10])
def test_the_last_digits_of_a_number_find_the_case_wherever_it_stands(length, monkeypatch):
    monkeypatch.setattr(queues, "SEARCHED", 1)
    case = make_case(Status.ANSWERED)
    later = [make_case(Status.ANSWERED, at=NOON + minutes(5 + n)) for n in range(3)]
    digits = case.number.replace("-", "")[-length:]
    assert listed(at_desk(gao()), f"?list=all&q={digits}") == [case.number]
    assert len(listed(at_desk(gao()), "?list=all")) == len(later) + 1


def test_words_of_a_title_are_found_in_any_order_and_all_of_them_are_wanted():
    case = make_case(title="槐树街的路灯三天不亮")
    make_case(title="柳树街的路灯三天不亮")
    assert listed(at_desk(gao()), "?list=all&q=路灯 槐树街") == [case.number]
    assert listed(at_desk(gao()), "?list=all&q=路灯 北门") == []


def test_a_list_says_where_one_stands_and_how_long_it_is():
    twins(make_case(Status.DISPATCHED), 119)
    client = at_desk(chen())
    first = text(client.get("/desk/"))
    assert "1–50 of 120" in first
    following = re.search(r'href="(\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    assert "51–100 of 120" in text(client.get(f"/desk/{following}"))


def test_beyond_what_is_counted_a_list_says_only_more(monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 100)
    twins(make_case(Status.DISPATCHED), 119)
    assert "1–50 of more than 100" in text(at_desk(chen()).get("/desk/"))


@pytest.mark.parametrize("query", ["", "?list=all"])
def test_the_way_back_through_a_list_shows_the_same_pages(query):
    for twin in twins(make_case(Status.DISPATCHED), 129)[-40:]:
        twin.wait_until = None
        twin.save()
    client = at_desk(chen())

    def leaf(address, word):
        found = re.search(rf'href="(\?[^"]*{word}=[^"]*)"', text(client.get(f"/desk/{address}")))
        return found and found[1].replace("&amp;", "&")

    second = leaf(query, "after")
    third = leaf(second, "after")
    assert leaf(third, "after") is None
    back = leaf(third, "before")
    assert listed(client, back) == listed(client, second)
    assert "51–100 of 130" in text(client.get(f"/desk/{back}"))
    assert listed(client, leaf(back, "before")) == listed(client, query)
    assert leaf(leaf(back, "before"), "before") is None


def test_a_way_back_that_no_longer_has_a_whole_page_leads_to_the_first_one():
    made = twins(make_case(Status.DISPATCHED), 60)
    client = at_desk(chen())
    mark = f"{made[5].wait_until.isoformat()}_{made[5].pk}"
    page = client.get("/desk/", {"before": mark, "from": "51"})
    assert "1–50 of 61" in text(page)


@pytest.mark.parametrize("place", ["-1", "x", "٣", "9" * 30])
def test_a_broken_place_in_a_list_is_a_400_with_a_sentence(place):
    case = make_case(Status.DISPATCHED)
    asked = {"after": f"{case.wait_until.isoformat()}_{case.pk}", "from": place}
    assert at_desk(chen()).get("/desk/", asked).status_code == 400


def test_every_case_stands_on_exactly_one_page():
    made = twins(make_case(Status.DISPATCHED), 120)
    client, query, found = at_desk(chen()), "", []
    while query is not None:
        page = text(client.get(f"/desk/{query}"))
        found += re.findall(r'href="/desk/cases/(HY[\d-]+)/', page)
        following = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        query = following[1].replace("&amp;", "&") if following else None
    assert len(found) == len(set(found)) == len(made) + 1


def test_cases_without_a_deadline_come_last_and_are_not_lost_between_pages():
    case = make_case(Status.DISPATCHED)
    for twin in twins(case, 60):
        twin.wait_until = None
        twin.save()
    client = at_desk(chen())
    first = listed(client)
    page = text(client.get("/desk/"))
    after = re.search(r'href="(\?[^"]*after=[^"]*)"', page)[1].replace("&amp;", "&")
    second = listed(client, after)
    assert first[0] == case.number
    assert (len(first), len(second), len({*first, *second})) == (50, 11, 61)


def test_cases_without_a_deadline_follow_a_page_of_cases_that_have_one():
    undated = twins(make_case(Status.DISPATCHED), 60)[-11:]
    for twin in undated:
        twin.wait_until = None
        twin.save()
    client = at_desk(chen())
    after = re.search(r'href="(\?[^"]*after=[^"]*)"', text(client.get("/desk/")))[1]
    assert set(listed(client, after.replace("&amp;", "&"))) == set(numbers(*undated))


def test_a_list_of_all_cases_holds_no_foreign_ones(clock):
    mine, foreign = make_case(Status.DISPATCHED), make_case(Status.DISPATCHED, unit=parks())
    assert listed(at_desk(chen()), "?list=all") == numbers(mine)
    clock.later(timedelta(days=60))
    leader = make_official("supervisor", unit=parks())
    assert listed(at_desk(leader), "?list=overdue") == numbers(foreign)


def test_a_further_page_keeps_the_filters():
    twins(make_case(Status.DISPATCHED), 60)
    page = text(at_desk(chen()).get("/desk/?status=dispatched"))
    assert re.search(r'href="\?[^"]*status=dispatched[^"]*after=', page)


@pytest.mark.parametrize("rows", [3, 200])
@pytest.mark.parametrize("status", [Status.DISPATCHED, Status.RECEIVED])
def test_a_page_asks_the_database_as_little_for_many_cases_as_for_few(
    django_assert_max_num_queries, rows, status
):
    twins(make_case(status), rows - 1)
    by = make_official("officer", "operator", "dispatcher", "caller", "supervisor")
    client = at_desk(by)
    with django_assert_max_num_queries(QUERIES):
        assert client.get("/desk/").status_code == 200
    with django_assert_max_num_queries(QUERIES):
        assert client.get("/desk/?list=all&q=槐树&status=received").status_code == 200


def test_the_menu_holds_the_pages_of_ones_posts_and_no_others():
    page = text(at_desk(he()).get("/desk/"))
    assert "/desk/units/" in page
    assert "/desk/dispatch/" not in page
    assert 'aria-current="page"' in page


def test_units_to_choose_from_are_named_in_the_language_of_the_reader():
    make_unit("自来水公司", name_en="Water Works")
    page = text(at_desk(chen()).get("/desk/"))
    assert ("Water Works" in page, "自来水公司" in page) == (True, False)
