"""What this browser has just sent: a key that stays the same when somebody goes back.

A form that is fetched anew gets the key of the one before, so that sending the same words
once more finds what they made. The cookie holds that key and the number of the request sent
last, for two hours; it names nobody and opens nothing.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from huiyin.cases.numbers import tidy_number
from huiyin.counter.holders import SECONDS, holds_receipt

COOKIE = "huiyin_form"


@dataclass(frozen=True)
class Sending:
    """The key of the forms in this browser, and the request it sent last, if it holds that."""

    key: uuid.UUID
    last: str = ""


def sending_of(request: HttpRequest, *, at: datetime) -> Sending:
    """Read what this browser has sent; a new browser gets a new key."""
    said, _dot, number = request.COOKIES.get(COOKIE, "").partition(".")
    try:
        key = uuid.UUID(said)
    except ValueError:
        return Sending(uuid.uuid4())
    last = tidy_number(number) or ""
    return Sending(key, last if last and holds_receipt(request, last, at=at) else "")


def keep_sending(response: HttpResponse, sending: Sending) -> HttpResponse:
    """Let this browser's next forms have the same key."""
    response.set_cookie(
        COOKIE,
        f"{sending.key}.{sending.last}",
        max_age=SECONDS,
        httponly=True,
        secure=settings.BEHIND_TLS,
        samesite="Lax",
    )
    return response


def forget_sending(response: HttpResponse) -> HttpResponse:
    """Let this browser's next forms have a key of their own."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
