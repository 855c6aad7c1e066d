"""Wrong tries are counted by address and hour, for all web processes, and name nobody."""

from datetime import timedelta

import pytest
from django.test import RequestFactory

from huiyin.office.models import WrongTries
from huiyin.office.tries import Tries, address_of, note_wrong_try, wrong_tries
from tests.makers import NOON

pytestmark = pytest.mark.django_db


def visitor(address: str, forwarded: str | None = None):
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, **more)


def test_each_wrong_try_counts_one_for_its_address_door_and_hour():
    here, there = visitor("198.51.100.7"), visitor("198.51.100.8")
    for thing in ("HY1", "HY1", "HY2"):
        note_wrong_try("follow", thing, here, at=NOON)
    soon, later = NOON + timedelta(minutes=59), NOON + timedelta(hours=1)
    assert wrong_tries("follow", "HY1", here, at=soon) == Tries(here=2, anywhere=3)
    assert wrong_tries("follow", "HY2", here, at=soon) == Tries(here=1, anywhere=3)
    assert wrong_tries("follow", "", here, at=soon) == Tries(here=0, anywhere=3)
    assert wrong_tries("follow", "HY1", there, at=NOON) == Tries()
    assert wrong_tries("other door", "HY1", here, at=NOON) == Tries()
    assert wrong_tries("follow", "HY1", here, at=later) == Tries()


def test_the_city_key_hides_which_address_it_was(settings):
    note_wrong_try("follow", "HY1", visitor("198.51.100.7"), at=NOON)
    settings.SECRET_KEY = "another city"
    assert wrong_tries("follow", "HY1", visitor("198.51.100.7"), at=NOON) == Tries()


def test_counts_that_no_longer_matter_are_thrown_away():
    note_wrong_try("follow", "", visitor("198.51.100.7"), at=NOON)
    note_wrong_try("follow", "", visitor("198.51.100.8"), at=NOON + timedelta(hours=1))
    assert WrongTries.objects.count() == 2
    note_wrong_try("follow", "", visitor("198.51.100.8"), at=NOON + timedelta(hours=2))
    assert {row.hour for row in WrongTries.objects.all()} == {
        NOON + timedelta(hours=1),
        NOON + timedelta(hours=2),
    }


@pytest.mark.parametrize(
    ("behind_tls", "remote", "forwarded", "address"),
    [
        (False, "198.51.100.7", None, "198.51.100.7"),
        (False, "198.51.100.7", "203.0.113.1", "198.51.100.7"),
        (True, "127.0.0.1", "203.0.113.1", "203.0.113.1"),
        (True, "127.0.0.1", "1.2.3.4, 203.0.113.1", "203.0.113.1"),
        (True, "127.0.0.1", None, "127.0.0.1"),
        (True, "127.0.0.1", "nonsense", ""),
        (False, "", None, ""),
        (False, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
    ],
)
def test_the_address_is_the_one_our_own_proxy_saw(settings, behind_tls, remote, forwarded, address):
    settings.BEHIND_TLS = behind_tls
    assert address_of(visitor(remote, forwarded)) == address
