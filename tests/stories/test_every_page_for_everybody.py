"""Every page of the site, walked from the table of doors: can everybody use it?

axe-core looks for what keeps people with a screen reader, a keyboard or weak eyes out, by
the rules of WCAG 2.2 at level AA.
"""

from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.house.answers import HOLDER, NOBODY
from tests.house.doors import DOORS
from tests.house.scene import make_scene

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASK = f"axe.run(document, {{runOnly: {RULES}}}).then(found => found.violations.map(wrong =>"
ASK += " `${wrong.id}: ${wrong.nodes[0].target}`))"


def test_no_page_keeps_anybody_out(site, window):
    if not AXE.exists():
        pytest.skip("axe-core is not installed (make setup)")
    scene, found, walked = make_scene(), {}, set()
    for door in DOORS:
        # Whoever comes in here; a page that everybody may open is opened by nobody special.
        people = sorted(door.answers.get(200, set()), key=lambda name: (name != NOBODY, name))
        if door.method == "get" and people and is_page(scene, door, people[0]):
            page = visit(site, window, scene, people[0])
            page.goto(site + address_of(scene, door))
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found[str(door)] = page.evaluate(ASK)
            walked.add(door.name)
            page.context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert walked >= {"counter:home", "counter:ask", "desk:queue", "desk:case_detail"}


def address_of(scene, door):
    """The address of a door, with what it is asked."""
    return f"{scene.address_of(door)}?{urlencode(door.sent)}"


def is_page(scene, door, person):
    """Whether the address answers with a page, not with a file."""
    response = scene.browser_of(person).get(address_of(scene, door))
    assert response.status_code == 200, str(door)
    if response.streaming:
        assert b"".join(response)
    return response["Content-Type"].startswith("text/html")


def visit(site, window, scene, person):
    """A window of this person."""
    page = window(1440 if person not in {NOBODY, HOLDER} else 360)
    cookies = scene.browser_of(person).cookies.values()
    page.context.add_cookies(
        [{"name": one.key, "value": one.value, "url": site} for one in cookies]
    )
    return page
