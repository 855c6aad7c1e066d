"""The receipt: for its holder alone, on screen, on paper, and as a proof."""

import json
import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from huiyin.cases.numbers import number_for
from huiyin.counter import doors, holders
from huiyin.logbook.queries import published_seals
from huiyin.logbook.receipts import check_receipt, receipt, receipt_secret
from huiyin.logbook.sealing import seal
from tests.counter.residents import asked, holding, send
from tests.makers import NOON, make_case

# Well formed, and never given to a case.
ABSENT = number_for(999_999_999, on=NOON)
pytestmark = pytest.mark.django_db


def shown(client, case) -> str:
    answer = client.get(f"/receipt/{case.number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_receipt_holds_number_secret_hash_and_code(client):
    case = asked(client)
    words = shown(client, case)
    of = receipt(case.number)
    assert of.number in words
    assert of.entry_hash in words
    assert " ".join(re.findall("....", of.secret)) in words
    assert "open http://127.0.0.1:8000/follow/ and type" in words
    assert "<svg" in words
    assert "style=" not in words


def test_the_receipt_promises_only_what_is_known(client):
    case = asked(client)
    assert "the hotline means to send it" in shown(client, case)
    sent = make_case("dispatched")
    assert "路灯管理所 must have answered" in shown(holding(client, sent), sent)


def test_the_receipt_is_made_with_two_queries(client, django_assert_num_queries):
    case = asked(client)
    with django_assert_num_queries(2):
        client.get(f"/receipt/{case.number}/")


def test_the_receipt_can_be_kept_as_a_text(client):
    case = asked(client)
    answer = client.get(f"/receipt/{case.number}/receipt.txt")
    words = answer.content.decode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert f"{case.number}.txt" in answer["Content-Disposition"]
    assert receipt(case.number).follow_url in words
    assert receipt_secret(case.number) in words


@pytest.mark.parametrize("leaf", ["", "receipt.txt", "proof.json"])
def test_another_browser_is_asked_for_the_secret_whether_or_not_there_is_such_a_case(leaf):
    case, stranger = make_case(), Client()
    there = stranger.get(f"/receipt/{case.number}/{leaf}")
    not_there = stranger.get(f"/receipt/{ABSENT}/{leaf}")
    assert (there.status_code, not_there.status_code) == (303, 303)
    assert there["Location"] == f"/follow/?number={case.number}"
    assert case.number in stranger.get(there["Location"]).content.decode()


def test_a_text_that_is_no_number_is_a_page_that_does_not_exist(client):
    answer = client.get("/receipt/HY260304-0000000/")
    assert answer.status_code == 404
    assert "There is no request with the number" in answer.content.decode()


def test_the_receipt_closes_after_two_hours(client, monkeypatch):
    case = asked(client)
    later = timezone.now() + timedelta(hours=2, seconds=2)
    monkeypatch.setattr(doors.timezone, "now", lambda: later)
    assert client.get(f"/receipt/{case.number}/").status_code == 303


def test_the_browser_keeps_its_receipts_out_of_reach_of_scripts_and_of_sessions(client):
    send(client)
    cookie = client.cookies[holders.COOKIE]
    assert cookie["httponly"]
    assert cookie["max-age"] == 7200
    assert cookie["samesite"] == "Lax"


def test_a_cookie_that_somebody_wrote_opens_nothing(client):
    case = make_case()
    client.cookies[holders.COOKIE] = signing.dumps({case.number: 9**12}, key="guess")
    assert client.get(f"/receipt/{case.number}/").status_code == 303
    client.cookies[holders.COOKIE] = "{}"
    assert client.get(f"/receipt/{case.number}/").status_code == 303


def test_one_browser_may_hold_several_receipts_and_puts_them_away_at_once(client):
    cases = [asked(client) for _ in range(3)]
    assert all(client.get(f"/receipt/{case.number}/").status_code == 200 for case in cases)
    assert client.post("/follow/close-here/").status_code == 303
    assert all(client.get(f"/receipt/{case.number}/").status_code == 303 for case in cases)


def test_a_browser_holds_so_many_receipts_that_its_cookie_stays_small(client):
    cases = [asked(client) for _ in range(holders.MOST + 1)]
    assert client.get(f"/receipt/{cases[0].number}/").status_code == 303
    assert client.get(f"/receipt/{cases[1].number}/").status_code == 200
    assert len(client.cookies[holders.COOKIE].value) < 1_000


def test_before_the_first_seal_the_proof_says_when_to_come_back(client):
    case = asked(client)
    answer = client.get(f"/receipt/{case.number}/proof.json")
    assert answer.status_code == 409
    assert "One is made every hour" in answer.content.decode()


def test_the_proof_convinces_whoever_has_the_published_seals(client):
    case = asked(client)
    seal(at=NOON)
    proof = json.loads(client.get(f"/receipt/{case.number}/proof.json").content)
    assert check_receipt(proof, published_seals()).number == 1
    assert proof["entry"] == receipt(case.number).entry_hash
    assert case.text not in json.dumps(proof, ensure_ascii=False)
