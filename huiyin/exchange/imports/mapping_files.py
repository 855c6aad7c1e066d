"""Reading a mapping from TOML, and checking it completely before a single row is read.

Unknown keys, words that are no status or channel, steps that no arrow allows: each is one
sentence. `docs/reference/mapping.md` lists every key.
"""

import re
import tomllib
import zoneinfo
from collections.abc import Mapping as Rows
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases.rules import BY_ENDS, Channel, RequestKind, Satisfaction, Status
from huiyin.departments.rules import UnitLevel
from huiyin.exchange.imports._tables import Table, nearest
from huiyin.exchange.imports.mapping import (
    CREATE,
    DEFAULT,
    DUE,
    RECEIVED,
    REJECT,
    Lives,
    Mapping,
    Moment,
    Names,
    PastStep,
    ValueMap,
)
from huiyin.exchange.imports.rules import RULES
from huiyin.exchange.imports.templates import alternatives_of
from huiyin.office.problems import WrongInput
from huiyin.office.reasons import reason_of
from huiyin.places.rules import DEPTHS, Level

CODE = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
MOMENT_NAME = re.compile(r"[a-z][a-z0-9_]*")
STEP = re.compile(r"(\w+) at (\w+)")
RESIDENT_PARTS = ("name", "phone", "address", "email")
TEXTS = ("title", "text", "address", "reply", "reason")


def read_mapping(path: Path | str) -> Mapping:
    """Read and check a mapping file; everything wrong is one sentence that names the place."""
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as reason:
        sentence = _("The mapping %(path)s cannot be read: %(reason)s.")
        raise WrongInput(sentence % {"path": path, "reason": reason_of(reason)}) from None
    except UnicodeDecodeError:
        raise WrongInput(_("The mapping %(path)s is not UTF-8 text.") % {"path": path}) from None
    except tomllib.TOMLDecodeError as reason:
        sentence = _("The mapping %(path)s is not TOML: %(reason)s.")
        raise WrongInput(sentence % {"path": path, "reason": reason}) from None
    return mapping_of(content)


def mapping_of(content: dict[str, Any]) -> Mapping:
    """Check the content of a mapping file."""
    top = Table("", content)
    source, place, text = top.table("source"), top.table("place"), top.table("text")
    category, point = top.table("category"), top.table("point")
    outcome, moments = top.table("outcome"), _moments(top.table("moments"))
    mapping = Mapping(
        source=_code(source, "code"),
        id_column=source.text("id"),
        zone=_zone(source),
        missing=frozenset(word.casefold() for word in source.texts("missing")),
        optional=frozenset(source.texts("optional")),
        sheet=source.text("sheet", ""),
        city=_city(top.table("city")),
        moments=moments,
        lives=_lives(top.table("status"), moments),
        unit=_names(top.table("unit"), list(UnitLevel)),
        place_by_point=place.flag("by_point", default=False),
        place=_names(place, list(Level)),
        deadline_class=category.text("deadline_class", "general"),
        category=_names(category, []),
        kind=_value_map(top.table("kind"), list(RequestKind)),
        channel=_value_map(top.table("channel"), list(Channel)),
        texts={key: alternatives_of(text.texts(key)) for key in TEXTS},
        default_point=_mark(point.table("is_default")),
        point=(point.text("longitude", ""), point.text("latitude", "")),
        resident={
            key: found
            for table in [top.table("resident")]
            for key, found in _known_words(table, RESIDENT_PARTS).items()
        },
        solved=_value_map(outcome.table("solved"), ["yes", "no", ""]),
        satisfied=_value_map(outcome.table("satisfied"), [*Satisfaction, ""]),
        rules=_rules(top.table("rules")),
    )
    for table in (source, text, point, outcome, top):
        table.finish()
    _check_whole(mapping)
    return mapping


def _check_whole(mapping: Mapping) -> None:
    if not mapping.texts["title"].templates and not mapping.texts["text"].templates:
        raise WrongInput(_("In the mapping, [text] must say where the title or text stands."))
    if bool(mapping.point[0]) != bool(mapping.point[1]):
        raise WrongInput(_("In the mapping, [point] must name both longitude and latitude."))
    if not mapping.unit.columns and not mapping.unit.default:
        raise WrongInput(_("In the mapping, [unit] must name columns or a default."))
    depths = [DEPTHS[level] for level in mapping.place.levels]
    if depths != sorted(set(depths)) or (depths and depths[0] == DEPTHS[Level.CITY]):
        raise WrongInput(_("In the mapping, the levels of [place] must go from wide to fine."))


def _code(table: Table, key: str) -> str:
    code = table.text(key)
    if not CODE.fullmatch(code):
        raise WrongInput(
            _("In the mapping, “%(code)s” in %(table)s is no code; write small letters, digits, "
              "and at most 40 of them.")
            % {"code": code, "table": table.label}
        )  # fmt: skip
    return code


