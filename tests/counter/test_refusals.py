"""Whatever goes wrong, a person reads one clear sentence on a page of the city."""

import pytest
from django.db import OperationalError
from django.test import Client

from huiyin.counter import asking
from huiyin.office.problems import NotPossible
from tests.counter.residents import WORDS
from tests.makers import city

pytestmark = pytest.mark.django_db


def raising(problem):
    def view(*_args, **_named):
        raise problem

    return view


def test_an_unknown_address_is_a_page_of_the_city(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "This page does not exist" in answer.content.decode()
    assert 'href="/follow/"' in answer.content.decode()


def test_a_form_without_its_token_says_how_to_send_it_after_all():
    answer = Client(enforce_csrf_checks=True).post("/follow/", {"number": "x", "secret": "y"})
    assert answer.status_code == 403
    assert "copy what you wrote" in answer.content.decode()


def test_a_body_too_large_for_a_form_is_refused_in_a_sentence(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client.post("/ask/", WORDS)
    assert answer.status_code == 400
    assert "too large" in answer.content.decode()


def test_a_host_that_is_not_ours_is_refused_in_a_sentence(client):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


def test_a_fault_of_ours_is_admitted_without_its_details(client, monkeypatch):
    city()
    monkeypatch.setattr(asking, "receive_with_files", raising(KeyError("internal detail")))
    client.raise_request_exception = False
    answer = client.post("/ask/", WORDS)
    assert answer.status_code == 500
    assert "That was not your fault" in answer.content.decode()
    assert "internal detail" not in answer.content.decode()


def test_while_the_database_is_away_the_site_says_so(client, monkeypatch):
    city()
    monkeypatch.setattr(
        asking, "receive_with_files", raising(OperationalError("connection refused"))
    )
    answer = client.post("/ask/", WORDS)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "The database does not answer" in answer.content.decode()
    assert "connection refused" not in answer.content.decode()


def test_a_problem_that_is_quoted_as_json_is_answered_as_json(client):
    answer = client.get("/receipt/HY1/", headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert "HY1" in answer.json()["problem"]


def test_a_request_keeps_its_words_when_it_cannot_be_taken_in_now(client, monkeypatch):
    city()
    monkeypatch.setattr(asking, "receive_with_files", raising(NotPossible("Not just now.")))
    answer = client.post("/ask/", WORDS)
    assert answer.status_code == 409
    assert "Not just now." in answer.content.decode()
    assert WORDS["what"] in answer.content.decode()


@pytest.mark.parametrize("address", ["/receipt/1/", "/follow/1/close/", "/seals/x/"])
def test_wrong_addresses_break_nothing(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/ask/").status_code == 405
