"""Setting a page with typst: Chinese fonts of our own, and a page count that is checked."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.office.problems import NotPossible
from huiyin.reports.brief import BriefFacts
from huiyin.reports.pages import LEVELS, layout

TEMPLATE = Path(__file__).resolve().parent / "brief.typ"
FONTS = Path(settings.PACKAGE) / "static" / "vendor" / "fonts"
NEEDED_FONTS = ("NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf")


def brief_pdf(facts: BriefFacts) -> bytes:
    """Set one unit's month on exactly one page, shortening until it fits.

    The same facts give the same bytes: the file's own date is that of its figures.
    """
    check_fonts()
    for level in LEVELS:
        compiler = _compiler(json.dumps(layout(facts, level=level), ensure_ascii=False))
        pdf: bytes = compiler.compile(format="pdf", timestamp=int(facts.as_of.timestamp()))
        if page_count(compiler) == 1:
            return pdf
    raise NotPossible(_("The page does not fit on one sheet even in its shortest form."))


def page_count(compiler: Any) -> int:
    """How many pages the document that was just set has."""
    return int(json.loads(compiler.query("<pages>", field="value", one=True)))


@lru_cache(maxsize=1)
def _fonts(folder: Path) -> Any:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


def fonts() -> Any:
    """The fonts of printed pages, read once."""
    return _fonts(FONTS)


def _compiler(data: str) -> Any:
    return typst.Compiler(
        TEMPLATE, root=TEMPLATE.parent, font_paths=fonts(), sys_inputs={"data": data}
    )


def check_fonts() -> None:
    """Refuse to set anything without the fonts; another font would change every line."""
    missing = [name for name in NEEDED_FONTS if not (FONTS / name).is_file()]
    if missing:
        raise NotPossible(
            _("The fonts for printed pages are missing (%(names)s); run “make setup”.")
            % {"names": ", ".join(missing)}
        )
