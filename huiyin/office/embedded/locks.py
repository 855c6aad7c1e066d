"""Locks between processes: files on which the kernel keeps count, even after kill -9.

A lock ends with the last descriptor of its file, so a process that dies in whatever way
gives it back. Descriptors close on exec; a forked worker goes on holding what it inherited.
"""

import fcntl
import os
import time
from pathlib import Path

PAUSE_SECONDS = 0.02


class Lock:
    """One process's hold on a lock file: shared by many, or alone."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process holds it."""
        return self._descriptor is not None

    @property
    def descriptor(self) -> int:
        """The open file, to hand the hold on to a program that we start."""
        if self._descriptor is None:
            raise ValueError("The lock is not held.")
        return self._descriptor

    def take(self, *, alone: bool, seconds: float = 0.0) -> bool:
        """Take the lock, trying for so many seconds; False when others kept it."""
        deadline = time.monotonic() + seconds
        while not self._try(fcntl.LOCK_EX if alone else fcntl.LOCK_SH):
            if time.monotonic() >= deadline:
                return False
            time.sleep(PAUSE_SECONDS)
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        # Closing, never unlocking: an explicit unlock would also end the hold of a
        # parent or forked worker that shares this open file.
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def lies_on_disk(self) -> bool:
        """Whether the held file is still the one that others would open."""
        if self._descriptor is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), self.file.lstat())
        except FileNotFoundError:
            return False

    def _try(self, kind: int) -> bool:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = os.open(self.file, flags, 0o600)
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        # Somebody may have removed the folder between opening and locking.
        if not self.lies_on_disk():
            self.release()
            return False
        return True
