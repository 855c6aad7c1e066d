"""A report as DOCX, for offices that take it into a letter of their own."""

import io
from datetime import UTC, datetime
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from huiyin.reports.shown.packing import packed_once
from huiyin.reports.shown.parts import Card, Cell, Document, Grid

GREY = RGBColor(0x55, 0x55, 0x55)
LATIN, CHINESE = "Noto Sans", "Noto Sans SC"
LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}


def report_docx(shown: Document, *, at: datetime) -> bytes:
    """Write a report; the same report gives the same bytes."""
    book = docx.Document()
    _set_up(book, shown, at)
    book.add_paragraph(shown.city)
    book.add_heading(f"{shown.title} · {shown.name}", level=0)
    for line in (shown.window, shown.stand):
        _grey(book.add_paragraph(line))
    for line in shown.correction:
        book.add_paragraph(line, style="Intense Quote")
    _table(book, _cards(shown.cards), size=9)
    for sentence in shown.sentences:
        book.add_paragraph(sentence, style="List Bullet")
    for grid in shown.grids:
        book.add_heading(grid.title, level=1)
        if len(grid.heads) == 1:
            # A single cell is a sentence.
            book.add_paragraph(grid.rows[0][0].text)
        else:
            _table(book, grid, size=9)
    if shown.wide:
        _turn(book.add_section(WD_SECTION.NEW_PAGE))
    for grid in shown.wide:
        book.add_heading(grid.title, level=1)
        _table(book, grid, size=7)
    book.add_heading(_("How it is counted"), level=1)
    for note in [*shown.notes, shown.foot]:
        _grey(book.add_paragraph(note))
    file = io.BytesIO()
    book.save(file)
    return packed_once(file.getvalue(), at=at)


def _set_up(book: Any, shown: Document, at: datetime) -> None:
    section = book.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin = section.bottom_margin = Mm(15)
    about, moment = book.core_properties, at.astimezone(UTC).replace(tzinfo=None)
    about.title, about.author = f"{shown.title} {shown.name}", shown.city
    about.created = about.modified = moment
    about.language, about.comments = LANGUAGES[shown.language], shown.foot
    for name in ("Normal", "Title", "Heading 1"):
        style = book.styles[name]
        style.font.name = LATIN
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), CHINESE)
    book.styles["Normal"].font.size = Pt(10)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGES[shown.language])
    language.set(qn("w:eastAsia"), "zh-CN")
    book.styles["Normal"].element.get_or_add_rPr().append(language)


def _cards(cards: list[Card]) -> Grid:
    rows = [
        [Cell(card.label), Cell(card.value), Cell(card.part), Cell(card.also), Cell(card.before)]
        for card in cards
    ]
    heads = [_("figure"), _("value"), _("counted"), _("the other way"), _("compared")]
    return Grid("", heads, rows)


def _table(book: Any, grid: Grid, *, size: int) -> None:
    table = book.add_table(rows=1, cols=len(grid.heads), style="Light Grid Accent 1")
    for cell, head in zip(table.rows[0].cells, grid.heads, strict=True):
        _fill(cell, Cell(head), size=size, is_figure=False)
    # A table that goes on over pages repeats its heads, and a reader aloud knows them.
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - no public way to say it
    for row in grid.rows:
        # Asking a table for its cells walks all of it; its last row is asked once.
        cells = table.add_row().cells
        for at, (cell, said) in enumerate(zip(cells, row, strict=True)):
            _fill(cell, said, size=size, is_figure=at > 0)
    if grid.note:
        _grey(book.add_paragraph(grid.note))


def _fill(cell: Any, said: Cell, *, size: int, is_figure: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.add_run(said.text).font.size = Pt(size)
    if said.small:
        run = paragraph.add_run(f"\n{said.small}")
        run.font.size, run.font.color.rgb = Pt(size - 1), GREY
    if is_figure:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _turn(section: Any) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)


def _grey(paragraph: Any) -> None:
    for run in paragraph.runs:
        run.font.size, run.font.color.rgb = Pt(8), GREY
