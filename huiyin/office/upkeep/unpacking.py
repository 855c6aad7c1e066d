"""Reading a backup: first all of it is checked, then it is brought into an empty city.

Names in a backup are believed only when they have exactly the form that a backup gives them,
so that no file can land outside the city's own folders.
"""

import hashlib
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from huiyin.office.problems import NotPossible, WrongInput
from huiyin.office.upkeep.packing import DUMP, FACTS, FORMAT, SUMS, Counted, sum_line

PORTION = 1 << 20
PART = re.compile(rf"{re.escape(DUMP)}\.\d{{5}}")
ATTACHMENT = re.compile(r"attachments/([0-9a-f]{2})/(\1[0-9a-f]{62})")
KEY = re.compile(r"keys/(sign-in|residents)")
# What may lie in a home before a city is brought there: keys that were kept elsewhere.
MAY_BE_THERE = {"keys", "lost+found"}
Member = tuple[str, IO[bytes]]


def check_empty(home: Path) -> None:
    """Refuse a home in which somebody lives: a restored city never mixes with another."""
    there = sorted(path.name for path in home.iterdir()) if home.is_dir() else []
    found = [name for name in there if name not in MAY_BE_THERE and not name.startswith(".")]
    if found:
        raise NotPossible(
            f"{home} is not empty (it holds {found[0]}); name an empty folder in HUIYIN_HOME, "
            "which may hold the folder keys alone."
        )


def checked(file: Path) -> dict[str, Any]:
    """Read the whole backup, and give its facts; raises when a byte of it is missing or changed."""
    try:
        with opened(file) as members, tempfile.TemporaryFile() as computed:
            return _checked(file, members, computed)
    except OSError as problem:
        raise WrongInput(f"{file} cannot be read: {problem.strerror or problem}.") from problem


def _checked(file: Path, members: Iterator[Member], computed: IO[bytes]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, content in members:
        if name == SUMS:
            computed.seek(0)
            _compare(file, computed, content)
            return facts
        counted = Counted(content)
        if name == FACTS:
            facts = _facts(file, counted.read())
        elif not facts:
            raise _no_backup(file)
        while counted.read(PORTION):
            pass
        digest = counted.digest.hexdigest()
        attachment = ATTACHMENT.fullmatch(name)
        if attachment and attachment[2] != digest:
            raise _changed(file, name)
        computed.write(sum_line(name, digest))
    raise _cut_off(file)


@contextmanager
def opened(file: Path) -> Iterator[Iterator[Member]]:
    """The files in a backup, to be read once and in their order."""
    try:
        with tarfile.open(file, mode="r|") as tar:
            yield _members(file, tar)
    except tarfile.ReadError as problem:
        if file.stat().st_size and "unexpected end" not in str(problem):
            raise _no_backup(file) from problem
        raise _cut_off(file) from problem


def _members(file: Path, tar: tarfile.TarFile) -> Iterator[Member]:
    for entry in tar:
        content = tar.extractfile(entry) if entry.isreg() else None
        if content is None or not _is_ours(entry.name):
            raise WrongInput(f"{file} holds “{entry.name}”, which no backup holds.")
        yield entry.name, content


def dump_of(file: Path) -> Iterator[bytes]:
    """The dump of the database, put together from its parts."""
    with opened(file) as members:
        for name, content in members:
            while PART.fullmatch(name) and (portion := content.read(PORTION)):
                yield portion


def bring_files(file: Path, *, home: Path, attachments: Path) -> tuple[int, int]:
    """Put attachments and keys in their place, and give how many there are of each."""
    counts = {"attachments": 0, "keys": 0}
    with opened(file) as members:
        for name, content in members:
            attachment, key = ATTACHMENT.fullmatch(name), KEY.fullmatch(name)
            if attachment:
                _keep(content, attachments / attachment[1] / attachment[2])
                counts["attachments"] += 1
            elif key:
                _set_aside(home / "keys" / key[1])
                _keep(content, home / "keys" / key[1])
                counts["keys"] += 1
    return counts["attachments"], counts["keys"]


def _keep(content: IO[bytes], place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = place.with_name(f"{place.name}.part")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            while portion := content.read(PORTION):
                out.write(portion)
            out.flush()
            os.fsync(out.fileno())
        half.rename(place)
    finally:
        half.unlink(missing_ok=True)


def _set_aside(key: Path) -> None:
    # A home without keys was given fresh ones when this command began; and should they have
    # been somebody's, they must not be lost.
    with suppress(FileNotFoundError):
        key.rename(key.with_name(f"{key.name}.before"))


def _is_ours(name: str) -> bool:
    forms = (PART, ATTACHMENT, KEY)
    return name in {FACTS, SUMS} or any(form.fullmatch(name) for form in forms)


def _facts(file: Path, said: bytes) -> dict[str, Any]:
    try:
        facts = dict(json.loads(said))
    except (ValueError, TypeError):
        raise _no_backup(file) from None
    if facts.get("format") != FORMAT:
        raise WrongInput(
            f"{file} was written by another version of huiyin ({facts.get('version')}), whose "
            "backups this one does not read."
        )
    return facts


def _compare(file: Path, computed: IO[bytes], listed: IO[bytes]) -> None:
    for line in computed:
        if line != listed.readline():
            raise _changed(file, line.decode().split()[1])
    if listed.readline():
        raise _cut_off(file)


def _cut_off(file: Path) -> WrongInput:
    return WrongInput(
        f"{file} was cut off and is not whole; take another backup. Nothing was done."
    )


def _changed(file: Path, name: str) -> WrongInput:
    return WrongInput(
        f"{file} was changed after it was written, at “{name}”; take another one. Nothing was done."
    )


def _no_backup(file: Path) -> WrongInput:
    return WrongInput(f"{file} is no backup of huiyin.")


def digest_of(key: bytes) -> str:
    """What tells one key from another and tells nothing else about it."""
    return hashlib.sha256(b"huiyin backup" + key).hexdigest()[:16]
