"""Counting wrong tries by thing, network address and hour, in the database for all processes.

Only keyed digests of addresses and things are kept, for the hours that still count.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from huiyin.office.models import WrongTries

# The wide row always comes first: two visitors of one network wait for it in the same order.
COUNT = """
INSERT INTO office_wrongtries (who, hour, count) VALUES {rows}
ON CONFLICT (hour, who) DO UPDATE SET count = office_wrongtries.count + 1
RETURNING count
"""


@dataclass(frozen=True)
class Tries:
    """Wrong tries in the present hour from one network: at one thing, and at anything."""

    here: int = 0
    anywhere: int = 0


def address_of(request: HttpRequest) -> str:
    """The network address of a visitor; of a home's whole IPv6 network, as it has one owner."""
    said = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS:
        # The last one was written by our own proxy; those before it, by anybody.
        said = request.META.get("HTTP_X_FORWARDED_FOR", said).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def wrong_tries(door: str, thing: str, request: HttpRequest, *, at: datetime) -> Tries:
    """How often this network was wrong at this door in the present hour; one query.

    Thousands of telephones share one address of their carrier. So what is locked is one thing
    tried from one address; of the address as a whole only the sum is known.
    """
    wide, narrow = _who(door, request), _who(door, request, thing)
    rows = WrongTries.objects.filter(hour=_hour(at), who__in=[wide, narrow])
    counts = {bytes(who): count for who, count in rows.values_list("who", "count")}
    return Tries(here=counts.get(narrow, 0) if thing else 0, anywhere=counts.get(wide, 0))


def note_wrong_try(door: str, thing: str, request: HttpRequest, *, at: datetime) -> None:
    """Count one more wrong try at this thing; what is older than the last hour is thrown away."""
    hour, who = _hour(at), [_who(door, request)]
    if thing:
        who.append(_who(door, request, thing))
    rows = ", ".join(["(%s, %s, 1)"] * len(who))
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(rows=rows), [part for one in who for part in (one, hour)])
        first_of_the_hour = cursor.fetchone()[0] == 1
    if first_of_the_hour:
        WrongTries.objects.filter(hour__lt=hour - timedelta(hours=1)).delete()


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _who(door: str, request: HttpRequest, thing: str = "") -> bytes:
    said = f"wrong tries|{door}|{address_of(request)}|{thing}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, hashlib.sha256)[:16]
