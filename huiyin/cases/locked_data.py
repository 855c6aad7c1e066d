"""Whether the city's keys still open what residents told; what is opened is handed to nobody."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from huiyin.cases.files.attachments import path_of
from huiyin.cases.models import Attachment, Resident
from huiyin.cases.residents import NONCE


def keys_that_fail() -> list[str]:
    """Names of keys that sealed residents' data and do not open the newest of it."""
    sealed = Resident.objects.filter(sealed__isnull=False)
    names = sealed.order_by("key_name").values_list("key_name", flat=True).distinct()
    newest = [(name, sealed.filter(key_name=name).order_by("-pk").first()) for name in names]
    return [name for name, row in newest if row is not None and not _opens(row)]


def files_out_of_place(most: int) -> list[str]:
    """Names of the newest attachments whose files are not on the disk."""
    newest = Attachment.objects.order_by("-added_at").only("name", "sha256")[:most]
    return [row.name for row in newest if not path_of(row.sha256).is_file()]


def _opens(row: Resident) -> bool:
    key, sealed = settings.DATA_KEYS.get(row.key_name), bytes(row.sealed or b"")
    if key is None:
        return False
    try:
        AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], row.id.bytes)
    except InvalidTag:
        return False
    return True
