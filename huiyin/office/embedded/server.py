"""The server process of the embedded database: make its data, start it, stop it, look at it.

Whoever calls `run` or `stop` holds the start lock of the city, so that nobody else does
either at the same time.
"""

import contextlib
import os
import re
import shutil
import signal
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from huiyin.office.embedded.accounts import Account, left_behind, own_account, run_as, serves
from huiyin.office.embedded.folders import PORT, Folders
from huiyin.office.embedded.locks import Lock
from huiyin.office.embedded.programs import Programs
from huiyin.office.embedded.texts import (
    access_text,
    ctype_candidates,
    include_settings,
    names_text,
    settings_text,
    settle,
    write_texts,
)
from huiyin.office.problems import OutsideProblem

DATABASE, OWNER, APPLICATION = "huiyin", "huiyin_owner", "huiyin"
# Recovery after a power cut replays what the last checkpoint did not hold.
START_SECONDS = 300
STOP_SECONDS = 60
END_SECONDS = 5
PAUSE_SECONDS = 0.02
ROLES = f"""CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;

CREATE DATABASE {DATABASE} OWNER {OWNER} STRATEGY FILE_COPY;

"""
OTHER_CLIENTS = """SELECT count(*) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"""


class State(Enum):
    """What the server is doing."""

    ABSENT = "absent"
    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"


