"""Setting pages with typst: Chinese fonts of our own, and a page count that is checked."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from huiyin.office.problems import NotPossible
from huiyin.reports.brief import LEVELS, BriefFacts, layout

TEMPLATE = Path(__file__).resolve().parent / "brief.typ"
FONTS = Path(settings.PACKAGE) / "static" / "vendor" / "fonts"


def brief_pdf(facts: BriefFacts) -> bytes:
    """Set one unit's month on exactly one page, shortening until it fits."""
    _check_fonts()
    for level in range(len(LEVELS)):
        compiler = _compiler(json.dumps(layout(facts, level=level), ensure_ascii=False))
        pdf: bytes = compiler.compile(format="pdf")
        if page_count(compiler) == 1:
            return pdf
    raise NotPossible("The page does not fit on one sheet even in its shortest form.")


def page_count(compiler: Any) -> int:
    """How many pages the document that was just set has."""
    return int(json.loads(compiler.query("<pages>", field="value", one=True)))


@lru_cache(maxsize=1)
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def _compiler(data: str) -> Any:
    return typst.Compiler(
        TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts(), sys_inputs={"data": data}
    )


def _check_fonts() -> None:
    if not list(FONTS.glob("NotoSansSC_*.ttf")):
        raise NotPossible(f"The fonts for printed pages are missing in {FONTS}; run make setup.")
