"""Every address of the site tried with every person: who comes in, who is refused, how."""

import uuid
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from tests.house.answers import ALL, FOLLOW, OUTSIDE, SIGN_IN, Door
from tests.house.doors import DOORS
from tests.house.scene import PATHS, Scene, make_scene

pytestmark = pytest.mark.slow

# Addresses that name one case: a made-up number must answer like a case one may not see.
OF_ONE_CASE = [
    door
    for door in DOORS
    if door.name.startswith("desk:") and door.answers.get(404) and "number>" in PATHS[door.name]
]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The folder of the attachments."""
    return tmp_path_factory.mktemp("attachments")


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, files):  # noqa: ARG001 - makes the tables
    """Made once for all doors, in a transaction that is rolled back at the end."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        django_db_blocker.unblock(),
        override_settings(PASSWORD_HASHERS=quick, MEDIA_ROOT=files),
        transaction.atomic(),
    ):
        yield make_scene()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _files_of_the_scene(files, settings):
    settings.MEDIA_ROOT = files


def answer_of(response: object) -> int | str:
    """The status, or the page that the person is led to instead."""
    if response.status_code in {302, 303}:
        target = urlsplit(response["Location"]).path
        for name in (SIGN_IN, FOLLOW):
            if target == reverse(name):
                return name
    return response.status_code


def knock(door: Door, person: str, scene: Scene, **instead: object) -> int | str:
    """What a person gets at a door; whatever they changed there is undone."""
    with transaction.atomic():
        browser = scene.browser_of(person)
        send = browser.post if door.method == "post" else browser.get
        response = send(scene.address_of(door, **instead), door.sent)
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
