"""What people ask about: the invented taxonomy, its owners, its sentences."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from huiyin.cases.models import Category
from huiyin.departments.actions import sort_key

FILE = Path(__file__).resolve().parent / "matters.toml"
# The first level in front of a leaf's code, so that an import's categories never collide.
PREFIX = "demo"


@dataclass(frozen=True)
class Matter:
    """One kind of matter: a leaf of the taxonomy."""

    code: str
    name: str
    name_en: str
    group: str
    owner: str
    deadline_class: str
    kinds: tuple[tuple[str, int], ...]
    weight: int
    season: str
    day: str
    texts: tuple[str, ...]
    done: tuple[str, ...]


@lru_cache(maxsize=1)
def matters() -> tuple[Matter, ...]:
    """All leaves, in the order of the file."""
    with FILE.open("rb") as source:
        groups = tomllib.load(source)["group"]
    return tuple(
        Matter(
            code=leaf["code"],
            name=leaf["name"],
            name_en=leaf["name_en"],
            group=group["code"],
            owner=leaf["owner"],
            deadline_class=leaf["deadline_class"],
            kinds=tuple(leaf["kinds"].items()),
            weight=leaf["weight"],
            season=leaf["season"],
            day=leaf["day"],
            texts=tuple(leaf["texts"]),
            done=tuple(leaf["done"]),
        )
        for group in groups
        for leaf in group["leaf"]
    )


def install_categories() -> dict[str, Category]:
    """Write the taxonomy and give its leaves by the code of their matter."""
    with FILE.open("rb") as source:
        groups = tomllib.load(source)["group"]
    leaves = {}
    for group in groups:
        top = _category(group, None)
        for leaf in group["leaf"]:
            leaves[leaf["code"]] = _category(leaf, top)
    return leaves


def _category(given: dict[str, str], parent: Category | None) -> Category:
    category = Category.objects.create(
        code=f"{parent.code if parent else PREFIX}.{given['code']}",
        name=given["name"],
        name_en=given["name_en"],
        parent=parent,
        path="",
        sort_key=sort_key(given["name"]),
        deadline_class=given.get("deadline_class", "general"),
        source=PREFIX,
    )
    category.path = f"{parent.path if parent else '/'}{category.pk}/"
    category.save(update_fields=["path"])
    return category
