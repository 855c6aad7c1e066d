"""Checking one chain: its entries, their words, its head, and what the seals hold of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from huiyin.logbook import rules


class EntryRow(NamedTuple):
    """A row of the entries as `verifying` reads it."""

    about: str
    position: int
    pk: int
    code: str
    at: str
    by_label: str
    body: str
    prev: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    about: str
    position: int | None
    entry: int | None
    problem: str


@dataclass(slots=True)
class ChainCheck:
    """One chain under examination; `examine` walks it once and fills in the rest."""

    about: str
    erased_words: int = 0
    faults: list[Fault] = field(default_factory=list)
    # By position, the hash as it is kept and as it should be: a changed hash is blamed once.
    hashes: dict[int, set[bytes]] = field(default_factory=dict)
    sealed_length: int = 0

    def blame(self, position: int | None, problem: str, *, entry: int | None = None) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.about, position, entry, problem))

    def examine(
        self,
        entries: Sequence[Any],
        *,
        words: Sequence[Any],
        chain: Sequence[Any],
        leaves: Sequence[Any],
    ) -> None:
        """Check everything that is kept under this number."""
        said_words = {position: (salt, text) for _about, position, salt, text in words}
        self._walk(entries, said_words)
        for position in sorted(said_words):
            self.blame(position, _("Words are kept here, but no entry says so."))
        self._compare_leaves(leaves)
        self._compare_head(chain)

    def _walk(self, entries: Sequence[Any], words: dict[int, tuple[bytes, str]]) -> None:
        # The hashes that the next entry may be chained to; None where the chain is torn already.
        fitting: set[bytes] | None = {rules.chain_start(self.about)}
        before: EntryRow | None = None
        for entry in map(EntryRow._make, entries):
            expected = before.position + 1 if before else 0
            if entry.position != expected:
                self._tear(entry, expected)
                fitting = None
            own = _own_hash(entry)
            if own != entry.hash:
                problem = _("This entry was changed after it was written: its hash does not fit.")
                self.blame(entry.position, problem, entry=entry.pk)
            elif fitting is not None and entry.prev not in fitting:
                self._blame_link(entry, before)
            self._compare_body(entry, words)
            fitting = self.hashes[entry.position] = {entry.hash, own}
            before = entry

    def _tear(self, entry: EntryRow, expected: int) -> None:
        if entry.position < expected:
            problem = _("There is more than one entry at this position, or an impossible one.")
            self.blame(entry.position, problem, entry=entry.pk)
            return
        problem = _("Entries are missing: from position %(first)d to %(last)d none stands here.")
        self.blame(expected, problem % {"first": expected, "last": entry.position - 1})

    def _blame_link(self, entry: EntryRow, before: EntryRow | None) -> None:
        if before is None:
            problem = _("This entry was not written as the first of this chain.")
            self.blame(entry.position, problem, entry=entry.pk)
            return
        problem = _("This entry was exchanged: the one after it was chained to another.")
        self.blame(before.position, problem, entry=before.pk)

    def _compare_body(self, entry: EntryRow, words: dict[int, tuple[bytes, str]]) -> None:
        kept = words.pop(entry.position, None)
        try:
            said = json.loads(entry.body)
            hashed = {name: said[name] for name in ("about", "at", "by", "code", "words")}
        except (ValueError, TypeError, KeyError, RecursionError):
            problem = _("The body of this entry is not one that this logbook writes.")
            self.blame(entry.position, problem, entry=entry.pk)
            return
        committed = hashed.pop("words")
        columns = {
            "about": entry.about,
            "at": entry.at,
            "by": entry.by_label,
            "code": entry.code,
        }
        for name, value in columns.items():
            if hashed[name] != value:
                problem = _("The column “%(name)s” of this entry was changed; it was “%(said)s”.")
                said_so = {"name": name, "said": hashed[name]}
                self.blame(entry.position, problem % said_so, entry=entry.pk)
        self._compare_words(entry, committed, kept)

    def _compare_words(
        self, entry: EntryRow, committed: str | None, kept: tuple[bytes, str] | None
    ) -> None:
        if kept is None:
            self.erased_words += committed is not None
        elif committed is None:
            problem = _("Words are kept here, but the entry was written without any.")
            self.blame(entry.position, problem, entry=entry.pk)
        elif rules.commitment(*kept).hex() != committed:
            problem = _("The words of this entry were changed after they were written.")
            self.blame(entry.position, problem, entry=entry.pk)

    def _compare_leaves(self, leaves: Sequence[Any]) -> None:
        for _about, length, head, seal in leaves:
            self.sealed_length = max(self.sealed_length, length)
            found = self.hashes.get(length - 1)
            if found is None:
                problem = _("Seal %(seal)d holds %(length)d entries; the last of them is missing.")
                self.blame(length - 1, problem % {"seal": seal, "length": length})
            elif head not in found:
                problem = _("Seal %(seal)d holds another entry at this position.")
                self.blame(length - 1, problem % {"seal": seal})

    def _compare_head(self, chain: Sequence[Any]) -> None:
        stands = max(self.hashes, default=-1) + 1
        if not chain:
            self.blame(None, _("The head of this chain is missing."))
            return
        _about, length, head, sealed_length = chain[0]
        if length > stands:
            problem = _(
                "By its head the chain has %(length)d entries; they are missing from here on."
            )
            self.blame(stands, problem % {"length": length})
        elif length < stands:
            problem = _("By its head the chain ends before this entry.")
            self.blame(length, problem)
        elif stands and head not in self.hashes[stands - 1]:
            self.blame(stands - 1, _("The head of the chain is not the hash of its last entry."))
        if sealed_length != self.sealed_length:
            problem = _("The head says that %(said)d entries are sealed; the seals hold %(held)d.")
            self.blame(None, problem % {"said": sealed_length, "held": self.sealed_length})


def _own_hash(entry: EntryRow) -> bytes:
    if entry.position < 0:
        return b""
    return rules.entry_hash(entry.prev, entry.position, rules.body_hash(entry.body))
