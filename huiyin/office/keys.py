"""Secrets of the city: the key that signs sessions and the keys that seal residents' data.

In trial mode they are made once and kept in HUIYIN_HOME/keys, readable by their owner
only. In production they must be given, so that losing a disk does not lose the city.
"""

import contextlib
import os
import secrets
from pathlib import Path

from huiyin.office.environment import BadSetting


def sign_in_key(home: Path, given: str, *, made: bool) -> str:
    """The secret that signs sessions and forms."""
    if given:
        if len(given) < 32:
            raise BadSetting("HUIYIN_SECRET_KEY is too short; give at least 32 random characters.")
        return given
    return _kept(home, "sign-in", "HUIYIN_SECRET_KEY", made=made)


def data_keys(home: Path, given: str, *, made: bool) -> dict[str, bytes]:
    """The keys that seal residents' data, by name; the first seals, all of them open.

    Written as `name:64 hexadecimal digits`, several separated by commas, newest first.
    """
    text = given or f"k1:{_kept(home, 'residents', 'HUIYIN_DATA_KEYS', made=made)}"
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        name, _, digits = part.strip().partition(":")
        try:
            keys[name] = bytes.fromhex(digits)
        except ValueError:
            keys[name] = b""
        if not name or len(keys[name]) != 32:
            raise BadSetting(
                "HUIYIN_DATA_KEYS cannot be read; write name:64 hexadecimal digits, "
                "several separated by commas, the newest first."
            )
    return keys


def _kept(home: Path, name: str, setting: str, *, made: bool) -> str:
    if not made:
        raise BadSetting(f"{setting} is missing; a city in production must be given its secrets.")
    file = home / "keys" / name
    try:
        if not file.exists():
            _make(file)
        return _read(file)
    except OSError as problem:
        raise BadSetting(
            f"HUIYIN_HOME is “{home}”, where nothing can be kept ({problem.strerror}); "
            "name a folder of your own."
        ) from None


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.{os.getpid()}")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32))
        out.flush()
        os.fsync(out.fileno())
    # Of two processes that start at once one makes the key, and the other reads it whole.
    with contextlib.suppress(FileExistsError):
        os.link(half, file)
    half.unlink()


def _read(file: Path) -> str:
    key = file.read_text(encoding="ascii").strip()
    if len(key) != 64:
        raise BadSetting(f"{file} holds no whole key; put back the file from the last backup.")
    return key
