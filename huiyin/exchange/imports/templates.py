"""Texts put together from columns: "{type}: {title}. {place}".

What stands before a missing column is left out with it, so that no lonely punctuation and no
label without a value remains. Of several alternatives the first that is not empty counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from huiyin.office.problems import WrongInput

COLUMN = re.compile(r"\{([^{}]+)\}")
SEPARATORS = " \t\n.,;:/|-–—、。，；：·"


@dataclass(frozen=True, slots=True)
class Template:
    """Pieces (what stands before a column, the column) and what stands after the last one."""

    pieces: tuple[tuple[str, str], ...]
    tail: str

    def render(self, texts: Mapping[str, str]) -> str:
        """Put the text together; empty where every column is."""
        found = ""
        for before, column in self.pieces:
            value = texts.get(column, "")
            if value:
                found += (before if found else before.lstrip(SEPARATORS)) + value
        if not self.pieces:
            return self.tail
        return found + self.tail if found else ""


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Templates of which the first that yields a text is taken."""

    templates: tuple[Template, ...] = ()

    def render(self, texts: Mapping[str, str]) -> str:
        """The first text that is not empty."""
        for template in self.templates:
            found = template.render(texts).strip()
            if found:
                return found
        return ""

    @property
    def columns(self) -> list[str]:
        """The columns these templates name."""
        return [column for one in self.templates for _before, column in one.pieces]


def template_of(text: str) -> Template:
    """Read one template."""
    pieces, last = [], 0
    for match in COLUMN.finditer(text):
        pieces.append((text[last : match.start()], match[1].strip()))
        last = match.end()
    tail = text[last:]
    if "{" in tail + "".join(before for before, _column in pieces):
        raise WrongInput(
            _("In the mapping, the text “%(text)s” has a brace that is not closed.")
            % {"text": text}
        )
    return Template(tuple(pieces), tail)


def alternatives_of(texts: tuple[str, ...]) -> Alternatives:
    """Read a list of alternatives."""
    return Alternatives(tuple(template_of(text) for text in texts))
