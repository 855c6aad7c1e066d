"""The presets that come with huiyin: one TOML file each, labelled with its source.

A file that says something unknown is refused by name, so that a typing error cannot become a rule.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from huiyin.deadlines.rules import Rule, TimeUnit
from huiyin.office.problems import WrongInput

FOLDER = Path(__file__).resolve().parent / "presets"
PRESET_WORDS = {
    "name": "",
    "name_en": "",
    "place": "",
    "source": "",
    "source_en": "",
    "valid_from": None,
    "valid_to": None,
}
RULE_WORDS = {
    "deadline_class": "",
    "request_kind": "",
    "amount": 0,
    "unit": "",
    "article": "",
    "article_en": "",
    "note": "",
    "is_draft": False,
}


@dataclass(frozen=True)
class ShippedPreset:
    """A preset as its file states it."""

    code: str
    facts: dict[str, Any]
    rules: tuple[dict[str, Any], ...]


@cache
def shipped_presets() -> tuple[ShippedPreset, ...]:
    """Read all presets that come with huiyin."""
    return tuple(
        read_preset(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.toml"))
    )


def read_preset(code: str, text: str) -> ShippedPreset:
    """Read one preset; raises WrongInput for a word or a unit that is not known."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise WrongInput(f"Preset “{code}” is not TOML: {broken}.") from None
    rules = found.pop("rules", [])
    _known_words(code, found, PRESET_WORDS)
    if not found.get("name") or not found.get("source"):
        raise WrongInput(f"Preset “{code}” needs a name and a source.")
    for rule in rules:
        _known_words(code, rule, RULE_WORDS)
        if rule.get("unit") not in set(TimeUnit) or not rule.get("deadline_class"):
            raise WrongInput(f"Preset “{code}” has a rule without a class or a known unit.")
        Rule(rule.get("amount", -1), TimeUnit(rule["unit"]))
    return ShippedPreset(code, PRESET_WORDS | found, tuple(RULE_WORDS | rule for rule in rules))


def _known_words(code: str, found: dict[str, Any], known: dict[str, Any]) -> None:
    unknown = sorted(set(found) - set(known))
    if unknown:
        raise WrongInput(f"Preset “{code}” says “{unknown[0]}”, which no preset knows.")
