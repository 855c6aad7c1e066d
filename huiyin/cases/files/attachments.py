"""Photos and documents of a case: checked by content, kept by digest, whole or not at all.

`store_file` checks a file and puts it on disk; `attach_file` writes its row and its entry
in the logbook; `keep_attachment` does both. If the database then says no, a whole file
without a row may remain, which nobody can fetch; half a file never does.
"""

import hashlib
import io
import os
import secrets
import unicodedata
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TypeAlias

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from huiyin.cases.access import Actor
from huiyin.cases.files.photos import clean_photo
from huiyin.cases.models import Application, Attachment, Case
from huiyin.cases.rules import HOTLINE_POSTS, RESIDENT
from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, OutsideProblem, WrongInput

Upload: TypeAlias = "UploadedFile[bytes]"
MOST_AT_ONCE = 6
MOST_OF_A_CASE = 60
PORTION = 1 << 20
PHOTOS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
PDF = "application/pdf"
# Apple's photo format and its relatives: `ftyp` and then one of these brands.
APPLE = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")


@dataclass(frozen=True)
class StoredFile:
    """A file that was checked and lies on disk, and belongs to no case yet."""

    name: str
    content_type: str
    size: int
    sha256: str


def keep_attachment(case: Case, file: Upload, *, by: Actor, at: datetime) -> Attachment:
    """Check a file, keep it, and write it in the case's logbook; or change nothing."""
    return attach_file(case, store_file(file), by=by, at=at)


def keep_evidence(application: Application, file: Upload, *, by: Actor, at: datetime) -> Attachment:
    """Keep a file as evidence for an application."""
    row = keep_attachment(application.case, file, by=by, at=at)
    row.application = application
    row.save(update_fields=["application"])
    return row


def store_files(files: Sequence[Upload]) -> list[StoredFile]:
    """Check and keep the files of one form; one bad file refuses them all."""
    if len(files) > MOST_AT_ONCE:
        raise WrongInput(
            _("At most %(most)d files go at once; send the others afterwards.")
            % {"most": MOST_AT_ONCE}
        )
    return [store_file(file) for file in files]


def store_file(file: Upload) -> StoredFile:
    """Check a file by its content and put it on disk under its digest."""
    name = tidy_name(file.name or "")
    _check_size(file, name)
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    form = _form_of(head, name)
    if form == "PDF":
        _check_pdf_end(file, name)
        size, digest = _kept(file)
        return StoredFile(name, PDF, size, digest)
    size, digest = _kept(io.BytesIO(clean_photo(file, form, name=name)))
    return StoredFile(name, PHOTOS[form], size, digest)


@transaction.atomic
def attach_file(case: Case, stored: StoredFile, *, by: Actor, at: datetime) -> Attachment:
    """Write a stored file into a case; the same file twice in one case is there once."""
    if isinstance(by, Official) and not _works_on(case, by):
        raise NotAllowed(_("Only the hotline and the unit in charge add files to this case."))
    # The case is the lock: two sendings of one form meet here, and the second finds the first's.
    Case.objects.select_for_update(of=("self",)).only("pk").get(pk=case.pk)
    known = list(Attachment.objects.filter(case=case).only("sha256", "from_resident"))
    for row in known:
        if (row.sha256, row.from_resident) == (stored.sha256, by == RESIDENT):
            return row
    if len(known) >= MOST_OF_A_CASE:
        raise NotPossible(
            _("This case has %(count)d files already; no more are taken.") % {"count": len(known)}
        )
    row = Attachment.objects.create(
        case=case,
        name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        from_resident=by == RESIDENT,
        added_by=by if isinstance(by, Official) else None,
        added_at=at,
    )
    record(
        "attachment.added",
        about=case.number,
        by=by,
        at=at,
        words={"name": row.name},
        sha256=row.sha256,
        size=row.size,
        type=row.content_type,
    )
    return row


