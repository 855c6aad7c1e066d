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


def guess(client, case, times: int) -> set[int]:
    wrong = {"number": case.number, "secret": "A"}
    return {client.post("/follow/", wrong).status_code for _ in range(times)}


def test_after_twenty_wrong_secrets_a_request_stays_shut_for_that_address(client):
    case = make_case()
    assert guess(client, case, 20) == {400}
    refused = open_with_receipt(client, case)
    assert refused.status_code == 429
    assert "call the hotline" in refused.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert open_with_receipt(elsewhere, case).status_code == 303


def test_whoever_shares_the_address_of_one_who_guesses_opens_their_own_request(client):
    guessed = [make_case() for _ in range(4)]
    for case in guessed:
        guess(client, case, 20)
    assert {open_with_receipt(client, case).status_code for case in guessed} == {429}
    assert {open_with_receipt(client, make_case()).status_code for _ in range(30)} == {303}


def test_an_address_in_which_very_much_is_guessed_is_slowed_and_never_shut(client, settings):
    settings.FOLLOW_TRIES_WIDE = 30
    cases = [make_case() for _ in range(40)]
    for case in cases[:30]:
        guess(client, case, 1)
    # From here on three wrong secrets shut a request, and no longer twenty.
    mistyped, unguarded = cases[30], cases[31]
    assert guess(client, mistyped, 2) == {400}
    assert open_with_receipt(client, mistyped).status_code == 303
    assert guess(client, unguarded, 3) == {400}
    assert open_with_receipt(client, unguarded).status_code == 429
    assert {open_with_receipt(client, case).status_code for case in cases[32:]} == {303}


def test_requests_that_do_not_exist_are_shut_like_those_that_do(client, settings):
    settings.FOLLOW_TRIES = 3
    case, absent = make_case(), number_for(999_999_998, on=NOON)
    answers = [
        [client.post("/follow/", {"number": number, "secret": "A"}).status_code for _ in range(5)]
        for number in (case.number, absent)
    ]
    assert answers == [[400, 400, 400, 429, 429]] * 2


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
    case = make_case()
    wrong = {"number": case.number, "secret": "y"}
    client.post("/follow/", wrong, REMOTE_ADDR="198.51.100.7")
    rows = WrongTries.objects.all()
    assert [(len(bytes(row.who)), row.count) for row in rows] == [(16, 1), (16, 1)]
    assert not any(b"198.51" in bytes(row.who) or b"HY" in bytes(row.who) for row in rows)


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
