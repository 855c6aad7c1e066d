"""The rows of a taxonomy, checked before anything is written.

What is wrong is one sentence with the number of its row; a file with one wrong row changes
nothing. The names of the columns may be English or Chinese.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from huiyin.office.problems import WrongInput

COLUMNS = {
    "code": ("code", "编码", "代码", "分类编码"),
    "parent": ("parent", "上级编码", "父级编码", "上级"),
    "name": ("name", "名称", "分类名称"),
    "name_en": ("name_en", "英文名称", "英文名"),
    "valid_from": ("valid_from", "启用日期", "生效日期"),
    "valid_to": ("valid_to", "停用日期", "失效日期"),
    "deadline_class": ("deadline_class", "时限类别", "时限"),
}
NEEDED = ("code", "name")
MOST = {"code": 80, "name": 160, "name_en": 160, "deadline_class": 40}
CODE = re.compile(r"[\w.:/-]+")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
DEFAULT_CLASS = "general"


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category as a file names it, and where."""

    number: int
    code: str
    parent: str
    name: str
    name_en: str
    valid_from: date | None
    valid_to: date | None
    deadline_class: str


def columns_of(names: Iterable[str]) -> dict[str, str]:
    """Which column of the file holds what."""
    typed = {name.strip().lower(): name for name in names if name}
    found = {
        meaning: typed[word]
        for meaning, words in COLUMNS.items()
        for word in words
        if word in typed
    }
    missing = [meaning for meaning in NEEDED if meaning not in found]
    if missing:
        raise WrongInput(
            _("The file has no column “%(name)s”; the columns are: %(all)s.")
            % {"name": missing[0], "all": ", ".join(COLUMNS)}
        )
    return found


def category_row(
    number: int, cells: Mapping[str, object], columns: Mapping[str, str], classes: Iterable[str]
) -> CategoryRow:
    """One row of the file, if it can be meant."""
    said = {meaning: _text(cells.get(name)) for meaning, name in columns.items()}
    for meaning, most in MOST.items():
        if len(said.get(meaning, "")) > most:
            raise _wrong(
                number,
                _("“%(column)s” is longer than %(most)d characters.")
                % {"column": columns[meaning], "most": most},
            )
    code, name = said["code"], said["name"]
    if not CODE.fullmatch(code):
        raise _wrong(
            number,
            _("The code “%(code)s” cannot be used; write letters, digits, dots and strokes.")
            % {"code": code},
        )
    if not name:
        raise _wrong(number, _("The category “%(code)s” has no name.") % {"code": code})
    begins = _day(number, cells.get(columns.get("valid_from", "")))
    ends = _day(number, cells.get(columns.get("valid_to", "")))
    if begins and ends and ends < begins:
        raise _wrong(number, _("The category “%(code)s” ends before it begins.") % {"code": code})
    limit = said.get("deadline_class") or DEFAULT_CLASS
    if limit not in set(classes):
        raise _wrong(
            number,
            _("There is no deadline class “%(name)s”; there are: %(all)s.")
            % {"name": limit, "all": ", ".join(sorted(classes))},
        )
    parent, name_en = said.get("parent", ""), said.get("name_en", "")
    return CategoryRow(number, code, parent, name, name_en, begins, ends, limit)


def check_rows(rows: list[CategoryRow]) -> None:
    """Refuse a code or a name that stands twice."""
    codes: dict[str, int] = {}
    names: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.code in codes:
            raise _wrong(
                row.number,
                _("The code “%(code)s” stands in row %(first)d already.")
                % {"code": row.code, "first": codes[row.code]},
            )
        codes[row.code] = row.number
        if row.valid_to is not None:
            continue
        if (row.parent, row.name) in names:
            raise _wrong(
                row.number,
                _("The name “%(name)s” stands in row %(first)d already, below the same category.")
                % {"name": row.name, "first": names[row.parent, row.name]},
            )
        names[row.parent, row.name] = row.number


def check_tree(rows: list[CategoryRow], known: Mapping[str, str]) -> None:
    """Refuse a parent that nobody knows, and a category that lies below itself.

    `known` gives the parent's code of each category that the city has already.
    """
    parents = dict(known) | {row.code: row.parent for row in rows}
    for row in rows:
        if row.parent and row.parent not in parents:
            raise _wrong(
                row.number,
                _("There is no category “%(parent)s” above “%(code)s”.")
                % {"parent": row.parent, "code": row.code},
            )
    sound: set[str] = {""}
    for row in rows:
        way, code = [row.code], row.parent
        while code not in sound and code not in way:
            way.append(code)
            code = parents.get(code, "")
        if code not in sound:
            circle = " → ".join([*way[way.index(code) :], code])
            raise _wrong(
                row.number,
                _("The category “%(code)s” lies below itself: %(circle)s.")
                % {"code": code, "circle": circle},
            )
        sound.update(way)


def broken_row(number: int, fault: str) -> WrongInput:
    """The sentence about a row that cannot be read."""
    return _wrong(number, fault)


def _wrong(number: int, sentence: str) -> WrongInput:
    return WrongInput(
        _("Row %(number)d: %(sentence)s Nothing was changed.")
        % {"number": number, "sentence": sentence}
    )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    # A spreadsheet keeps the code 101 as the number 101.0.
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def _day(number: int, cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    if not text:
        return None
    found = DAY.fullmatch(text.removesuffix(" 00:00:00"))
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise _wrong(
            number, _("“%(text)s” is not a day; write 2026-01-01.") % {"text": text}
        ) from None
