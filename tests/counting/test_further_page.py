"""The page of the further figures: every share with what it was divided by."""

import re
from datetime import date

import pytest
from django.urls import reverse

from huiyin.counting.further import CAVEAT
from huiyin.departments.models import UnitLevel
from tests.counting.test_further import DAY, answered_after, populate
from tests.makers import make_unit
from tests.people import gao, wu

pytestmark = pytest.mark.django_db
MARCH = {"caliber": "plain", "window": "2026-03"}


@pytest.fixture
def street():
    unit = make_unit("槐树街道", level=UnitLevel.STREET)
    for hours in (1, 3):
        answered_after(hours, unit, at=DAY)
    populate(unit, 10_000, date(2025, 12, 31))
    return unit


def read(client, by, **asked_for):
    client.force_login(by)
    return client.get(reverse("desk:further_figures"), MARCH | asked_for)


def test_each_figure_stands_with_what_it_rests_on_and_the_caveat_below(client, street):
    for reader in (gao(), wu()):
        text = read(client, reader).content.decode()
        assert str(street) in text
        for figure, of in (("100.00%", "2/2"), ("0.00%", "0/2"), ("2.0", "n=2"), ("2.8", "n=2")):
            assert re.search(rf">{re.escape(figure)} <span[^>]*>{of}", text), figure
        assert re.search(r">2\.00 <span[^>]*>10,000 · [^<]+ · 2025-12-31", text)
        assert str(CAVEAT) in text


@pytest.mark.usefixtures("street")
def test_the_page_of_the_rates_leads_there_and_back(client):
    client.force_login(gao())
    rates = client.get(reverse("desk:rates"), MARCH).content.decode()
    address = reverse("desk:further_figures")
    [link] = re.findall(rf'href="({address}\?[^"]+)"', rates)
    there = client.get(link.replace("&amp;", "&"))
    assert there.status_code == 200
    assert f'href="{reverse("desk:rates")}?caliber=plain' in there.content.decode()


@pytest.mark.usefixtures("street")
def test_a_window_that_is_none_is_refused(client):
    assert read(client, gao(), window="soon").status_code == 400


@pytest.mark.usefixtures("street")
def test_the_page_takes_few_queries(client, django_assert_max_num_queries):
    read(client, gao())
    # Twelve, and the two marks of the transaction within the test's own.
    with django_assert_max_num_queries(12 + 2):
        client.get(reverse("desk:further_figures"), MARCH)
