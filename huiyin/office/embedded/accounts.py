"""The server as the operating system sees it: its account, its programs, its process.

PostgreSQL refuses to run as root. As root the server runs under an account without rights;
everyone else runs it as themselves. A process number alone proves nothing: after a power
cut it may be anybody's, so we look at its working folder and its command line.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huiyin.office.environment import BadSetting, env_text
from huiyin.office.problems import OutsideProblem

USUAL_ACCOUNTS = ("huiyin", "postgres", "nobody")
SETTING = "HUIYIN_DATABASE_ACCOUNT"
PROC = Path("/proc")


@dataclass(frozen=True)
class Account:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int


def account_numbered(uid: int) -> Account:
    """Look the account up; peer authentication needs its name."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise OutsideProblem(
            f"The account with number {uid} has no name on this system, so PostgreSQL cannot run "
            "for it; add it to /etc/passwd or run huiyin as a named account.",
            permanent=True,
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def own_account() -> Account:
    """The account that runs this process."""
    return account_numbered(os.geteuid())


def server_account(data: Path) -> Account:
    """The account of the server: ourselves; for root the owner of the data, or a named account."""
    if os.geteuid() != 0:
        return own_account()
    named = _named_account()
    try:
        owner = data.lstat().st_uid
    except FileNotFoundError:
        return named or _usual_account()
    # The data folder decides: otherwise an account added to the system later would
    # lock the city out of its own data.
    if owner == 0 or (named and named.uid != owner):
        raise BadSetting(
            f"The data folder {data} does not belong to the account of {SETTING}; "
            f"change its owner with chown -R, or set {SETTING} to its owner."
        )
    return account_numbered(owner)


def run_as(
    account: Account,
    arguments: Sequence[str | Path],
    *,
    sent: str = "",
    output: int | None = None,
    kept: Sequence[int] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the account, with nothing of our environment or rights.

    Its output is returned, or goes to the descriptor `output`; it keeps the descriptors
    `kept` open. Raises PermissionError
    when the account cannot reach the program.
    """
    drops = os.geteuid() == 0
    return subprocess.run(
        [str(argument) for argument in arguments],
        input=sent,
        stdout=subprocess.PIPE if output is None else output,
        stderr=subprocess.STDOUT,
        # PGDATA, PGPORT and their like must not reach the server.
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        cwd="/",
        umask=0o077,
        pass_fds=kept,
        encoding="utf-8",
        errors="replace",
        check=False,
        user=account.uid if drops else None,
        group=account.gid if drops else None,
        extra_groups=[account.gid] if drops else None,
    )


def reaches(account: Account, folder: Path) -> bool:
    """Whether the account can enter the folder: asked of the kernel, not computed from modes."""
    return run_as(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", folder]).returncode == 0


def serves(pid: int, data: Path) -> bool:
    """Whether the process is the PostgreSQL server of this data folder."""
    if PROC.is_dir():
        # A worker carries its duty in its name: "postgres: huiyin huiyin [local] idle"; a
        # process that is just dying has lost its words before its folder.
        command = _command(pid)
        return bool(command) and not command.startswith("postgres:") and _folder(pid) == str(data)
    return "postgres" in _command(pid) and str(data) in _command(pid)


def left_behind(data: Path, *, uid: int, removed_only: bool = False) -> list[int]:
    """The processes of a server that was killed, or whose folder was removed.

    Known on Linux only, where the working folder of a process can be read.
    """
    places = {f"{data} (deleted)"} if removed_only else {str(data), f"{data} (deleted)"}
    numbers = [entry.name for entry in (PROC.iterdir() if PROC.is_dir() else ())]
    return [
        int(name)
        for name in numbers
        if name.isdigit() and _folder(int(name)) in places and _is_ours(int(name), uid)
    ]


def _named_account() -> Account | None:
    name = env_text(SETTING)
    if not name:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise BadSetting(
            f"{SETTING} is “{name}”, which is no account of this system; write one that exists."
        ) from None
    if entry.pw_uid == 0:
        raise BadSetting(f"{SETTING} is “{name}”; PostgreSQL refuses to run as root, name another.")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _usual_account() -> Account:
    for name in USUAL_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise BadSetting(f"As root, {SETTING} must name an account without rights, such as huiyin.")


def _is_ours(pid: int, uid: int) -> bool:
    program = Path(_command(pid).split("\0")[0]).name
    try:
        return program.startswith("postgres") and (PROC / str(pid)).stat().st_uid == uid
    except OSError:
        return False


def _folder(pid: int) -> str:
    try:
        return str((PROC / str(pid) / "cwd").readlink())
    except OSError:
        return ""


def _command(pid: int) -> str:
    if PROC.is_dir():
        try:
            return (PROC / str(pid) / "cmdline").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
    asked = ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, encoding="utf-8", check=False).stdout
