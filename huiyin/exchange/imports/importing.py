"""Importing a file of past cases: in portions, each written whole with its logbook or not at all.

A row is known again by the source's own id: an unchanged one is passed over, so that a run that
was broken off goes on where it ended. Every row read is imported, unchanged, changed or rejected.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from huiyin.cases.numbers import next_numbers
from huiyin.cases.past.continuing import go_on
from huiyin.cases.past.history import replay, write_lives
from huiyin.exchange.imports.cells import (
    ROW_BYTES,
    STEP_BYTES,
    digest_key,
    digest_of,
    source_id_of,
    texts_of,
)
from huiyin.exchange.imports.lives import life_of, steps_of
from huiyin.exchange.imports.mapping import Mapping
from huiyin.exchange.imports.matching import CityNames
from huiyin.exchange.imports.reading import open_rows
from huiyin.exchange.imports.rejects import RejectsFile
from huiyin.exchange.imports.rows import CutShort, Row, RowFile
from huiyin.exchange.imports.translating import PastRow, prints_of, translate
from huiyin.exchange.models import ImportedRow
from huiyin.office.bulk import copy_objects
from huiyin.office.problems import NotPossible, OutsideProblem, Problem, WrongInput

PORTION = 2_000
WAIT_SECONDS = 10
# One list as one parameter: two thousand parameters take longer to write than to answer.
KNOWN = """
SELECT c.source_id, c.number, c.id, c.status, c.moved_at, i.digest, i.life
FROM cases_case c JOIN exchange_importedrow i ON i.case_id = c.id
WHERE c.source = %s AND c.source_id = ANY(%s)
"""

NEW_DIGESTS = """
UPDATE exchange_importedrow i SET digest = new.digest
FROM unnest(%s::bigint[], %s::bytea[]) AS new (case_id, digest) WHERE i.case_id = new.case_id
"""


@dataclass(frozen=True)
class Order:
    """What is to be imported, and how."""

    mapping: Mapping
    path: Path
    rejects: Path
    encoding: str = ""
    limit: int | None = None
    dry_run: bool = False
    wait_seconds: float = WAIT_SECONDS


@dataclass
class Report:
    """What became of the rows: `read` is the sum of the four counts below it."""

    form: str
    encoding: str
    delimiter: str
    read: int = 0
    imported: int = 0
    unchanged: int = 0
    changed: int = 0
    rejected: int = 0
    # Of the rejected: rows whose change at the source could not be applied here.
    not_applied: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    # Why the file ended too early; empty where it did not.
    cut_short: str = ""

    @property
    def settled(self) -> int:
        """How many rows an end was found for."""
        return self.imported + self.unchanged + self.changed + self.rejected


@dataclass(frozen=True, slots=True)
class _Seen:
    row: Row
    source_id: str
    texts: dict[str, str]
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Known:
    number: str
    case: int
    status: str
    moved_at: datetime
    digest: bytes
    life: bytes


@dataclass(slots=True)
class _Fresh:
    row: Row
    past: PastRow
    digest: bytes
    life: bytes


def import_file(
    order: Order, *, at: datetime, tell: Callable[[Report], None] = lambda _report: None
) -> Report:
    """Import a file; `tell` hears of every portion. Refuses before anything is written."""
    mapping = order.mapping
    file = open_rows(order.path, encoding=order.encoding, sheet=mapping.sheet)
    mapping.check_columns(file.columns)
    with _alone(order), closing(RejectsFile(order.rejects, file.columns)) as rejects:
        run = _Run(order, file, rejects, at)
        try:
            with connection.wrap_database_errors:
                run.through(file.rows(), tell)
        except (OperationalError, InterfaceError) as reason:
            why = (str(reason).strip().splitlines() or [type(reason).__name__])[0]
            raise OutsideProblem(
                _("The database stopped answering or could not write (%(why)s). What was imported "
                  "until then, %(count)d rows of this run, is kept; import again to go on.")
                % {"why": why, "count": run.report.imported},
                permanent=False,
            ) from reason  # fmt: skip
    return run.report


class _Run:
    """One import on its way through a file."""

    def __init__(self, order: Order, file: RowFile, rejects: RejectsFile, at: datetime) -> None:
        self.order, self.mapping, self.rejects, self.at = order, order.mapping, rejects, at
        self.columns, self.key = order.mapping.columns, digest_key()
        self.names = CityNames(order.mapping)
        self.report = Report(file.form, file.encoding, file.delimiter)
        # Only a dry run must remember what it would have written.
        self.pretended: dict[str, tuple[bytes, bytes]] = {}
        # Cases whose rows were written in another way and say the same, with the new digests.
        self.same: list[tuple[int, bytes]] = []

    def through(self, rows: Iterator[Row], tell: Callable[[Report], None]) -> None:
        """Take all rows in portions; keep what is whole of a file that breaks off."""
        whole = self._until_cut(islice(rows, self.order.limit))
        while portion := list(islice(whole, PORTION)):
            self.report.read += len(portion)
            self.take(portion)
            self.rejects.flush()
            tell(self.report)

    def _until_cut(self, rows: Iterator[Row]) -> Iterator[Row]:
        try:
            yield from rows
        except CutShort as reason:
            self.report.cut_short = str(reason)

    def take(self, portion: list[Row]) -> None:
        """Sort a portion: known, changed, new; a second row of one id waits for the first."""
        seen = [one for row in portion if (one := self._seen(row)) is not None]
        known = self._known([one.source_id for one in seen])
        fresh: list[_Fresh] = []
        touched: set[str] = set()
        later: list[Row] = []
        for one in seen:
            before = known.get(one.source_id)
            if one.source_id in touched:
                later.append(one.row)
            elif before is not None and before.digest == one.digest:
                self.report.unchanged += 1
            elif (told := self._translated(one)) is not None:
                touched.add(one.source_id)
                if before is None:
                    fresh.append(told)
                else:
                    self._change(told, before)
        self._write(fresh)
        self._keep_digests()
        if later:
            self.take(later)

    def _seen(self, row: Row) -> _Seen | None:
        """Know a row by its id and its digest."""
        source_id, fault = "", row.fault
        try:
            texts = texts_of(row.cells, self.mapping, self.columns)
            source_id = "" if fault else source_id_of(texts, self.mapping)
            digest = digest_of(texts.values(), key=self.key, size=ROW_BYTES)
            if any("\x00" in text for text in texts.values()):
                fault = _("The row holds a zero character, which cannot be kept.")
        except UnicodeEncodeError:
            fault = _("The row holds half a character, which is no text.")
        except WrongInput as reason:
            fault = str(reason)
        if fault:
            self._reject(row, source_id, fault)
            return None
        return _Seen(row, source_id, texts, digest)

    def _translated(self, one: _Seen) -> _Fresh | None:
        try:
            past = translate(one.row.cells, one.texts, mapping=self.mapping, now=self.at)
        except WrongInput as reason:
            self._reject(one.row, one.source_id, reason)
            return None
        return _Fresh(one.row, past, one.digest, b"".join(prints_of(past, key=self.key)))

    def _known(self, source_ids: list[str]) -> dict[str, _Known]:
        with connection.cursor() as cursor:
            cursor.execute(KNOWN, [self.mapping.source, source_ids])
            found = {
                row[0]: _Known(row[1], row[2], row[3], row[4], bytes(row[5]), bytes(row[6]))
                for row in cursor.fetchall()
            }
        for source_id in set(source_ids) & set(self.pretended):
            digest, life = self.pretended[source_id]
            found[source_id] = _Known("", 0, "", self.at, digest, life)
        return found

    def _write(self, fresh: list[_Fresh]) -> None:
        """Write new cases; where one row cannot be written, find it by halves and reject it."""
        if self.order.dry_run:
            self.pretended |= {one.past.source_id: (one.digest, one.life) for one in fresh}
            self._count(fresh)
            return
        if not fresh:
            return
        try:
            # COPY raises the driver's own exceptions; here they become Django's.
            with connection.wrap_database_errors, transaction.atomic():
                written = self._written(fresh)
        except (WrongInput, DataError, IntegrityError) as reason:
            self.names.forget()
            if len(fresh) == 1:
                self._reject(fresh[0].row, fresh[0].past.source_id, _one_line(reason))
                return
            middle = len(fresh) // 2
            self._write(fresh[:middle])
            self._write(fresh[middle:])
        else:
            self._count(written)

    def _written(self, fresh: list[_Fresh]) -> list[_Fresh]:
        self.names.categories.make_all(one.past for one in fresh)
        by_point = self._places_by_point([one.past for one in fresh])
        numbers = next_numbers([one.past.received_at for one in fresh])
        lives = []
        for at, (one, number) in enumerate(zip(fresh, numbers, strict=True)):
            life = life_of(one.past, self.names, number=number, place_id=by_point.get(at))
            lives.append(replay(life))
        write_lives(lives)
        copy_objects(
            [
                ImportedRow(case=life.case, digest=one.digest, life=one.life, imported_at=self.at)
                for one, life in zip(fresh, lives, strict=True)
            ]
        )
        return fresh

    def _places_by_point(self, rows: list[PastRow]) -> dict[int, int]:
        if not self.mapping.place_by_point:
            return {}
        return self.names.places_of_points(rows)

    def _change(self, one: _Fresh, before: _Known) -> None:
        """Take a changed row's case further, if its life goes on from what was imported."""
        if one.life == before.life and not one.past.last_note.rules:
            # Written in another way, by another export or form of file; it says the same.
            self.report.unchanged += 1
            self.same.append((before.case, one.digest))
            return
        if not one.life.startswith(before.life):
            self._not_applied(one, _("What was imported of this row was changed at its source."))
            return
        taken = len(before.life) // STEP_BYTES - 1
        done = one.past.steps[:taken]
        moved_at = done[-1].at if done else one.past.received_at
        status = done[-1].end.value if done else "received"
        untouched = before.status == status and before.moved_at == moved_at
        if not untouched and before.number:
            self._not_applied(one, _("The case was worked on here after its import."))
            return
        try:
            self._take_on(one, before, taken)
        except WrongInput as reason:
            self._not_applied(one, str(reason))
        else:
            self.report.changed += 1
            self.report.rules.update(one.past.rules_used)

    def _keep_digests(self) -> None:
        if self.same and not self.order.dry_run:
            _ask(NEW_DIGESTS, *map(list, zip(*self.same, strict=True)))
        self.same.clear()

    def _take_on(self, one: _Fresh, before: _Known, taken: int) -> None:
        if self.order.dry_run:
            self.pretended[one.past.source_id] = (one.digest, one.life)
            return
        with transaction.atomic():
            go_on(before.number, steps_of(one.past, self.names, after=taken))
            ImportedRow.objects.filter(case=before.case).update(
                digest=one.digest, life=one.life, imported_at=self.at
            )

    def _count(self, written: Iterable[_Fresh]) -> None:
        for one in written:
            self.report.imported += 1
            self.report.rules.update(one.past.rules_used)

    def _not_applied(self, one: _Fresh, reason: str) -> None:
        self.report.not_applied += 1
        self._reject(one.row, one.past.source_id, reason)

    def _reject(self, row: Row, source_id: str, reason: Problem | str) -> None:
        self.report.rejected += 1
        self.rejects.add(row, source_id=source_id, reason=str(reason))


