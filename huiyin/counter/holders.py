"""Which receipts this browser holds: a signed cookie, readable by no script, for two hours.

A resident needs no account and no session. Whoever has just sent a request, or has typed
its number and secret, may open its pages until the cookie is over or put away.
"""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "huiyin_receipts"
SALT = "huiyin receipts held"
SECONDS = 2 * 3600
# The oldest is put away: a cookie must stay small.
MOST = 8


def held_numbers(request: HttpRequest, *, at: datetime) -> dict[str, int]:
    """The numbers this browser may open, each with the second from which it may."""
    cookie = request.COOKIES.get(COOKIE)
    if not cookie:
        return {}
    try:
        said = signing.loads(cookie, salt=SALT)
    except signing.BadSignature:
        return {}
    oldest = at.timestamp() - SECONDS
    return {number: since for number, since in said.items() if since > oldest}


def holds_receipt(request: HttpRequest, number: str, *, at: datetime) -> bool:
    """Whether this browser may open the pages of a case."""
    return number in held_numbers(request, at=at)


def hand_over(
    response: HttpResponse, request: HttpRequest, number: str, *, at: datetime
) -> HttpResponse:
    """Let this browser open the pages of a case from now on."""
    held = held_numbers(request, at=at)
    held.pop(number, None)
    kept = dict(list(held.items())[-(MOST - 1) :]) | {number: int(at.timestamp())}
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=SALT),
        max_age=SECONDS,
        httponly=True,
        secure=settings.BEHIND_TLS,
        samesite="Lax",
    )
    return response


def put_away(response: HttpResponse) -> HttpResponse:
    """Close the pages of all cases in this browser."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
