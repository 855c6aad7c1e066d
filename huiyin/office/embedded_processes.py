"""What the operating system says about a process: whether it is the server of this data.

A process number alone proves nothing: after a power cut it may be anybody's. So we look
at its working folder and its command line, in /proc on Linux and with ps elsewhere.
"""

import subprocess
from pathlib import Path

PROC = Path("/proc")


def serves(pid: int, data: Path) -> bool:
    """Whether the process is the PostgreSQL server of this data folder."""
    if PROC.is_dir():
        # A worker carries its duty in its name: "postgres: huiyin huiyin [local] idle".
        return _folder(pid) == str(data) and not _command(pid).startswith("postgres:")
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
