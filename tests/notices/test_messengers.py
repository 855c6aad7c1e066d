"""The gateway for text messages: what it is sent, and which of its refusals may pass."""

import pytest

from huiyin.notices.messengers import HttpGateway, NotSent, NullMessenger, messenger
from tests.notices.gateway import SECRET, gateway

PHONE, TEXT, KEY = "13800138000", "【和安市】您的诉求已有答复。", "a1b2"


@pytest.fixture(name="there")
def _there():
    with gateway() as server:
        yield server


def send(server) -> None:
    HttpGateway(server.url, SECRET, patience_seconds=3).send(PHONE, TEXT, key=KEY)


def test_a_message_carries_number_text_and_key_and_the_secret_in_a_header(there):
    send(there)
    assert there.taken == [{"to": PHONE, "text": TEXT, "key": KEY}]
    assert there.headers[0]["Authorization"] == f"Bearer {SECRET}"
    assert there.headers[0]["Idempotency-Key"] == KEY


@pytest.mark.parametrize("status", [500, 502, 503, 408, 425, 429])
def test_a_fault_that_may_pass_is_worth_another_try(there, status):
    there.answers = [status]
    with pytest.raises(NotSent) as problem:
        send(there)
    assert (problem.value.permanent, problem.value.answer) == (False, str(status))


@pytest.mark.parametrize("status", [400, 401, 404, 422, 302, 307])
def test_a_refusal_is_final_and_nothing_goes_elsewhere(there, status):
    there.answers = [status]
    with pytest.raises(NotSent) as problem:
        send(there)
    assert (problem.value.permanent, problem.value.answer) == (True, str(status))
    assert len(there.taken) == 1


def test_a_gateway_that_hangs_up_is_asked_again_later(there):
    there.answers = [0]
    with pytest.raises(NotSent) as problem:
        send(there)
    assert not problem.value.permanent


def test_a_gateway_that_is_not_there_is_asked_again_later(there):
    there.shutdown()
    there.server_close()
    with pytest.raises(NotSent) as problem:
        send(there)
    assert (problem.value.permanent, problem.value.answer) == (False, "")


def test_no_proxy_of_the_environment_comes_between(there, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    send(there)
    assert len(there.taken) == 1


def test_what_a_fault_says_holds_neither_number_nor_secret(there):
    there.answers = [400]
    with pytest.raises(NotSent) as problem:
        send(there)
    told = f"{problem.value} {HttpGateway(there.url, SECRET)!r}"
    assert PHONE not in told
    assert SECRET not in told


def test_without_a_gateway_nothing_is_sent(settings):
    settings.SMS_GATEWAY_URL = ""
    assert isinstance(messenger(), NullMessenger)


def test_the_city_that_names_a_gateway_uses_it(settings):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_SECRET = "http://127.0.0.1:1/send", SECRET
    assert messenger() == HttpGateway("http://127.0.0.1:1/send", SECRET)
