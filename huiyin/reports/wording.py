"""Texts and figures as a table or a page shows them: widths, shortening, shares.

A Chinese character is twice as wide as a Latin one; widths are counted in Latin characters.
"""

import unicodedata

NOTHING = "–"


def width_of(text: str) -> int:
    """How wide a text is."""
    return sum(map(_width, text))


def shortened(text: str, width: int) -> str:
    """The text if it fits, else as much of its beginning as fits, with a mark."""
    line = " ".join(text.split())
    if width_of(line) <= width:
        return line
    kept, left = "", width - 1
    for sign in line:
        left -= _width(sign)
        if left < 0:
            break
        kept += sign
    return f"{kept.rstrip()}…"


def padded(text: str, width: int, *, right: bool) -> str:
    """The text with spaces up to a width."""
    space = " " * (width - width_of(text))
    return space + text if right else text + space


def share(part: int, whole: int) -> str:
    """A share in percent; nothing can be said of an empty whole.

    Neither 0 % nor 100 % is written for a share that is not exactly that.
    """
    if not whole:
        return NOTHING
    percent = 100 * part / whole
    if 0 < part < whole:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:.1f}%" if 0 < part < whole else f"{percent:.0f}%"


def hours(number: float | None) -> str:
    """Hours with one decimal."""
    return NOTHING if number is None else f"{number:,.1f}"


def _width(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
