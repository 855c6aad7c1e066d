"""Short keyed digests by which a row, and each step of a life, is known again.

Keyed, because a plain digest of a row that holds a phone number could be searched for it.
"""

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings

ROW_BYTES, STEP_BYTES = 16, 8


def digest_key() -> bytes:
    """The key of the digests: derived from the oldest key of the city, which stays."""
    key = list(settings.DATA_KEYS.values())[-1]
    return hmac.digest(key, b"import digests", "sha256")


def digest_of(texts: Iterable[str], *, key: bytes, size: int) -> bytes:
    """A keyed digest of a row of texts; half a character in one raises UnicodeEncodeError."""
    return hashlib.blake2b("\x1f".join(texts).encode(), key=key, digest_size=size).digest()
