"""Checking one seal: its hash, its place after the one before it, and its tree."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from huiyin.logbook import rules
from huiyin.logbook.rules import Header


def seal_faults(seal: Header, last: Header | None, leaves: Sequence[Any]) -> Iterator[str]:
    """What is wrong with a seal that follows `last`.

    The leaves are rows of seal, index, about, length, head.
    """
    expected = last.number + 1 if last else 1
    if seal.number != expected:
        problem = _("Seals are missing: from %(first)d to %(last)d none stands here.")
        yield problem % {"first": expected, "last": seal.number - 1}
    elif seal.prev != (last.hash if last else rules.NO_SEAL.hex()):
        yield _("This seal was chained to another seal than the one that stands before it.")
    if seal.own_hash() != seal.hash:
        yield _("This seal was changed after it was made: its hash does not fit.")
    yield from _tree_faults(seal, leaves)


def _tree_faults(seal: Header, leaves: Sequence[Any]) -> Iterator[str]:
    if len(leaves) != seal.leaves:
        problem = _("The seal was made over %(made)d chains; %(stand)d stand here.")
        yield problem % {"made": seal.leaves, "stand": len(leaves)}
    elif [leaf[1] for leaf in leaves] != list(range(len(leaves))):
        yield _("The chains in this seal are not in their order.")
    root = rules.merkle_root(rules.leaf_hash(*leaf[2:]) for leaf in leaves)
    if root.hex() != seal.merkle_root:
        yield _("The chains listed in this seal are not those it was made over.")