def attachment_of(case: Case, attachment_id: uuid.UUID, *, for_resident: bool) -> Attachment:
    """Fetch one file of a case; a resident gets only what the resident sent."""
    rows = Attachment.objects.filter(case=case, pk=attachment_id)
    row = (rows.filter(from_resident=True) if for_resident else rows).first()
    if row is None:
        raise NotFound(_("There is no such file in this case."))
    return row


def attachment_response(row: Attachment) -> FileResponse:
    """Hand a file of a case out; the caller has checked that this person may see its case."""
    return stored_response(StoredFile(row.name, row.content_type, row.size, row.sha256))


def stored_response(file: StoredFile) -> FileResponse:
    """Hand a stored file out; the caller has checked that this person may see it.

    Photos are shown, since they were painted anew; a document is saved and never opened
    inside the site.
    """
    try:
        body = path_of(file.sha256).open("rb")
    except FileNotFoundError:
        raise NotFound(
            _("The file “%(name)s” is not in its place; tell the people who run this site.")
            % {"name": file.name}
        ) from None
    response = FileResponse(
        body,
        as_attachment=file.content_type == PDF,
        filename=file.name,
        content_type=file.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def path_of(sha256: str) -> Path:
    """Where a file with this digest lies."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def tidy_name(name: str) -> str:
    """A file's name without folders, control characters and tricks of direction."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    stem, dot, ending = kept.strip().rpartition(".")
    if len(ending) > 10 or not stem:
        return kept.strip()[:120] or _("unnamed file")
    return f"{stem[:110]}{dot}{ending}"


def _works_on(case: Case, by: Official) -> bool:
    if case.found_by_id == by.pk:
        return True
    if any(holds(by, post, case.intake_unit) for post in HOTLINE_POSTS):
        return True
    return case.unit is not None and holds(by, Post.OFFICER, case.unit)


def _check_size(file: Upload, name: str) -> None:
    if not file.size:
        raise WrongInput(
            _("The file “%(name)s” is empty (0 bytes); choose it again.") % {"name": name}
        )
    if file.size > settings.ATTACHMENT_MEGABYTES * 1_000_000:
        raise WrongInput(
            _("The file “%(name)s” is larger than %(most)d MB; make it smaller or split it.")
            % {"name": name, "most": settings.ATTACHMENT_MEGABYTES}
        )


def _form_of(head: bytes, name: str) -> str:
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if b"%PDF-" in head:
        return "PDF"
    if head[4:8] == b"ftyp" and head[8:12] in APPLE:
        raise WrongInput(
            _(
                "The photo “%(name)s” is in the HEIC format, which cannot be read here. Send it "
                "as JPEG: on an iPhone choose Settings, Camera, Formats, Most Compatible."
            )
            % {"name": name}
        )
    raise WrongInput(
        _("The file “%(name)s” is neither a photo (JPEG, PNG, WebP) nor a PDF document.")
        % {"name": name}
    )


def _check_pdf_end(file: Upload, name: str) -> None:
    file.seek(max(0, (file.size or 0) - 2048))
    whole = b"%%EOF" in file.read()
    file.seek(0)
    if not whole:
        raise WrongInput(
            _("The document “%(name)s” was cut off on its way; choose it again.") % {"name": name}
        )


def _kept(source: IO[bytes] | Upload) -> tuple[int, str]:
    """Write under a name of its own, then give it the name of its digest in one step."""
    folder = Path(settings.MEDIA_ROOT)
    half = folder / f"half-{secrets.token_hex(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        size, digest = _written(source, half)
        whole = path_of(digest)
        whole.parent.mkdir(mode=0o700, exist_ok=True)
        half.replace(whole)
        # The new name is durable only when its folder is.
        _make_durable(whole.parent)
        _make_durable(folder)
    except OSError as problem:
        raise OutsideProblem(
            _(
                "The file could not be kept because the disk is full or out of reach. "
                "Nothing was changed; please try again later, or send the request without it."
            ),
            permanent=False,
        ) from problem
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)
    return size, digest


def _written(source: IO[bytes] | Upload, half: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while portion := source.read(PORTION):
            digest.update(portion)
            size += len(portion)
            out.write(portion)
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
