r"""Words that people see: `extract`, `set`, `compile` and `check`, without gettext's programs.

`set` reads lines `English<TAB>中文` from standard input and merges them into the Chinese
catalogue; in both, `\n` stands for a line break. `check` fails when a word has no translation.
"""

import fcntl
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "huiyin" / "locale"
CHINESE = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
LOCK = ROOT / ".make" / "messages.lock"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
HAN = re.compile("[\u4e00-\u9fff]")
WIDE = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01"}
# What a sign stands beside when it belongs to Chinese words: Chinese, its marks, a placeholder;
# never a sign within a time, a number or an address.
BESIDE = "[\u3001-\u3011\u4e00-\u9fff\ue000-\ue001\uff00-\uffef\u201c\u201d\u2026]"
SIGNS = re.compile(rf"(?:(?<={BESIDE})|(?<=\ue001[sd])|(?<=}}))[,;:?!] ?|[,;:?!] ?(?={BESIDE}|{{)")
BRACKETS = re.compile(r" ?\(([^()]*[\u4e00-\u9fff][^()]*)\)|(?<=[^A-Za-z0-9]) ?\(([^()]*)\)")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "_": None,
    "gettext_noop": None,
}


def found_messages() -> Catalog:
    """Every message in the code and the templates."""
    catalog = Catalog(project="huiyin", charset="utf-8")
    for file, source in _sources():
        for line, function, messages, _comments in extract_python(
            source, list(KEYWORDS), [], {"encoding": "utf-8"}
        ):
            _add(catalog, file, line, function, messages)
    return catalog


def _sources() -> Iterator[tuple[Path, io.BytesIO]]:
    for file in sorted((ROOT / "huiyin").rglob("*.py")):
        if "migrations" not in file.parts:
            yield file, io.BytesIO(file.read_bytes())
    for file in sorted((ROOT / "huiyin" / "templates").rglob("*.*")):
        if file.suffix in {".html", ".txt", ".svg"}:
            text = templatize(file.read_text(encoding="utf-8"), origin=str(file))
            # Without indents: what `templatize` makes of a page only looks like Python.
            flat = "\n".join(line.lstrip() for line in text.splitlines())
            yield file, io.BytesIO(flat.encode())


def _add(catalog: Catalog, file: Path, line: int, function: str, messages: object) -> None:
    parts = list(messages) if isinstance(messages, tuple) else [messages]
    context = parts.pop(0) if function in {"pgettext", "pgettext_lazy", "npgettext"} else None
    singular = parts[0] if parts else None
    if not isinstance(singular, str) or not singular:
        return
    plural = function in {"ngettext", "ngettext_lazy", "npgettext"}
    known = (singular, parts[1]) if plural else singular
    catalog.add(known, locations=[(str(file.relative_to(ROOT)), line)], context=context)


def read(path: Path, language: str) -> Catalog:
    """Read a catalogue, or begin an empty one."""
    if not path.exists():
        return Catalog(locale=language, project="huiyin", charset="utf-8")
    with path.open("rb") as source:
        return read_po(source, locale=language)


def full_width(chinese: str) -> str:
    """Give Chinese its own punctuation where the ASCII one was typed beside Chinese words."""
    if not HAN.search(chinese):
        return chinese
    # Placeholders keep their ASCII brackets: %(name)s.
    text = re.sub(r"%\((\w+)\)", "\ue000\\1\ue001", chinese)
    text = BRACKETS.sub(lambda found: f"\uff08{found[1] or found[2]}\uff09", text)
    text = SIGNS.sub(lambda found: WIDE[found[0][0]], text)
    return text.replace("\ue000", "%(").replace("\ue001", ")")


def write(path: Path, catalog: Catalog) -> None:
    """Write a catalogue in a stable order, without dates and line numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path == CHINESE:
        for message in catalog:
            if message.id and isinstance(message.string, str):
                message.string = full_width(message.string)
            elif message.id:
                message.string = tuple(full_width(text) for text in message.string)
    catalog.fuzzy = False
    catalog.header_comment = "# huiyin 回音"
    out = io.BytesIO()
    write_po(out, catalog, no_location=True, sort_output=True, omit_header=False, width=100)
    kept = [
        line
        for line in out.getvalue().decode().splitlines()
        if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By'))
    ]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


def set_messages(lines: list[str]) -> int:
    """Merge translations into the Chinese catalogue."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        catalog = read(CHINESE, "zh_Hans")
        count = 0
        for line in lines:
            english, tab, chinese = line.rstrip("\n").replace("\\n", "\n").partition("\t")
            if not tab or not chinese.strip():
                continue
            message = catalog.get(english)
            if message is None:
                catalog.add(english, string=chinese)
            else:
                message.string = (chinese,) if message.pluralizable else chinese
            count += 1
        write(CHINESE, catalog)
    return count


def extract() -> list[str]:
    """Bring both catalogues up to date with the code; returns what has no Chinese."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found, missing = found_messages(), []
        for path, language in ((CHINESE, "zh_Hans"), (ENGLISH, "en")):
            old, new = read(path, language), Catalog(locale=language, charset="utf-8")
            for message in found:
                if not message.id:
                    continue
                first = message.id[0] if message.pluralizable else message.id
                known = old.get(first, message.context)
                string = known.string if known else ""
                if language == "en":
                    string = message.id
                elif message.pluralizable and isinstance(string, str):
                    string = (string,)
                new.add(message.id, string=string, context=message.context)
                if language == "zh_Hans" and not (string[0] if string else ""):
                    missing.append(str(first))
            write(path, new)
    return missing


def compile_all() -> None:
    """Write the .mo files that Django reads."""
    for path, language in ((CHINESE, "zh_Hans"), (ENGLISH, "en")):
        with path.with_suffix(".mo").open("wb") as out:
            write_mo(out, read(path, language))


def check() -> list[str]:
    """Messages in the code that the Chinese catalogue lacks."""
    chinese = read(CHINESE, "zh_Hans")
    missing = []
    for message in found_messages():
        if not message.id:
            continue
        first = message.id[0] if message.pluralizable else message.id
        known = chinese.get(first, message.context)
        string = known.string if known else ""
        if not (string[0] if isinstance(string, (tuple, list)) and string else string):
            missing.append(str(first))
    return missing


def main(arguments: list[str]) -> int:
    """Run one of the four."""
    settings.configure(USE_I18N=True)
    LOCK.parent.mkdir(exist_ok=True)
    if arguments == ["set"]:
        print(f"{set_messages(sys.stdin.readlines())} translations kept")
        return 0
    if arguments == ["compile"]:
        compile_all()
        return 0
    if arguments in (["extract"], ["check"]):
        missing = extract() if arguments == ["extract"] else check()
        for message in missing:
            print(message.replace("\n", "\\n"))
        print(f"{len(missing)} messages have no Chinese", file=sys.stderr)
        return 1 if missing and arguments == ["check"] else 0
    print("Use: messages.py extract | set | compile | check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
