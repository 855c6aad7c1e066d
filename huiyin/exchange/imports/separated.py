"""CSV: which encoding, which delimiter, and one record after the other.

The whole file is decoded strictly before anything is read from it, so that a wrong guess is
found before anything is written. UTF-8 comes first, then GB18030, which includes GBK.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from huiyin.exchange.imports.rows import CutShort, Row, header_of
from huiyin.office.problems import WrongInput

BLOCK = 1 << 20
SAMPLE_BYTES, SAMPLE_RECORDS = 1 << 16, 50
DELIMITERS = (",", "\t", ";", "|")
GUESSES = ("utf-8", "gb18030")
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# An opened quote that nobody closes swallows lines until this many characters.
LONGEST_FIELD = 4 << 20


def encoding_of(path: Path, given: str = "") -> str:
    """The encoding in which the whole file can be read, or one sentence."""
    with path.open("rb") as file:
        start = file.read(4096)
    marked = next((name for mark, name in MARKS.items() if start.startswith(mark)), "")
    # A single zero byte spoils one row; many are the sign of UTF-16 without its mark.
    if not given and not marked and start.count(0) * 20 > len(start):
        raise WrongInput(
            _("The file holds zero bytes, as UTF-16 text does; say --encoding utf-16-le.")
        )
    for name in [given] if given else [marked] if marked else GUESSES:
        if _decodes(path, name):
            return name
    if given or marked:
        sentence = _("The file is not text in %(encoding)s; leave --encoding out to try others.")
        raise WrongInput(sentence % {"encoding": given or marked})
    raise WrongInput(
        _("The file is neither UTF-8 nor GB18030 (GBK); say which with --encoding, such as cp1252.")
    )


def _decodes(path: Path, name: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(name)()
    except LookupError:
        raise WrongInput(
            _("“%(name)s” is no encoding; write one such as utf-8, gb18030 or cp1252.")
            % {"name": name}
        ) from None
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return False
    # A character that is cut off at the very end is no sign of another encoding: the file is
    # half-written, which is found when its last line is read.
    return True


class SeparatedFile:
    """A CSV file."""

    form = "csv"

    def __init__(self, path: Path, *, encoding: str = "") -> None:
        self.path, self.encoding = path, encoding_of(path, encoding)
        with path.open("rb") as file:
            # The sample may end inside a character; an incremental decoder waits for the rest.
            sample = codecs.getincrementaldecoder(self.encoding)().decode(file.read(SAMPLE_BYTES))
        self.delimiter = delimiter_of(sample)
        csv.field_size_limit(LONGEST_FIELD)
        with self._open() as file:
            self.columns = next(self._records(_Lines(file)))[1]

    def rows(self) -> Iterator[Row]:
        """Every row; broken ones with their fault."""
        with self._open() as file:
            lines = _Lines(file)
            records = self._records(lines)
            next(records)
            for number, record in records:
                yield self._row(number, record, lines)

    def _open(self) -> TextIO:
        return self.path.open(encoding=self.encoding, newline="")

    def _records(self, lines: "_Lines") -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        header: list[str] = []
        while True:
            number = lines.begin()
            try:
                record = next(reader)
            except StopIteration:
                break
            except csv.Error as reason:
                if lines.ended:
                    sentence = _("The file ends inside quotes that open after line %(line)d; "
                                 "it seems half-written.")  # fmt: skip
                    raise CutShort(sentence % {"line": number}) from None
                if not header:
                    sentence = _("The first line cannot be read as CSV: %(reason)s.")
                    raise WrongInput(sentence % {"reason": reason}) from None
                lines.fault = str(reason)
                yield number, []
                continue
            if not any(field.strip() for field in record):
                continue
            if not header:
                record = header = header_of(record)
            yield number, record
        if not header:
            raise WrongInput(_("The file is empty."))

    def _row(self, number: int, record: list[str], lines: "_Lines") -> Row:
        if not record:
            sentence = _("The row cannot be read as CSV: %(reason)s.") % {"reason": lines.fault}
            return Row(number, fault=sentence, raw=lines.raw)
        wanted = len(self.columns)
        if len(record) > wanted and not any(record[wanted:]):
            record = record[:wanted]
        if len(record) != wanted:
            said = {"line": number, "found": len(record), "wanted": wanted}
            if len(record) < wanted and not lines.raw.endswith(("\n", "\r")):
                sentence = _("The last row, in line %(line)d, has only %(found)d of %(wanted)d "
                             "fields; the file seems half-written.")  # fmt: skip
                raise CutShort(sentence % said)
            sentence = _("The row has %(found)d fields, but there are %(wanted)d columns.")
            return Row(number, fault=sentence % said, raw=lines.raw)
        return Row(number, dict(zip(self.columns, record, strict=True)))


class _Lines:
    """The lines of a file, counted; the raw text of the present record is kept."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.number, self.kept, self.ended, self.fault = file, 0, list[str](), False, ""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = self.file.readline()
        except UnicodeDecodeError:
            sentence = _("The file ends in the middle of a character; it seems half-written.")
            raise CutShort(sentence) from None
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        self.kept.append(line)
        return line

    def begin(self) -> int:
        """Begin a record; its number is that of its first line."""
        self.kept.clear()
        return self.number + 1

    @property
    def raw(self) -> str:
        """The text of the present record."""
        return "".join(self.kept)


def delimiter_of(sample: str) -> str:
    """The delimiter that cuts the first lines most evenly into the most fields."""
    best, most = DELIMITERS[0], 1
    lines = sample.splitlines(keepends=True)[: SAMPLE_RECORDS * 4]
    for delimiter in DELIMITERS:
        reader = csv.reader(lines, delimiter=delimiter)
        counts = []
        try:
            for record, _number in zip(reader, range(SAMPLE_RECORDS), strict=False):
                counts.append(len(record))
        except csv.Error:
            continue
        width = counts[0] if counts else 0
        even = Counter(counts)[width] * 2 >= len(counts)
        if width > most and even:
            best, most = delimiter, width
    return best
