"""The page of the rates: both ways of counting side by side, each figure with its cases."""

import html
import re

import pytest
from django.urls import reverse

from huiyin.departments.models import UnitLevel
from tests.counting.acts import asked, exclude
from tests.counting.test_rates import DAY
from tests.makers import make_unit
from tests.people import gao, wu

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    unit = make_unit("槐树街道", level=UnitLevel.STREET)
    asked(unit, DAY)
    exclude(asked(unit, DAY, solved=False, satisfied="dissatisfied"), at=DAY)
    return unit


def read(client, by, **asked_for):
    client.force_login(by)
    given = {"caliber": "huairou-2025", "window": "2026-03"} | asked_for
    return client.get(reverse("desk:rates"), given)


def test_rates_stand_with_and_without_exclusions_each_with_what_it_was_divided_by(client, street):
    text = read(client, gao()).content.decode()
    assert str(street) in text
    for figure, of in (("100.00%", "1/1"), ("50.00%", "1/2")):
        assert re.search(rf"{figure}(</a>)? <span[^>]*>{of}", text), figure


@pytest.mark.usefixtures("street")
def test_each_figure_of_the_page_leads_to_as_many_cases_as_it_says(client):
    text = html.unescape(read(client, gao()).content.decode())
    links = re.findall(r'href="(/desk/rates/cases/\?[^"]+)">(\d+)</a>', text)
    assert len(links) > 10
    for link, number in links[:14]:
        answer = client.get(link)
        assert answer.status_code == 200
        assert len(answer.context["found"].rows) == int(number), link


@pytest.mark.usefixtures("street")
def test_who_reads_figures_only_gets_no_way_to_cases(client):
    text = read(client, wu()).content.decode()
    assert "50.00%" in text
    assert "/desk/rates/cases/" not in text


@pytest.mark.usefixtures("street")
def test_an_unknown_caliber_or_window_is_said_and_the_page_stays(client):
    for wrong in ({"caliber": "none-such"}, {"window": "soon"}, {"as_of": "2999-01-01T00:00"}):
        answer = read(client, gao(), **wrong)
        assert answer.status_code == 400
        assert "errorlist" in answer.content.decode()


@pytest.mark.usefixtures("street")
def test_the_page_takes_few_queries(client, django_assert_max_num_queries):
    read(client, gao())
    # Eleven, and the two marks of the transaction within the test's own.
    with django_assert_max_num_queries(11 + 2):
        client.get(reverse("desk:rates"), {"caliber": "huairou-2025", "window": "2026-03"})
