"""Photos as they are kept: the pixels and nothing else, the right way up.

A phone writes into a photo where it was taken, when, and with which device. A photo is
therefore painted anew: no EXIF, no GPS, no XMP, no comment, no colour profile survives.
"""

import io
import struct
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from huiyin.office.problems import WrongInput

# Decoded, a picture takes four bytes for each pixel: this is 200 MB, and more is no photo.
MOST_PIXELS = 50_000_000
# Enough to read a number plate in the background; larger photos are made smaller.
LONGEST_SIDE = 4096
QUALITY = 88
# What Pillow raises for files that are broken, cut off or made to break readers.
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error)
# A small file that unfolds into billions of pixels; the warning comes first, at half the size.
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def clean_photo(source: IO[bytes], form: str, *, name: str) -> bytes:
    """Paint a photo anew in its own format (JPEG, PNG or WEBP) and give its bytes."""
    try:
        # Reads the header alone: nothing is unfolded before its size is known.
        photo = Image.open(source, formats=[form])
        if photo.width * photo.height > MOST_PIXELS:
            raise _too_many_pixels(name)
        photo.load()
    except BOMBS as problem:
        raise _too_many_pixels(name) from problem
    except UNREADABLE as problem:
        raise WrongInput(
            _("The photo “%(name)s” is damaged or was cut off on its way; choose it again.")
            % {"name": name}
        ) from problem
    return _painted_anew(photo, form)


def _painted_anew(photo: Image.Image, form: str) -> bytes:
    upright = _upright(photo)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels = upright.convert(_mode(upright, form))
    # A new canvas: some formats write what `info` remembers of the old file.
    canvas = Image.new(pixels.mode, pixels.size)
    canvas.paste(pixels)
    out = io.BytesIO()
    canvas.save(out, form, quality=QUALITY)
    return out.getvalue()


def _upright(photo: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(photo)
    except UNREADABLE:
        # Broken EXIF is no reason to refuse a good photo; it is dropped anyway.
        return photo


def _mode(photo: Image.Image, form: str) -> str:
    if photo.mode in {"1", "L"}:
        return "L"
    return "RGBA" if photo.has_transparency_data and form != "JPEG" else "RGB"


def _too_many_pixels(name: str) -> WrongInput:
    return WrongInput(
        _("The photo “%(name)s” has more than %(most)d million pixels; make it smaller first.")
        % {"name": name, "most": MOST_PIXELS // 1_000_000}
    )
