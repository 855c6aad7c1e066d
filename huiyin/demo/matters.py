"""What people of the demo city ask about: its own taxonomy, with owners and sentences.

`taxonomy/` holds one file a group; `docs/developer/demo-city.md` says what stands in it.
"""

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from huiyin.cases.models import Category
from huiyin.departments.actions import sort_key
from huiyin.office.bulk import copy_objects, draw_ids

FOLDER = Path(__file__).resolve().parent / "taxonomy"
# The first level in front of a leaf's code, so that an import's categories never collide.
PREFIX = "demo"


@dataclass(frozen=True, eq=False)
class Ask:
    """One thing that people want in a matter: sentences, and answers that fit them."""

    kind: str
    share: int
    title: str
    # Sentences that tell of the same thing and answers of which each fits any of them,
    # or sentences that differ, each with the answer that fits it.
    texts: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    placed: bool = True
    months: tuple[int, ...] = ()
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    english: tuple[str, ...] = ()
    done_en: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Matter:
    """One kind of matter: a leaf of the taxonomy."""

    code: str
    name: str
    name_en: str
    owner: str
    deadline_class: str
    weight: int
    season: str
    day: str
    asks: tuple[Ask, ...]
    sums: Mapping[int, tuple[tuple[Ask, ...], list[int]]]

    def ask(self, chance: random.Random, month: int, *, solid: bool = False) -> Ask:
        """What somebody wants in a month; `solid`: something that a unit must do."""
        asks, sums = self.sums[month]
        if solid:
            asks = tuple(filter(is_solid, asks)) or tuple(filter(is_solid, self.asks))
            return chance.choices(asks, [ask.share for ask in asks])[0]
        return asks[0] if len(asks) == 1 else chance.choices(asks, cum_weights=sums)[0]


def is_solid(ask: Ask) -> bool:
    """Whether a unit must act on it at a place: no question, no thanks."""
    return ask.placed and ask.kind in {"help", "complaint", "report"}


@lru_cache(maxsize=1)
def matters() -> tuple[Matter, ...]:
    """All leaves, in the order of the files."""
    return tuple(_matter(leaf) for group in _groups() for leaf in group["leaf"])


@lru_cache(maxsize=1)
def by_code() -> dict[str, Matter]:
    """The leaves by their code."""
    return {matter.code: matter for matter in matters()}


def install_categories() -> dict[str, Category]:
    """Write the taxonomy and give its leaves by the code of their matter."""
    groups = _groups()
    keys = iter(draw_ids(Category, sum(1 + len(group["leaf"]) for group in groups)))
    made, leaves = [], {}
    for group in groups:
        made.append(top := _category(group, None, next(keys)))
        for leaf in group["leaf"]:
            made.append(_category(leaf, top, next(keys)))
            leaves[leaf["code"]] = made[-1]
    copy_objects(made)
    return leaves


def category_code(matter: Matter) -> str:
    """The code of a leaf among the city's categories."""
    group = next(g for g in _groups() if any(leaf["code"] == matter.code for leaf in g["leaf"]))
    return f"{PREFIX}.{group['code']}.{matter.code}"


@lru_cache(maxsize=1)
def _groups() -> list[dict[str, Any]]:
    return [tomllib.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml"))]


def _matter(leaf: dict[str, Any]) -> Matter:
    asks = tuple(_ask(ask) for ask in leaf["ask"])
    facts = {name: leaf[name] for name in leaf if name != "ask"}
    sums = {month: _of_month(asks, month) for month in range(1, 13)}
    return Matter(**facts, asks=asks, sums=sums)


def _ask(given: dict[str, Any]) -> Ask:
    facts: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    return Ask(**facts)


def _of_month(asks: tuple[Ask, ...], month: int) -> tuple[tuple[Ask, ...], list[int]]:
    fitting = tuple(ask for ask in asks if not ask.months or month in ask.months) or asks
    return fitting, list(accumulate(ask.share for ask in fitting))


def _category(given: dict[str, Any], parent: Category | None, key: int) -> Category:
    return Category(
        pk=key,
        code=f"{parent.code if parent else PREFIX}.{given['code']}",
        name=given["name"],
        name_en=given["name_en"],
        parent=parent,
        path=f"{parent.path if parent else '/'}{key}/",
        sort_key=sort_key(given["name"]),
        deadline_class=given.get("deadline_class", "general"),
        source=PREFIX,
    )
