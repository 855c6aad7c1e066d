"""A port that another program has is told before anything is started."""

import socket

import pytest

from huiyin.office.ports import check_port, site_address
from huiyin.office.problems import NotPossible, WrongInput


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
