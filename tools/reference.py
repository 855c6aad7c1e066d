"""What the generated parts of docs/reference say, taken from the code itself.

`made(NAME, PAGE)` yields one part. Settings are read from the source, commands from
their parsers, statuses and steps from `ARROWS`, addresses from the URL table.
"""

import argparse
import ast
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.management import load_command_class
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import override

from huiyin.cases.happenings import SUBSCRIBED
from huiyin.cases.models import RequestKind, Status
from huiyin.cases.rules import ARROWS, HOTLINE_POSTS, RESIDENT, Arrow
from huiyin.command import OUR_NAMES
from huiyin.departments.models import Post
from huiyin.departments.rules import READS_CASES
from huiyin.notices.sentences import Words
from huiyin.notices.words import WORDS as NOTICES
from tools.calibers import PARTS as CALIBERS
from tools.ladder import PARTS as LADDER
from tools.life import PARTS as LIFE
from tools.life import label
from tools.messages import CHINESE, read

ROOT = Path(__file__).resolve().parent.parent
READERS = {"env_text", "env_flag", "env_number", "env_choice", "env_list", "env_secret"}
DJANGO_OPTIONS = {
    *("help", "version", "verbosity", "settings", "pythonpath", "traceback"),
    *("no_color", "force_color", "skip_checks"),
}


def made(name: str, page: str) -> str:
    """One generated part, as Markdown."""
    kind, _, about = name.partition(" ")
    if kind not in PARTS:
        raise SystemExit(f"{page} asks for a generated part “{name}”, which nothing makes.")
    return PARTS[kind](about)


# --- settings --------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """An environment variable, as the code reads it."""

    name: str
    reader: str
    default: str
    values: str
    module: str


def settings() -> list[Setting]:
    """Every environment variable that the code reads, by name."""
    found: dict[str, Setting] = {}
    for path in sorted((ROOT / "huiyin").rglob("*.py")):
        if path.name == "environment.py" or "migrations" in path.parts:
            continue
        for setting in _settings_in(path):
            found.setdefault(setting.name, setting)
    return [found[name] for name in sorted(found)]


def _settings_in(path: Path) -> Iterator[Setting]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in READERS:
            continue
        first = node.args[0]
        name = first.value if isinstance(first, ast.Constant) else ""
        name = constants.get(first.id, "") if isinstance(first, ast.Name) else name
        if name:
            words = {word.arg: ast.unparse(word.value) for word in node.keywords if word.arg}
            given = [ast.unparse(arg) for arg in node.args[1:]]
            reader = node.func.id
            module = str(path.relative_to(ROOT))
            yield Setting(name, reader, _default(reader, given, words), _values(node), module)


def _default(reader: str, given: list[str], words: dict[str, str]) -> str:
    text = words.get("default") or (given[0] if given else "")
    if text == "IN_PRODUCTION":
        return "`yes` in production, else `no`"
    if reader == "env_flag":
        return "`yes`" if text == "True" else "`no`"
    if reader == "env_list":
        names = re.findall(r"'([^']+)'", text)
        return f"`{','.join(names)}` in a trial" if names else "none"
    text = text.strip("'")
    return f"`{text}`" if text else "none"


def _values(call: ast.Call) -> str:
    reader, words = call.func.id, {word.arg: ast.unparse(word.value) for word in call.keywords}
    if reader == "env_number":
        return f"a whole number from {int(words['least']):,} to {int(words['most']):,}"
    if reader == "env_choice":
        return "one of " + ", ".join(f"`{word}`" for word in ast.literal_eval(call.args[2]))
    return {
        "env_flag": "`yes` or `no`",
        "env_list": "names, separated by commas",
        "env_secret": "a secret, or the file that holds it under the same name with `_FILE`",
        "env_text": "a text",
    }[reader]


def _settings_table(_about: str) -> str:
    rows = [f"| [`{s.name}`](#{s.name.lower()}) | {s.values} | {s.default} |" for s in settings()]
    return "\n".join(["| variable | value | default |", "|---|---|---|", *rows])


