"""Reading a PDF that was made: its pages, words and fonts, and where the words stand."""

from io import BytesIO

from pypdf import PdfReader


def pages_of(pdf):
    """The pages of a PDF."""
    return PdfReader(BytesIO(pdf)).pages


def about_of(pdf):
    """What a PDF says of itself."""
    return PdfReader(BytesIO(pdf)).metadata


def words_of(pdf):
    """All text of the first page without line breaks and spaces."""
    return "".join(pages_of(pdf)[0].extract_text().split())


def fonts_of(pdf):
    """The fonts of the first page, and whether each is embedded."""
    found = {}
    for font in pages_of(pdf)[0]["/Resources"]["/Font"].values():
        [inner] = font.get_object()["/DescendantFonts"]
        descriptor = inner.get_object()["/FontDescriptor"].get_object()
        is_embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        found[str(descriptor["/FontName"])] = is_embedded
    return found


def edges_of(pdf):
    """The lowest and the rightmost beginning of a text on the first page, in points."""
    places = []
    pages_of(pdf)[0].extract_text(
        visitor_text=lambda text, matrix, *_: (
            places.append((matrix[4], matrix[5])) if text.strip() else None
        )
    )
    return min(y for _, y in places), max(x for x, _ in places)
