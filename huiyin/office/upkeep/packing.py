"""Writing a backup: one tar with the database, the attachments and, if asked for, the keys.

Written in a stream and under a name of its own until it is whole. The last file in it lists
the digests of all others, so that one that was cut off or changed is known at once.
"""

import hashlib
import io
import json
import os
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from huiyin.office.problems import NotPossible, OutsideProblem

FACTS, DUMP, SUMS = "huiyin-backup.json", "database.dump", "checksums.sha256"
FORMAT = 1
# A tar says the size of a file before the file, and nobody knows that of a dump before its end:
# it stands in it in parts.
PART_BYTES = 16 << 20


def pack(
    file: Path, *, facts: dict[str, Any], dump: Iterable[bytes], files: Iterable[tuple[str, Path]]
) -> int:
    """Write the backup, and give its size; a failure leaves nothing behind."""
    if file.exists():
        raise NotPossible(f"{file} is there already; give the backup a name of its own.")
    half = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            _write(out, facts=facts, dump=dump, files=files)
            out.flush()
            os.fsync(out.fileno())
        half.rename(file)
    except OSError as problem:
        raise OutsideProblem(
            f"The backup could not be written ({problem.strerror or problem}: {half}); "
            "nothing of it was kept.",
            permanent=False,
        ) from problem
    finally:
        half.unlink(missing_ok=True)
    return file.stat().st_size


def _write(
    out: IO[bytes],
    *,
    facts: dict[str, Any],
    dump: Iterable[bytes],
    files: Iterable[tuple[str, Path]],
) -> None:
    with (
        tempfile.TemporaryFile() as sums,
        tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        said = json.dumps({"format": FORMAT, **facts}, ensure_ascii=False, indent=1).encode()
        _add(tar, sums, FACTS, said)
        for number, part in enumerate(_parts(dump)):
            _add(tar, sums, f"{DUMP}.{number:05}", part)
        for name, path in files:
            _add_file(tar, sums, name, path)
        size = sums.tell()
        sums.seek(0)
        tar.addfile(_entry(SUMS, size), sums)


def _parts(dump: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for portion in dump:
        waiting += portion
        if len(waiting) >= PART_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _add(tar: tarfile.TarFile, sums: IO[bytes], name: str, content: bytes) -> None:
    tar.addfile(_entry(name, len(content)), io.BytesIO(content))
    sums.write(sum_line(name, hashlib.sha256(content).hexdigest()))


def _add_file(tar: tarfile.TarFile, sums: IO[bytes], name: str, path: Path) -> None:
    with path.open("rb") as source:
        counted = Counted(source)
        tar.addfile(_entry(name, os.fstat(source.fileno()).st_size), counted)
    sums.write(sum_line(name, counted.digest.hexdigest()))


class Counted:
    """A file whose digest is taken while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        portion = self.source.read(size)
        self.digest.update(portion)
        return portion


def sum_line(name: str, digest: str) -> bytes:
    """One line, as sha256sum writes and checks it."""
    return f"{digest}  {name}\n".encode()


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(time.time())
    return entry
