"""Numbers of cases: the city's letters, the day, a running number and a check digit.

`HY260930-0001234` reads well over the phone; its last digit is a check digit (Damm 2004)
that finds every single wrong digit and every swap of neighbours.
"""

import re
import unicodedata
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
# Read aloud or copied by hand, these letters stand for digits.
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
FORM = re.compile(r"([A-Z]{1,6})([0-9]{6})([0-9]{4,15})")


def check_digit(digits: str) -> str:
    """The Damm check digit of a row of digits."""
    interim = 0
    for digit in digits:
        interim = int(DAMM[interim][int(digit)])
    return str(interim)


def next_numbers(moments: list[datetime]) -> list[str]:
    """Draw one number for each moment of receipt."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('cases_number_seq') FROM generate_series(1, %s)", [len(moments)]
        )
        drawn = [row[0] for row in cursor.fetchall()]
    return [number_for(serial, on=at) for serial, at in zip(drawn, moments, strict=True)]


def number_for(serial: int, *, on: datetime) -> str:
    """Write one number."""
    day = timezone.localtime(on).strftime("%y%m%d")
    running = f"{serial:06d}"
    return f"{settings.NUMBER_PREFIX}{day}-{running}{check_digit(day + running)}"


def tidy_number(text: str) -> str | None:
    """Read a number as people type it; None when it cannot be one of ours."""
    # NFKC: a Chinese keyboard may write letters and digits in full width.
    plain = re.sub(r"[\s\-_—–]+", "", unicodedata.normalize("NFKC", text).upper())
    prefix = settings.NUMBER_PREFIX
    if plain.startswith(prefix):
        plain = prefix + plain[len(prefix) :].translate(LOOK_ALIKES)
    match = FORM.fullmatch(plain)
    if match is None or check_digit(match[2] + match[3]) != "0":
        return None
    return f"{match[1]}{match[2]}-{match[3]}"
