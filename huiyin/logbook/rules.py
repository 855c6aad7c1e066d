"""The canonical form, the chain and the Merkle tree: pure functions of bytes.

`docs/reference/logbook.md` says the same in words, so that anybody can write a verifier;
a test runs the verifier printed there against rows written by this code.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

ENTRY, CHAIN, WORDS, SEAL = (
    b"huiyin-entry-1",
    b"huiyin-chain-1",
    b"huiyin-words-1",
    b"huiyin-seal-1",
)
NO_SEAL = bytes(32)
# Integers beyond this are read differently by different JSON readers (RFC 8785, I-JSON).
GREATEST = 2**53 - 1
LONGEST_DETAIL = 200
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
LABEL = re.compile(r"[a-z]+(:[\w.-]+)?(@unit:\d+)?", re.ASCII)
ABOUT = re.compile(r"[^\s\x00-\x1f]{1,100}")
SHAPES = {"code": CODE, "by": LABEL, "about": ABOUT}
KEY = re.compile(r"[a-z][a-z0-9_]*")
_quoted = json.JSONEncoder(ensure_ascii=False).encode
# Nearly all values are of these types: a bulk import writes millions of them.
_QUICKLY: dict[type, Callable[[Any], str]] = {
    str: _quoted,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _value: "null",
}


class NotCanonical(ValueError):  # noqa: N818 - says what is wrong with the value
    """A value that has no canonical form, or may not stand in the logbook."""


class HalfCharacter(NotCanonical):
    """A text that no program can write as UTF-8; only a broken sender makes one."""


def canonical(value: object) -> str:
    """The one way to write a value: JSON as in RFC 8785, without floats.

    Keys are plain ASCII words in order, no spaces, only what JSON must escape is escaped,
    times are UTC with microseconds and Z, days are YYYY-MM-DD.
    """
    return _whole(_written(value))


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise HalfCharacter("A text holds half a character (a lone surrogate).") from None
    return text


def moment(at: datetime) -> str:
    """A moment as it stands in a body: 2026-10-01T08:30:00.000000Z."""
    if at.tzinfo is None:
        raise NotCanonical(f"The moment {at.isoformat()} has no time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _written(value: object) -> str:  # noqa: PLR0911 - one line per kind of value
    quickly = _QUICKLY.get(type(value))
    if quickly is not None:
        return quickly(value)
    if isinstance(value, str):
        # A word of an enumeration is written as the word it stands for.
        return _quoted(value)
    if isinstance(value, int):
        if not -GREATEST <= value <= GREATEST:
            raise NotCanonical(f"The number {value} is too large to be read alike everywhere.")
        return int.__repr__(value)
    if isinstance(value, dict):
        members = sorted([(_key(name), item) for name, item in value.items()])
        return "{" + ",".join([f'"{name}":{_written(item)}' for name, item in members]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([_written(item) for item in value]) + "]"
    if isinstance(value, datetime):
        return f'"{moment(value)}"'
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    raise NotCanonical(f"A value of type {type(value).__name__} cannot stand in the logbook.")


@lru_cache(maxsize=4096)
def _key(key: object) -> str:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise NotCanonical(f"“{key}” is not a plain word in small letters, as keys must be.")
    return key


def official_label(official: int, unit: int | None = None) -> str:
    """How an official who acts at a unit is named in an entry."""
    return f"official:{official}" if unit is None else f"official:{official}@unit:{unit}"


def author(label: str) -> tuple[int | None, int | None]:
    """The official and the unit that a label names, where it names any."""
    who, _, unit = label.partition("@unit:")
    kind, _, number = who.partition(":")
    official = int(number) if kind == "official" and number.isdigit() else None
    return official, int(unit) if unit.isdigit() else None


@dataclass(frozen=True, slots=True)
class Step:
    """What one entry says, before it has a place in a chain.

    `words` is whatever people wrote or may be personal; the details are stable words and numbers.
    """

    code: str
    at: datetime
    by_label: str
    details: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] | None = None


def entry_body(about: str, step: Step, *, salt: str, committed: bytes | None) -> str:
    """The body of an entry: the text whose hash goes into the chain."""
    for name, text in (("code", step.code), ("by", step.by_label), ("about", about)):
        _check_shape(name, text)
    _refuse_prose(step.details)
    words = "null" if committed is None else f'"{committed.hex()}"'
    # The members in the order of their names, written straight for the sake of bulk writing.
    return _whole(
        f'{{"about":{_quoted(about)},"at":"{moment(step.at)}","by":{_quoted(step.by_label)},'
        f'"code":{_quoted(step.code)},"details":{_written(step.details)},'
        f'"salt":"{salt}","words":{words}}}'
    )


@lru_cache(maxsize=4096)
def _check_shape(name: str, text: str) -> None:
    if not SHAPES[name].fullmatch(text):
        raise NotCanonical(f"“{text}” cannot be the “{name}” of an entry.")


def _refuse_prose(value: dict[str, Any] | list[Any] | tuple[Any, ...]) -> None:
    # What people wrote may name anybody, and what is hashed can never be erased. Long texts
    # and lines are the mark of it; they belong in `words`.
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, str):
            if len(item) > LONGEST_DETAIL or "\n" in item:
                raise NotCanonical("A text this long is somebody's words; hand it over as words.")
        elif isinstance(item, dict | list | tuple):
            _refuse_prose(item)


def chain_start(about: str) -> bytes:
    """What stands before the first entry: the hash of the chain's own name."""
    return sha256(CHAIN + about.encode()).digest()


