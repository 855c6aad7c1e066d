"""What officials do at the desk, so that tests can speak of it in one line."""

import re

from django.test import Client

from huiyin.cases.models import Case
from huiyin.departments.models import Official

BACKEND = "huiyin.departments.seating.DeskBackend"


def at_desk(official: Official) -> Client:
    """A browser in which this official has signed in."""
    client = Client()
    client.force_login(official, backend=BACKEND)
    return client


def address(case: Case | str) -> str:
    """Where the page of a case is."""
    return f"/desk/cases/{case if isinstance(case, str) else case.number}/"


def text(response) -> str:
    """What the page says."""
    return response.content.decode()


def seen(client: Client, case: Case | str, step: str) -> str:
    """How long the logbook was, as the open form of a step keeps it."""
    found = re.search(
        r'name="seen" value="(\d+)"', text(client.get(f"{address(case)}?step={step}"))
    )
    assert found, f"the form of {step} is not offered"
    return found[1]


def press(client: Client, case: Case | str, step: str, **words):
    """Open the form of a step, fill it in, and press its button."""
    return sent(client, case, step, seen=seen(client, case, step), **words)


def sent(client: Client, case: Case | str, step: str, **words):
    """Send the form of a step without opening its page first."""
    return client.post(f"{address(case)}steps/{step}/", words)
