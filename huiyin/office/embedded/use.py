"""The embedded PostgreSQL of one city: started by the first process, stopped after the last.

Each process of huiyin holds a shared lock while it uses the database. A keeper, one small
process of its own, waits until nobody holds it any more, and stops the server.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from huiyin.office.embedded.accounts import own_account
from huiyin.office.embedded.folders import PORT, Folders
from huiyin.office.embedded.locks import Lock
from huiyin.office.embedded.programs import SETTING, find_programs
from huiyin.office.embedded.server import APPLICATION, DATABASE, OWNER, START_SECONDS, Server
from huiyin.office.environment import env_flag
from huiyin.office.problems import OutsideProblem

PACKAGE_PARENT = Path(__file__).resolve().parents[3]
# The keeper needs nothing else of the environment; it must not keep secrets of the city.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "SYSTEMROOT")


@dataclass(frozen=True)
class Status:
    """What `huiyin doctor` says about the embedded database."""

    is_running: bool
    version: str
    pid: int | None
    keeper: int | None
    account: str
    data: Path
    socket: Path
    log: Path


class Embedded:
    """The embedded database server that belongs to one HUIYIN_HOME."""

    def __init__(self, home: Path, *, fast: bool | None = None) -> None:
        self.folders = Folders(home)
        # Without waiting for the disk: for tests, whose data nobody will miss.
        self.fast = env_flag("HUIYIN_DATABASE_FAST", default=False) if fast is None else fast
        self._use = Lock(self.folders.users)
        self._turn = threading.Lock()

    def parameters(self, *, owner: bool) -> dict[str, str]:
        """What libpq needs to connect to it; starts nothing."""
        self.folders.check_socket_path()
        return {
            "host": str(self.folders.sockets),
            "port": PORT,
            "dbname": DATABASE,
            "user": OWNER if owner else APPLICATION,
        }

    def join(self) -> None:
        """Use the database: start the server, or join those who use it already.

        May be called again: a server that died meanwhile is started anew.
        """
        self.folders.check_socket_path()
        with self._turn, self._told():
            self._join()

    def mend(self) -> None:
        """Join again when the keeper is gone, which otherwise brings a lost server back.

        Costs next to nothing: for the loop of a long process, which must outlive the
        session of the command that happened to start the server.
        """
        with self._told():
            keeper = self._keeper()
        if keeper is None:
            self.join()

    def leave(self) -> None:
        """Use it no longer; the keeper stops the server when nobody is left."""
        with self._turn:
            self._use.release()
        atexit.unregister(self.leave)

    def __enter__(self) -> Self:
        self.join()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def linger(self, seconds: int) -> None:
        """Keep the server for so long, although nobody may be using it."""
        until = time.time() + seconds
        self.folders.linger.write_text(f"{until:.0f}\n", encoding="ascii")

    def status(self) -> Status:
        """Look at the server without starting it; nothing is made or changed."""
        with self._told():
            server = self._server(prepared=False)
            pid = server.pid()
            keeper = self._keeper()
        return Status(
            is_running=pid is not None,
            version=server.programs.version,
            pid=pid,
            keeper=keeper,
            account=server.account.name,
            data=server.data,
            socket=self.folders.socket,
            log=self.folders.log,
        )

    def program(self, name: str) -> Path:
        """Where a program of PostgreSQL lies, such as pg_dump, of the server's own version."""
        with self._told():
            return self._server(prepared=False).programs.path(name)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the operating system refuses into one sentence."""
        try:
            yield
        except OSError as error:
            raise OutsideProblem(
                f"The embedded database of {self.folders.home} cannot be used: "
                f"{error.strerror or error} ({error.filename or self.folders.home}).",
                permanent=False,
            ) from error

    def _join(self) -> None:
        self.folders.check_home()
        start = Lock(self.folders.start)
        if not start.take(alone=True, seconds=START_SECONDS):
            raise OutsideProblem(
                f"Another huiyin has been starting the database of {self.folders.home} for "
                f"{START_SECONDS} seconds; look into {self.folders.log}.",
                permanent=False,
            )
        was_held = self._use.is_held
        try:
            if not was_held:
                # Blocks for a moment only: who holds it alone also wants the start lock.
                self._use.take(alone=False, seconds=START_SECONDS)
            server = self._server(prepared=True)
            # First the keeper: should we be killed while the server starts, it ends both.
            self._call_keeper(server)
            server.run()
            atexit.unregister(self.leave)
            atexit.register(self.leave)
        except BaseException:
            if not was_held:
                self._use.release()
            raise
        finally:
            start.release()

    def _server(self, *, prepared: bool) -> Server:
        account = self.folders.prepare() if prepared else self.folders.account()
        # To look at the server, programs that only we can reach need not be copied.
        runner = account if prepared else own_account()
        programs = find_programs(runner, data=self.folders.data, shelter=self.folders.shelter)
        return Server(self.folders, account=account, programs=programs, fast=self.fast)

    def _keeper(self) -> int | None:
        """The number of the keeper's process; it holds its file as long as it lives."""
        if not self.folders.keeper.exists():
            return None
        post = Lock(self.folders.keeper)
        if post.take(alone=True):
            post.release()
            return None
        number = self.folders.keeper.read_text(encoding="ascii").strip()
        return int(number) if number.isdigit() else 0

    def _call_keeper(self, server: Server) -> None:
        if self._keeper() is not None:
            return
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {
            name: value for name, value in os.environ.items() if name.startswith("HUIYIN_DATABASE")
        }
        environment[SETTING] = str(server.programs.folder)
        environment["HUIYIN_DATABASE_FAST"] = "yes" if self.fast else "no"
        environment["PYTHONPATH"] = str(PACKAGE_PARENT)
        with self.folders.opened_log() as log:
            # Returns at once: the keeper goes to the background when it is at its post.
            done = subprocess.run(
                [sys.executable, "-S", "-m", "huiyin.office.keeper", str(self.folders.home)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd="/",
                start_new_session=True,
                check=False,
            )
        if done.returncode != 0:
            raise OutsideProblem(
                f"The keeper of the embedded database did not start; see {self.folders.log}.",
                permanent=False,
            )
