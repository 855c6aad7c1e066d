"""Empty cities with an embedded database of their own, and further processes that use it."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from huiyin.office.embedded import Embedded
from huiyin.office.embedded.folders import Folders
from huiyin.office.embedded.locks import Lock
from huiyin.office.embedded.server import Server
from huiyin.office.environment import BadSetting
from huiyin.office.keeper import Keeper
from huiyin.office.problems import OutsideProblem

ROOT = Path(__file__).resolve().parents[2]
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")
USER = """
import sys
from pathlib import Path
from huiyin.office.embedded import Embedded
embedded = Embedded(Path(sys.argv[1]), fast=True)
embedded.join()
print("joined", flush=True)
sys.stdin.read()
"""


class City:
    """A home in a folder that every account may enter, as /srv or /home would be."""

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="huiyin-city-", dir=quickest_place()))
        self.base.chmod(0o755)
        self.home = self.base / "home"
        self.users: list[subprocess.Popen] = []
        self.opened: list[Embedded] = []

    def embedded(self, home: Path | None = None) -> Embedded:
        """A use of the database by this process."""
        self.opened.append(Embedded(home or self.home, fast=True))
        return self.opened[-1]

    def settle(self, data: Path) -> None:
        """Give the city a database that was made before, which takes a tenth of the time."""
        self.home.mkdir()
        subprocess.run(["/bin/cp", "-a", str(data), str(self.home / "database")], check=True)

    def user(self, home: Path | None = None) -> subprocess.Popen:
        """Another huiyin process, about to join; it stays until its input is closed."""
        self.embedded(home)
        command = [sys.executable, "-c", USER, str(home or self.home)]
        pipe = subprocess.PIPE
        self.users.append(
            subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, bufsize=1)
        )
        return self.users[-1]

    def keeper(self, embedded: Embedded) -> Keeper:
        """Take the keeper's post in this process, with a clock that the test sets."""
        folders = embedded.folders
        post = Lock(folders.keeper)
        folders.home.mkdir(exist_ok=True)
        assert post.take(alone=True)
        embedded.join()
        server = Server(
            folders,
            account=folders.account(),
            programs=embedded._server(prepared=False).programs,
            fast=True,
        )
        return Keeper(folders, server, post=post, clock=lambda: 0.0)

    def remove(self, name: str) -> None:
        """Take a folder of the city away."""
        shutil.rmtree(self.base / name)

    def close(self) -> None:
        """End what this city started, and take it away."""
        for user in self.users:
            end(user)
        for embedded in self.opened:
            embedded.leave()
            with contextlib.suppress(OutsideProblem, BadSetting):
                if embedded.status().keeper:
                    wait_until_stopped(embedded)
                embedded._server(prepared=False).stop()
            with contextlib.suppress(OSError):
                embedded.folders.sockets.rmdir()
        with contextlib.suppress(OSError):
            Folders(self.home).sockets.rmdir()
        shutil.rmtree(self.base)


def quickest_place() -> str:
    """Memory where there is plenty of it: a new database is forty megabytes of writing."""
    memory = Path("/dev/shm")  # noqa: S108 - the folders made there are private
    plenty = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    return str(memory) if plenty else tempfile.gettempdir()


def end(user: subprocess.Popen) -> None:
    """Let the process end as it does after its work."""
    user.stdin.close()
    user.wait(timeout=60)
    user.stdout.close()


def ask(embedded: Embedded, question: str, *values: object, owner: bool = False):
    """The first answer of the database."""
    with psycopg.connect(**embedded.parameters(owner=owner), autocommit=True) as connection:
        answer = connection.execute(question, values or None)
        return answer.fetchone()[0] if answer.description else None


def kill(pid: int) -> None:
    """End a process as a power cut would, and see it gone."""
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(pid))


def is_alive(pid: int) -> bool:
    """Whether the process still holds anything.

    A dying process loses its words first and gives its locks back later; by the time it is
    a zombie it has given back all of them.
    """
    with contextlib.suppress(OSError):
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        return after_name.split()[0] not in {"Z", "X"}
    return False


def wait_for(reached, seconds: float = 60.0) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def wait_until_stopped(embedded: Embedded) -> None:
    """Let the keeper, if one is there, stop the server without its days of grace."""
    status = embedded.status()
    if status.keeper:
        os.kill(status.keeper, signal.SIGTERM)
        wait_for(lambda: not is_alive(status.keeper))
    if status.pid:
        wait_for(lambda: not is_alive(status.pid))
    assert not embedded.status().is_running
