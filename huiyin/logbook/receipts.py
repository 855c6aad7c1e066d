"""The receipt of a case: its number, a secret, and the hash of its first entry.

The secret is computed from the city's data keys and kept nowhere, so it can be printed again.
With the hash anybody can check offline that the case stands in a published seal.
"""

import hashlib
import hmac
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import segno
from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.logbook import rules
from huiyin.logbook.models import Entry, SealLeaf
from huiyin.logbook.queries import published_seals
from huiyin.logbook.rules import Doubt, Header, NotProven
from huiyin.office.problems import NotFound, NotPossible, WrongInput

# Crockford's base 32: no I, L, O and U, so that it can be read aloud and copied by hand.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
SECRET_LENGTH = 12
# The keys seal residents' data too; this text keeps the two purposes apart.
PURPOSE = b"huiyin receipt secret 1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a resident takes home."""

    number: str
    secret: str
    entry_hash: str

    @property
    def follow_url(self) -> str:
        """Where the case is followed. What is behind # is never sent to a server."""
        said = f"{self.number}.{self.secret}.{self.entry_hash}"
        return f"{settings.SITE_URL}/follow/#{said}"


def receipt_secret(number: str) -> str:
    """The secret that belongs to a case, by the newest data key."""
    newest = next(iter(settings.DATA_KEYS.values()))
    return _secret(newest, number)


def secret_is_right(number: str, text: str) -> bool:
    """Whether a secret, as somebody typed it, belongs to a case by any of the data keys."""
    typed = _as_meant(text)
    # Every key is tried in full, so that the time taken tells nothing.
    right = [hmac.compare_digest(_secret(key, number).encode(), typed) for key in _keys()]
    return any(right)


def receipt(number: str) -> Receipt:
    """The receipt of a case that has been written in the logbook."""
    first = Entry.objects.filter(about=number, position=0).values_list("hash", flat=True).first()
    if first is None:
        raise NotFound(_("There is no case with the number %(number)s.") % {"number": number})
    return Receipt(number, receipt_secret(number), bytes(first).hex())


def receipt_qr_svg(of: Receipt) -> str:
    """The QR code that opens the case, as SVG to stand inside a page (no inline style)."""
    code = segno.make(of.follow_url, error="m", micro=False)
    out = io.BytesIO()
    code.save(
        out,
        kind="svg",
        border=4,
        light="#fff",
        omitsize=True,
        svgclass="receipt-code",
        lineclass=None,
        title=_("Code to follow case %(number)s") % {"number": of.number},
        xmldecl=False,
        svgns=True,
        nl=False,
    )
    return out.getvalue().decode()


def proof(number: str, *, up_to_seal: int | None = None) -> dict[str, Any]:
    """What proves offline that a case stands in a published seal, without any of its text.

    `up_to_seal` adds the seals up to that one, for a city that publishes only some of them.
    """
    leaf = SealLeaf.objects.filter(about=number).order_by("length").last()
    if leaf is None:
        raise NotPossible(_("This case is not in a seal yet. One is made every hour."))
    bodies = Entry.objects.filter(about=number, position__lt=leaf.length).order_by("position")
    hashed = [(rules.body_hash(entry.body).hex(), bytes(entry.hash).hex()) for entry in bodies]
    beside = SealLeaf.objects.filter(seal=leaf.seal).order_by("index")
    leaves = [
        rules.leaf_hash(about, length, bytes(head))
        for about, length, head in beside.values_list("about", "length", "head")
    ]
    last = max(leaf.seal, up_to_seal or 0)
    return {
        "about": number,
        "entry": hashed[0][1],
        "bodies": [body for body, _hash in hashed],
        "index": leaf.index,
        "path": [step.hex() for step in rules.merkle_path(leaves, leaf.index)],
        "seals": [asdict(seal) for seal in published_seals(leaf.seal, last)],
    }


def check_receipt(of: object, published: Iterable[Header]) -> Header:
    """The published seal in which a proof's case stands; one sentence if it stands in none."""
    try:
        return rules.check_proof(of, published)
    except NotProven as found:
        raise WrongInput(_doubts()[found.doubt]) from found


def _doubts() -> dict[Doubt, str]:
    return {
        Doubt.UNREADABLE: _("This is not a proof that can be read; download it again."),
        Doubt.RECEIPT: _("The entries in the proof do not begin with the one on the receipt."),
        Doubt.TREE: _("The case is not among those that the seal in the proof was made over."),
        Doubt.SEAL: _("The seals in the proof do not fit together."),
        Doubt.UNPUBLISHED: _("No seal in the proof is among the published ones."),
    }


def _keys() -> Iterable[bytes]:
    return settings.DATA_KEYS.values()


def _secret(key: bytes, number: str) -> str:
    purpose_key = hmac.digest(key, PURPOSE, hashlib.sha256)
    digest = int.from_bytes(hmac.digest(purpose_key, number.encode(), hashlib.sha256))
    return "".join(LETTERS[digest >> 5 * place & 31] for place in range(SECRET_LENGTH))


def _as_meant(text: str) -> bytes:
    # NFKC: a Chinese keyboard may write letters and digits in full width.
    meant = unicodedata.normalize("NFKC", text).upper().translate(READ_AS)
    return "".join(letter for letter in meant if letter in LETTERS).encode()
