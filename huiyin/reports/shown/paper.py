"""A report as PDF: tagged, in fonts of our own, in as many pages as it needs."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import typst
from django.utils.translation import gettext as _

from huiyin.reports.shown.parts import Document, Grid
from huiyin.reports.typesetting import check_fonts, fonts

TEMPLATE = Path(__file__).resolve().parent / "report.typ"


def report_pdf(shown: Document, *, at: datetime) -> bytes:
    """Set a report; the same report gives the same bytes, dated as its figures."""
    check_fonts()
    data = json.dumps(_layout(shown), ensure_ascii=False)
    compiler = typst.Compiler(
        TEMPLATE, root=TEMPLATE.parent, font_paths=fonts(), sys_inputs={"data": data}
    )
    return cast("bytes", compiler.compile(format="pdf", timestamp=int(at.timestamp())))


def _layout(shown: Document) -> dict[str, Any]:
    return {
        "lang": "en" if shown.language == "en" else "zh",
        "document": f"{shown.title} {shown.name}",
        "city": shown.city,
        "title": shown.title,
        "name": shown.name,
        "window": shown.window,
        "stand": shown.stand,
        "correction": shown.correction,
        "cards": [asdict(card) for card in shown.cards],
        "sentences": shown.sentences,
        "grids": [_grid(grid) for grid in shown.grids],
        "wide": [_grid(grid) for grid in shown.wide],
        "noteshead": _("How it is counted"),
        "notes": shown.notes,
        "foot": shown.foot,
    }


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "title": grid.title,
        "heads": grid.heads,
        "rows": [[asdict(cell) for cell in row] for row in grid.rows],
        "note": grid.note,
        "total": grid.has_total,
    }
