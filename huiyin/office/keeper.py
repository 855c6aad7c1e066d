"""The keeper of the embedded database: stops the server when nobody uses it any more.

Run as `python -m huiyin.office.keeper HOME`, by the first process that joins. It knows
nothing of the city and imports no Django: it waits, and weighs next to nothing.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from huiyin.office.embedded.folders import Folders
from huiyin.office.embedded.locks import Lock
from huiyin.office.embedded.programs import find_programs
from huiyin.office.embedded.server import Server, State
from huiyin.office.environment import env_flag
from huiyin.office.problems import OutsideProblem

# A row of commands should not start the server anew for each.
GRACE_SECONDS = 3.0
TICK_SECONDS = 0.25
# With psql or a backup still connected there is no hurry.
CLIENTS_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
LONGEST_LINGER_SECONDS = 86_400
LARGEST_LOG = 2_000_000


class Keeper:
    """Watches over the server of one city."""

    def __init__(
        self, folders: Folders, server: Server, *, post: Lock, clock: Callable[[], float]
    ) -> None:
        self.folders = folders
        self.server = server
        self.post = post
        self.clock = clock
        self.users = Lock(folders.users)
        self.start = Lock(folders.start)
        self.empty_since: float | None = None
        self.is_hurried = False

    def look(self) -> bool:
        """Look once: bring back a server that died, stop one that nobody needs.

        True when the keeper is no longer needed.
        """
        if not self.post.lies_on_disk():
            self._close_removed_home()
            return True
        shorten(self.folders.log)
        # Both locks are only tried, in the order in which others take them, so that nobody
        # waits for the keeper longer than it takes to stop the server.
        if not self.start.take(alone=True):
            self.empty_since = None
            return False
        try:
            if not self.users.take(alone=True):
                self.empty_since = None
                self._bring_back()
                return False
            if not self._close_when_due():
                return False
            with contextlib.suppress(OSError):
                self.folders.sockets.rmdir()
            # Given up before the start lock, or the next to start would think that a
            # keeper is at the post.
            self.post.release()
            return True
        finally:
            self.users.release()
            self.start.release()

    def hurry(self, *_: object) -> None:
        """Wait for nobody who is not there: the machine is going down."""
        self.is_hurried = True

    def _bring_back(self) -> None:
        if self.server.state() in {State.ABSENT, State.STOPPING}:
            say("The server is gone although it is in use; starting it again.")
            self.folders.prepare()
            self.server.run()

    def _close_when_due(self) -> bool:
        now = self.clock()
        if self.empty_since is None or self.empty_since > now:
            self.empty_since = now
        if self.server.state() is not State.ABSENT and not self.is_hurried:
            if now < self.empty_since + GRACE_SECONDS or now < lingering(self.folders, now):
                return False
            if self.server.other_clients():
                self.empty_since = now - GRACE_SECONDS + CLIENTS_SECONDS
                return False
        self.server.stop()
        # A home that is just being removed has lost its note before its lock files.
        self.server.end_left_behind()
        return True

    def _close_removed_home(self) -> None:
        # A new home of the same name may stand there already, with a server of its own.
        if self.server.data.is_relative_to(self.folders.home):
            self.server.end_left_behind(removed_only=True)
            if not self.folders.home.exists():
                shutil.rmtree(self.folders.sockets, ignore_errors=True)
        else:
            self.server.stop()


def lingering(folders: Folders, now: float) -> float:
    """Until when somebody asked to keep the server; a moment far ahead is a clock gone wrong."""
    try:
        until = float(folders.linger.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0.0
    return until if until - now < LONGEST_LINGER_SECONDS else 0.0


def shorten(log: Path) -> None:
    """Keep the log small: set the old one aside and go on with an empty one."""
    try:
        if log.stat().st_size <= LARGEST_LOG:
            return
        # Copied and emptied, not renamed: the server keeps its descriptor.
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        os.truncate(log, 0)
    except OSError as error:
        say(f"The log could not be shortened: {error}.")


def say(sentence: str) -> None:
    """Write a line in the log of the database."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    sys.stderr.write(f"{stamp} [{os.getpid()}] KEEPER:  {sentence}\n")
    sys.stderr.flush()


def watch(keeper: Keeper) -> None:
    """Look every quarter of a second until the keeper is no longer needed."""
    pause = TICK_SECONDS
    while True:
        try:
            if keeper.look():
                return
            pause = TICK_SECONDS
        except (OutsideProblem, OSError) as error:
            say(str(error))
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        time.sleep(pause)


def main(arguments: list[str]) -> int:
    """Take the post, go to the background, and watch."""
    folders = Folders(Path(arguments[0]))
    post = Lock(folders.keeper)
    if not post.take(alone=True):
        return 0
    account = folders.account()
    programs = find_programs(account, data=folders.data, shelter=folders.shelter)
    fast = env_flag("HUIYIN_DATABASE_FAST", default=False)
    server = Server(folders, account=account, programs=programs, fast=fast)
    os.truncate(post.descriptor, 0)
    if os.fork():
        # The caller may go on; the one in the background keeps the post.
        return 0
    os.write(post.descriptor, f"{os.getpid()}\n".encode())
    keeper = Keeper(folders, server, post=post, clock=time.time)
    signal.signal(signal.SIGTERM, keeper.hurry)
    watch(keeper)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
