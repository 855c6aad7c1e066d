"""Where in a TOML text a word stands, so that a sentence about it can name the line.

`tomllib` tells the line only of what is no TOML at all. Here the text is known to be TOML, so a
look at headings and at what stands before “=” is enough.
"""

import re
from dataclasses import dataclass, field

HEADING = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
WORD = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""")
LONG = ('"""', "'" * 3)
Path = tuple[str | int, ...]


@dataclass
class Lines:
    """The lines of headings and words by their path: ("part", 0, "weight") is in the first part."""

    known: dict[Path, int] = field(default_factory=dict)

    def of(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it."""
        while path and path not in self.known:
            path = path[:-1]
        return self.known.get(path, 1)


def lines_of(text: str) -> Lines:
    """Find the line of every heading and word of a text that is TOML."""
    lines, counts, around, open_sign = Lines(), dict[str, int](), Path(), ""
    for number, line in enumerate(text.splitlines(), start=1):
        if open_sign:
            open_sign = "" if open_sign in line else open_sign
            continue
        heading, word = HEADING.match(line), WORD.match(line)
        if heading:
            name, many = heading[2].strip("\"'"), len(heading[1]) > 1
            if many:
                counts[name] = counts.get(name, -1) + 1
            around = (name, counts[name]) if many else (name,)
            lines.known.setdefault(around, number)
        elif word:
            said = next(each for each in word.groups() if each is not None)
            lines.known.setdefault((*around, said), number)
        open_sign = next((sign for sign in LONG if line.count(sign) % 2), "")
    return lines
