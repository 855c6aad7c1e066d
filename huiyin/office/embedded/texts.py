"""What is written into the configuration of the embedded server, and why.

The data folder belongs to the account of the server. Root reads and writes there only
files it opens itself, never through a link that somebody may have laid.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from huiyin.office.embedded.accounts import Account
from huiyin.office.environment import env_number

# Known to the C library under one of these names; all of them know every character.
CTYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8", "zh_CN.utf8", "UTF-8")


def ctype_candidates(major: int) -> list[list[str]]:
    """The locale options of initdb, best first; the next is for a system without the locale.

    Order is by code point in all of them, so that a list looks the same on each version;
    upper and lower case and character classes know all of Unicode.
    """
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
    others = [[*builtin, "--locale=C", f"--lc-ctype={name}"] for name in CTYPES]
    return [*others, [*builtin, "--locale=C"]] if builtin else others


def settings_text(sockets: Path, *, fast: bool) -> str:
    """huiyin.conf: a small server for one city, reached by its socket alone."""
    memory = env_number("HUIYIN_DATABASE_MEMORY_MB", 256, least=16, most=1_048_576)
    # Tests undo what they wrote. A table vacuumed between two of them counts as empty to the
    # planner, who then reads a hundred thousand rows of the next test one by one.
    unsafe = "fsync = off\nfull_page_writes = off\nautovacuum = off\n" if fast else ""
    return f"""# Written by huiyin at each start. To change a value for good, use ALTER SYSTEM.
listen_addresses = ''
unix_socket_directories = '{_quoted(sockets)}'
unix_socket_permissions = 0700
port = 5432
max_connections = 100
shared_buffers = {memory}MB
effective_cache_size = {memory * 3}MB
maintenance_work_mem = {max(memory // 4, 16)}MB
work_mem = 16MB
jit = off
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
# Errors reach the program that caused them. Their texts, and slow statements with the
# values bound into them, may hold what residents wrote, so none of it goes to the log.
log_min_messages = log
log_min_error_statement = panic
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
log_checkpoints = off
log_autovacuum_min_duration = -1
{unsafe}"""


def access_text() -> str:
    """pg_hba.conf: nobody but the accounts in the map, and only by the socket."""
    return "local all all peer map=huiyin\n"


def names_text(accounts: Iterable[str], roles: Iterable[str]) -> str:
    """pg_ident.conf: which account of the system may be which role."""
    lines = [f'huiyin "{account}" {role}\n' for account in accounts for role in roles]
    return "".join(lines)


def write_texts(folder: Path, texts: dict[str, str], account: Account) -> None:
    """Write files into the data folder: each is whole or as it was before."""
    with _opened(folder) as handle:
        for name, text in texts.items():
            _write(handle, name, text, account)


def include_settings(folder: Path, account: Account) -> None:
    """Let the postgresql.conf that initdb made read huiyin.conf."""
    with _opened(folder) as handle:
        opened = os.open("postgresql.conf", os.O_RDONLY | os.O_NOFOLLOW, dir_fd=handle)
        with os.fdopen(opened, encoding="utf-8") as lines:
            text = lines.read()
        _write(handle, "postgresql.conf", f"{text}\ninclude 'huiyin.conf'\n", account)


def settle(folder: Path) -> None:
    """Wait until the names in the folder are on the disk, for the sake of a power cut."""
    with _opened(folder) as handle:
        os.fsync(handle)


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield handle
    finally:
        os.close(handle)


def _write(folder: int, name: str, text: str, account: Account) -> None:
    fresh = f"{name}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(fresh, flags, 0o600, dir_fd=folder), "w", encoding="utf-8") as out:
        out.write(text)
        if os.geteuid() == 0:
            os.fchown(out.fileno(), account.uid, account.gid)
    os.rename(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
