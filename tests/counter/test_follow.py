"""Opening a request with number and secret: forgiving to who has them, silent to who guesses."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.numbers import number_for
from huiyin.counter import following
from huiyin.logbook.receipts import receipt_secret
from huiyin.office.models import WrongTries
from tests.counter.residents import open_with_receipt
from tests.makers import NOON, make_case

pytestmark = pytest.mark.django_db
TOGETHER = "do not belong together"


def spaced(number: str) -> str:
    return " ".join(number)


def look_alikes(number: str) -> str:
    return number[:2] + number[2:].replace("0", "O").replace("1", "l")


def full_width(number: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in number)


@pytest.mark.parametrize("typed", [str, str.lower, spaced, look_alikes, full_width])
def test_number_and_secret_are_read_however_they_are_typed(client, typed):
    case = make_case()
    secret = receipt_secret(case.number)
    given = {"number": typed(case.number), "secret": typed(f"XX{secret}")[len(typed("XX")) :]}
    answer = client.post("/follow/", given)
    assert (answer.status_code, answer["Location"]) == (303, f"/follow/{case.number}/")
    assert client.get(answer["Location"]).status_code == 200


def test_a_wrong_number_and_a_wrong_secret_are_answered_alike(client):
    case, other = make_case(), make_case()
    right = receipt_secret(case.number)
    absent = number_for(999_999_999, on=NOON)
    tries = [
        {"number": case.number, "secret": receipt_secret(other.number)},
        {"number": absent, "secret": receipt_secret(absent)},
        {"number": absent, "secret": right},
        {"number": "HY000", "secret": right},
    ]
    answers = [client.post("/follow/", given) for given in tries]
    assert {answer.status_code for answer in answers} == {400}
    sentences = {
        line.strip()
        for answer in answers
        for line in answer.content.decode().splitlines()
        if TOGETHER in line
    }
    assert len(sentences) == 1
    assert not any(answer.cookies.get("huiyin_receipts") for answer in answers)


@pytest.mark.parametrize("missing", ["number", "secret"])
def test_an_empty_field_is_named(client, missing):
    given = {"number": "HY260304-0000013", "secret": "ABCD"} | {missing: " "}
    answer = client.post("/follow/", given)
    assert answer.status_code == 400
    assert f'href="#id_{missing}"' in answer.content.decode()


def test_after_twenty_wrong_tries_an_address_must_wait_even_with_the_right_secret(client):
    case = make_case()
    for _ in range(20):
        assert client.post("/follow/", {"number": case.number, "secret": "A"}).status_code == 400
    refused = open_with_receipt(client, case)
    assert refused.status_code == 429
    assert "too many wrong tries" in refused.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert open_with_receipt(elsewhere, case).status_code == 303


def test_nineteen_wrong_tries_shut_nobody_out(client):
    case = make_case()
    for _ in range(19):
        client.post("/follow/", {"number": case.number, "secret": "A"})
    assert open_with_receipt(client, case).status_code == 303


def test_after_an_hour_an_address_may_try_again(client, monkeypatch, settings):
    settings.FOLLOW_TRIES = 1
    case = make_case()
    client.post("/follow/", {"number": case.number, "secret": "A"})
    assert open_with_receipt(client, case).status_code == 429
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(following.timezone, "now", lambda: later)
    assert open_with_receipt(client, case).status_code == 303


def test_wrong_tries_are_counted_without_keeping_an_address(client):
    client.post("/follow/", {"number": "x", "secret": "y"}, REMOTE_ADDR="198.51.100.7")
    row = WrongTries.objects.get()
    assert b"198.51" not in bytes(row.who)
    assert (len(bytes(row.who)), row.count) == (16, 1)


def test_old_counts_are_thrown_away(client, monkeypatch):
    client.post("/follow/", {"number": "x", "secret": "y"})
    later = timezone.now() + timedelta(hours=3)
    monkeypatch.setattr(following.timezone, "now", lambda: later)
    client.post("/follow/", {"number": "x", "secret": "y"})
    assert WrongTries.objects.count() == 1


def test_right_tries_cost_three_queries_and_no_session(client, django_assert_num_queries):
    case = make_case()
    with django_assert_num_queries(2):
        open_with_receipt(client, case)
    assert "huiyin_session" not in client.cookies


def test_the_number_of_a_closed_page_is_filled_in(client):
    case = make_case()
    answer = client.get(f"/follow/{case.number}/", follow=True)
    assert f'value="{case.number}"' in answer.content.decode()


def test_the_secret_is_not_typed_again_into_the_page_after_a_wrong_try(client):
    words = client.post("/follow/", {"number": "x", "secret": "SECRET-TYPED"}).content.decode()
    assert "SECRET-TYPED" in words
    assert "no-store" in client.get("/follow/")["Cache-Control"]
