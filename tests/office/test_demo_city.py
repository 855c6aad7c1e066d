"""Only a city whose demo accounts still open its desk has them printed at its start."""

import pytest

from huiyin.demo.accounts import ACCOUNTS, PASSWORD
from huiyin.management.commands import serve
from tests.makers import make_official

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _connected(monkeypatch):
    # The command closes its connection; the test needs it for its transaction.
    monkeypatch.setattr(serve.connection, "close", lambda: None)


@pytest.mark.parametrize(
    ("name", "password", "is_demo"),
    [
        (ACCOUNTS[0].name, PASSWORD, True),
        (ACCOUNTS[0].name, "a password of their own", False),
        ("somebody else", PASSWORD, False),
    ],
)
def test_the_accounts_are_printed_only_where_they_open_the_desk(name, password, is_demo):
    make_official(sign_in_name=ACCOUNTS[0].sign_in_name, name=name, password=password)
    assert serve._is_demo_city() is is_demo


def test_a_city_without_officials_is_no_demo_city():
    assert serve._is_demo_city() is False