def body_hash(body: str) -> bytes:
    """The hash of a body, which a proof can show without the body."""
    return sha256(body.encode()).digest()


def entry_hash(prev: bytes, position: int, hashed_body: bytes) -> bytes:
    """The hash of the entry at a position, after the entry whose hash is `prev`."""
    return sha256(ENTRY + prev + position.to_bytes(8, "big") + hashed_body).digest()


def commitment(salt: bytes, words: str) -> bytes:
    """What stands in a body for words: without the salt nobody can test a guess."""
    return sha256(WORDS + salt + words.encode()).digest()


def leaf_hash(about: str, length: int, head: bytes) -> bytes:
    """A leaf of the tree: one chain, its length and its head (RFC 6962, 0x00)."""
    data = canonical({"about": about, "head": head.hex(), "length": length})
    return sha256(b"\x00" + data.encode()).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """A node of the tree (RFC 6962, 0x01)."""
    return sha256(b"\x01" + left + right).digest()


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    pairs = [node_hash(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
    return pairs + ([level[-1]] if len(level) % 2 else [])


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in their order (RFC 6962 §2.1)."""
    level = list(leaves)
    while len(level) > 1:
        level = _next_level(level)
    return level[0] if level else sha256().digest()


def merkle_path(leaves: Iterable[bytes], index: int) -> list[bytes]:
    """The hashes that lead from one leaf to the root (RFC 6962 §2.1.1)."""
    level, path = list(leaves), []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        level, index = _next_level(level), index // 2
    return path


def root_from_path(leaf: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which a leaf and its path lead, in a tree of `size` leaves."""
    if not 0 <= index < size:
        raise NotCanonical(f"Leaf {index} does not exist in a tree of {size}.")
    rest, last = list(path), size - 1
    while last:
        if index % 2 or index < last:
            if not rest:
                raise NotCanonical("The path is too short.")
            beside = rest.pop(0)
            leaf = node_hash(beside, leaf) if index % 2 else node_hash(leaf, beside)
        index, last = index // 2, last // 2
    if rest:
        raise NotCanonical("The path is too long.")
    return leaf


@dataclass(frozen=True, slots=True)
class Header:
    """A seal as it is published: hashes are hexadecimal, the moment is as in a body."""

    number: int
    at: str
    leaves: int
    merkle_root: str
    prev: str
    hash: str

    def own_hash(self) -> str:
        """The hash that belongs to what the header says."""
        said = {name: value for name, value in asdict(self).items() if name != "hash"}
        return sha256(SEAL + canonical(said).encode()).hexdigest()


def header_after(last: Header | None, at: datetime, leaves: Sequence[bytes]) -> Header:
    """The seal that follows `last`, over these leaves."""
    number, prev = (last.number + 1, last.hash) if last else (1, NO_SEAL.hex())
    open_header = Header(number, moment(at), len(leaves), merkle_root(leaves).hex(), prev, "")
    return replace(open_header, hash=open_header.own_hash())


class Doubt(StrEnum):
    """Why a proof does not convince."""

    UNREADABLE = "unreadable"
    RECEIPT = "receipt"
    TREE = "tree"
    SEAL = "seal"
    UNPUBLISHED = "unpublished"


class NotProven(ValueError):  # noqa: N818 - says what the proof is
    """A proof that does not convince, and why."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


def check_proof(proof: object, published: Iterable[Header]) -> Header:
    """The published seal in which a receipt stands; raises `NotProven` if it stands in none.

    Needs no database, nothing secret and nobody's word but the published seals'.
    """
    try:
        return _checked(proof, {(seal.number, seal.hash) for seal in published})
    except NotProven:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as reason:
        raise NotProven(Doubt.UNREADABLE) from reason


def _checked(proof: Any, published: set[tuple[int, str]]) -> Header:
    about = proof["about"]
    head, hashes = chain_start(about), []
    for position, body in enumerate(proof["bodies"]):
        head = entry_hash(head, position, bytes.fromhex(body))
        hashes.append(head)
    if not hashes or hashes[0].hex() != proof["entry"]:
        raise NotProven(Doubt.RECEIPT)
    seals = [Header(**seal) for seal in proof["seals"]]
    root = root_from_path(
        leaf_hash(about, len(hashes), head),
        index=proof["index"],
        size=seals[0].leaves,
        path=[bytes.fromhex(step) for step in proof["path"]],
    )
    if root.hex() != seals[0].merkle_root:
        raise NotProven(Doubt.TREE)
    if any(seal.own_hash() != seal.hash for seal in seals) or any(
        (later.number, later.prev) != (seal.number + 1, seal.hash)
        for seal, later in pairwise(seals)
    ):
        raise NotProven(Doubt.SEAL)
    for seal in seals:
        if (seal.number, seal.hash) in published:
            return seal
    raise NotProven(Doubt.UNPUBLISHED)
