"""The server process of the embedded database: make its data, start it, stop it, look at it.

Whoever calls `run` or `stop` holds the start lock of the city, so that nobody else does
either at the same time.
"""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from huiyin.office.embedded_accounts import Account, own_account, run_as
from huiyin.office.embedded_folders import PORT, Folders
from huiyin.office.embedded_locks import Lock
from huiyin.office.embedded_processes import left_behind, serves
from huiyin.office.embedded_programs import Programs
from huiyin.office.embedded_texts import access_text, ctype_candidates, names_text, settings_text
from huiyin.office.problems import OutsideProblem

DATABASE, OWNER, APPLICATION = "huiyin", "huiyin_owner", "huiyin"
# Recovery after a power cut replays what the last checkpoint did not hold.
START_SECONDS = 300
STOP_SECONDS = 60
END_SECONDS = 5
PAUSE_SECONDS = 0.02
ROLES = f"""CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;

CREATE DATABASE {DATABASE} OWNER {OWNER};

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
        if not self.data.exists():
            self._make()
        self._start()

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
        psql = [self.programs.path("psql"), "-XAtqw", "-U", OWNER, "-h", self.folders.sockets]
        done = run_as(self.account, [*psql, "-p", PORT, "-d", "postgres", "-c", OTHER_CLIENTS])
        return int(done.stdout) if done.returncode == 0 and done.stdout.strip().isdigit() else 0

    def _note(self) -> list[str]:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []
        return lines if lines and lines[0].strip().isdigit() else []

    def _make(self) -> None:
        """Make the data folder beside its place and move it there when it is whole."""
        fresh = self.data.with_name(f"{self.data.name}.new")
        said = ""
        for locale in ctype_candidates(self.programs.major):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(fresh, self.account.uid, self.account.gid)
            done = run_as(self.account, self._initdb(fresh, locale))
            said = done.stdout
            if done.returncode == 0:
                break
            if "invalid locale name" not in said:
                raise self._failed("be made", said)
        else:
            raise OutsideProblem(
                "This system has no UTF-8 locale, which PostgreSQL needs to know Chinese "
                "characters; install C.UTF-8 (on Debian the package libc-bin has it).",
                permanent=True,
            )
        conf = (fresh / "postgresql.conf").read_text(encoding="utf-8")
        self._write_files(fresh, {"postgresql.conf": f"{conf}\ninclude 'huiyin.conf'\n"})
        self._write_files(fresh, self._settings())
        postgres = [self.programs.path("postgres"), "--single", "-j", "-D", fresh]
        done = run_as(self.account, [*postgres, "-c", "exit_on_error=on", "postgres"], sent=ROLES)
        if done.returncode != 0:
            raise self._failed("be made", done.stdout)
        fresh.rename(self.data)

    def _initdb(self, folder: Path, locale: list[str]) -> list[str | Path]:
        asked = [self.programs.path("initdb"), "-D", folder, "-U", OWNER, "--encoding=UTF8"]
        asked += ["--data-checksums", "--auth-local=peer", "--auth-host=reject", *locale]
        return [*asked, "--no-sync"] if self.fast else asked

    def _start(self) -> None:
        self._write_files(self.data, self._settings())
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        # The server and its workers inherit this hold, so that no second server can start
        # on the same data while one of them lives, not even from another container.
        alone = self._end_remains()
        log = os.open(self.folders.log, flags, 0o600)
        try:
            before = os.fstat(log).st_size
            pg_ctl = self._pg_ctl("start", START_SECONDS, "--silent")
            run_as(self.account, pg_ctl, output=log, kept=[alone.descriptor])
        finally:
            os.close(log)
            alone.release()
        if self.state() is not State.READY:
            with self.folders.log.open("rb") as lines:
                lines.seek(before)
                raise self._failed("start", lines.read().decode("utf-8", errors="replace"))

    def _pg_ctl(self, act: str, seconds: int, option: str) -> list[str | Path]:
        asked = [self.programs.path("pg_ctl"), act, "-w", f"--timeout={seconds}", option]
        return [*asked, "-D", self.data]

    def end_left_behind(self) -> None:
        """End the workers of a killed server, and a server whose folder was removed."""
        for kind in (signal.SIGQUIT, signal.SIGKILL):
            for pid in left_behind(self.data, uid=self.account.uid):
                _signal(pid, kind)
            if _wait(lambda: not left_behind(self.data, uid=self.account.uid), END_SECONDS):
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
            "huiyin.conf": settings_text(self.folders.sockets, fast=self.fast),
            "pg_hba.conf": access_text(),
            "pg_ident.conf": names_text(sorted(readers), (APPLICATION, OWNER)),
        }

    def _write_files(self, folder: Path, texts: dict[str, str]) -> None:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            for name, text in texts.items():
                self._write(handle, name, text)
        finally:
            os.close(handle)

    def _write(self, folder: int, name: str, text: str) -> None:
        # The folder belongs to the account of the server. Root writes there only to a file
        # it has just made, never through a link somebody may have laid.
        fresh = f"{name}.new"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(fresh, dir_fd=folder)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(fresh, flags, 0o600, dir_fd=folder), "w", encoding="utf-8") as out:
            out.write(text)
            if os.geteuid() == 0:
                os.fchown(out.fileno(), self.account.uid, self.account.gid)
        os.rename(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)

    def _failed(self, what: str, said: str) -> OutsideProblem:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        telling = [
            line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:"))
        ]
        last = (telling or lines or ["nothing was said"])[-1]
        return OutsideProblem(
            f"The embedded database of {self.folders.home} could not {what}: {last}. "
            f"The whole log is {self.folders.log}.",
            permanent=False,
        )


def _wait(reached: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() >= deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def _signal(pid: int, kind: signal.Signals) -> None:
    try:
        os.kill(pid, kind)
    except ProcessLookupError:
        return
