"""Every address of the site tried with every person: who comes in, who is refused, how."""

import re
import uuid
from collections import Counter
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from huiyin.cases.attachments import keep_attachment
from huiyin.cases.models import Status
from huiyin.cases.rules import RESIDENT
from huiyin.departments.models import PostHeld
from huiyin.logbook.receipts import receipt
from huiyin.logbook.sealing import seal
from tests.house.doors import ALL, DOORS, FOLLOW, HOLDER, NOBODY, OUTSIDE, SIGN_IN, Door
from tests.makers import NOON, make_case, minutes
from tests.people import EVERYBODY, chen
from tests.photos import photo
from tools import reference

# Addresses that name one case: a made-up number must answer like a case one may not see.
OF_ONE_CASE = [door for door in DOORS if door.name.startswith("desk:") and door.answers.get(404)]
PATHS = {address.name: address.path for address in reference.addresses()}
BLANK = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, tmp_path_factory):  # noqa: ARG001 - makes the tables
    """A dispatched case with a photo of its resident, and everybody at their posts.

    Made once for all doors, in a transaction that is rolled back at the end.
    """
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    files = tmp_path_factory.mktemp("attachments")
    with (
        django_db_blocker.unblock(),
        override_settings(PASSWORD_HASHERS=quick, MEDIA_ROOT=files),
        transaction.atomic(),
    ):
        case = make_case(Status.DISPATCHED)
        file = SimpleUploadedFile("lamp.jpg", photo(), "image/jpeg")
        kept = keep_attachment(case, file, by=RESIDENT, at=NOON)
        cookies = {name: signed_in(name, case.number).cookies.output(header="") for name in ALL}
        held = PostHeld.objects.get(official=chen())
        seal(at=NOON + minutes(30))
        yield SimpleNamespace(case=case, file=kept.pk, cookies=cookies, held=held, files=files)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _files_of_the_scene(scene, settings):
    settings.MEDIA_ROOT = scene.files


def signed_in(person: str, number: str) -> Client:
    """The browser of a person: signed in, with the receipt, or with nothing."""
    browser = Client()
    if person == HOLDER:
        given = {"number": number, "secret": receipt(number).secret}
        browser.post(reverse("counter:follow"), given)
    elif person != NOBODY:
        official = EVERYBODY[person]()
        browser.force_login(official, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def address_of(door: Door, scene: SimpleNamespace, **instead: object) -> str:
    """The address itself, with the parts that the scene gives."""
    parts = {
        "number": scene.case.number,
        "file": scene.file,
        "step": door.step,
        "code": "lighting",
        "held": scene.held.pk,
    } | instead
    blanks = BLANK.findall(PATHS[door.name])
    return reverse(door.name, kwargs={name: parts[name] for name in blanks})


def answer_of(response: object) -> int | str:
    """The status, or the page that the person is led to instead."""
    if response.status_code in {302, 303}:
        target = urlsplit(response["Location"]).path
        for name in (SIGN_IN, FOLLOW):
            if target == reverse(name):
                return name
    return response.status_code


def knock(door: Door, person: str, scene: SimpleNamespace, **instead: object) -> int | str:
    """What a person gets at a door; whatever they changed there is undone."""
    with transaction.atomic():
        browser = Client()
        browser.cookies.load(scene.cookies[person])
        send = browser.post if door.method == "post" else browser.get
        response = send(address_of(door, scene, **instead), door.sent)
        answer = answer_of(response)
        if response.streaming:
            assert b"".join(response)
        transaction.set_rollback(True)
    # Signing out leads everybody to the sign-in page: there it is the door's own answer.
    return 302 if door.name == "desk:sign_out" and answer == SIGN_IN else answer


def test_every_address_of_the_site_stands_in_the_table():
    assert {door.name for door in DOORS} == set(PATHS)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_says_for_everybody_what_they_get(door):
    counted = Counter(person for people in door.answers.values() for person in people)
    assert counted == dict.fromkeys(ALL, 1)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_everybody_gets_at_each_door_what_the_table_says(door, scene):
    wanted = {person: answer for answer, people in door.answers.items() for person in people}
    assert {person: knock(door, person, scene) for person in wanted} == wanted


@pytest.mark.parametrize("door", OF_ONE_CASE, ids=str)
def test_a_case_that_never_was_answers_like_one_that_may_not_be_seen(door, scene):
    missing = scene.case.number[:-1] + ("7" if scene.case.number[-1] != "7" else "1")
    parts = {"number": missing, "file": uuid.uuid4()}
    officials = ALL - OUTSIDE
    assert {knock(door, person, scene, **parts) for person in officials} == {404}
