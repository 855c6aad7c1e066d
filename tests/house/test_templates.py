"""Pages carry no script or style of their own, and every word on them can be translated."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.template.loader import get_template
from django.test import Client

from tests.house.rooms import ROOT, files
from tools import reference

TEMPLATES = files("huiyin/templates", ".html")
LETTERS = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
# Names that are the same in every language.
SAME_IN_EVERY_LANGUAGE = {"huiyin", "回音", "English", "中文", "简体中文"}
SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "content"}
NOT_SPOKEN = {"viewport", "width=device-width, initial-scale=1"}
# Blocks that a page fills with the value of an attribute.
ATTRIBUTE_BLOCKS = {"main_class", "home"}
# Pages that answer at the address of the step that was refused.
WITHOUT_ADDRESS = {"desk:refused"}
URL_TAG = re.compile(r"{%\s*url\s+['\"]([\w:-]+)['\"]")
STATIC_TAG = re.compile(r"{%\s*static\s+['\"]([^'\"]+)['\"]")


class Page(HTMLParser):
    """What a template would send, with its tags taken out."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.spoken: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and not is_data(given)):
            self.refused.append(f"<{tag}>")
        for name, value in attrs:
            target = (value or "").strip().lower()
            if name == "style" or name.startswith("on") or target.startswith("javascript:"):
                self.refused.append(f"{name}={value}")
            if name in {"src", "srcset"} and target.startswith(("http:", "https:", "//")):
                self.refused.append(f"{name}={value}")
            if name in SPOKEN or (tag == "input" and name == "value"):
                self.spoken.append(value or "")

    def handle_data(self, data: str) -> None:
        self.spoken.append(data)


def is_data(attributes: dict[str, str | None]) -> bool:
    """Whether a script element only carries data, which a browser does not run."""
    return attributes.get("type") == "application/json"


def without_tags(path: Path) -> str:
    """A template's text with everything that Django puts in taken out."""
    kept, hidden = [], ""
    for token in Lexer((ROOT / path).read_text(encoding="utf-8")).tokenize():
        if token.token_type == TokenType.BLOCK:
            word, _, about = token.contents.partition(" ")
            if word in {"blocktranslate", "blocktrans", "comment"} or about in ATTRIBUTE_BLOCKS:
                hidden = f"end{word}"
            elif word == hidden:
                hidden = ""
        elif token.token_type == TokenType.TEXT and not hidden:
            kept.append(token.contents)
    return "".join(kept)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_page_carries_no_script_and_no_style_of_its_own(path):
    assert Page(without_tags(path)).refused == []


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_word_on_a_page_can_be_translated(path):
    words = [text.strip() for text in Page(without_tags(path)).spoken if text not in NOT_SPOKEN]
    bare = [text for text in words if set(LETTERS.findall(text)) - SAME_IN_EVERY_LANGUAGE]
    assert bare == []


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_page_can_be_read_and_leads_to_addresses_and_files_that_exist(path):
    get_template(str(path.relative_to("huiyin/templates")))
    text = (ROOT / path).read_text(encoding="utf-8")
    known = {address.name for address in reference.addresses()}
    assert set(URL_TAG.findall(text)) <= known
    lost = [
        name
        for name in STATIC_TAG.findall(text)
        if not (ROOT / "huiyin" / "static" / name).exists()
    ]
    assert lost == []


def test_a_page_is_named_like_its_address():
    known = {address.name for address in reference.addresses()}
    doors = {name.partition(":")[0] for name in known if ":" in name}
    pages = [path for path in TEMPLATES if path.parent.name in doors and path.name[0] != "_"]
    odd = [f"{path.parent.name}:{path.stem}" for path in pages if extends_nothing_of_its_own(path)]
    assert set(odd) - known == WITHOUT_ADDRESS


def extends_nothing_of_its_own(path: Path) -> bool:
    """Whether a template is a page; the frame of a door is extended by its pages instead."""
    name = f"{path.parent.name}/{path.name}"
    frames = re.compile(rf"{{%\s*extends\s+['\"]{re.escape(name)}['\"]")
    return not any(frames.search((ROOT / other).read_text(encoding="utf-8")) for other in TEMPLATES)


def test_browsers_are_told_to_run_nothing_but_our_own_files():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'self'"]
    assert directives["object-src"] == directives["base-uri"] == ["'none'"]
    for name in ("script-src", "style-src", "connect-src"):
        assert set(directives.get(name, ["'self'"])) <= {"'self'", "'none'"}


@pytest.mark.django_db
def test_every_page_is_sent_with_these_orders():
    for path in ("/", "/there-is-nothing-here"):
        orders = Client().get(path)["Content-Security-Policy"]
        assert "default-src 'self'" in orders
        assert "unsafe" not in orders
