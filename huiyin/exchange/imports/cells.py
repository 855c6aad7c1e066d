"""Cells as texts, the same whatever form of file they came from, and digests of them.

Digests are keyed, because a plain one of a row that holds a phone number could be searched for it.
"""

import hashlib
import hmac
import math
from collections.abc import Iterable
from collections.abc import Mapping as Rows
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.exchange.imports.mapping import Mapping
from huiyin.office.problems import WrongInput

LONGEST_ID = 120
ROW_BYTES, STEP_BYTES = 16, 8


def texts_of(cells: Rows[str, object], mapping: Mapping, columns: list[str]) -> dict[str, str]:
    """The cells of these columns as texts; what counts as missing becomes empty."""
    found = {column: text_of(cells.get(column)) for column in columns}
    if mapping.missing:
        for column, text in found.items():
            if text.casefold() in mapping.missing:
                found[column] = ""
    return found


def text_of(cell: object) -> str:  # noqa: PLR0911 - one line per kind of cell
    """One cell as a person would write it: whole numbers without a point, moments as ISO."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def source_id_of(texts: Rows[str, str], mapping: Mapping) -> str:
    """The source's own id of a row, by which it is known again."""
    found = texts.get(mapping.id_column, "")
    if not found:
        sentence = _("The row has no id in the column “%(column)s”.")
        raise WrongInput(sentence % {"column": mapping.id_column})
    if len(found) > LONGEST_ID:
        raise WrongInput(_("The id of the row is longer than 120 characters."))
    return found


def digest_key() -> bytes:
    """The key of the digests: derived from the oldest key of the city, which stays."""
    key = list(settings.DATA_KEYS.values())[-1]
    return hmac.digest(key, b"import digests", "sha256")


def digest_of(texts: Iterable[str], *, key: bytes, size: int) -> bytes:
    """A keyed digest of a row of texts; half a character in one raises UnicodeEncodeError."""
    return hashlib.blake2b("\x1f".join(texts).encode(), key=key, digest_size=size).digest()
