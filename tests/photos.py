"""Photos and documents for tests: painted here, with whatever a phone writes into them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

# 30.2741 N, 120.1551 E: a point that must not survive.
GPS = {1: "N", 2: (30.0, 16.0, 26.76), 3: "E", 4: (120.0, 9.0, 18.36)}
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>30,16.446N</exif:GPSLatitude>'
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def photo(form: str = "JPEG", *, size: tuple[int, int] = (64, 48), orientation: int = 1) -> bytes:
    """A photo as a phone makes it, left half red and right half blue, with its place in it."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Telltale Phones"
    exif[0x8825] = GPS
    more = {"xmp": XMP} if form != "PNG" else {"pnginfo": _png_words()}
    if form == "JPEG":
        more["comment"] = b"Telltale at home"
    out = io.BytesIO()
    image.save(out, form, exif=exif.tobytes(), quality=95, **more)
    return out.getvalue()


def upload(data: bytes, name: str = "灯.jpg") -> SimpleUploadedFile:
    """The bytes as they come from a form."""
    return SimpleUploadedFile(name, data)


def _png_words() -> PngInfo:
    words = PngInfo()
    words.add_text("Comment", "Telltale at home")
    words.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return words
