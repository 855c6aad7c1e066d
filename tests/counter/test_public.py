"""The public pages: status and the hotline's words for everybody, nothing of those who asked."""

import re

import pytest

from huiyin.cases.models import Case
from huiyin.intake.public import Wording, open_matter
from tests.makers import NOON, WANG, make_case
from tests.people import ma

pytestmark = pytest.mark.django_db
OWN = Wording("槐树街夜间施工扰民", "多位居民反映夜间施工，正在处理。", is_checked=True)


@pytest.fixture
def matter(settings):
    settings.PUBLIC_MATTERS = True
    return open_matter(make_case("in_hand").number, OWN, by=ma(), at=NOON)


@pytest.mark.parametrize("page", ["", "1/", "codes/", "codes/000000000000/", "1/me-too/"])
def test_without_the_citys_decision_there_is_no_public_page(client, page):
    assert client.get(f"/public/{page}").status_code == 404


def test_everybody_reads_status_and_words_and_nothing_of_the_residents(client, matter):
    for address in ("/public/", f"/public/{matter.pk}/"):
        answer = client.get(address)
        words = answer.content.decode()
        assert OWN.title in words
        assert "in hand" in words
        for private in (
            matter.case.number,
            matter.case.text,
            WANG.name,
            WANG.phone,
            "槐树街 12 号",
        ):
            assert private not in words
        assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_a_city_may_let_search_engines_in(client, matter, settings):
    settings.PUBLIC_INDEXED = True
    assert "X-Robots-Tag" not in client.get(f"/public/{matter.pk}/")


def test_following_gives_a_code_that_opens_the_page_again(client, matter):
    there = client.post(f"/public/{matter.pk}/follow/")
    assert there.status_code == 303
    assert "You follow this matter" in client.get(there["Location"]).content.decode()
    code = re.search(r"codes/(\w+)/", there["Location"])[1]
    assert client.post("/public/codes/", {"code": code.lower()}).status_code == 303


def test_wrong_codes_are_tried_twenty_times_an_hour(client, matter):
    code = client.post(f"/public/{matter.pk}/follow/")["Location"]
    for _ in range(20):
        assert client.get("/public/codes/ZZZZ/").status_code == 404
    assert client.get(code).status_code == 404


def test_me_too_gives_a_receipt_of_ones_own(client, matter):
    words = client.get(f"/public/{matter.pk}/me-too/").content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', words)[1]
    said = {"form_key": key, "what": "我家也吵。", "phone": "13900139000"}
    first = client.post(f"/public/{matter.pk}/me-too/", said)
    again = client.post(f"/public/{matter.pk}/me-too/", said)
    assert (first.status_code, first["Location"]) == (303, again["Location"])
    own = Case.objects.get(parent=matter.case)
    assert own.number in first["Location"]
    assert client.get(first["Location"]).status_code == 200
    assert "我家也吵" not in client.get(f"/public/{matter.pk}/").content.decode()


def test_a_wrong_telephone_is_told_and_the_words_stay(client, matter):
    said = {"what": "我家也吵。", "phone": "call me"}
    answer = client.post(f"/public/{matter.pk}/me-too/", said)
    assert answer.status_code == 400
    assert "我家也吵。" in answer.content.decode()


@pytest.mark.usefixtures("matter")
def test_the_list_costs_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get("/public/")