# --- commands --------------------------------------------------------------------------


def commands() -> list[str]:
    """The names of the city's own commands, as a person types them."""
    typed = {ours: name for name, ours in OUR_NAMES.items()}
    files = (ROOT / "huiyin" / "management" / "commands").glob("[a-z]*.py")
    return sorted(typed.get(path.stem, path.stem) for path in files)


def _usage(name: str) -> str:
    command = load_command_class("huiyin", OUR_NAMES.get(name, name))
    parser = command.create_parser("huiyin", name)
    lines = [_sentence(str(command.help)), "", *_options(parser, f"huiyin {name}")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _options(parser: argparse.ArgumentParser, said: str) -> list[str]:
    rows, below = [], []
    for action in parser._actions:  # noqa: SLF001 - argparse offers no other way to list them
        if action.dest in DJANGO_OPTIONS:
            continue
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            helps = {choice.dest: choice.help for choice in action._choices_actions}  # noqa: SLF001
            for name, sub in action.choices.items():
                below += ["", f"`{said} {name}`: {_sentence(helps.get(name) or '')}", ""]
                below += _options(sub, f"{said} {name}")
        else:
            rows.append(f"| {_shown(action)} | {_meaning(action)} |")
    head = ["| option | meaning |", "|---|---|"] if rows else []
    return [*head, *rows, *below]


def _shown(action: argparse.Action) -> str:
    value = action.metavar or action.dest.upper().replace("_", " ")
    value = str(value[0] if isinstance(value, tuple) else value)
    if not action.option_strings:
        return f"`{value.replace(' ', '_')}`" + ("" if action.required else " (optional)")
    takes = action.nargs != 0
    return f"`{action.option_strings[-1]}{' ' + value.replace(' ', '_') if takes else ''}`"


def _meaning(action: argparse.Action) -> str:
    parts = [(action.help or "").rstrip(".")]
    if action.choices:
        parts.append("one of " + ", ".join(f"`{choice}`" for choice in action.choices))
    if action.required and action.option_strings:
        parts.append("must be given")
    if action.option_strings and action.nargs != 0 and action.default not in {None, ""}:
        parts.append(f"`{action.default}` if not given")
    return "; ".join(part for part in parts if part).replace("|", "\\|")


def _sentence(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


# --- statuses, steps and posts -----------------------------------------------------------


def _diagram(_about: str) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {status.value}: {status.value} {label(status, Status)}" for status in Status]
    lines.append("    [*] --> received")
    lines += [f"    {arrow.start} --> {arrow.end}: {arrow.step}" for arrow in ARROWS]
    return "\n".join([*lines, "```"])


def _who(arrow: Arrow) -> str:
    return ", ".join(sorted(arrow.who))


def _arrows(_about: str) -> str:
    head = ["| step | from | to | who may take it | what is owed |", "|---|---|---|---|---|"]
    rows = []
    for arrow in ARROWS:
        owed = ", ".join(sorted(paper.replace("_", " ") for paper in arrow.owes)) or "nothing"
        rows.append(f"| `{arrow.step}` | {arrow.start} | {arrow.end} | {_who(arrow)} | {owed} |")
    return "\n".join([*head, *rows])


def _rights(_about: str) -> str:
    people = [RESIDENT, *(post.value for post in Post)]
    head = f"| may | {' | '.join(people)} |"
    line = "|---" * (len(people) + 1) + "|"
    steps = list(dict.fromkeys(arrow.step for arrow in ARROWS))
    rows = [f"| read cases of the unit | {_marks(people, READS_CASES)} |"]
    for step in steps:
        allowed = frozenset().union(*(arrow.who for arrow in ARROWS if arrow.step == step))
        rows.append(f"| `{step}` | {_marks(people, allowed)} |")
    return "\n".join([head, line, *rows])


def _marks(people: list[str], allowed: frozenset[str]) -> str:
    return " | ".join("●" if person in allowed else "" for person in people)


def _posts(_about: str) -> str:
    head = ["| post | 中文 | holds where | reads cases |", "|---|---|---|---|"]
    rows = []
    for post in Post:
        where = "where the case was taken in" if post in HOTLINE_POSTS else "at the unit in charge"
        steps = any(post in arrow.who for arrow in ARROWS)
        reads = "yes" if post in READS_CASES else "no"
        where = where if steps else "no step of a case"
        rows.append(f"| {post.value} | {label(post, Post)} | {where} | {reads} |")
    return "\n".join([*head, *rows])


WORDS = {"status": Status, "post": Post, "kind": RequestKind}


def _words(about: str) -> str:
    rows = []
    for one in WORDS[about]:
        with override("en"):
            english = str(one.label)
        rows.append(f"| {english} | `{one.value}` | {label(one.value, WORDS[about])} |")
    return "\n".join(["| word | in the code | 中文 |", "|---|---|---|", *rows])


# --- addresses ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    """One address of the site."""

    name: str
    path: str
    view: Callable[..., object]


def addresses() -> list[Address]:
    """Every address of the site, in the order in which it is looked up."""
    return list(_below(get_resolver(), "/", ""))


def _below(resolver: URLResolver, path: str, space: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _below(entry, here, inner)
        elif isinstance(entry, URLPattern):
            yield Address(f"{space}{entry.name or here}", here, entry.callback)


def _addresses(door: str) -> str:
    parts = []
    for address in addresses():
        space = address.name.partition(":")[0] if ":" in address.name else "site"
        if space == door:
            parts.append(f"### `{address.name}`\n\n`{address.path}`: {what_for(address.view)}")
    return "\n\n".join(parts) or "None yet."


def what_for(view: Callable[..., object]) -> str:
    """The first sentence of what a view says about itself."""
    said = inspect.getdoc(getattr(view, "view_class", view)) or ""
    return _sentence(" ".join(said.partition("\n\n")[0].split()))


# --- decisions ---------------------------------------------------------------------------


def _decisions(_about: str) -> str:
    lines = []
    for page in sorted((ROOT / "docs" / "decisions").glob("0*.md")):
        title = page.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        lines.append(f"- [{title}]({page.name})")
    return "\n".join(lines)


def _notices(_about: str) -> str:
    known = read(CHINESE, "zh_Hans")
    head = ["| code | post | staff read | the resident reads | facts |", "|---|---|---|---|---|"]
    rows = []
    for code, words in NOTICES.items():
        said = []
        for one in (words.staff, words.resident):
            with override("en"):
                english = str(one or "")
            chinese = known.get(english)
            said.append(f"{english}<br>{chinese.string if chinese else ''}" if one else "")
        cells = (f"`{code}`", words.post.value, *said, _facts(words))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join([*head, *rows])


def _facts(words: Words) -> str:
    said = []
    for name, kind in words.facts.items():
        star = "*" if name in words.for_resident else ""
        fact = f"`{name}` {kind.name}{star}"
        said.append(fact if name in words.owed() else f"({fact})")
    return ", ".join(said)


def _events(_about: str) -> str:
    rows = ["| who follows | what it does |", "|---|---|"]
    for subscriber in SUBSCRIBED:
        said = (inspect.getdoc(subscriber) or "").partition("\n")[0]
        rows.append(f"| `{subscriber.__module__}.{subscriber.__name__}` | {said} |")
    return "\n".join(rows)


PARTS: dict[str, Callable[[str], str]] = {
    "settings": _settings_table,
    "usage": _usage,
    "diagram": _diagram,
    "arrows": _arrows,
    "rights": _rights,
    "posts": _posts,
    "words": _words,
    "addresses": _addresses,
    "decisions": _decisions,
    "notices": _notices,
    "events": _events,
    **LIFE,
    **LADDER,
    **CALIBERS,
}
