"""Files of a case: told by content, stripped of where they were taken, whole or not at all."""

import errno
import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import settings as city_settings
from django.utils.translation import override
from PIL import Image

from huiyin.cases.files import attachments, photos
from huiyin.cases.files.attachments import (
    attachment_of,
    attachment_response,
    keep_attachment,
    path_of,
    store_file,
    store_files,
    tidy_name,
)
from huiyin.cases.models import Attachment
from huiyin.cases.rules import RESIDENT
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, OutsideProblem, WrongInput
from tests.makers import NOON, make_case
from tests.people import chen, lin, zhao
from tests.photos import PDF, photo, upload

pytestmark = pytest.mark.django_db
FORMS = [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "attachments"
    with override("en"):
        yield


def picture_of(stored) -> Image.Image:
    return Image.open(io.BytesIO(path_of(stored.sha256).read_bytes()))


def kept_files() -> list[Path]:
    return [path for path in Path(city_settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(("form", "content_type"), FORMS)
def test_nothing_is_left_of_where_a_photo_was_taken(form, content_type):
    original = photo(form)
    assert b"Telltale" in original
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825), "the original names a place"
    row = keep_attachment(make_case(), upload(original), by=RESIDENT, at=NOON)
    data = path_of(row.sha256).read_bytes()
    kept = Image.open(io.BytesIO(data))
    kept.load()
    assert dict(kept.getexif()) == {}
    assert dict(kept.getexif().get_ifd(0x8825)) == {}
    assert not {"exif", "xmp", "comment", "Comment", "icc_profile"} & set(kept.info)
    assert not any(word in data for word in (b"GPS", b"Telltale", b"xmpmeta", b"Exif\x00"))
    assert (row.content_type, kept.format) == (content_type, form)


def test_a_photo_taken_sideways_is_kept_upright():
    # Orientation 6: the camera lay on its side, the left of the file is the top of the scene.
    row = store_file(upload(photo(orientation=6)))
    kept = picture_of(row)
    assert kept.size == (48, 64)
    top, bottom = kept.getpixel((24, 8)), kept.getpixel((24, 56))
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]


def test_a_see_through_picture_stays_see_through():
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")
    row = store_file(upload(out.getvalue(), "plan.png"))
    assert picture_of(row).getpixel((4, 4))[3] == 0


def test_a_very_large_photo_is_made_smaller(monkeypatch):
    monkeypatch.setattr(photos, "LONGEST_SIDE", 32)
    row = store_file(upload(photo()))
    assert picture_of(row).size == (32, 24)


def test_a_photo_with_broken_notes_is_still_a_photo():
    data = photo().replace(b"II*\x00\x08\x00\x00\x00", b"II*\x00\xff\xff\xff\x7f")
    assert store_file(upload(data)).content_type == "image/jpeg"


def test_the_row_and_the_logbook_tell_the_same_of_a_file():
    case = make_case()
    row = keep_attachment(case, upload(photo(), "路灯.jpg"), by=RESIDENT, at=NOON)
    entry = entries_about(case.number)[-1]
    assert entry.code == "attachment.added"
    assert entry.details == {"sha256": row.sha256, "size": row.size, "type": "image/jpeg"}
    assert entry.words == {"name": "路灯.jpg"}
    assert path_of(row.sha256).stat().st_size == row.size
    assert row.from_resident
    assert row.added_by is None


def test_the_same_file_sent_twice_is_there_once():
    case = make_case()
    first = keep_attachment(case, upload(photo()), by=RESIDENT, at=NOON)
    second = keep_attachment(case, upload(photo()), by=RESIDENT, at=NOON)
    assert (first.pk, Attachment.objects.count()) == (second.pk, 1)
    assert [line.code for line in entries_about(case.number)].count("attachment.added") == 1


def test_the_name_of_a_file_tells_nothing_about_what_is_in_it():
    assert store_file(upload(photo("PNG"), "photo.pdf")).content_type == "image/png"
    with pytest.raises(WrongInput, match="neither a photo"):
        store_file(upload(b"<html><script>alert(1)</script>", "photo.jpg"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"GIF89a" + bytes(40), "neither a photo"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "HEIC"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a photo"),
        (b"\xff\xd8\xff\xe0" + bytes(60), "damaged"),
        (photo()[:-200], "damaged"),
        (photo("PNG")[:120], "damaged"),
        (photo("WEBP")[:150], "damaged"),
        (PDF[:-8], "cut off"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(data, sentence):
    with pytest.raises(WrongInput, match=sentence):
        store_file(upload(data))
    assert kept_files() == []


def _bomb(side: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99)))


@pytest.mark.parametrize("side", [7_100, 10_000, 60_000])
def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused_unopened(side):
    with pytest.raises(WrongInput, match="million pixels"):
        store_file(upload(_bomb(side)))


def test_a_file_beyond_the_limit_is_refused(settings):
    settings.ATTACHMENT_MEGABYTES = 1
    with pytest.raises(WrongInput, match="larger than 1 MB"):
        store_file(upload(photo() + bytes(1_000_000)))
    assert store_file(upload(photo() + bytes(900_000))).size < 100_000


def test_too_many_files_at_once_are_refused_before_any_is_kept():
    with pytest.raises(WrongInput, match="At most 6"):
        store_files([upload(photo()) for _ in range(7)])
    assert kept_files() == []


def test_a_case_takes_only_so_many_files(monkeypatch):
    monkeypatch.setattr(attachments, "MOST_OF_A_CASE", 1)
    case = make_case()
    keep_attachment(case, upload(photo()), by=RESIDENT, at=NOON)
    with pytest.raises(NotPossible):
        keep_attachment(case, upload(PDF, "plan.pdf"), by=RESIDENT, at=NOON)


def test_a_full_disk_is_said_in_one_sentence_and_leaves_nothing(monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    case = make_case()
    entries = len(entries_about(case.number))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutsideProblem, match="disk is full"):
        keep_attachment(case, upload(photo()), by=RESIDENT, at=NOON)
    assert (kept_files(), Attachment.objects.count()) == ([], 0)
    assert len(entries_about(case.number)) == entries


def test_a_file_the_logbook_cannot_hold_has_no_row(monkeypatch):
    monkeypatch.setattr(attachments, "record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        keep_attachment(make_case(), upload(photo()), by=RESIDENT, at=NOON)
    assert Attachment.objects.count() == 0


def test_files_are_for_their_owner_alone():
    stored = store_file(upload(photo()))
    path = path_of(stored.sha256)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_only_those_who_work_on_a_case_add_files_to_it():
    case = make_case("dispatched")
    keep_attachment(case, upload(photo()), by=chen(), at=NOON)
    keep_attachment(case, upload(photo("PNG")), by=lin(), at=NOON)
    with pytest.raises(NotAllowed):
        keep_attachment(case, upload(photo("WEBP")), by=zhao(), at=NOON)


def test_a_resident_gets_back_only_what_residents_sent():
    case, other = make_case("dispatched"), make_case()
    own = keep_attachment(case, upload(photo()), by=RESIDENT, at=NOON)
    units = keep_attachment(case, upload(PDF, "定损单.pdf"), by=chen(), at=NOON)
    assert attachment_of(case, own.pk, for_resident=True) == own
    assert attachment_of(case, units.pk, for_resident=False) == units
    for at_case, row, for_resident in ((case, units, True), (other, own, False)):
        with pytest.raises(NotFound):
            attachment_of(at_case, row.pk, for_resident=for_resident)


def test_a_file_is_handed_out_as_what_it_is_and_nothing_else():
    case = make_case()
    shown = attachment_response(keep_attachment(case, upload(photo()), by=RESIDENT, at=NOON))
    saved = attachment_response(
        keep_attachment(case, upload(PDF, "证明.pdf"), by=RESIDENT, at=NOON)
    )
    assert shown["Content-Disposition"].startswith("inline")
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved.getvalue() == PDF
    for response in (shown, saved):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        response.close()


def test_a_file_that_vanished_from_the_disk_is_said_to_be_missing():
    row = keep_attachment(make_case(), upload(photo()), by=RESIDENT, at=NOON)
    path_of(row.sha256).unlink()
    with pytest.raises(NotFound, match="not in its place"):
        attachment_response(row)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\wang\\灯.jpg", "灯.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\n", "unnamed file"),
        ("长" * 300 + ".jpg", "长" * 110 + ".jpg"),
    ],
)
def test_a_file_name_is_kept_without_tricks(given, kept):
    assert tidy_name(given) == kept