def _one_line(reason: Exception) -> str:
    return str(reason).strip().splitlines()[0]


@contextmanager
def _alone(order: Order) -> Iterator[None]:
    """Let one import at a time write of this source and into this city."""
    if order.dry_run:
        yield
        return
    held: list[str] = []
    try:
        for name in sorted(
            {f"city {order.mapping.city['code']}", f"source {order.mapping.source}"}
        ):
            _wait_for(name, order)
            held.append(name)
        yield
    finally:
        # A lost connection has given its locks back already.
        with suppress(OperationalError, InterfaceError):
            for name in held:
                _ask("SELECT pg_advisory_unlock(hashtextextended(%s, 5431))", f"import {name}")


def _wait_for(name: str, order: Order) -> None:
    """Take a lock of this session: it outlasts the transaction that limits the waiting."""
    limit = f"{order.wait_seconds * 1000:.0f}ms"
    try:
        with transaction.atomic():
            _ask("SELECT set_config('lock_timeout', %s, true)", limit)
            _ask("SELECT pg_advisory_lock(hashtextextended(%s, 5431))", f"import {name}")
    except OperationalError as reason:
        if not isinstance(reason.__cause__, LockNotAvailable):
            raise
        raise NotPossible(
            _("Another import of “%(source)s” is running; wait until it has ended.")
            % {"source": order.mapping.source}
        ) from None


def _ask(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
