"""Packed files with one date for all their parts, so that the same report has the same bytes."""

import io
import re
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# Within the properties of an office file: when it was made and by which program's clock.
STAMPS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def packed_once(file: bytes, *, at: datetime) -> bytes:
    """Pack an office file (XLSX, DOCX) once more, every part dated as the figures are."""
    moment = at.astimezone(UTC)
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    out = io.BytesIO()
    with ZipFile(io.BytesIO(file)) as given, ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for part in given.infolist():
            content = given.read(part.filename)
            if part.filename.startswith("docProps/core"):
                content = STAMPS.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            # A packed file knows no zone and no odd seconds.
            named = ZipInfo(part.filename, moment.timetuple()[:6])
            named.compress_type = ZIP_DEFLATED
            named.external_attr = 0o600 << 16
            packed.writestr(named, content)
    return out.getvalue()
