"""A report as XLSX: numerators and denominators as numbers, every rate and score as a live formula.

Beside each formula stands the value as it was issued, so that a change in a cell can be seen.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from huiyin.reports.shown.packing import packed_once
from huiyin.reports.shown.parts import Document
from huiyin.reports.shown.wide import events_of
from huiyin.reports.shown.words import EVENTS, Contents, name_of

HEAD = PatternFill("solid", fgColor="E3F0F6")
# In the sheet of the caliber: weights in column B, credits from column C on.
FIRST_PART = 3
CALIBER = "caliber"
LONGEST_TITLE = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def report_xlsx(contents: Contents, shown: Document, *, at: datetime) -> bytes:
    """Write a report as a workbook; the same report gives the same bytes."""
    book = openpyxl.Workbook()
    _overview(book.active, shown)
    _caliber(book.create_sheet(CALIBER), contents)
    groups = [("", group) for group in contents["groups"]]
    if contents["period"]:
        about = contents["period"]["window"]["name"]
        groups += [(about, group) for group in contents["period"]["groups"]]
    for number, (about, group) in enumerate(groups, start=1):
        if group["rows"]:
            title = f"{number} {name_of(group)} {about}".translate(FORBIDDEN).strip()
            sheet = book.create_sheet(title[:LONGEST_TITLE].strip())
            _Group(sheet, group, contents).write()
    book.properties.title = f"{shown.title} {shown.name}"
    book.properties.creator = shown.city
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    file = io.BytesIO()
    book.save(file)
    return packed_once(file.getvalue(), at=at)


def _overview(sheet: Any, shown: Document) -> None:
    sheet.title = _("overview")
    sheet.column_dimensions["A"].width = 46
    for column in "BCDEF":
        sheet.column_dimensions[column].width = 24
    for line in (shown.city, f"{shown.title} {shown.name}", shown.window, shown.stand):
        _texts(sheet, [line])
    sheet["A2"].font = Font(bold=True, size=14)
    for line in shown.correction:
        _texts(sheet, [line])
    _texts(sheet, [""])
    for card in shown.cards:
        _texts(sheet, [card.label, card.value, card.part, card.also, card.before])
    _texts(sheet, [""])
    for line in shown.sentences:
        _texts(sheet, [line])
    for grid in shown.grids:
        _texts(sheet, [""])
        _texts(sheet, [grid.title], bold=True)
        _texts(sheet, grid.heads, bold=True)
        for row in grid.rows:
            words = (f"{cell.text} [{cell.small}]" if cell.small else cell.text for cell in row)
            _texts(sheet, list(words))
        if grid.note:
            _texts(sheet, [grid.note])
    _texts(sheet, [""])
    _texts(sheet, [_("How it is counted")], bold=True)
    for line in [*shown.notes, shown.foot]:
        _texts(sheet, [line])


def _caliber(sheet: Any, contents: Contents) -> None:
    """Weights and credits, from which the formulas of the other sheets read."""
    events = events_of(contents)
    heads = [str(EVENTS[event]) for event in events]
    sheet.column_dimensions["A"].width = 24
    caliber = contents["caliber"]
    _texts(sheet, [name_of(caliber), caliber["digest"]])
    _texts(sheet, [_("part of the score"), _("weight in the score"), *heads], bold=True)
    for part in caliber["parts"]:
        row = sheet.max_row + 1
        _text(sheet.cell(row, 1), name_of(part))
        sheet.cell(row, 2, float(part["weight"]))
        for at, event in enumerate(events):
            sheet.cell(row, 3 + at, float(part["credits"].get(event, 0)))


class _Group:
    """The sheet of one group: each unit without and with exclusions, and the last row."""

    def __init__(self, sheet: Any, group: Contents, contents: Contents) -> None:
        self.sheet, self.group, self.contents = sheet, group, contents
        self.parts = contents["caliber"]["parts"]
        self.events = events_of(contents)
        self.at = 2
        self.columns: list[tuple[str, str, str]] = list(self._columns())
        self.letters = {
            (side, name): get_column_letter(at)
            for at, (side, name, _head) in enumerate(self.columns, start=1)
        }

    def _columns(self) -> Iterator[tuple[str, str, str]]:
        yield "", "unit", _("unit")
        yield "", "code", _("code")
        yield "", "received", _("received")
        yield "", "closed", _("closed")
        for side, words in (("net", _("without exclusions")), ("all", _("with exclusions"))):
            n, score, kept = (
                _("valid call-backs"),
                _("composite score"),
                _("composite score, as issued"),
            )
            yield side, "n", f"{n} · {words}"
            for event in self.events:
                yield side, event, f"{EVENTS[event]} · {words}"
            for part in self.parts:
                head = _("denominator of %(rate)s") % {"rate": name_of(part)}
                yield side, f"n:{part['code']}", f"{head} · {words}"
                yield side, f"rate:{part['code']}", f"{name_of(part)} · {words}"
                issued = _("%(rate)s as issued, %%") % {"rate": name_of(part)}
                yield side, f"issued:{part['code']}", f"{issued} · {words}"
            yield side, "score", f"{score} · {words}"
            yield side, "issued", f"{kept} · {words}"
        yield "", "low", _("interval from")
        yield "", "high", _("interval to")
        yield "", "first", _("places from")
        yield "", "last", _("places to")
        yield "", "excluded_n", _("excluded")
        yield "", "waiting_n", _("not yet callable")

    def write(self) -> None:
        """Write heads, units and the last row."""
        for at, (_side, _name, head) in enumerate(self.columns, start=1):
            cell = self.sheet.cell(1, at)
            _text(cell, head)
            cell.font, cell.fill = Font(bold=True), HEAD
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            self.sheet.column_dimensions[get_column_letter(at)].width = 22 if at == 1 else 13
        self.sheet.freeze_panes = "C2"
        for row in self.group["rows"]:
            self._row(row)
        self._total()

    def _row(self, row: Contents) -> None:
        plain = {
            "unit": name_of(row),
            "code": row["code"],
            "received": row["received"],
            "closed": row["closed"],
            "excluded_n": row["excluded_n"],
            "waiting_n": row["waiting_n"],
        }
        plain["low"], plain["high"] = map(_number, row["interval"] or (None, None))
        plain["first"], plain["last"] = row["places"] or (None, None)
        for name, value in plain.items():
            self._put(("", name), value)
        for side in ("net", "all"):
            tally = row[side]
            for name in ("n", *self.events):
                self._put((side, name), tally[name])
            for part in tally["parts"]:
                self._put((side, f"n:{part['code']}"), part["n"])
            self._rates(side, tally)
        self.at += 1

    def _rates(self, side: str, tally: Contents) -> None:
        for number, part in enumerate(tally["parts"]):
            code = part["code"]
            self._put((side, f"rate:{code}"), self._rate(side, number), form="0.00%")
            self._put((side, f"issued:{code}"), _number(part["rate"]))
        self._put((side, "score"), self._score(side), form="0.00")
        self._put((side, "issued"), _number(tally["score"]))

    def _rate(self, side: str, number: int) -> str:
        """A part's credits for its events, divided by those of which the answer is known."""
        n, row = self._cell(side, f"n:{self.parts[number]['code']}"), FIRST_PART + number
        credited = "+".join(
            f"{CALIBER}!${get_column_letter(3 + at)}${row}*{self._cell(side, event)}"
            for at, event in enumerate(self.events)
        )
        return f"=IF({n}=0,{self._nothing()},({credited})/{n})"

    def _score(self, side: str) -> str:
        rates = [self._cell(side, f"rate:{part['code']}") for part in self.parts]
        weighted = "+".join(
            f"{CALIBER}!$B${FIRST_PART + number}*{rate}" for number, rate in enumerate(rates)
        )
        return f'=IF(COUNT({",".join(rates)})<{len(rates)},"",100*({weighted}))'

    def _nothing(self) -> str:
        return "0" if self.contents["caliber"]["zero_n"] == "zero" else '""'

    def _total(self) -> None:
        """The last row: sums, and rates by sums or as plain means, as the caliber says."""
        last, total = self.at - 1, self.group["total"]
        self._put(("", "unit"), _("all together"))
        is_mean = self.contents["caliber"]["totals"] == "unweighted_mean"
        for side, name, _head in self.columns:
            letter = self.letters[side, name]
            column = f"{letter}2:{letter}{last}"
            if name.startswith("rate:") or name == "score":
                if is_mean:
                    mean = f'=IF(COUNT({column})=0,"",AVERAGE({column}))'
                    self._put((side, name), mean, form="0.00" if name == "score" else "0.00%")
            elif not name.startswith("issued") and name not in {
                "unit", "code", "low", "high", "first", "last",
            }:  # fmt: skip
                self._put((side, name), f"=SUM({column})")
        for side in ("net", "all"):
            if not is_mean:
                self._rates(side, total[side])
            for part in total[side]["parts"]:
                self._put((side, f"issued:{part['code']}"), _number(part["rate"]))
            self._put((side, "issued"), _number(total[side]["score"]))
        for cell in self.sheet[self.at]:
            cell.font = Font(bold=True)

    def _cell(self, side: str, name: str) -> str:
        return f"{self.letters[side, name]}{self.at}"

    def _put(self, where: tuple[str, str], value: Any, *, form: str = "") -> None:
        cell = self.sheet[f"{self.letters[where]}{self.at}"]
        if isinstance(value, str) and not value.startswith("="):
            _text(cell, value)
            return
        cell.value = value
        if form:
            cell.number_format = form


def _texts(sheet: Any, words: list[str], *, bold: bool = False) -> None:
    row = sheet.max_row + 1 if sheet["A1"].value is not None else 1
    for at, word in enumerate(words, start=1):
        cell = sheet.cell(row, at)
        _text(cell, word or " ")
        if bold:
            cell.font = Font(bold=True)


def _text(cell: Any, words: str) -> None:
    """A text is a text, whatever it begins with."""
    cell.value = words
    cell.data_type = "s"


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
