"""A port that another program has is told before anything is started."""

import socket

import pytest
from django.utils import translation

from huiyin.office import ports
from huiyin.office.ports import adopt_address, check_port, site_address
from huiyin.office.problems import NotPossible, WrongInput


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_a_port_that_is_shared_silently_elsewhere_is_refused_here():
    with socket.socket() as other:
        # As an orphan of a web server holds it, which lets others share.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(NotPossible, match=rf"Port {port} on 127\.0\.0\.1 cannot be used"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_does_not_exist_is_wrong_input(port):
    with pytest.raises(WrongInput, match=f"There is no port {port}"):
        check_port("127.0.0.1", port)


def test_a_host_that_is_not_this_machine_is_refused():
    with pytest.raises(NotPossible, match=r"on 203\.0\.113\.1 cannot be used"):
        check_port("203.0.113.1", 8000)


def test_an_address_can_be_typed_as_it_is_printed():
    assert site_address("127.0.0.1", 8000) == "http://127.0.0.1:8000"
    assert site_address("::1", 8000) == "http://[::1]:8000"


def test_a_refused_port_is_refused_in_the_language_of_the_city_and_names_what_make_takes():
    with socket.socket() as other, translation.override("zh-hans"):
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(NotPossible, match=r"^[^A-Z]*（已被其他程序占用）.*--port.*PORT=。$"):
            check_port("127.0.0.1", other.getsockname()[1])


@pytest.fixture
def nothing_given(monkeypatch, settings):
    """A trial whose names were not set; what is adopted is forgotten afterwards."""
    for name in ("HUIYIN_SITE_URL", "HUIYIN_HOSTS"):
        # Set before it is taken away, so that whatever comes instead is undone.
        monkeypatch.setenv(name, "")
    settings.SITE_URL, settings.ALLOWED_HOSTS = "http://127.0.0.1:8000", ["127.0.0.1"]
    settings.IN_PRODUCTION = False
    return settings


def test_receipts_name_the_address_at_which_the_site_is_served(nothing_given):
    adopt_address("127.0.0.1", 9000)
    assert nothing_given.SITE_URL == "http://127.0.0.1:9000"
    assert nothing_given.ALLOWED_HOSTS == ["127.0.0.1"]


def test_an_address_that_was_set_is_kept(nothing_given, monkeypatch):
    monkeypatch.setenv("HUIYIN_SITE_URL", "https://12345.example")
    nothing_given.SITE_URL = "https://12345.example"
    adopt_address("127.0.0.1", 9000)
    assert nothing_given.SITE_URL == "https://12345.example"


def test_one_option_lets_phones_on_the_same_network_in(nothing_given, monkeypatch):
    monkeypatch.setattr(ports, "_way_out", lambda: "198.51.100.7")
    adopt_address("0.0.0.0", 8000)  # noqa: S104 - every address of this machine is meant
    assert nothing_given.SITE_URL == "http://198.51.100.7:8000"
    assert nothing_given.ALLOWED_HOSTS == ["127.0.0.1", "198.51.100.7"]


def test_in_production_host_names_are_settings_and_nothing_else(nothing_given):
    nothing_given.IN_PRODUCTION = True
    adopt_address("198.51.100.7", 8000)
    assert nothing_given.ALLOWED_HOSTS == ["127.0.0.1"]


def test_host_names_that_were_set_are_kept(nothing_given, monkeypatch):
    monkeypatch.setenv("HUIYIN_HOSTS", "127.0.0.1")
    adopt_address("198.51.100.7", 8000)
    assert nothing_given.ALLOWED_HOSTS == ["127.0.0.1"]
