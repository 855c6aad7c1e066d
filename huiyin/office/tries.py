"""Counting wrong tries by network address and hour, in the database for all web processes.

Only a keyed digest of the address is kept, and only for the hours that still count.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from huiyin.office.models import WrongTries

COUNT = """
INSERT INTO office_wrongtries (who, hour, count) VALUES (%s, %s, 1)
ON CONFLICT (hour, who) DO UPDATE SET count = office_wrongtries.count + 1
RETURNING count
"""


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


def wrong_tries(door: str, request: HttpRequest, *, at: datetime) -> int:
    """How often this visitor was wrong at this door in the present hour."""
    rows = WrongTries.objects.filter(hour=_hour(at), who=_who(door, request))
    return rows.values_list("count", flat=True).first() or 0


def note_wrong_try(door: str, request: HttpRequest, *, at: datetime) -> int:
    """Count one more wrong try; what is older than the last hour is thrown away."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [_who(door, request), _hour(at)])
        count = int(cursor.fetchone()[0])
    if count == 1:
        WrongTries.objects.filter(hour__lt=_hour(at) - timedelta(hours=1)).delete()
    return count


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _who(door: str, request: HttpRequest) -> bytes:
    said = f"wrong tries|{door}|{address_of(request)}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, hashlib.sha256)[:16]
