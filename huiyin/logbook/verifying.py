"""Checking the whole logbook: every entry, every chain, all words and every seal.

Believes only hashes it has computed itself. Names each case, entry and fault in one sentence.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from huiyin.logbook._chains import ChainCheck, Fault
from huiyin.logbook._seals import seal_faults
from huiyin.logbook.queries import AS_MOMENT, published_seals
from huiyin.logbook.rules import Header

Row = tuple[Any, ...]
PORTION = 5_000
MOST_PROBLEMS = 1_000
# Each is read in the order of an index, and all four orders are the same, so that one walk side
# by side checks a logbook of any size in little memory.
ENTRIES = f"""
SELECT about, position, id, code, {AS_MOMENT}, by_label, body, prev, hash
FROM logbook_entry ORDER BY about, position
"""  # noqa: S608 - only our own words
WORDS = "SELECT about, position, salt, text FROM logbook_words ORDER BY about, position"
CHAINS = "SELECT about, length, head, sealed_length FROM logbook_chain ORDER BY about"
LEAVES = "SELECT about, length, head, seal FROM logbook_sealleaf ORDER BY about, length"
TREES = 'SELECT seal, "index", about, length, head FROM logbook_sealleaf ORDER BY seal, "index"'


@dataclass(slots=True)
class Verdict:
    """What was checked, and every fault that was found (at most `MOST_PROBLEMS` are kept)."""

    entries: int = 0
    chains: int = 0
    seals: int = 0
    erased_words: int = 0
    unsealed_entries: int = 0
    problems: list[Fault] = field(default_factory=list)
    more_problems: int = 0

    def blame(self, faults: Iterable[Fault]) -> None:
        """Keep these faults."""
        for fault in faults:
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append(fault)
            else:
                self.more_problems += 1

    def as_json(self) -> dict[str, Any]:
        """The figures and problems as `huiyin logbook verify --json` prints them."""
        said = asdict(self)
        if not self.more_problems:
            said.pop("more_problems")
        return said


def verify(
    progress: Callable[[int], None] = lambda _entries: None, *, published: Iterable[Header] = ()
) -> Verdict:
    """Check the logbook as it stands at this moment, and against seals published elsewhere."""
    verdict = Verdict()
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            # One moment for all tables: the city goes on working while we read.
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _check_chains(verdict, progress)
        _check_seals(verdict, {header.number: header for header in published})
    return verdict


def _check_chains(verdict: Verdict, progress: Callable[[int], None]) -> None:
    told = 0
    for about, rows in _side_by_side(
        [_grouped(_rows(query)) for query in (ENTRIES, WORDS, CHAINS, LEAVES)]
    ):
        entries, words, chain, leaves = rows
        check = ChainCheck(about)
        check.examine(entries, words=words, chain=chain, leaves=leaves)
        verdict.blame(check.faults)
        verdict.chains += 1
        verdict.entries += len(entries)
        verdict.erased_words += check.erased_words
        verdict.unsealed_entries += max(0, len(entries) - check.sealed_length)
        if verdict.entries - told >= PORTION:
            told = verdict.entries
            progress(told)


def _rows(query: str) -> Iterator[Row]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(PORTION):
            yield from rows


def _grouped(rows: Iterable[Row]) -> Iterator[tuple[Any, list[Row]]]:
    for key, group in groupby(rows, itemgetter(0)):
        yield key, list(group)


def _side_by_side(
    streams: list[Iterator[tuple[Any, list[Any]]]],
) -> Iterator[tuple[Any, list[list[Any]]]]:
    waiting = [next(stream, None) for stream in streams]
    while keys := [group[0] for group in waiting if group]:
        least, rows = min(keys), []
        for number, group in enumerate(waiting):
            if group and group[0] == least:
                rows.append(group[1])
                waiting[number] = next(streams[number], None)
            else:
                rows.append([])
        yield least, rows


def _check_seals(verdict: Verdict, published: dict[int, Header]) -> None:
    last: Header | None = None
    seals = iter([(seal.number, [seal]) for seal in published_seals()])
    for number, (found, leaves) in _side_by_side([seals, _grouped(_rows(TREES))]):
        elsewhere = published.pop(number, None)
        if not found:
            verdict.blame([_seal_fault(number, _("The seal over these chains is missing."))])
            continue
        seal = found[0]
        problems = list(seal_faults(seal, last, leaves))
        if elsewhere and elsewhere.hash != seal.hash:
            problems.append(_("This seal is not the one that was published."))
        verdict.blame(_seal_fault(number, problem) for problem in problems)
        verdict.seals, last = verdict.seals + 1, seal
    verdict.blame(
        _seal_fault(number, _("This seal was published, but does not stand here."))
        for number in sorted(published)
    )


def _seal_fault(number: int, problem: str) -> Fault:
    return Fault(f"seal:{number}", None, None, problem)
