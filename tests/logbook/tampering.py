# ruff: noqa: S608 - the statements are made of this file's own words
"""What the owner of the database could do to the book, and where it must be found."""

from typing import NamedTuple

ENTRY = "WHERE about = 'HY-2' AND position = 1"
LEAF = "WHERE about = 'HY-2' AND seal = 1"
COLUMNS = "code, at, by_label, body, prev, hash"
CHANGED, WORDS_CHANGED = "its hash does not fit", "words of this entry were changed"
OTHER_TREE, OTHER_SEAL = "not those it was made over", "another seal"


class Tampering(NamedTuple):
    what: str
    statement: str
    about: str
    position: int | None
    sentence: str


def _entry(what: str, change: str, sentence: str) -> Tampering:
    return Tampering(what, f"UPDATE logbook_entry SET {change} {ENTRY}", "HY-2", 1, sentence)


def _words(what: str, change: str) -> Tampering:
    return Tampering(what, f"UPDATE logbook_words SET {change} {ENTRY}", "HY-2", 1, WORDS_CHANGED)


def _gone(what: str, where: str, position: int, sentence: str) -> Tampering:
    statement = f"DELETE FROM logbook_entry WHERE about = 'HY-2' {where}"
    return Tampering(what, statement, "HY-2", position, sentence)


def _copied(about: str, place: int, *, of: int = 1) -> str:
    return (
        f"INSERT INTO logbook_entry (about, position, {COLUMNS})"
        f" SELECT '{about}', {place}, {COLUMNS}"
        f" FROM logbook_entry WHERE about = 'HY-2' AND position = {of}"
    )


def _head(what: str, change: str, position: int | None, sentence: str) -> Tampering:
    statement = f"UPDATE logbook_chain SET {change} WHERE about = 'HY-2'"
    return Tampering(what, statement, "HY-2", position, sentence)


def _seal(what: str, statement: str, sentence: str, *, seal: int = 1) -> Tampering:
    return Tampering(what, statement, f"seal:{seal}", None, sentence)


def _seal_column(what: str, change: str, sentence: str, *, named: int = 1) -> Tampering:
    return _seal(what, f"UPDATE logbook_seal SET {change} WHERE number = 1", sentence, seal=named)


MAKE_ROOM = """
UPDATE logbook_entry SET position = position + 9 WHERE about = 'HY-2' AND position > 1;
UPDATE logbook_entry SET position = position - 8 WHERE about = 'HY-2' AND position > 1;
"""
EXCHANGE = """
UPDATE logbook_entry SET position = 9 - position WHERE about = 'HY-2' AND position IN (1, 2);
UPDATE logbook_entry SET position = position - 6 WHERE about = 'HY-2' AND position > 6;
"""
IN_ONE_ENTRY = [
    _entry("body", "body = replace(body, 'received', 'closed')", CHANGED),
    _entry("hash", "hash = sha256(hash)", CHANGED),
    _entry("link", "prev = sha256(prev)", CHANGED),
    _entry("code", "code = 'case.closed'", "“code”"),
    _entry("moment", "at = at + interval '1 microsecond'", "“at”"),
    _entry("endless moment", "at = 'infinity'", "“at”"),
    _entry("official", "by_label = 'official:9'", "“by”"),
    _words("words", "text = '{}'"),
    _words("salt", "salt = sha256(salt)"),
]
TAMPERING = [
    *IN_ONE_ENTRY,
    _entry("no body", "body = '[]'", "not one that this logbook writes"),
    _entry("number", "about = 'HY-9'", "none stands here"),
    _gone("one taken out", "AND position = 1", 1, "none stands here"),
    _gone("first taken out", "AND position = 0", 0, "none stands here"),
    _gone("last taken out", "AND position = 3", 3, "missing from here on"),
    _gone("last taken out, by the seal", "AND position = 3", 3, "Seal 2 holds 4 entries"),
    _gone("whole case", "", 3, "Seal 2 holds 4 entries"),
    Tampering("one put in", MAKE_ROOM + _copied("HY-2", 2), "HY-2", 2, CHANGED),
    Tampering("one before the first", _copied("HY-2", -1), "HY-2", -1, "impossible"),
    Tampering("one in another case", _copied("HY-9", 0, of=0), "HY-9", 0, "as the first of"),
    Tampering("one after the last", _copied("HY-2", 4), "HY-2", 4, "ends before"),
    Tampering("two exchanged", EXCHANGE, "HY-2", 1, CHANGED),
    Tampering("two exchanged, the other", EXCHANGE, "HY-2", 2, CHANGED),
    Tampering(
        "words moved",
        f"UPDATE logbook_words SET position = 7 {ENTRY}",
        "HY-2",
        7,
        "no entry says so",
    ),
    _head("head", "head = sha256(head)", 3, "not the hash of its last"),
    _head("shorter", "length = 3", 3, "ends before"),
    _head("longer", "length = 6", 4, "By its head the chain has 6 entries"),
    _head("sealed less", "sealed_length = 2", None, "the seals hold 4"),
    Tampering(
        "no head",
        "DELETE FROM logbook_chain WHERE about = 'HY-2'",
        "HY-2",
        None,
        "head of this chain is missing",
    ),
    Tampering(
        "leaf",
        f"UPDATE logbook_sealleaf SET head = sha256(head) {LEAF}",
        "HY-2",
        1,
        "holds another entry",
    ),
    _seal(
        "leaf, by its seal", f"UPDATE logbook_sealleaf SET head = sha256(head) {LEAF}", OTHER_TREE
    ),
    _seal("leaf's number", f"UPDATE logbook_sealleaf SET about = 'HY-9' {LEAF}", OTHER_TREE),
    _seal("leaf's length", f"UPDATE logbook_sealleaf SET length = 1 {LEAF}", OTHER_TREE),
    _seal("no leaf", f"DELETE FROM logbook_sealleaf {LEAF}", "over 3 chains; 2 stand"),
    _seal("leaf's place", f'UPDATE logbook_sealleaf SET "index" = 5 {LEAF}', "not in their order"),
    _seal_column("seal's moment", "at = at - interval '1 hour'", CHANGED),
    _seal_column("seal's count", "leaves = 4", CHANGED),
    _seal_column("root", "merkle_root = sha256(merkle_root)", OTHER_TREE),
    _seal_column("seal's hash", "hash = sha256(hash)", CHANGED),
    _seal_column("seal's hash, by the next", "hash = sha256(hash)", OTHER_SEAL, named=2),
    _seal_column("seal's link", "prev_hash = sha256(hash)", OTHER_SEAL),
    _seal_column("seal's number", "number = 7", "seal over these chains is missing"),
    _seal("no seal", "DELETE FROM logbook_seal WHERE number = 1", "Seals are missing", seal=2),
]
