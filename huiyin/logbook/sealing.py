"""Sealing: every hour the heads of all chains that grew are bound into one published hash.

After a seal is published nobody, not even the owner of the database, can change what it covers
without being found out.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction

from huiyin.logbook import rules
from huiyin.logbook._copying import copy_rows
from huiyin.logbook.models import Seal
from huiyin.logbook.queries import last_seal
from huiyin.logbook.rules import Header

# Any number will do, so long as nothing else in the city takes the same advisory lock.
SEALERS_LOCK = 0x5EA1
# A recorder waits while its chain is being sealed: after a great import the backlog is sealed in
# portions, a second or two each.
CHAINS_PER_SEAL = 100_000

# SKIP LOCKED: a chain that somebody writes to just now is left for the next seal. Waiting for it
# could meet a step that writes to two chains, and each would wait for the other.
GROWN = """
SELECT about, length, head FROM logbook_chain WHERE length > sealed_length
ORDER BY about LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
MARK_SEALED = """
UPDATE logbook_chain SET sealed_length = leaf.length
FROM logbook_sealleaf AS leaf
WHERE leaf.seal = %s AND leaf.about = logbook_chain.about
"""
LEAF_COLUMNS = {
    "seal": "int8",
    "index": "int4",
    "about": "varchar",
    "length": "int4",
    "head": "bytea",
}


@transaction.atomic
def seal(*, at: datetime) -> Header | None:
    """Seal the chains that grew since their last seal; None when none did."""
    with connection.cursor() as cursor:
        # A second sealer waits here, and then finds nothing left to seal.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALERS_LOCK])
        cursor.execute(GROWN, [CHAINS_PER_SEAL])
        grown = [(about, length, bytes(head)) for about, length, head in cursor.fetchall()]
    if not grown:
        return None
    leaves = [rules.leaf_hash(*chain) for chain in grown]
    header = rules.header_after(last_seal(), at, leaves)
    Seal.objects.create(
        number=header.number,
        at=at,
        leaves=header.leaves,
        merkle_root=bytes.fromhex(header.merkle_root),
        prev_hash=bytes.fromhex(header.prev),
        hash=bytes.fromhex(header.hash),
    )
    rows = [(header.number, index, *chain) for index, chain in enumerate(grown)]
    copy_rows("logbook_sealleaf", LEAF_COLUMNS, rows)
    with connection.cursor() as cursor:
        cursor.execute(MARK_SEALED, [header.number])
    return header


def seal_all(*, at: datetime) -> Iterator[Header]:
    """Seal until nothing waits: more than one seal only after a great import."""
    while header := seal(at=at):
        yield header