class Server:
    """The PostgreSQL server of one data folder."""

    def __init__(
        self, folders: Folders, *, account: Account, programs: Programs, fast: bool
    ) -> None:
        self.folders = folders
        self.data = folders.data
        self.account = account
        self.programs = programs
        self.fast = fast
        self.settings = settings_text(folders.sockets, fast=fast)

    def state(self) -> State:
        """What the server is doing, by its own note in the data folder."""
        note = self._note()
        if not note or not serves(int(note[0]), self.data):
            return State.ABSENT
        words = {"ready": State.READY, "standby": State.READY, "stopping": State.STOPPING}
        return words.get(note[7].strip() if len(note) > 7 else "", State.STARTING)

    def pid(self) -> int | None:
        """The number of the running server process."""
        note = self._note()
        return int(note[0]) if note and serves(int(note[0]), self.data) else None

    def run(self) -> None:
        """Make sure that the server runs and answers on our socket."""
        if self.state() is State.STARTING:
            _wait(lambda: self.state() is not State.STARTING, START_SECONDS)
        if self.state() is State.READY:
            self._check_sockets()
            # A cleaner of /tmp may have taken the socket of a running server.
            if self.folders.socket.is_socket():
                return
        if self.state() is not State.ABSENT:
            self.stop()
        # The programs inherit this hold, so that nothing else can be done to the data while
        # one of them lives: not by us after kill -9, and not from another container.
        alone = self._end_remains()
        try:
            if not self.data.exists():
                self._make(alone)
            self._start(alone)
        finally:
            alone.release()

    def stop(self) -> None:
        """Stop the server in good order: clients are cut off, nothing committed is lost."""
        for mode in ("fast", "immediate"):
            pid = self.pid()
            if pid is None:
                return
            run_as(self.account, self._pg_ctl("stop", STOP_SECONDS, f"--mode={mode}"))
        if self.pid() is not None:
            raise OutsideProblem(
                f"The database server {self.pid()} of {self.data} does not stop.", permanent=False
            )

    def other_clients(self) -> int:
        """How many programs are connected, such as psql or pg_dump; 0 when nobody answers."""
        psql: list[str | Path] = [self.programs.path("psql"), "-XAtqw", "-U", OWNER, "-p", PORT]
        psql += ["-h", self.folders.sockets, "-d", "postgres", "-c", OTHER_CLIENTS]
        done = run_as(self.account, psql)
        return int(done.stdout) if done.returncode == 0 and done.stdout.strip().isdigit() else 0

    def _note(self) -> list[str]:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []
        return lines if lines and lines[0].strip().isdigit() else []

    def _make(self, alone: Lock) -> None:
        """Make the data folder beside its place and move it there when it is whole."""
        fresh = self.data.with_name(f"{self.data.name}.new")
        self._initialise(fresh, alone)
        include_settings(fresh, self.account)
        write_texts(fresh, self._settings(), self.account)
        postgres: list[str | Path] = [self.programs.path("postgres"), "--single", "-j", "-D", fresh]
        postgres += ["-c", "exit_on_error=on", "postgres"]
        done = run_as(self.account, postgres, sent=ROLES, kept=[alone.descriptor])
        if done.returncode != 0:
            raise self._not_made(done.stdout)
        fresh.rename(self.data)
        settle(self.data.parent)

    def _initialise(self, fresh: Path, alone: Lock) -> None:
        """Run initdb with the first locale that this system knows."""
        for locale in ctype_candidates(self.programs.major):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(fresh, self.account.uid, self.account.gid)
            initdb: list[str | Path] = [self.programs.path("initdb"), "-D", fresh, "-U", OWNER]
            initdb += ["--encoding=UTF8", "--data-checksums", *locale]
            initdb += ["--auth-local=peer", "--auth-host=reject"]
            initdb += ["--no-sync", "--wal-segsize=1"] if self.fast else []
            done = run_as(self.account, initdb, kept=[alone.descriptor])
            if done.returncode == 0:
                return
            if "invalid locale name" not in done.stdout:
                raise self._not_made(done.stdout)
        raise OutsideProblem(
            "This system has no UTF-8 locale, which PostgreSQL needs to know Chinese "
            "characters; install C.UTF-8 (on Debian the package libc-bin has it).",
            permanent=True,
        )

    def _start(self, alone: Lock) -> None:
        if not (self.data / "PG_VERSION").exists():
            raise OutsideProblem(
                f"{self.data} holds no PostgreSQL data; move it away, then a new database is made.",
                permanent=True,
            )
        write_texts(self.data, self._settings(), self.account)
        with self.folders.opened_log() as log:
            before = os.fstat(log).st_size
            pg_ctl = self._pg_ctl("start", START_SECONDS, "--silent")
            run_as(self.account, pg_ctl, output=log, kept=[alone.descriptor])
        if self.state() is not State.READY:
            with self.folders.log.open("rb") as lines:
                lines.seek(before)
                raise self._failed("start", lines.read().decode("utf-8", errors="replace"))

    def _pg_ctl(self, act: str, seconds: int, option: str) -> list[str | Path]:
        pg_ctl = self.programs.path("pg_ctl")
        return [pg_ctl, act, "-w", f"--timeout={seconds}", option, "-D", self.data]

    def end_left_behind(self, *, removed_only: bool = False) -> None:
        """End the workers of a killed server, and a server whose folder was removed."""

        def found() -> list[int]:
            return left_behind(self.data, uid=self.account.uid, removed_only=removed_only)

        for kind in (signal.SIGQUIT, signal.SIGKILL):
            for pid in found():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, kind)
            if _wait(lambda: not found(), END_SECONDS):
                return

    def _end_remains(self) -> Lock:
        """Be the only one on this data; take away the notes that a killed server left."""
        alone = Lock(self.folders.server)
        if not alone.take(alone=True):
            self.end_left_behind()
            if not alone.take(alone=True, seconds=END_SECONDS):
                raise OutsideProblem(
                    f"A server on {self.data} still runs and cannot be seen from here, perhaps "
                    "in another container; stop that one first.",
                    permanent=False,
                )
        # PostgreSQL would believe the number in them, whose process may be another by now.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        Path(f"{self.folders.socket}.lock").unlink(missing_ok=True)
        return alone

    def _check_sockets(self) -> None:
        used = self._note()[4:5]
        if used and used != [str(self.folders.sockets)]:
            raise OutsideProblem(
                f"The database of {self.folders.home} already runs with its socket in {used[0]}; "
                "set HUIYIN_DATABASE_SOCKETS as the running huiyin has it, or stop that one.",
                permanent=True,
            )

    def _settings(self) -> dict[str, str]:
        readers = {own_account().name, self.account.name}
        return {
            "huiyin.conf": self.settings,
            "pg_hba.conf": access_text(),
            "pg_ident.conf": names_text(sorted(readers), (APPLICATION, OWNER)),
        }

    def _not_made(self, said: str) -> OutsideProblem:
        with self.folders.opened_log() as log:
            os.write(log, said.encode())
        return self._failed("be made", said)

    def _failed(self, what: str, said: str) -> OutsideProblem:
        return OutsideProblem(
            f"The embedded database of {self.folders.home} could not {what}: {reason(said)}. "
            f"The whole log is {self.folders.log}.",
            permanent=False,
        )


def reason(said: str) -> str:
    """The first complaint of PostgreSQL, with its hint; the rest mostly follows from it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error|HINT):", line)]
    shown = telling[:2] if "HINT:" in "".join(telling[1:2]) else telling[:1]
    bare = [re.sub(r"^.*UTC \[\d+\] [A-Z]+: +", "", line) for line in shown or lines[-1:]]
    return " – ".join(bare).rstrip(".") or "nothing was said"


def _wait(reached: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() >= deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
