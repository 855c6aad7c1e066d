"""A row of a file, the fault it may have, and the end that came too early."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _

from huiyin.exchange.imports._tables import nearest
from huiyin.office.problems import WrongInput


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file as a person counts, its cells, or why it is broken."""

    number: int
    cells: dict[str, object] = field(default_factory=dict)
    fault: str = ""
    raw: str = ""


class CutShort(WrongInput):
    """The file ends in the middle of something; what came before was whole."""


class RowFile(Protocol):
    """A file whose columns are known and whose rows stream."""

    form: str
    encoding: str
    delimiter: str
    columns: list[str]

    def rows(self) -> Iterator[Row]:
        """Every row, in the order of the file."""


def header_of(cells: Sequence[object]) -> list[str]:
    """The names of the columns; a name that stands twice could mean either column."""
    names = [" ".join(str(cell).split()) if cell is not None else "" for cell in cells]
    while names and not names[-1]:
        names.pop()
    for at, name in enumerate(names):
        if name and name in names[:at]:
            raise WrongInput(
                _("The column “%(name)s” stands twice in the file; give one another name.")
                % {"name": name}
            )
    if not any(names):
        raise WrongInput(_("The file has no row with the names of its columns."))
    return names


def check_sheet(wanted: str, sheets: Sequence[str]) -> str:
    """The sheet to read: the one the mapping names, or the first."""
    if not wanted:
        return sheets[0]
    if wanted in sheets:
        return wanted
    raise WrongInput(
        _("The mapping names the sheet “%(wanted)s”; the file has “%(near)s”.")
        % {"wanted": wanted, "near": nearest(wanted, sheets) or "”, “".join(sheets)}
    )
