"""What residents do at the counter, so that tests can speak of it in one line."""

import re
import uuid

from huiyin.cases.models import Case
from huiyin.logbook.receipts import receipt_secret
from tests.makers import city

WORDS = {
    "kind": "complaint",
    "what": "槐树街的路灯三天不亮了,晚上走路看不清。",
    "where": "槐树街 12 号门前",
    "name": "王阿姨",
    "phone": "138 0013 8000",
}


def send(client, **changed):
    """Send the form of the first page, as a browser does."""
    city()
    words = WORDS | {"form_key": str(uuid.uuid4())} | changed
    return client.post("/ask/", {name: value for name, value in words.items() if value is not None})


def asked(client, **changed) -> Case:
    """Ask, and give the case that came of it."""
    answer = send(client, **changed)
    assert answer.status_code == 303, answer.content.decode()
    return Case.objects.get(number=re.search(r"/receipt/([^/]+)/", answer["Location"])[1])


def open_with_receipt(client, case: Case):
    """Type number and secret."""
    secret = receipt_secret(case.number)
    return client.post("/follow/", {"number": case.number, "secret": secret})


def holding(client, case: Case):
    """A browser that may open this case."""
    assert open_with_receipt(client, case).status_code == 303
    return client


def page(client, case: Case) -> str:
    """The page of a request, as its holder reads it."""
    answer = client.get(f"/follow/{case.number}/")
    assert answer.status_code == 200
    return answer.content.decode()
