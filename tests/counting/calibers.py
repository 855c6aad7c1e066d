"""Calibers as they are shipped, for tests."""

from functools import cache
from pathlib import Path

from huiyin import counting
from huiyin.counting.calibers.reading import read_caliber
from huiyin.counting.rules import Caliber


@cache
def shipped(code: str) -> Caliber:
    """A caliber that comes with huiyin."""
    path = Path(counting.__file__).parent / "presets" / f"{code}.toml"
    return read_caliber(path.read_text(encoding="utf-8"))


def plain() -> Caliber:
    """The plain default."""
    return shipped("plain")
