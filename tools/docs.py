"""The generated parts of docs/: `write` makes them anew, `check` names those that are stale.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`; everything
else on a page is written by hand. `tools/reference.py` makes the parts.
"""

import os
import re
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
PART = re.compile(r"(<!-- generated: (?P<name>[^>]+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def fresh(text: str, page: str) -> str:
    """The text of a page with every generated part made anew."""
    from tools.reference import made  # noqa: PLC0415 - Django must be set up first

    def part(found: re.Match[str]) -> str:
        return f"{found[1]}\n{made(found['name'], page).strip()}\n\n{found[3]}"

    return PART.sub(part, text)


def pages() -> list[Path]:
    """Every page of the documentation."""
    return sorted((ROOT / "docs").rglob("*.md"))


def stale_pages() -> list[str]:
    """The pages whose generated parts do not say what the code says."""
    stale = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        name = str(page.relative_to(ROOT))
        if fresh(text, name) != text:
            stale.append(name)
    return stale


def write() -> list[str]:
    """Write every generated part anew; returns the pages that changed."""
    changed = stale_pages()
    for name in changed:
        page = ROOT / name
        page.write_text(fresh(page.read_text(encoding="utf-8"), name), encoding="utf-8")
    return changed


def main(arguments: list[str]) -> int:
    """Run one of the two."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    if arguments == ["write"]:
        for name in write():
            print(f"{name} was written anew.")
        return 0
    if arguments == ["check"]:
        stale = stale_pages()
        for name in stale:
            print(f"{name} does not say what the code says; run `make docs`.")
        return 1 if stale else 0
    print("Use: docs.py write | check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
