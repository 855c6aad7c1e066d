"""How fast the logbook writes, seals and verifies; everything is rolled back at the end.

Needs a migrated database. Usage: python -m bench.logbook [chains] [entries per chain]
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")

import django

django.setup()

from django.db import transaction  # noqa: E402

from huiyin.logbook.actions import Step, record, record_many  # noqa: E402
from huiyin.logbook.queries import entries_about  # noqa: E402
from huiyin.logbook.receipts import proof, receipt, receipt_qr_svg  # noqa: E402
from huiyin.logbook.sealing import seal_all  # noqa: E402
from huiyin.logbook.verifying import verify  # noqa: E402

AT = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
FACTS = {"step": "dispatch", "start": "received", "end": "dispatched", "round": 1, "lead": "lamps"}
WORDS = {"reason": "槐树街十二号门前的路灯不亮，已经三天了，请尽快派人来看看。"}
SINGLE = 2_000


def histories(chains: int, length: int) -> Iterator[tuple[str, list[Step]]]:
    """Histories in which every other step has words."""
    for chain in range(chains):
        steps = [
            Step("case.moved", AT, "official:12@unit:5", FACTS, WORDS if turn % 2 else None)
            for turn in range(length)
        ]
        yield f"BENCH-{os.getpid()}-{chain}", steps


def one_by_one() -> int:
    """Take single cases in, each in a savepoint of its own."""
    for number in range(SINGLE):
        with transaction.atomic():
            about = f"BENCH-{os.getpid()}-single-{number}"
            record("case.received", about=about, by="resident", at=AT, words=WORDS, **FACTS)
    return SINGLE


def timed(what: str, work: Callable[[], Any], count: Callable[[Any], int]) -> Any:
    """Run, and print how many a second."""
    clock, cpu = time.perf_counter(), time.process_time()
    answer = work()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    number = count(answer)
    rate = f"{number / clock:>10,.0f}/s"
    print(f"{what:<28}{number:>10,} in {clock:7.2f} s {rate}  (Python {cpu:.2f} s)")
    return answer


def main() -> None:
    """Measure on chains that exist only until the end of this run."""
    given = [int(word) for word in sys.argv[1:3]]
    chains, length = given + [50_000, 6][len(given) :]
    with transaction.atomic():
        timed("entries, one by one", one_by_one, int)
        timed("entries, in bulk", lambda: record_many(histories(chains, length)), int)
        timed(
            "chains, sealed",
            lambda: list(seal_all(at=AT)),
            lambda seals: sum(header.leaves for header in seals),
        )
        about = next(histories(1, 1))[0]
        timed("pages of a case", lambda: [entries_about(about) for _ in range(500)], len)
        timed(
            "receipts with code", lambda: [receipt_qr_svg(receipt(about)) for _ in range(50)], len
        )
        timed("proofs", lambda: [proof(about) for _ in range(3)], len)
        verdict = timed("entries, verified", verify, lambda verdict: verdict.entries)
        assert not verdict.problems, verdict.problems[:3]
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
