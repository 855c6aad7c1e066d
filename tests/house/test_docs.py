"""The documentation says what the code says, names everything, and its links lead somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from huiyin.cases.models import SpecialRoute, Status
from huiyin.cases.papers.grounds import GROUNDS
from huiyin.cases.rules import KINDS, PROCEDURES
from huiyin.departments.models import Post
from tests.house.rooms import ROOT, tracked_files
from tools import docs, reference

HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
RUNNABLE = re.compile(r"^```(sh|python) run\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PAGES = [path for path in tracked_files() if path.suffix == ".md"]
OURS = [model for model in apps.get_models() if model.__module__.startswith("huiyin.")]


def text_of(page: Path | str) -> str:
    """The text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def headings(page: Path | str) -> set[str]:
    """The headings of a page, without marks of code."""
    return {found.replace("`", "") for found in HEADING.findall(FENCE.sub("", text_of(page)))}


def anchors(page: Path) -> set[str]:
    """The names under which the headings of a page can be linked."""
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings(page))
    return {word.replace(" ", "-") for word in words}


def test_every_generated_part_is_fresh():
    assert docs.stale_pages() == [], "run `make docs`"


def test_every_setting_has_its_heading_and_no_heading_outlives_its_setting():
    named = {name for name in headings("docs/reference/settings.md") if name.isupper()}
    assert named == {setting.name for setting in reference.settings()}


def test_every_command_has_its_heading_and_no_heading_outlives_its_command():
    titles = headings("docs/reference/commands.md")
    named = {title.removeprefix("huiyin ") for title in titles if title.startswith("huiyin ")}
    assert named == set(reference.commands())


def test_every_command_says_what_it_is_for():
    assert [name for name in reference.commands() if not reference.made(f"usage {name}", "")] == []


@pytest.mark.parametrize("status", Status.values)
def test_every_status_has_its_heading(status):
    assert status in headings("docs/reference/life.md")


@pytest.mark.parametrize("word", [*PROCEDURES, *KINDS, *SpecialRoute.values, *GROUNDS])
def test_the_life_of_a_case_names_every_application_kind_way_and_ground(word):
    assert f"`{word}`" in text_of("docs/reference/life.md")


@pytest.mark.parametrize("post", Post.values)
def test_every_post_has_its_heading(post):
    assert post in headings("docs/reference/permissions.md")


def test_every_address_of_the_site_has_its_heading_and_says_what_it_is_for():
    named = headings("docs/reference/urls.md")
    assert [a.name for a in reference.addresses() if a.name not in named] == []
    dumb = [a.name for a in reference.addresses() if not reference.what_for(a.view)]
    assert dumb == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_table_has_its_word_in_the_glossary(model):
    assert f"`{model.__name__}`" in text_of("docs/reference/glossary.md")


@pytest.mark.parametrize("word", [*Status.values, *Post.values])
def test_every_status_and_post_has_its_word_in_the_glossary(word):
    assert re.search(rf"\| `?{word}`? \|", text_of("docs/reference/glossary.md"))


def links_of(page: Path) -> list[str]:
    """The links of a page to other places of the checkout."""
    found = LINK.findall(FENCE.sub("", text_of(page)))
    return [link for link in found if not link.startswith(("http://", "https://", "mailto:"))]


def target_of(page: Path, link: str) -> Path:
    """The file that a link leads to."""
    file = link.partition("#")[0]
    return (ROOT / page.parent / file).resolve() if file else ROOT / page


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether the file of a link exists, and the heading if it names one."""
    target, anchor = target_of(page, link), link.partition("#")[2]
    if not anchor or target.suffix != ".md":
        return target.exists()
    return target.exists() and anchor in anchors(target)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_somewhere(page):
    lost = []
    for link in links_of(page):
        target, anchor = target_of(page, link), link.partition("#")[2]
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target)
        ):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_has_one_title(page):
    titles = [line for line in FENCE.sub("", text_of(page)).splitlines() if line.startswith("# ")]
    assert len(titles) == 1 or page.parent.name == "changes"


def test_every_page_of_the_documentation_is_found_from_the_map():
    reached, new = set(), {Path("docs/README.md")}
    while new:
        reached |= new
        targets = {target_of(page, link) for page in new for link in links_of(page)}
        found = {path.relative_to(ROOT) for path in targets if path.is_relative_to(ROOT)}
        new = {page for page in found if page.suffix == ".md" and (ROOT / page).exists()} - reached
    assert [str(page) for page in PAGES if page.parts[0] == "docs" and page not in reached] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "language", "code"),
    [(page, *found) for page in PAGES for found in RUNNABLE.findall(text_of(page))],
    ids=lambda value: str(value).partition("\n")[0][:40],
)
def test_the_commands_on_a_page_run(page, language, code, tmp_path):
    program = ["bash", "-euo", "pipefail"] if language == "sh" else [sys.executable]
    bin_folder = str(Path(sys.executable).parent)
    environment = os.environ | {
        "PATH": os.pathsep.join([bin_folder, os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TMPDIR": str(tmp_path),
    }
    done = subprocess.run(
        [*program, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, f"{page}: {done.stderr.decode()}"