def _zone_name(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise WrongInput(
            _("In the mapping, “%(zone)s” is no time zone; write a name such as Asia/Shanghai.")
            % {"zone": name}
        )
    return name


def _zone(source: Table) -> ValueMap:
    said = source.take("time_zone")
    if isinstance(said, str):
        return ValueMap("", {}, _zone_name(said), DEFAULT)
    table = Table("source.time_zone", said)
    return _value_map(table, sorted(zoneinfo.available_timezones()))


def _city(table: Table) -> dict[str, str]:
    code = _code(table, "code")
    city = {
        "code": code,
        "place": table.text("place", code),
        "name": table.text("name"),
        "name_en": table.text("name_en", ""),
        "time_zone": _zone_name(table.text("time_zone")),
    }
    table.finish()
    return city


def _moments(table: Table) -> dict[str, Moment]:
    found = {}
    for name in list(table.left):
        said = table.take(name)
        if not MOMENT_NAME.fullmatch(name):
            sentence = _("In the mapping, the moment “%(name)s” needs a name in small letters.")
            raise WrongInput(sentence % {"name": name})
        if isinstance(said, str):
            found[name] = Moment(said)
            continue
        inner = Table(f"moments.{name}", said)
        pattern = inner.text("pattern", "")
        found[name] = Moment(inner.text("column"), inner.texts("formats"), _pattern(pattern))
        inner.finish()
    if RECEIVED not in found:
        raise WrongInput(_("In the mapping, [moments] must say when a case was received."))
    return found


def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error as reason:
        sentence = _("In the mapping, the pattern “%(text)s” is wrong: %(reason)s.")
        raise WrongInput(sentence % {"text": text, "reason": reason}) from None


def _lives(table: Table, moments: Rows[str, Moment]) -> Lives:
    always, column = table.take("always"), table.text("column", "")
    unknown = table.choice("unknown", (REJECT, DEFAULT), REJECT)
    default = table.take("default", always)
    steps = {
        word.casefold(): _steps(word, said, moments)
        for word, said in table.take("steps", {}).items()
    }
    table.finish()
    if not column and default is None:
        raise WrongInput(_("In the mapping, [status] must name a column, or say “always”."))
    if unknown == DEFAULT and default is None:
        raise WrongInput(_("In the mapping, [status] must say its default."))
    known = None if default is None else _steps(DEFAULT, default, moments)
    return Lives(column, steps, known, unknown)


def _steps(word: str, said: object, moments: Rows[str, Moment]) -> tuple[PastStep, ...]:
    """Read the steps of one life and walk them along the arrows, before any row is read."""
    at, steps = Status.RECEIVED, []
    for line in said if isinstance(said, list) else [said]:
        match = STEP.fullmatch(line.strip()) if isinstance(line, str) else None
        end = Status(match[1]) if match and match[1] in set(Status) else None
        if match is None or end is None or match[2] not in moments or match[2] == DUE:
            raise WrongInput(
                _("In the mapping, the step “%(line)s” of “%(word)s” cannot be read; write a "
                  "status and a moment of [moments], such as “closed at closed”.")
                % {"line": line, "word": word}
            )  # fmt: skip
        if (at, end) not in BY_ENDS:
            raise WrongInput(
                _("In the mapping, “%(word)s” leads from %(start)s to %(end)s, and no arrow does.")
                % {"word": word, "start": at.value, "end": end.value}
            )
        steps.append(PastStep(end, match[2]))
        at = end
    return tuple(steps)


def _names(table: Table, levels: list[Any]) -> Names:
    columns = table.texts("columns")
    given = table.texts("levels")
    english = table.take("name_en", "")
    names = Names(
        columns=columns,
        levels=given,
        split=table.texts("split"),
        english_column=english if isinstance(english, str) else "",
        english=Table(f"{table.name}.name_en", english).left if isinstance(english, dict) else {},
        missing=frozenset(word.casefold() for word in table.texts("missing")),
        default=table.text("default", ""),
        unknown=table.choice("unknown", (CREATE, DEFAULT, REJECT), CREATE),
    )
    table.finish()
    wrong = [level for level in given if level not in levels]
    if wrong or (levels and len(given) != len(columns)):
        raise WrongInput(
            _("In the mapping, [%(table)s] needs one level for each column, of: %(levels)s.")
            % {"table": table.name, "levels": ", ".join(levels)}
        )
    return names


def _value_map(table: Table, allowed: list[Any]) -> ValueMap:
    words = [str(one) for one in allowed]
    column, values = table.text("column", ""), table.words("values")
    default, pattern = table.text("default", ""), _pattern(table.text("pattern", ""))
    unknown = table.choice("unknown", (REJECT, DEFAULT), DEFAULT if default else REJECT)
    table.finish()
    for value in [*values.values(), *([default] if default else [])]:
        if value not in words:
            near = nearest(value, words) or ", ".join(words[:12])
            sentence = _("In the mapping, [%(table)s] leads to “%(value)s”; write %(near)s.")
            raise WrongInput(sentence % {"table": table.name, "value": value, "near": near})
    optional = "" in words
    if not column and not default and not optional:
        sentence = _("In the mapping, [%(table)s] needs a column with values, or a default.")
        raise WrongInput(sentence % {"table": table.name})
    meanings = {key.casefold(): one for key, one in values.items()}
    return ValueMap(column, meanings, default, unknown, optional, pattern)


def _mark(table: Table) -> ValueMap:
    column, words = table.text("column", ""), table.texts("values")
    table.finish()
    return ValueMap(column, dict.fromkeys((one.casefold() for one in words), "yes"), "no", DEFAULT)


def _known_words(table: Table, keys: tuple[str, ...]) -> dict[str, str]:
    found = {key: table.text(key, "") for key in keys}
    table.finish()
    return {key: value for key, value in found.items() if value}


def _rules(table: Table) -> dict[str, str]:
    found = {name: table.choice(name, choices, choices[0]) for name, choices in RULES.items()}
    table.finish()
    return found
