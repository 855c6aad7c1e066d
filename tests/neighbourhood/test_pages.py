"""The pages of a patrol without script, and what a phone sends over the same door."""

import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.cases.models import Case
from huiyin.neighbourhood.models import Finding, FindingPhoto, Patrol
from tests.desk.visits import BACKEND, at_desk, text
from tests.makers import NOON, hotline
from tests.neighbourhood.ground import chief, fang, luo, shen, stranger
from tests.photos import photo, upload

KEY = "6f1f9a52-7a0e-4f0e-8d0b-00000000000a"
LID = "6f1f9a52-7a0e-4f0e-8d0b-00000000000b"
SHOT = "6f1f9a52-7a0e-4f0e-8d0b-00000000000c"


@pytest.fixture(autouse=True)
def _lane():
    hotline()
    chief()


def walked(browser: Client) -> str:
    """Start on the lane without a script; gives the address of the patrol."""
    began = {"key": KEY, "beat": "huaishu-lane"}
    for _twice in range(2):
        there = browser.post(reverse("patrols:start"), began)
    return there["Location"]


def said(**changes) -> dict:
    at = NOON.isoformat()
    found = {"id": LID, "at": at, "text": "井盖松动。"}
    patrol = {"id": KEY, "beat": "huaishu-lane", "began_at": at}
    return {"sent_at": at, "patrol": patrol, "findings": [found]} | changes


def send(browser: Client, body: dict):
    return browser.post(reverse("patrols:send"), json.dumps(body), "application/json")


def test_a_patrol_is_walked_without_script(django_assert_max_num_queries):
    phone = at_desk(luo())
    address = walked(phone)
    assert Patrol.objects.count() == 1
    found = {"key": LID, "text": "井盖松动。", "photo": upload(photo()), "longitude": "110.02"}
    for _twice in range(2):
        found["photo"].seek(0)
        phone.post(f"{address}findings/", found | {"latitude": "30.02"})
    assert (Case.objects.count(), FindingPhoto.objects.count()) == (1, 1)
    with django_assert_max_num_queries(12):
        page = text(phone.get(address))
    assert Case.objects.get().number in page
    phone.post(f"{address}finish/", {"words": "无积水。"})
    assert Patrol.objects.get().words == "无积水。"
    assert "无积水。" in text(phone.get(address))


def test_a_finding_without_words_is_asked_for_again_with_what_was_typed():
    phone = at_desk(luo())
    address = walked(phone)
    wrong = phone.post(f"{address}findings/", {"key": LID, "text": "", "address": "巷口"})
    assert wrong.status_code == 400
    assert "巷口" in text(wrong)
    bad = phone.post(f"{address}findings/", {"key": LID, "text": "x", "longitude": "a"})
    assert bad.status_code in {302, 400}


def test_what_was_walked_is_read_by_those_above_and_how_far_only_by_who_watches():
    address = walked(at_desk(luo()))
    assert "Points on the way" in text(at_desk(luo()).get(address))
    assert "Points on the way" in text(at_desk(shen()).get(address))
    assert "Points on the way" not in text(at_desk(fang()).get(address))
    assert at_desk(stranger()).get(address).status_code == 404


def test_a_phone_that_sends_twice_hears_the_same_answer():
    phone = at_desk(luo())
    first, again = send(phone, said()).json(), send(phone, said()).json()
    assert first == again
    assert first["cases"] == {LID: Case.objects.get().number}
    assert set(first["kept"]) == {KEY, LID}
    shot = {"id": SHOT, "finding": LID, "at": NOON.isoformat(), "sent_at": NOON.isoformat()}
    for _twice in range(2):
        answer = phone.post(reverse("patrols:send_photo"), shot | {"photo": upload(photo())})
        assert answer.json() == {"kept": [SHOT]}
    assert FindingPhoto.objects.count() == 1


def test_a_phone_is_told_in_a_sentence_what_is_wrong():
    phone = at_desk(luo())
    assert send(phone, {}).status_code == 400
    assert send(phone, {}).json()["problem"].endswith(".")
    lost = {"id": SHOT, "finding": str(uuid.uuid4())}
    lost |= {"at": NOON.isoformat(), "sent_at": NOON.isoformat(), "photo": upload(photo())}
    assert phone.post(reverse("patrols:send_photo"), lost).status_code == 404
    assert send(at_desk(stranger()), said()).status_code == 404
    assert not Finding.objects.exists()


def test_a_form_from_elsewhere_sends_nothing_in_a_patrollers_name():
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(luo(), backend=BACKEND)
    assert send(phone, said()).status_code == 403
    assert not Patrol.objects.exists()


def test_the_worker_serves_the_page_for_the_phone_and_nothing_above_it(client):
    address = reverse("patrols:worker")
    assert address.startswith(reverse("patrols:walk"))
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer


def test_the_page_for_the_phone_asks_little_of_the_database(django_assert_max_num_queries):
    phone = at_desk(luo())
    with django_assert_max_num_queries(12):
        assert phone.get(reverse("patrols:walk")).status_code == 200


def test_a_form_in_place_of_what_a_phone_sends_is_refused_in_a_sentence():
    said_back = at_desk(luo()).post(reverse("patrols:send"), {"patrol": "x"})
    assert said_back.status_code == 400
    assert "problem" in said_back.json()
