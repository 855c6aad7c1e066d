"""Where the embedded database lies: its data, its socket, its log and its lock files.

No folder that is not ours is opened, given away or changed. Where the account of the
server cannot reach HUIYIN_HOME, the data lies in a shelter that root owns.
"""

import contextlib
import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from huiyin.office.embedded.accounts import Account, account_numbered, reaches, server_account
from huiyin.office.environment import BadSetting, env_text
from huiyin.office.problems import OutsideProblem

PORT = "5432"
# The kernel's limit for a socket's path is 108 bytes on Linux, 104 on macOS and the BSDs.
LONGEST_SOCKET_PATH = 100


class Folders:
    """The places of one city's embedded database."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.log = self.home / "database.log"
        self.pointer = self.home / "database.folder"
        self.users = self.home / "database.users"
        self.start = self.home / "database.start"
        self.server = self.home / "database.server"
        self.keeper = self.home / "database.keeper"
        self.linger = self.home / "database.linger"
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        parent = Path(env_text("HUIYIN_DATABASE_SOCKETS", "/tmp"))  # noqa: S108 - verified below
        self.sockets = parent / f"huiyin-{os.geteuid()}-{digest}"
        self.shelter = Path(env_text("HUIYIN_DATABASE_SHELTER", "/var/lib/huiyin"))
        self.sheltered = self.shelter / digest

    @property
    def data(self) -> Path:
        """The data folder: in the home, or where the pointer file says."""
        try:
            return Path(self.pointer.read_text(encoding="utf-8").strip())
        except FileNotFoundError:
            return self.home / "database"

    @property
    def socket(self) -> Path:
        """The socket itself."""
        return self.sockets / f".s.PGSQL.{PORT}"

    @contextlib.contextmanager
    def opened_log(self) -> Iterator[int]:
        """The log, open for adding lines; only its owner may read it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        handle = os.open(self.log, flags, 0o600)
        try:
            yield handle
        finally:
            os.close(handle)

    def account(self) -> Account:
        """The account that runs the server."""
        return server_account(self.data)

    def prepare(self) -> Account:
        """Make what is missing, refuse what is not ours; the account that shall run the server."""
        account = self.account()
        if self.pointer.exists():
            self._check_shelter()
        elif not self.data.exists() and not reaches(account, self.home):
            self._move_to_shelter(account)
        _private_folder(self.sockets, account)
        return account

    def check_home(self) -> None:
        """Make the home, or refuse one whose owner could not read what we write."""
        self.home.mkdir(parents=True, exist_ok=True)
        # Who began must go on: root would leave files that an ordinary account cannot read.
        watched, allowed = self.start, {os.geteuid()}
        if os.geteuid() == 0 and not self.start.exists():
            watched, allowed = self.home, {0, self.account().uid}
        owner = watched.stat().st_uid if watched.exists() else os.geteuid()
        if owner not in allowed:
            name = account_numbered(owner).name
            raise OutsideProblem(
                f"{self.home} belongs to {name}; run huiyin as {name}, for example with "
                f"sudo -u {name}, or name another folder in HUIYIN_HOME.",
                permanent=True,
            )

    def check_socket_path(self) -> None:
        """Refuse a folder whose socket the kernel would not take."""
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET_PATH or not self.sockets.is_absolute():
            raise BadSetting(
                f"HUIYIN_DATABASE_SOCKETS is “{self.sockets.parent}”; "
                "write a full path of at most 60 bytes, such as /tmp."
            )

    def _move_to_shelter(self, account: Account) -> None:
        roots_folder(self.shelter)
        roots_folder(self.sheltered)
        if not reaches(account, self.sheltered):
            raise OutsideProblem(
                f"The account {account.name} can reach neither {self.home} nor {self.shelter}; "
                "name a folder it can reach in HUIYIN_DATABASE_SHELTER.",
                permanent=True,
            )
        data = self.sheltered / "database"
        if data.exists():
            raise OutsideProblem(
                f"{data} holds the database of an earlier {self.home}; remove {self.sheltered} to "
                f"begin anew, or put {self.pointer} back from a backup.",
                permanent=True,
            )
        self._sheltered_home(data).write_text(f"{self.home}\n", encoding="utf-8")
        self.pointer.write_text(f"{data}\n", encoding="utf-8")
        sys.stderr.write(
            f"The account {account.name} cannot reach {self.home}; the database lies in {data}.\n"
        )

    def _check_shelter(self) -> None:
        """A home may be moved with its pointer, but two homes may not share one database."""
        note = self._sheltered_home(self.data)
        if not note.exists():
            raise OutsideProblem(
                f"{self.pointer} names {self.data}, which is gone; bring it back from a backup, "
                f"or remove {self.pointer} to begin anew.",
                permanent=True,
            )
        named = note.read_text(encoding="utf-8").strip()
        other = Path(named) / self.pointer.name
        if named == str(self.home):
            return
        if other.exists() and other.read_text(encoding="utf-8").strip() == str(self.data):
            raise OutsideProblem(
                f"{self.home} is a copy of {named}, whose database lies in {self.data}; remove "
                f"{self.pointer} and bring the data over with pg_dump and pg_restore.",
                permanent=True,
            )
        note.write_text(f"{self.home}\n", encoding="utf-8")

    def _sheltered_home(self, data: Path) -> Path:
        return data.with_name("home")


def roots_folder(folder: Path) -> None:
    """Make a folder that root owns and everyone may enter, or check that it is one."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        pass
    else:
        # Whatever the umask says; a folder that was there before keeps its mode.
        folder.chmod(0o755)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != 0 or facts.st_mode & 0o022:
        raise OutsideProblem(
            f"{folder} must be a folder that belongs to root and that only root may write in; "
            "mend it, or name another one in HUIYIN_DATABASE_SHELTER.",
            permanent=True,
        )


def _private_folder(folder: Path, account: Account) -> None:
    """Make the folder for the account alone, or check that it is so: /tmp is open to all."""
    parent = folder.parent.stat()
    others_may_swap = parent.st_uid not in {0, os.geteuid()} or (
        parent.st_mode & 0o022 and not parent.st_mode & stat.S_ISVTX
    )
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        raise _strange(folder) from None
    try:
        facts = os.fstat(handle)
        # Root made it and was interrupted before giving it to the account.
        if facts.st_uid == os.geteuid() != account.uid:
            os.fchown(handle, account.uid, account.gid)
            facts = os.fstat(handle)
    finally:
        os.close(handle)
    if others_may_swap or facts.st_uid != account.uid or facts.st_mode & 0o077:
        raise _strange(folder)


def _strange(folder: Path) -> OutsideProblem:
    return OutsideProblem(
        f"{folder} should be a private folder of huiyin for the socket of its database, but "
        "somebody else made it or may change it; remove it, or name another parent folder in "
        "HUIYIN_DATABASE_SOCKETS.",
        permanent=True,
    )
