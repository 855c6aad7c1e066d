"""A small logbook to read, to tamper with and to prove from: fixed steps at fixed moments."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import transaction

from huiyin.logbook.actions import Recorded, Step, record, record_many
from huiyin.logbook.sealing import seal

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
OFFICER = "official:12@unit:5"
NUMBERS = ("HY-1", "HY-2", "HY-3")


def step(number: int = 0, *, words: str = "") -> Step:
    """One step of a history; every number is another minute."""
    said = {"reason": words} if words else None
    at = NOON + timedelta(minutes=number)
    return Step("case.moved", at, OFFICER, {"start": "received", "turn": number}, said)


def write(about: str, *, words: str = "", number: int = 0) -> Recorded:
    """Write one entry as a step in the life of a case does."""
    one = step(number, words=words)
    with transaction.atomic():
        return record(
            one.code, about=about, by=one.by_label, at=one.at, words=one.words, **one.details
        )


def histories(chains: int, length: int) -> Iterator[tuple[str, list[Step]]]:
    """Histories to be written in bulk; every other step has words."""
    for chain in range(chains):
        steps = [step(turn, words="路灯不亮" if turn % 2 else "") for turn in range(length)]
        yield f"HY-{chain + 1}", steps


def write_book() -> None:
    """Three cases of four entries, sealed after the second and after the fourth."""
    for half in (0, 2):
        for about in NUMBERS:
            steps = [step(turn, words="灯坏了") for turn in (half, half + 1)]
            record_many([(about, steps)])
        seal(at=NOON + timedelta(hours=half))
