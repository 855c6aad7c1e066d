"""PostgreSQL's own programs for backups, `pg_dump` and `pg_restore`, fed and read in a stream."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.conninfo import make_conninfo

from huiyin.office.database import connection_parameters, embedded_is_used
from huiyin.office.embedded import Embedded
from huiyin.office.problems import NotPossible, OutsideProblem

PORTION = 1 << 20
# Signed-in officials sign in again; everything else is kept.
DUMP = ("--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=django_session")
RESTORE = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")


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
        command: list[str | Path] = [self._program("pg_dump"), *DUMP, self.place]
        with self._running(command, stdout=subprocess.PIPE) as process:
            while portion := process.stdout.read(PORTION):
                yield portion

    def restore(self, dump: Iterable[bytes]) -> None:
        """Fill the empty database from a dump: all of it, or nothing."""
        command: list[str | Path] = [self._program("pg_restore"), *RESTORE, self.place]
        # When it ends early, its own words say why.
        with self._running(command, stdin=subprocess.PIPE) as process, suppress(BrokenPipeError):
            for portion in dump:
                process.stdin.write(portion)
            process.stdin.close()

    @contextmanager
    def _running(
        self, command: list[str | Path], *, stdin: int | None = None, stdout: int | None = None
    ) -> Iterator[Any]:
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                command, env=self.environment, stdin=stdin, stdout=stdout, stderr=said
            )
            try:
                yield process
            except BaseException:
                process.kill()
                raise
            finally:
                for pipe in (process.stdin, process.stdout):
                    if pipe:
                        with suppress(BrokenPipeError):
                            pipe.close()
                process.wait()
            if process.returncode:
                name = Path(command[0]).name
                raise OutsideProblem(f"{name} failed: {_reason(said)}.", permanent=False)

    def _program(self, name: str) -> Path:
        """The oldest program that is not older than the server: it knows the server best."""
        if embedded_is_used():
            found = Embedded(self.home).program(name)
            if found.is_file():
                return found
        known = [path for path in _candidates(self.home, name) if _major(path) >= self.server]
        if not known:
            raise NotPossible(
                f"No {name} for PostgreSQL {self.server} was found; install the client programs "
                "of that version, or name their folder in HUIYIN_POSTGRES_BIN."
            )
        return min(known, key=_major)


def _candidates(home: Path, name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    # Debian keeps one folder for each version, none of them on the path.
    yield from Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    with suppress(OutsideProblem):
        of_the_wheel = Embedded(home).program(name)
        if of_the_wheel.is_file():
            yield of_the_wheel


def _major(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\) (\d+)", said.stdout)
    return int(found[1]) if found else 0


def _reason(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode("utf-8", errors="replace").splitlines()
    telling = [line for line in lines if "error:" in line] or lines[-1:]
    return " ".join(telling[0].split()).rstrip(".") if telling else "nothing was said"
